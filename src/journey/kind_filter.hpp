// Which rows are of some kinds: the first thing that a question asks of every event, at the speed at which memory gives kinds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journey/instructions.hpp"
#include "journey/segment.hpp"

namespace habitue::journey {

class KindFilter {
 public:
  /// What select() may write past the rows that it finds.
  static constexpr std::size_t kSpareRows = 64;
  KindFilter() = default;
  /// `wanted` by kind, 0 when not; kinds past its end are not wanted.
  explicit KindFilter(std::span<const std::uint8_t> wanted, Instructions instructions = best_instructions());

  bool contains(std::uint16_t kind) const { return kind < wanted_.size() && wanted_[kind] != 0; }

  /// Writes those of the rows first..last-1 that are of these kinds to `rows`, ascending, and returns how many. `rows` has room for
  /// last - first + kSpareRows. `marks`, when not null, takes a bit a row from `first` on, 64 to a word: whether it is one of them.
  std::size_t select(const KindColumn& kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
                     std::uint64_t* marks = nullptr) const;

 private:
  std::size_t select_plainly(const KindColumn& kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
                             std::uint64_t* marks) const;
  std::size_t select_avx2(const std::uint8_t* kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
                          std::uint64_t* marks) const;
  std::size_t select_avx512(const std::uint8_t* kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
                            std::uint64_t* marks) const;

  Instructions instructions_ = Instructions::Plain;
  std::vector<std::uint8_t> wanted_;  // By kind, at least 256.
  // The same for kinds below 256 as bits, for looking up by the halves of a byte: entry [low half] has a bit for each high half,
  // those below 8 in the first array and the others in the second.
  alignas(16) std::array<std::uint8_t, 16> low_{}, high_{};
};

}  // namespace habitue::journey
