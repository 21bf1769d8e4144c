// Numbers for sequences of numbers, such as the names of a path: the same for equal ones. Plain arrays, so that millions of
// sequences are let go at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace habitue::insight {

/// Numbers are given in the order in which sequences come, from 0 without gaps.
class Sequences {
 public:
  std::uint32_t number(std::span<const std::uint32_t> sequence);
  std::optional<std::uint32_t> find(std::span<const std::uint32_t> sequence) const;

  std::size_t size() const { return ends_.size(); }
  std::span<const std::uint32_t> operator[](std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(items_).subspan(begin, ends_[number] - begin);
  }
  /// Of what is in the sequence: the same whatever came before it.
  std::uint64_t hash(std::size_t number) const { return hashes_[number]; }

 private:
  /// Where the sequence is in the table, or would be.
  std::size_t place_of(std::span<const std::uint32_t> sequence, std::uint64_t hash) const;
  void grow();

  std::vector<std::uint32_t> items_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> table_;  // Numbers and 1, or 0; open addressing, at most half full.
};

/// The finaliser of splitmix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators): spreads all bits.
inline std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31U);
}

}  // namespace habitue::insight
