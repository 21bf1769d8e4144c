// Rows of any segments, regrouped: sorted by person, time and arrival into a new one. All that changes the index is this.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "journey/segment.hpp"
#include "journey/symbols.hpp"

namespace habitue::journey {

/// An origin that no assignment named yet.
inline constexpr std::uint32_t kUnassigned = UINT32_MAX;

/// Places in the ledger, for asking quickly whether one is among them.
class SeqSet {
 public:
  SeqSet() = default;
  explicit SeqSet(std::vector<std::uint64_t> seqs);
  bool empty() const { return sorted_.empty(); }
  std::uint64_t least() const { return sorted_.front(); }
  std::uint64_t most() const { return sorted_.back(); }
  bool contains(EventSeq seq) const;
  std::span<const std::uint64_t> sorted() const { return sorted_; }

 private:
  std::vector<std::uint64_t> sorted_;
  std::vector<bool> bitmap_;  // From least() on; empty when the places lie too far apart.
};

/// Rows first..last-1 of a segment.
struct RowRange {
  static constexpr std::uint32_t kByOrigin = UINT32_MAX;
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t person = kByOrigin;  ///< Whose they are; kByOrigin when each row's origin tells.
};

/// What a new segment takes of an old one. Ranges ascend and do not overlap.
struct Source {
  std::shared_ptr<const Segment> segment;
  std::vector<RowRange> ranges;
  /// Whose kinds, properties and codes the segment is in; null when the target's.
  std::shared_ptr<const Symbols> symbols;
};

struct Regrouping {
  std::span<const Source> sources;
  std::span<const std::uint32_t> person_of;  ///< By origin; every origin of a row kByOrigin is in it.
  const SeqSet* removed = nullptr;           ///< Rows to leave out.
  unsigned threads = 1;
};

/// The new segment, in the numbers of `target`, which is only written to when a source has symbols of its own.
/// Errors: Unavailable when there are more rows than a segment can number.
Result<std::shared_ptr<const Segment>> build_segment(const Regrouping& regrouping,
                                                     const std::shared_ptr<Symbols>& target);

}  // namespace habitue::journey
