// Rows in order of arrival, on their way into a segment.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "journey/cell.hpp"
#include "journey/segment.hpp"
#include "journey/storage.hpp"
#include "journey/symbols.hpp"

namespace habitue::journey {

class Batch {
 public:
  /// Begins a row: put() goes to it until the next one.
  void add_row(UtcMicros at, EventKind kind, OriginId origin, EventSeq seq);
  /// The row's cell of a property. Said twice, the last word counts; a missing cell takes the word back.
  void put(std::uint32_t property, Cell cell);
  /// The same of a text of at most kTextBytesMax bytes, which becomes a code of `symbols`, the batch's own, some time before seal(): some
  /// hundreds of texts together, so that memory answers for one while it is asked for others. Codes are given in the order of calls.
  void put_text(std::uint32_t property, std::string_view text, Symbols& symbols);
  std::size_t rows() const { return at_us_.size(); }

  /// The rows as a segment without persons, whose texts are of `symbols`; the batch is empty again.
  std::shared_ptr<const Segment> seal(const std::shared_ptr<Symbols>& symbols);

 private:
  struct Cells {
    std::vector<std::uint32_t> rows;
    std::vector<Cell> cells;
  };
  std::vector<std::int64_t> at_us_;
  std::vector<std::uint16_t> kinds_;
  std::vector<std::uint32_t> origins_;
  std::vector<std::uint64_t> seqs_;
  std::vector<Cells> properties_;

  // Texts without a code yet: their cells hold their place here instead.
  struct Waiting {
    std::uint64_t hash;
    std::uint32_t property, cell;
    std::uint32_t first, bytes;  // In waiting_texts_.
  };
  void settle_texts(Symbols& symbols);
  std::vector<Waiting> waiting_;
  std::vector<char> waiting_texts_;
};

/// What a segment of our own keeps alive: its arrays, and the dictionaries of its codes.
struct SegmentOwner {
  explicit SegmentOwner(std::shared_ptr<const Symbols> used) : symbols(std::move(used)) {}
  Storage storage;
  std::shared_ptr<const Symbols> symbols;
};

// The columns of a segment, made of `rows` values that `value_at(row)` gives in any order.

inline constexpr std::array<std::uint32_t, 3> kTimeUnitsUs = {1'000'000, 1'000, 1};

template <class UsAt>
Packed pack_times(std::uint32_t rows, Storage& storage, const UsAt& us_at) {
  return pack<std::int64_t>(rows, kTimeUnitsUs, storage, us_at);
}
template <class SeqAt>
Packed pack_seqs(std::uint32_t rows, Storage& storage, const SeqAt& seq_at) {
  return pack<std::uint64_t>(rows, std::array<std::uint32_t, 1>{1}, storage, seq_at);
}
OriginColumn pack_origins(std::span<const std::uint32_t> origins, Storage& storage);

}  // namespace habitue::journey
