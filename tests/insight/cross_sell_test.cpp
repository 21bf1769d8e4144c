// What is bought after what, in shops where it was planted; who is told what, and when nothing is said at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "insight/products/cross_sell.hpp"
#include "insight/products_world.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const UtcMicros kStart = *parse_moment("2024-01-01T12:00:00Z", Zone::utc());
constexpr int kDays = 365;
UtcMicros day(int number) { return kStart + std::chrono::days{number}; }

// Twenty products, and five more that are mostly taken after one of the first five, when `planted`: P20 after P0, P21 after P1, ...
std::vector<Said> invent(unsigned customers, unsigned seed, bool planted) {
  std::mt19937 random(seed);
  const auto draw = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  std::vector<Said> story;
  for (unsigned customer = 0; customer < customers; ++customer) {
    std::set<unsigned> had;
    int at = static_cast<int>(draw(240));
    for (unsigned order = 0, orders = 1 + draw(6); order < orders && at < kDays; ++order) {
      std::set<unsigned> now{draw(20)};
      if (draw(3) == 0) now.insert(draw(25));
      for (unsigned first = 0; planted && first < 5; ++first)
        if (had.contains(first) && !had.contains(20 + first) && draw(4) != 0) now.insert(20 + first);
      std::string lines;
      for (const unsigned product : now)
        lines += fmt::format(R"({}{{"product_id":"P{}","name":"Product {}","category":"{}","price":{}}})",
                             lines.empty() ? "" : ",", product, product,
                             product < 20 ? fmt::format("base{}", product) : fmt::format("extra{}", product - 20),
                             5 + product);
      story.push_back({fmt::format("c{}", customer), "Order Completed", format_moment(day(at)),
                       fmt::format(R"({{"order_id":"c{}-{}","total":10,"products":[{}]}})", customer, order, lines)});
      had.insert(now.begin(), now.end());
      at += 20 + static_cast<int>(draw(60));
    }
  }
  return story;
}

const ProductShop& shop() {
  static const ProductShop made(invent(600, 3, true), product_business(), day(kDays));
  return made;
}

TEST(CrossSell, FindsWhatWasPlantedAndWhomToTell) {
  const auto report = ask_cross_sell(*shop().customers, shop().question, {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_FALSE(report->pairs.empty());
  const CrossSellPair& pair = report->pairs.front();
  // The surest five are those that were planted.
  std::set<std::string> found;
  for (std::size_t at = 0; at < 5; ++at) found.insert(report->pairs[at].first.id + " " + report->pairs[at].then.id);
  EXPECT_THAT(found, ElementsAre("P0 P20", "P1 P21", "P2 P22", "P3 P23", "P4 P24"));
  EXPECT_EQ(pair.then.name, "Product " + pair.then.id.substr(1));
  EXPECT_GT(pair.lift, 2);
  EXPECT_LT(pair.adjusted, 1e-6);
  EXPECT_GE(pair.delay_p25_days, 20);
  EXPECT_LE(pair.delay_p25_days, pair.delay_median_days);
  const auto not_yet = people_of_cross_sell(*shop().customers, shop().question, {}, {pair.first.id, pair.then.id});
  const auto followed = people_of_cross_sell(*shop().customers, shop().question, {},
                                             {pair.first.id, pair.then.id, CrossSellCell::Who::Followed});
  ASSERT_TRUE(not_yet && followed);
  EXPECT_EQ(not_yet->size(), pair.not_yet);
  EXPECT_EQ(followed->size(), pair.customers);
  EXPECT_FALSE(people_of_cross_sell(*shop().customers, shop().question, {}, {"P0", "none"}));
  EXPECT_EQ(report->check.verdict, RecommendVerdict::Passed);
  EXPECT_GT(report->check.difference_low, 0);
  EXPECT_THAT(report->sentence_en, HasSubstr("they do better"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("elles font mieux"));
}

TEST(CrossSell, IsTheSameForAnyNumberOfThreadsAndKnowsNothingOfLater) {
  std::vector<Said> known;
  for (const Said& said : invent(600, 3, true))
    if (*parse_moment(said.when, Zone::utc()) <= day(200)) known.push_back(said);
  const ProductShop then(known, product_business(), day(200));
  Question past = shop().question;
  past.as_of = day(200);
  const auto text = [](const Result<CrossSellReport>& report) {
    std::string said = report->sentence_en;
    for (const CrossSellPair& pair : report->pairs)
      said += fmt::format("{} {} {} {} {};", pair.first.id, pair.then.id, pair.customers, pair.not_yet, pair.adjusted);
    for (const CrossSellBasket& pair : report->basket_pairs) said += fmt::format("{} {};", pair.first.id, pair.baskets);
    return said;
  };
  past.threads = 1;
  const auto one = ask_cross_sell(*shop().customers, past, {});
  past.threads = 4;
  const auto four = ask_cross_sell(*shop().customers, past, {});
  const auto before = ask_cross_sell(*then.customers, then.question, {});
  ASSERT_TRUE(one && four && before);
  EXPECT_EQ(text(one), text(four));
  EXPECT_EQ(text(one), text(before));
}

TEST(CrossSell, RecommendsNothingThatDoesNoBetterThanWhatEverybodyBuys) {
  const ProductShop chance(invent(600, 5, false), product_business(), day(kDays));
  const auto report = ask_cross_sell(*chance.customers, chance.question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->check.verdict, RecommendVerdict::Failed);
  EXPECT_THAT(report->check.reasons, ElementsAre(RecommendReason::NoBetterThanPopular));
  const ProductShop few(invent(30, 5, true), product_business(), day(kDays));
  const auto of_few = ask_cross_sell(*few.customers, few.question, {});
  ASSERT_TRUE(of_few);
  EXPECT_EQ(of_few->check.verdict, RecommendVerdict::NotPossible);
  EXPECT_THAT(of_few->sentence_fr, HasSubstr("il en faut 50"));
  const auto learnt = Recommendations::learn(*few.customers, few.question, ProductsBy::Product);
  ASSERT_TRUE(learnt);
  EXPECT_THAT(learnt->of(few.built.person("c0"), 3).products, IsEmpty());
  const ProductShop none({{"ann", "Order Completed", "2024-01-05", R"({"total":10})"}}, product_business(), day(kDays));
  const auto of_none = ask_cross_sell(*none.customers, none.question, {});
  ASSERT_TRUE(of_none);
  EXPECT_THAT(of_none->check.reasons, ElementsAre(RecommendReason::NoProducts));
  EXPECT_THAT(of_none->sentence_en, HasSubstr("no purchase tells"));
  EXPECT_FALSE(ask_cross_sell(*none.customers, none.question, {.buyers_least = 1}));
  EXPECT_FALSE(ask_cross_sell(*none.customers, none.question, {.held_out = 0.9}));
}

// ann has P0; ben has it and refuses P20; cleo is not known to have bought anything.
std::vector<Said> with_visitors() {
  std::vector<Said> story = invent(600, 3, true);
  for (const char* who : {"ann", "ben"})
    story.push_back(
        {who, "Order Completed", format_moment(day(300)),
         fmt::format(R"({{"order_id":"{}","total":5,"products":[{{"product_id":"P0","category":"base0"}}]}})", who)});
  story.push_back({"ben", "Product Refused", format_moment(day(301)), R"({"product_id":"P20"})"});
  story.push_back({"cleo", "Page Seen", format_moment(day(301)), "{}"});
  return story;
}
std::vector<std::string> ids(const RecommendationsReport& report) {
  std::vector<std::string> found;
  for (const RecommendedProduct& one : report.products) found.push_back(one.id);
  return found;
}

TEST(Recommendations, AreNeverWhatSomebodyHasOrRefused) {
  const ProductShop made(with_visitors(), product_business(), day(kDays));
  const auto learnt = Recommendations::learn(*made.customers, made.question, ProductsBy::Product);
  ASSERT_TRUE(learnt) << learnt.error().message;
  const RecommendationsReport ann = learnt->of(made.built.person("ann"), 3);
  ASSERT_EQ(ann.products.size(), 3U);
  EXPECT_EQ(ann.products.front().id, "P20");
  ASSERT_TRUE(ann.products.front().because);
  EXPECT_EQ(ann.products.front().because->id, "P0");
  EXPECT_THAT(ann.products.front().sentence_en, HasSubstr("After Product 0"));
  EXPECT_THAT(ann.products.front().sentence_fr, HasSubstr("fois plus souvent"));
  EXPECT_THAT(ids(ann), testing::Not(Contains("P0")));
  const RecommendationsReport ben = learnt->of(made.built.person("ben"), 10);
  EXPECT_EQ(ben.refused, 1U);
  EXPECT_THAT(ids(ben), testing::Not(testing::AnyOf(Contains("P0"), Contains("P20"))));
  EXPECT_EQ(ben.products.size(), 10U);
  const RecommendationsReport cleo = learnt->of(made.built.person("cleo"), 2);
  EXPECT_EQ(cleo.products.size(), 2U);
  EXPECT_THAT(cleo.products.front().sentence_en, HasSubstr("is bought often"));
  // Nobody is proposed what they have, whoever they are.
  for (unsigned customer = 0; customer < 100; ++customer) {
    const PersonId person = made.built.person(fmt::format("c{}", customer));
    const RecommendationsReport one = learnt->of(person, 25);
    EXPECT_EQ(one.products.size() + one.owned, 25U) << customer;
  }
}

TEST(Recommendations, RepeatGoodsThatAreConsumed) {
  config::Business business = product_business();
  business.products.consumed = true;
  const ProductShop made(with_visitors(), business, day(kDays));
  const auto learnt = Recommendations::learn(*made.customers, made.question, ProductsBy::Product);
  ASSERT_TRUE(learnt);
  const RecommendationsReport ben = learnt->of(made.built.person("ben"), 25);
  EXPECT_THAT(ids(ben), Contains("P0"));
  EXPECT_THAT(ids(ben), testing::Not(Contains("P20")));
  for (const RecommendedProduct& one : ben.products) {
    EXPECT_EQ(one.again, one.id == "P0");
    if (one.again) {
      EXPECT_THAT(one.sentence_en, HasSubstr("bought again"));
    }
  }
}

TEST(Recommendations, OfCategoriesAreOnesNeverTried) {
  const ProductShop made(with_visitors(), product_business(), day(kDays));
  const auto learnt = Recommendations::learn(*made.customers, made.question, ProductsBy::Category);
  ASSERT_TRUE(learnt);
  const RecommendationsReport ann = learnt->of(made.built.person("ann"), 10);
  EXPECT_EQ(ann.owned, 1U);
  ASSERT_FALSE(ann.products.empty());
  EXPECT_EQ(ann.products.front().id.substr(0, 5), "extra");
  EXPECT_THAT(ids(ann), testing::Not(Contains("base0")));
  // The category of what was refused is refused.
  EXPECT_THAT(ids(ann), Contains("extra0"));
  EXPECT_THAT(ids(learnt->of(made.built.person("ben"), 10)), testing::Not(Contains("extra0")));
}

}  // namespace
}  // namespace habitue::insight
