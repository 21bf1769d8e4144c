// A cell on its way into a column: number, boolean, code of a text or nothing, in eight bytes.
#pragma once

#include <bit>
#include <cstdint>

#include "journey/value.hpp"

namespace habitue::journey {

/// Numbers are themselves; the rest hides in NaNs that no arithmetic and no JSON text produces. Numbers are finite.
struct Cell {
  static constexpr std::uint64_t kMissingBits = 0xFFFC'0000'0000'0000;
  static constexpr std::uint64_t kTextBits = 0xFFFD'0000'0000'0000;
  static constexpr std::uint64_t kBoolBits = 0xFFFE'0000'0000'0000;

  static constexpr Cell missing() { return {kMissingBits}; }
  static constexpr Cell of_number(double number) { return {std::bit_cast<std::uint64_t>(number)}; }
  static constexpr Cell of_text(std::uint32_t code) { return {kTextBits | code}; }
  static constexpr Cell of_bool(bool value) { return {kBoolBits | (value ? 1U : 0U)}; }

  constexpr Value::Type type() const {
    if (bits < kMissingBits) return Value::Type::Number;
    switch (bits >> 48U) {
      case kTextBits >> 48U: return Value::Type::Text;
      case kBoolBits >> 48U: return Value::Type::Bool;
      default: return Value::Type::Missing;
    }
  }
  constexpr double number() const { return std::bit_cast<double>(bits); }
  constexpr bool boolean() const { return (bits & 1U) != 0; }
  constexpr std::uint32_t code() const { return static_cast<std::uint32_t>(bits); }
  friend constexpr bool operator==(Cell, Cell) = default;

  std::uint64_t bits = kMissingBits;
};

}  // namespace habitue::journey
