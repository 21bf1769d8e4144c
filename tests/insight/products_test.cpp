// What products bring, in stories counted by hand and on random shops counted naively.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "insight/products/products.hpp"
#include "insight/products_world.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UtcMicros at(std::string_view text) { return *parse_moment(text, Zone::utc()); }

// ann buys tea and a cup with postage, then tea alone; bob buys a cup in two instalments and gives it back half; cid's cup goes back whole;
// dan's order tells one product by its own properties.
const std::vector<Said> kStory{
    {"ann", "Order Completed", "2024-01-05",
     R"({"order_id":"a1","total":25,"products":[{"product_id":"T","name":"Tea","category":"Drinks","price":5,"quantity":2,"cost":2},
         {"product_id":"C","name":"Cup","category":"Ware","price":12,"cost":7},{"name":"Postage","price":3,"kind":"shipping"}]})"},
    {"ann", "Order Completed", "2024-02-05",
     R"({"order_id":"a2","total":4.5,"products":[{"sku":"T","name":"Green tea","price":"5.00"}]})"},
    {"bob", "Order Completed", "2024-01-10",
     R"({"order_id":"b1","total":24,"products":[{"product_id":"C","price":12,"quantity":2,"cost":7}]})"},
    {"bob", "Order Refunded", "2024-02-10",
     R"({"order_id":"b1","total":12,"products":[{"product_id":"C","price":12,"quantity":1}]})"},
    {"cid", "Order Completed", "2024-01-11",
     R"({"order_id":"c1","total":12,"products":[{"product_id":"C","price":12}]})"},
    {"cid", "Order Refunded", "2024-03-01", R"({"order_id":"c1","total":12})"},
    {"dan", "Order Completed", "2024-02-20", R"({"total":7,"product_id":"S","name":"Spoon","quantity":2})"},
    {"eve", "Order Completed", "2024-02-21", R"({"total":9})"},
    {"eve", "Page Seen", "2024-02-21", R"({"product_id":"T"})"},
};

const ProductLine* line(const ProductsReport& report, std::string_view id) {
  for (const ProductLine& each : report.lines)
    if (each.id == id) return &each;
  return nullptr;
}

TEST(Products, AreCountedLikeTheStory) {
  const ProductShop shop(kStory, product_business(), at("2024-04-01"));
  const auto report = ask_products(*shop.customers, shop.question, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->products, 3U);
  const ProductLine& tea = *line(*report, "T");
  EXPECT_EQ(tea.name, "Green tea");
  EXPECT_EQ(tea.category, "Drinks");
  EXPECT_EQ(tea.figures.buyers, 1U);
  EXPECT_EQ(tea.figures.purchases, 2U);
  EXPECT_EQ(tea.figures.quantity, 3);
  EXPECT_EQ(tea.figures.revenue_minor, 1000 + 500);
  EXPECT_EQ(tea.figures.margin_minor, 600);  // Of the second no cost is told.
  EXPECT_EQ(tea.figures.revenue_without_margin_minor, 500);
  EXPECT_EQ(tea.first.part, 1U);
  EXPECT_EQ(tea.first.whole, 4U);  // cid's only purchase does not count.
  EXPECT_EQ(tea.again.part, 1U);
  EXPECT_EQ(tea.again_same.part, 1U);
  const ProductLine& cup = *line(*report, "C");
  EXPECT_EQ(cup.figures.buyers, 2U);
  EXPECT_EQ(cup.figures.quantity, 2);
  EXPECT_EQ(cup.figures.revenue_minor, 1200 + 2400 - 1200 + 1200 - 1200);
  EXPECT_EQ(cup.figures.refunded_minor, 2400);
  EXPECT_EQ(cup.figures.refunds, 2U);
  EXPECT_EQ(cup.again.part, 1U);
  EXPECT_EQ(cup.again_same.part, 0U);
  EXPECT_EQ(line(*report, "S")->figures.revenue_minor, 700);
  // Postage, the discount of 0.50 and eve's order.
  EXPECT_EQ(report->of_no_product.revenue_minor, 300 - 50 + 900);
  EXPECT_EQ(report->total.revenue_minor, 2500 + 450 + 2400 - 1200 + 700 + 900);
  EXPECT_EQ(report->total.buyers, 4U);
  EXPECT_EQ(report->total.purchases, 5U);
  EXPECT_EQ(report->total.refunds, 2U);
  EXPECT_THAT(report->warnings, testing::Contains(HasSubstr("1 of 5 purchases tell no product")));
  const auto roles = ask_roles(*shop.customers, shop.question);
  ASSERT_TRUE(roles);
  EXPECT_EQ(roles->sides.front().figures.all.balances().front().net_minor(), report->total.revenue_minor);

  using Who = ProductsCell::Who;
  const auto who = [&](const char* product, Who which) {
    return shop.names(people_of_products(*shop.customers, shop.question, {}, {product, which}));
  };
  EXPECT_THAT(who("C", Who::Buyers), ElementsAre("ann", "bob"));
  EXPECT_THAT(who("C", Who::GaveBack), ElementsAre("bob", "cid"));
  EXPECT_THAT(who("C", Who::Again), ElementsAre("ann"));
  EXPECT_THAT(who("T", Who::AgainSame), ElementsAre("ann"));
  EXPECT_THAT(who("S", Who::First), ElementsAre("dan"));
  EXPECT_THAT(who("X", Who::First), ElementsAre(HasSubstr("nobody bought")));
}

TEST(Products, AreCountedByCategory) {
  const ProductShop shop(kStory, product_business(), at("2024-04-01"));
  const auto report = ask_products(*shop.customers, shop.question, {.by = ProductsBy::Category});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->products, 3U);  // Drinks, ware, and the spoon's none.
  EXPECT_EQ(line(*report, "Ware")->figures.buyers, 2U);
  EXPECT_EQ(line(*report, "")->figures.revenue_minor, 700);
}

TEST(Products, OfADayInThePastAreThoseOfTheEventsThatWereThere) {
  for (const char* day : {"2024-01-10", "2024-02-09", "2024-02-28"}) {
    std::vector<Said> known;
    for (const Said& said : kStory)
      if (at(said.when) <= at(day)) known.push_back(said);
    const ProductShop whole(kStory, product_business(), at(day)), then(known, product_business(), at(day));
    const auto now = ask_products(*whole.customers, whole.question, {}),
               before = ask_products(*then.customers, then.question, {});
    ASSERT_TRUE(now && before);
    EXPECT_EQ(now->total.revenue_minor, before->total.revenue_minor) << day;
    ASSERT_EQ(now->lines.size(), before->lines.size()) << day;
    for (std::size_t at = 0; at < now->lines.size(); ++at) {
      EXPECT_EQ(now->lines[at].id, before->lines[at].id) << day;
      EXPECT_EQ(now->lines[at].name, before->lines[at].name) << day;
      EXPECT_EQ(now->lines[at].figures.revenue_minor, before->lines[at].figures.revenue_minor) << day;
      EXPECT_EQ(now->lines[at].figures.buyers, before->lines[at].figures.buyers) << day;
    }
  }
}

TEST(Products, PaidInPartsBringWhatWasPaid) {
  config::Business business = product_business();
  business.money.payments = {"Paid"};
  business.margin.share = 0.5;
  const ProductShop shop(
      {{"ann", "Order Completed", "2024-01-05",
        R"({"order_id":"a1","total":100,"products":[{"product_id":"A","price":60},{"product_id":"B","price":40}]})"},
       {"ann", "Paid", "2024-01-06", R"({"order_id":"a1","total":50})"},
       {"ann", "Paid", "2024-02-06", R"({"order_id":"a1","total":25})"}},
      business, at("2024-04-01"));
  const auto report = ask_products(*shop.customers, shop.question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(line(*report, "A")->figures.revenue_minor, 4500);
  EXPECT_EQ(line(*report, "A")->figures.margin_minor, 2250);
  EXPECT_EQ(line(*report, "B")->figures.revenue_minor, 3000);
  EXPECT_EQ(report->of_no_product.revenue_minor, 0);
  EXPECT_EQ(line(*report, "B")->figures.purchases, 1U);
}

TEST(Products, NotToldAreSaidSo) {
  const ProductShop shop({{"ann", "Order Completed", "2024-01-05", R"({"total":10})"}}, product_business(),
                         at("2024-04-01"));
  const auto report = ask_products(*shop.customers, shop.question, {});
  ASSERT_TRUE(report);
  EXPECT_THAT(report->lines, IsEmpty());
  EXPECT_EQ(report->of_no_product.revenue_minor, 1000);
  EXPECT_THAT(report->warnings, testing::Contains(HasSubstr("[products]")));
  EXPECT_FALSE(ask_products(*shop.customers, shop.question, {.limit = 10'001}));
}

// Random shops with whole and partial returns, against a naive count; any number of threads.
TEST(Products, OfRandomShopsEqualANaiveCount) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
    std::vector<Said> story;
    std::map<std::string, std::int64_t> revenue;
    std::map<std::string, std::set<std::string>> buyers;
    std::int64_t all = 0;
    for (unsigned order = 0; order < 60; ++order) {
      const std::string who = fmt::format("p{}", draw(12)), id = fmt::format("o{}", order);
      const std::string day = fmt::format("2024-0{}-{:02}", 1 + order / 20, 1 + order % 20);
      std::string lines;
      std::map<std::string, std::int64_t> here;
      std::int64_t total = 0;
      for (unsigned n = 1 + draw(3); n > 0; --n) {
        const std::string product(1, static_cast<char>('A' + draw(5)));
        const auto quantity = 1 + draw(3), price = 100 + draw(900);
        lines += fmt::format(R"({}{{"product_id":"{}","quantity":{},"price":{}.{:02}}})", lines.empty() ? "" : ",",
                             product, quantity, price / 100, price % 100);
        here[product] += std::int64_t{quantity} * price;
        total += std::int64_t{quantity} * price;
      }
      story.push_back({who, "Order Completed", day,
                       fmt::format(R"({{"order_id":"{}","total":{}.{:02},"products":[{}]}})", id, total / 100,
                                   total % 100, lines)});
      const unsigned back = draw(6);
      if (back == 0) {  // All of it.
        story.push_back({who, "Order Refunded", day + " 12:00", fmt::format(R"({{"order_id":"{}"}})", id)});
        continue;
      }
      all += total;
      for (const auto& [product, amount] : here) {
        revenue[product] += amount;
        buyers[product].insert(who);
      }
    }
    ProductShop shop(story, product_business(), at("2024-06-01"));
    std::optional<std::string> first;
    for (const unsigned threads : {1U, 4U}) {
      shop.question.threads = threads;
      const auto report = ask_products(*shop.customers, shop.question, {});
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_EQ(report->total.revenue_minor, all) << seed;
      std::string said;
      for (const ProductLine& each : report->lines) {
        EXPECT_EQ(each.figures.revenue_minor, revenue[each.id]) << seed << each.id;
        EXPECT_EQ(each.figures.buyers, buyers[each.id].size()) << seed << each.id;
        said += fmt::format("{} {} {} {};", each.id, each.figures.purchases, each.first.part, each.again.part);
      }
      if (first) {
        EXPECT_EQ(*first, said);
      }
      first = said;
    }
  }
}

}  // namespace
}  // namespace habitue::insight
