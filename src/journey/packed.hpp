// Whole numbers in as few bits as their range takes. Plain pointers, as in column.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "journey/instructions.hpp"
#include "journey/storage.hpp"

namespace habitue::journey {

static_assert(std::endian::native == std::endian::little, "packed columns and saved indexes are little-endian");

/// Number i is base + unit x the i-th group of `bits` bits, lowest first.
struct Packed {
  /// One load reads eight bytes and may begin within a byte, so more bits than this are stored as 64.
  static constexpr std::uint32_t kBitsMax = 57;
  /// What a load may read past the last number.
  static constexpr std::size_t kSpareBytes = 8;

  const std::byte* bytes = nullptr;  ///< bytes_for(count, bits) of them.
  std::uint64_t base = 0;            ///< Of moments: the bits of a signed number.
  std::uint64_t mask = 0;            ///< The lowest `bits`.
  std::uint32_t unit = 1;
  std::uint32_t bits = 0;

  std::uint64_t operator[](std::uint32_t index) const {
    const std::uint64_t bit = std::uint64_t{index} * bits;
    std::uint64_t word;
    std::memcpy(&word, bytes + (bit >> 3U), sizeof word);
    return base + ((word >> (bit & 7U)) & mask) * unit;
  }

  /// Asks the processor for numbers first to last - 1.
  void prefetch(std::uint32_t first, std::uint32_t last) const {
    const std::byte* const end = bytes + std::uint64_t{last} * bits / 8;
    for (const std::byte* line = bytes + std::uint64_t{first} * bits / 8; line < end; line += 64)
      __builtin_prefetch(line, 0, 2);
  }

  static std::size_t bytes_for(std::uint64_t count, std::uint32_t bits) {
    return static_cast<std::size_t>((count * bits + 7) / 8) + kSpareBytes;
  }
  static std::uint64_t mask_of(std::uint32_t bits) {
    return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  }
  static bool is_width(std::uint32_t bits) { return bits <= kBitsMax || bits == 64; }
};

/// Writes the numbers of some rows, as signed ones: rows.size() of them.
void unpack(const Packed& packed, std::span<const std::uint32_t> rows, std::int64_t* numbers,
            Instructions instructions = best_instructions());

/// Packs number_at(0) to number_at(count - 1), each of type `Number`, in the largest of `units` that all of them are apart by.
template <class Number, std::size_t kUnits, class NumberAt>
Packed pack(std::uint32_t count, const std::array<std::uint32_t, kUnits>& units, Storage& storage,
            const NumberAt& number_at) {
  Packed packed;
  Number least = count == 0 ? Number{0} : number_at(0), most = least;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Number number = number_at(index);
    least = std::min(least, number);
    most = std::max(most, number);
  }
  packed.base = static_cast<std::uint64_t>(least);
  for (const std::uint32_t unit : units) {
    packed.unit = unit;
    bool apart = true;
    for (std::uint32_t index = 0; apart && index < count; ++index)
      apart = unit == 1 || (static_cast<std::uint64_t>(number_at(index)) - packed.base) % unit == 0;
    if (apart) break;
  }
  const std::uint64_t range = (static_cast<std::uint64_t>(most) - packed.base) / packed.unit;
  packed.bits = static_cast<std::uint32_t>(std::bit_width(range));
  if (packed.bits > Packed::kBitsMax) packed.bits = 64;
  packed.mask = Packed::mask_of(packed.bits);

  const std::size_t bytes = Packed::bytes_for(count, packed.bits);
  auto* const out = storage.make<std::byte>(bytes);
  std::memset(out, 0, bytes);
  packed.bytes = out;
  for (std::uint32_t index = 0; index < count; ++index) {
    const std::uint64_t stored = (static_cast<std::uint64_t>(number_at(index)) - packed.base) / packed.unit;
    const std::uint64_t bit = std::uint64_t{index} * packed.bits;
    std::uint64_t word;
    std::memcpy(&word, out + (bit >> 3U), sizeof word);
    word |= stored << (bit & 7U);
    std::memcpy(out + (bit >> 3U), &word, sizeof word);
  }
  return packed;
}

}  // namespace habitue::journey
