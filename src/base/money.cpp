#include "base/money.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace habitue {
namespace {

constexpr std::int64_t kPowersOfTen[] = {1, 10, 100, 1000, 10000};

// ISO 4217: the currencies whose minor unit is not the hundredth.
constexpr std::string_view kNoDigits[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                          "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::string_view kFourDigits[] = {"CLF", "UYW"};

template <std::size_t N>
bool holds(const std::string_view (&codes)[N], std::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

Result<Currency> Currency::parse(std::string_view letters) {
  Currency currency;
  if (letters.size() == currency.letters_.size()) {
    std::transform(letters.begin(), letters.end(), currency.letters_.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (std::all_of(currency.letters_.begin(), currency.letters_.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
      return currency;
  }
  return invalid(fmt::format("a currency is three letters such as EUR, not '{}'", letters));
}

int Currency::minor_digits() const {
  if (holds(kNoDigits, code())) return 0;
  if (holds(kThreeDigits, code())) return 3;
  if (holds(kFourDigits, code())) return 4;
  return 2;
}

Result<Money> add(Money left, Money right) {
  if (left.currency != right.currency)
    return invalid(fmt::format("cannot add {} and {}", left.currency.code(), right.currency.code()));
  Money sum = left;
  if (__builtin_add_overflow(left.minor_units, right.minor_units, &sum.minor_units))
    return invalid("the sum does not fit in 64 bits of minor units");
  return sum;
}

Result<Money> money_of(double amount, Currency currency) {
  const double minor = std::round(amount * static_cast<double>(kPowersOfTen[currency.minor_digits()]));
  // Past 2^53 a double no longer holds every integer, so the amount would not be exact.
  if (!std::isfinite(minor) || std::abs(minor) > 9007199254740992.0)
    return invalid(fmt::format("{} {} is not an amount that can be kept exactly", amount, currency.code()));
  return Money{static_cast<std::int64_t>(minor), currency};
}

std::string format_money(Money money) {
  const int digits = money.currency.minor_digits();
  if (digits == 0) return fmt::format("{} {}", money.minor_units, money.currency.code());
  const std::int64_t unit = kPowersOfTen[digits];
  const std::int64_t whole = money.minor_units / unit;
  const std::int64_t part = money.minor_units % unit;
  const char* sign = money.minor_units < 0 ? "-" : "";
  // Signs are taken off after dividing: the absolute value of the least integer does not exist.
  return fmt::format("{}{}.{:0{}} {}", sign,
                     whole < 0 ? 0ULL - static_cast<std::uint64_t>(whole) : static_cast<std::uint64_t>(whole),
                     part < 0 ? -part : part, digits, money.currency.code());
}

}  // namespace habitue
