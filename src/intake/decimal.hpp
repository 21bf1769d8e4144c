// Exact decimal numbers as files write them: a price is never a double on its way in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.hpp"

namespace habitue::intake {

__extension__ using Int128 = __int128;

/// mantissa / 10^scale. 12.50 is {1250, 2}.
struct Decimal {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;  ///< At most 18.

  friend bool operator==(const Decimal&, const Decimal&) = default;  ///< Of the form: see equal() for the value.
  bool negative() const { return mantissa < 0; }
  bool zero() const { return mantissa == 0; }
  Decimal negated() const { return {-mantissa, scale}; }
  Decimal magnitude() const { return mantissa < 0 ? negated() : *this; }
};

/// By value: 1.5 equals 1.50.
bool equal(Decimal left, Decimal right);

/// How a file writes numbers.
enum class DecimalMark : std::uint8_t { Point, Comma };

/// Reads `1234.5`, `1,234.50`, with DecimalMark::Comma `1 234,50` or `1.234,50` (groups of three by the other mark, a space, a
/// no-break or narrow no-break space or an apostrophe), with a currency sign or code on either side, a sign in front or behind
/// (also U+2212), brackets for negative amounts, and an exponent. Nothing when it is no number or needs more than 18 digits.
std::optional<Decimal> parse_decimal(std::string_view text, DecimalMark mark);

/// The currency that a sign or a code beside a number names, as ISO letters; empty when there is none.
std::string_view currency_beside(std::string_view text);

/// A sum of products, exact: 128 bits of the smallest fraction met.
class ExactSum {
 public:
  void add(Decimal value) { add_scaled(value.mantissa, value.scale); }
  void add(const ExactSum& other) {
    exact_ = exact_ && other.exact_;
    add_scaled(other.value_, other.scale_);
  }
  /// Adds left times right.
  void add_product(Decimal left, Decimal right);
  void subtract_product(Decimal left, Decimal right) { add_product(left.negated(), right); }

  bool negative() const { return value_ < 0; }
  bool zero() const { return value_ == 0; }
  /// False once something did not fit: the sum is then not to be used.
  bool exact() const { return exact_; }
  void negate() { value_ = -value_; }
  /// As a plain decimal, such as `15.3`: no exponent, no zeros at the end.
  void append_to(std::string& out) const;
  /// The nearest minor units, halves away from zero; nothing when it does not fit.
  std::optional<std::int64_t> minor_units(const Currency& currency) const;

 private:
  void add_scaled(Int128 value, int scale);
  Int128 value_ = 0;
  int scale_ = 0;
  bool exact_ = true;
};

/// As a plain decimal, such as `2.55`; JSON takes it. write_decimal needs kDecimalBytes of room and returns the end.
inline constexpr std::size_t kDecimalBytes = 24;
char* write_decimal(char* out, Decimal value);
void append_decimal(std::string& out, Decimal value);

}  // namespace habitue::intake
