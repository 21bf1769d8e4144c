// The smallest range and whom a cut touches, in shops small enough to count, and against best-sellers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/products/assortment.hpp"
#include "insight/products_world.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

UtcMicros at(std::string_view text) { return *parse_moment(text, Zone::utc()); }

Said order(std::string who, int number, std::string_view product, int price, std::string_view category = "") {
  return {
      std::move(who), "Order Completed", fmt::format("2024-01-{:02}", number),
      fmt::format(
          R"({{"order_id":"{0}-{1}","total":{3},"products":[{{"product_id":"{1}","category":"{2}","price":{3}}}]}})",
          number, product, category, price)};
}

// Three buy the two dear ones, A and B; four each buy one cheap thing: C, and nothing else.
std::vector<Said> story() {
  std::vector<Said> all;
  for (int one = 1; one <= 3; ++one) {
    all.push_back(order(fmt::format("rich{}", one), one, "A", 100, "dear"));
    all.push_back(order(fmt::format("rich{}", one), 10 + one, "B", 90, "dear"));
  }
  for (int one = 1; one <= 4; ++one) all.push_back(order(fmt::format("poor{}", one), one, "C", 5, "cheap"));
  return all;
}
ProductShop shop() { return {story(), product_business(), at("2024-06-01")}; }

std::vector<std::string> ids(const std::vector<AssortmentProduct>& products) {
  std::vector<std::string> found;
  for (const AssortmentProduct& one : products) found.push_back(one.id);
  return found;
}

TEST(Assortment, KeepsCustomersWhomBestSellersLose) {
  const ProductShop made = shop();
  // Half of their value is enough to keep somebody, so A stands for B as well; C holds four of the seven.
  const AssortmentSpec spec{.share = 1, .customer_threshold = 0.5, .guess = false};
  const auto report = ask_assortment(*made.customers, made.question, spec);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->value_is_revenue);
  EXPECT_EQ(report->products, 3U);
  EXPECT_EQ(report->buyers, 7U);
  EXPECT_EQ(report->value_minor, 59'000);
  EXPECT_THAT(ids(report->kept), UnorderedElementsAre("A", "C"));
  EXPECT_THAT(ids(report->dropped), ElementsAre("B"));
  EXPECT_TRUE(report->is_smallest);
  EXPECT_DOUBLE_EQ(report->range->customers_kept, 1);
  EXPECT_NEAR(report->range->value_kept, 320.0 / 590, 1e-12);
  EXPECT_EQ(report->best_sellers->size, 2U);
  EXPECT_NEAR(report->best_sellers->customers_kept, 3.0 / 7, 1e-12);
  EXPECT_THAT(report->sentence_en, HasSubstr("2 products of 3 keep 100.0 % of the customers"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("2 produits sur 3 gardent 100,0"));
  // Of the value, the two dear ones keep the most.
  const auto of_value =
      ask_assortment(*made.customers, made.question, {.keeps = AssortmentKeeps::Margin, .share = 0.9, .guess = false});
  ASSERT_TRUE(of_value);
  EXPECT_THAT(ids(of_value->kept), UnorderedElementsAre("A", "B"));
}

TEST(Assortment, TellsWhomACutTouchesAndWhatTheyLose) {
  const ProductShop made = shop();
  AssortmentSpec spec{.guess = false};
  spec.cut = {"A", "C"};
  spec.substitutes = {{"A", "B", 0.75}};
  const auto report = ask_assortment(*made.customers, made.question, spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->cut);
  EXPECT_EQ(report->cut->touched, 7U);
  EXPECT_EQ(report->cut->no_longer_kept, 4U);
  EXPECT_EQ(report->cut->lost_minor, 3 * 2'500 + 4 * 500);
  EXPECT_EQ(report->cut->left.size, 1U);
  ASSERT_EQ(report->customers.size(), 7U);
  EXPECT_EQ(report->customers.front().lost_minor, 2'500);
  EXPECT_EQ(report->customers.front().value_minor, 19'000);
  EXPECT_TRUE(report->customers.front().is_kept);
  using Who = AssortmentCell::Who;
  const auto touched = people_of_assortment(*made.customers, made.question, spec, {Who::Touched});
  ASSERT_TRUE(touched);
  EXPECT_EQ(touched->size(), 7U);
  EXPECT_THAT(made.names(people_of_assortment(*made.customers, made.question, spec, {Who::NoLongerKept})),
              ElementsAre("poor1", "poor2", "poor3", "poor4"));
}

TEST(Assortment, GuessesSubstitutesWithinACategoryAlone) {
  // Twenty buy D one day and E another, of one category; F, of another, goes with them all the same.
  std::vector<Said> all;
  for (int one = 0; one < 20; ++one) {
    all.push_back(order(fmt::format("p{}", one), 1, "D", 10, "tea"));
    all.push_back(order(fmt::format("p{}", one), 5, "E", 10, "tea"));
    all.push_back(order(fmt::format("p{}", one), 9, "F", 10, "cups"));
  }
  const ProductShop made(all, product_business(), at("2024-06-01"));
  AssortmentSpec spec;
  spec.cut = {"D"};
  const auto guessed = ask_assortment(*made.customers, made.question, spec);
  spec.guess = false;
  const auto plain = ask_assortment(*made.customers, made.question, spec);
  ASSERT_TRUE(guessed && plain);
  EXPECT_EQ(guessed->substitutes_guessed, 2U);  // D for E and E for D.
  EXPECT_LT(guessed->cut->lost_minor, plain->cut->lost_minor);
  EXPECT_EQ(plain->cut->lost_minor, 20 * 1'000);
}

TEST(Assortment, IsOfWhatWasKnownThenAndRefusesWhatMakesNoSense) {
  const ProductShop made = shop();
  Question past = made.question;
  past.as_of = at("2024-01-04 12:00");
  std::vector<Said> known;
  for (const Said& said : story())
    if (at(said.when) <= past.as_of) known.push_back(said);
  const ProductShop then(known, product_business(), past.as_of);
  const auto now = ask_assortment(*made.customers, past, {}),
             before = ask_assortment(*then.customers, then.question, {});
  ASSERT_TRUE(now && before);
  EXPECT_EQ(now->value_minor, before->value_minor);
  EXPECT_EQ(now->sentence_en, before->sentence_en);
  EXPECT_EQ(ids(now->kept), ids(before->kept));

  past.as_of = at("2023-01-01");
  const auto nothing = ask_assortment(*made.customers, past, {});
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->range);
  EXPECT_THAT(nothing->sentence_en, HasSubstr("No range is proposed"));
  EXPECT_FALSE(ask_assortment(*made.customers, made.question, {.share = 0}));
  AssortmentSpec unknown;
  unknown.cut = {"Z"};
  const auto refused = ask_assortment(*made.customers, made.question, unknown);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("\"Z\""));
}

}  // namespace
}  // namespace habitue::insight
