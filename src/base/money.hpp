// Exact amounts of money: integers of minor units with their currency.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace habitue {

/// A currency by its ISO 4217 letters.
class Currency {
 public:
  /// Errors: InvalidInput unless three letters A-Z (small letters are raised).
  static Result<Currency> parse(std::string_view letters);
  constexpr Currency() : letters_{'X', 'X', 'X'} {}  ///< ISO 4217's "no currency".

  std::string_view code() const { return {letters_.data(), letters_.size()}; }
  /// Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217).
  int minor_digits() const;
  friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

 private:
  std::array<char, 3> letters_;
};

/// An exact amount: 1999 with EUR is 19.99 EUR, 1999 with JPY is 1999 JPY.
struct Money {
  std::int64_t minor_units = 0;
  Currency currency;
  friend constexpr auto operator<=>(const Money&, const Money&) = default;
};

/// Errors: InvalidInput when the currencies differ or the sum does not fit.
Result<Money> add(Money left, Money right);

/// The nearest amount to a decimal number as JSON carries it, halves away from zero: 15.3 EUR is 1530.
/// Errors: InvalidInput when the number is not finite or does not fit.
Result<Money> money_of(double amount, Currency currency);

/// `19.99 EUR`, `-1999 JPY`: for logs and tables without a locale. The page has its own formatter.
std::string format_money(Money money);

}  // namespace habitue
