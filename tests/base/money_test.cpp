#include "base/money.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

namespace habitue {
namespace {

Currency currency(const char* letters) { return *Currency::parse(letters); }

TEST(Money, KeepsTheMinorUnitsOfEachCurrency) {
  EXPECT_EQ(money_of(19.99, currency("eur"))->minor_units, 1999);
  EXPECT_EQ(money_of(1999, currency("JPY"))->minor_units, 1999);
  EXPECT_EQ(money_of(1.234, currency("KWD"))->minor_units, 1234);
  EXPECT_EQ(money_of(-0.005, currency("GBP"))->minor_units, -1);
}

TEST(Money, IsWrittenWithItsSignAndDigits) {
  EXPECT_EQ(format_money({1999, currency("EUR")}), "19.99 EUR");
  EXPECT_EQ(format_money({-5, currency("EUR")}), "-0.05 EUR");
  EXPECT_EQ(format_money({-1999, currency("JPY")}), "-1999 JPY");
  EXPECT_EQ(format_money({INT64_MIN, currency("EUR")}), "-92233720368547758.08 EUR");
}

TEST(Money, RefusesWhatCannotBeExact) {
  EXPECT_FALSE(money_of(1e300, currency("EUR")));
  EXPECT_FALSE(money_of(std::nan(""), currency("EUR")));
  EXPECT_FALSE(add({1, currency("EUR")}, {1, currency("GBP")}));
  EXPECT_FALSE(add({INT64_MAX, currency("EUR")}, {1, currency("EUR")}));
  EXPECT_FALSE(Currency::parse("EURO"));
  EXPECT_FALSE(Currency::parse("E1R"));
}

}  // namespace
}  // namespace habitue
