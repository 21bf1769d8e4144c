#include "intake/decimal.hpp"

#include <gtest/gtest.h>

#include <random>

namespace habitue::intake {
namespace {

std::string read(std::string_view text, DecimalMark mark = DecimalMark::Point) {
  const auto value = parse_decimal(text, mark);
  if (!value) return "none";
  std::string out;
  append_decimal(out, *value);
  return out;
}

TEST(ParseDecimal, ReadsNumbersAsPeopleWriteThem) {
  EXPECT_EQ(read("12.50"), "12.5");
  EXPECT_EQ(read("-0.001"), "-0.001");
  EXPECT_EQ(read(" 1,234.50 "), "1234.5");
  EXPECT_EQ(read("£1,234.50"), "1234.5");
  EXPECT_EQ(read("(12.50)"), "-12.5");
  EXPECT_EQ(read("12.50-"), "-12.5");
  EXPECT_EQ(read("\u221212.50"), "-12.5");
  EXPECT_EQ(read("-$ 3"), "-3");
  EXPECT_EQ(read("$-3"), "-3");
  EXPECT_EQ(read("+7 USD"), "7");
  EXPECT_EQ(read("1'234'567"), "1234567");
  EXPECT_EQ(read("1.5e3"), "1500");
  EXPECT_EQ(read("15E-1"), "1.5");
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read(".5"), "0.5");
}

TEST(ParseDecimal, ReadsTheDecimalComma) {
  EXPECT_EQ(read("12,50", DecimalMark::Comma), "12.5");
  EXPECT_EQ(read("1.234,56", DecimalMark::Comma), "1234.56");
  EXPECT_EQ(read("1 234,56 €", DecimalMark::Comma), "1234.56");
  EXPECT_EQ(read("1\u00A0234\u00A0567,8\u00A0€", DecimalMark::Comma), "1234567.8");
  EXPECT_EQ(read("-1\u202F234,5", DecimalMark::Comma), "-1234.5");
  EXPECT_EQ(read("1.234", DecimalMark::Comma), "1234");
}

TEST(ParseDecimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"",    " ",     "-", "abc",   "1,2",  "12,34.5", "1.2.3", "1,,234", "--1",
                           "1e",  "1e999", "€", "12 34", "0x10", "1 2",     "NaN",   "inf",    "1234567890123456789012",
                           "1-2", "()"})
    EXPECT_EQ(read(text), "none") << text;
  EXPECT_EQ(read("12.5", DecimalMark::Comma), "none");
}

TEST(ParseDecimal, TellsTheCurrencyBeside) {
  EXPECT_EQ(currency_beside("£12"), "GBP");
  EXPECT_EQ(currency_beside("12,50 €"), "EUR");
  EXPECT_EQ(currency_beside("-$3"), "USD");
  EXPECT_EQ(currency_beside("12"), "");
  EXPECT_EQ(currency_beside("EUR"), "");
}

TEST(ExactSum, IsExactWhereDoublesAreNot) {
  ExactSum sum;
  for (int i = 0; i < 10; ++i) sum.add_product(*parse_decimal("0.1", DecimalMark::Point), {3, 0});
  std::string text;
  sum.append_to(text);
  EXPECT_EQ(text, "3");
  EXPECT_EQ(sum.minor_units(*Currency::parse("GBP")), 300);

  ExactSum half;
  half.add({-25, 3});
  EXPECT_EQ(half.minor_units(*Currency::parse("GBP")), -3);  // Halves go away from zero.
  EXPECT_EQ(half.minor_units(*Currency::parse("KWD")), -25);
  EXPECT_EQ(half.minor_units(*Currency::parse("JPY")), 0);
}

TEST(ExactSum, SaysWhenItCannotBeExact) {
  ExactSum sum;
  const Decimal large{999'999'999'999'999'999, 0};
  for (int i = 0; i < 4 && sum.exact(); ++i) sum.add_product(large, large);
  EXPECT_FALSE(sum.exact());
  EXPECT_FALSE(sum.minor_units(Currency{}));
}

TEST(AppendDecimal, ComesBackAsItWent) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const Decimal value{static_cast<std::int64_t>(random() % 1'000'000'000'000'000'000) * (random() % 2 == 0 ? 1 : -1),
                        static_cast<std::uint8_t>(random() % 19)};
    const auto back = parse_decimal(read([&] {
                                      std::string text;
                                      append_decimal(text, value);
                                      return text;
                                    }()),
                                    DecimalMark::Point);
    ASSERT_TRUE(back && equal(*back, value)) << value.mantissa << " / 10^" << int{value.scale};
  }
}

}  // namespace
}  // namespace habitue::intake
