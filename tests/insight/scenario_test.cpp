// What if prices changed, asked of invented shops and subscriptions whose customers answer to prices by a known law, and of stories counted
// by hand: what was planted is found, what cannot be known is refused, and what needs no estimate is told all the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/products_world.hpp"
#include "insight/scenario/scenario.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const UtcMicros kStart = *parse_moment("2024-01-01T12:00:00Z", Zone::utc());
UtcMicros day(int number) { return kStart + std::chrono::days{number}; }

struct Prices {
  double elasticity = -1.5;
  bool move = true;
  int products = 25, weeks = 51, customers = 150;
  double second = 0;  // Added to the elasticity of the products of categories "b0" and "b1".
};

// Dearer in the high season, and cheaper by the dozen: neither is an answer to a price.
std::vector<Said> invent(const Prices& world, unsigned seed) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  boost::random::normal_distribution<double> normal;
  boost::random::gamma_distribution<double> gamma(5, 0.2);
  std::vector<Said> story;
  for (int product = 0; product < world.products; ++product) {
    const double level = 1.4 + 0.5 * normal(random), usual = 2 + 0.5 * normal(random);
    const double elasticity = world.elasticity + (product % 4 >= 2 ? world.second : 0);
    for (int week = 0; week < world.weeks; ++week) {
      const double season = std::sin(2 * 3.14159265358979 * week / 52);
      double price = usual;
      if (world.move) price += 0.08 * season - (uniform(random) < 0.3 ? 0.05 + 0.25 * uniform(random) : 0);
      const double expected = std::exp(level + 0.5 * season + elasticity * (price - usual)) * gamma(random);
      const int sold = boost::random::poisson_distribution<int, double>(expected)(random);
      for (int one = 0; one < sold; ++one) {
        const bool dozen = uniform(random) < 0.1;
        story.push_back(
            {fmt::format("c{}", static_cast<int>(uniform(random) * world.customers)), "Order Completed",
             format_moment(day(week * 7 + static_cast<int>(uniform(random) * 7)) +
                           std::chrono::seconds(story.size() % 36'000)),
             fmt::format(
                 R"({{"total":{0:.2f},"products":[{{"product_id":"p{1}","price":{2:.4f},"quantity":{3},"category":"{4}"}}]}})",
                 std::exp(price) * (dozen ? 0.8 * 12 : 1), product, std::exp(price) * (dozen ? 0.8 : 1), dozen ? 12 : 1,
                 fmt::format("{}{}", product % 4 < 2 ? "a" : "b", product % 2))});
      }
    }
  }
  return story;
}

config::Business business() {
  config::Business business = product_business();
  business.margin.share = 0.4;
  return business;
}
ProductShop shop_of(const std::vector<Said>& story, int as_of = 360) { return {story, business(), day(as_of)}; }
ScenarioSpec last_period() {
  ScenarioSpec spec;
  spec.base = ScenarioSpec::Base::LastPeriod;
  return spec;
}

TEST(Scenario, FindsThePlantedElasticityWhateverSeasonAndRebatesDo) {
  for (const double planted : {0.0, -0.5, -1.5, -3.0}) {
    const ProductShop shop = shop_of(invent({.elasticity = planted}, 21));
    const auto report = ask_scenario(*shop.customers, shop.question, last_period());
    ASSERT_TRUE(report) << report.error().message;
    const ScenarioElasticity& found = report->all.elasticity;
    ASSERT_EQ(found.verdict, ScenarioVerdict::Told) << planted;
    EXPECT_LE(*found.low, planted);
    EXPECT_GE(*found.high, planted);
    EXPECT_LT(*found.high - *found.low, 2);
    ASSERT_TRUE(report->all.outcome);
    // Of what the estimate says all else follows: 40 % of the price is left, and a twentieth more then.
    const ScenarioOutcome& outcome = *report->all.outcome;
    const double kept = std::pow(1.05, *found.value);
    const auto revenue = static_cast<double>(report->all.base.revenue_minor);
    EXPECT_NEAR(outcome.purchases.value, report->all.base.purchases * kept, 1e-6);
    EXPECT_NEAR(static_cast<double>(outcome.revenue.minor), revenue * kept * 1.05, 1);
    EXPECT_NEAR(static_cast<double>(outcome.margin->minor), revenue * kept * 0.45, 1e-3 * revenue);
    EXPECT_NEAR(outcome.purchases.low, report->all.base.purchases * std::pow(1.05, *found.low),
                0.01 * report->all.base.purchases);
    EXPECT_NEAR(report->all.break_even->purchases_lost, 0.05 / 0.45, 1e-4);
    EXPECT_NEAR(*report->all.break_even->elasticity, std::log(0.4 / 0.45) / std::log(1.05), 1e-3);
    // Above the elasticity at which nothing changes the margin rises, below it falls; that price does nothing is never taken for sure.
    EXPECT_EQ(found.may_be_none, *found.high >= 0);
    EXPECT_EQ(outcome.margin_rises.has_value(), !found.may_be_none);
    if (planted == -1.5) {
      EXPECT_GT(*outcome.margin_rises, 0.95);
    }
    if (planted == -3) {
      EXPECT_LT(*outcome.margin_rises, 0.2);
    }
    if (planted == 0) {
      EXPECT_THAT(report->sentence_en, HasSubstr("no proof"));
    }
    EXPECT_THAT(report->assumptions_en, Contains(HasSubstr("competitors do not react")));
    EXPECT_THAT(report->assumptions_fr, Contains(HasSubstr("concurrents ne réagissent pas")));
  }
}

TEST(Scenario, WithoutPricesThatMovedOnlyWhatNeedsNoEstimateIsTold) {
  const ProductShop shop = shop_of(invent({.move = false}, 3));
  ScenarioSpec spec = last_period();
  const auto report = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->all.elasticity.verdict, ScenarioVerdict::NoVariation);
  EXPECT_FALSE(report->all.elasticity.value);
  EXPECT_FALSE(report->all.outcome);
  ASSERT_TRUE(report->all.break_even);
  EXPECT_THAT(report->sentence_en, HasSubstr("no price has changed"));
  EXPECT_THAT(report->sentence_en, HasSubstr("less than 11.1 % of purchases"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("aucun prix n'a changé"));
  // Given one, the rest is arithmetic.
  spec.elasticity = -1;
  spec.elasticity_low = -2;
  spec.elasticity_high = 0;
  const auto given = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(given && given->all.outcome);
  EXPECT_EQ(given->all.elasticity.verdict, ScenarioVerdict::Given);
  EXPECT_NEAR(given->all.outcome->purchases.value, given->all.base.purchases / 1.05, 1e-6);
  EXPECT_NEAR(given->all.outcome->purchases.high, given->all.base.purchases, 0.01 * given->all.base.purchases);
  EXPECT_THAT(given->assumptions_en, Contains(HasSubstr("given by whoever asks")));
  // A price that falls has to win purchases.
  spec.price_change = -0.1;
  const auto fall = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(fall);
  EXPECT_NEAR(fall->all.break_even->purchases_lost, -0.1 / 0.3, 1e-3);
  EXPECT_THAT(fall->sentence_en, HasSubstr("only if purchases grow by 33.3 %"));
}

TEST(Scenario, SegmentsHaveElasticitiesOfTheirOwnDrawnTowardsWhatTheyShare) {
  const ProductShop shop = shop_of(invent({.elasticity = -0.5, .products = 60, .second = -2.5}, 8));
  ScenarioSpec spec = last_period();
  spec.by = ScenarioSpec::By::Category;
  const auto report = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(report);
  ASSERT_THAT(report->segments, SizeIs(4));
  std::int64_t revenue = 0;
  for (const ScenarioSegment& segment : report->segments) {
    const double planted = segment.value.front() == 'a' ? -0.5 : -3;
    EXPECT_LE(*segment.elasticity.low, planted) << segment.value;
    EXPECT_GE(*segment.elasticity.high, planted) << segment.value;
    EXPECT_GT(std::abs(*segment.elasticity.own - *report->common_elasticity),
              std::abs(*segment.elasticity.value - *report->common_elasticity));
    revenue += segment.base.revenue_minor;
    EXPECT_THAT(*people_of_scenario(*shop.customers, shop.question, spec, {.value = segment.value}),
                SizeIs(segment.base.customers));
  }
  EXPECT_GT(*report->spread, 0.5);
  EXPECT_NEAR(static_cast<double>(revenue), static_cast<double>(report->all.base.revenue_minor), 200)
      << "but for what the rounding of totals leaves to no product";
  EXPECT_EQ(people_of_scenario(*shop.customers, shop.question, spec, {.value = "z"}).error().kind, ErrorKind::NotFound);
}

TEST(Scenario, WhatPricesNeverDidIsWidenedAndThenRefused) {
  const ProductShop shop = shop_of(invent({}, 5));
  ScenarioSpec spec = last_period();
  const auto near = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(near);
  EXPECT_FALSE(near->all.elasticity.extrapolated);
  EXPECT_LT(*near->all.elasticity.seen_low, -0.15);
  spec.price_change = 0.4;
  const auto far = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(far);
  EXPECT_TRUE(far->all.elasticity.extrapolated);
  EXPECT_GT(*far->all.elasticity.high - *far->all.elasticity.low,
            1.5 * (*near->all.elasticity.high - *near->all.elasticity.low));
  EXPECT_THAT(far->sentence_en, HasSubstr("never moved as much"));
  spec.price_change = 2;
  const auto beyond = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->all.elasticity.verdict, ScenarioVerdict::TooFar);
  EXPECT_FALSE(beyond->all.outcome);
  EXPECT_TRUE(beyond->all.break_even);
}

TEST(Scenario, ACountedStory) {
  std::vector<Said> story;
  const auto order = [&](const char* who, int at, double total) {
    story.push_back({who, "Order Completed", format_moment(day(at)), fmt::format(R"({{"total":{}}})", total)});
  };
  order("ann", 0, 100);
  order("ann", 150, 60);
  order("bob", 20, 40);
  order("cat", 140, 20);
  const ProductShop shop = shop_of(story, 200);
  ScenarioSpec spec = last_period();
  spec.horizon_days = 100;
  spec.price_change = 0.1;
  spec.margin_change = -0.02;
  spec.elasticity = -2;
  const auto report = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(report) << report.error().message;
  // In the last hundred days ann paid 60 and cat 20.
  EXPECT_EQ(report->all.base.customers, 3U);
  EXPECT_EQ(report->all.base.purchases, 2);
  EXPECT_EQ(report->all.base.revenue_minor, 8'000);
  EXPECT_EQ(report->all.base.margin_minor, 3'200);
  const double kept = 1 / 1.21;
  EXPECT_NEAR(report->all.outcome->purchases.value, 2 * kept, 1e-9);
  EXPECT_EQ(report->all.outcome->revenue.minor, std::llround(8'000 * kept * 1.1));
  // Of each unit 0.40 + 0.10 - 0.02 of today's price is left.
  EXPECT_EQ(report->all.outcome->margin->minor, std::llround(8'000 * kept * 0.48));
  EXPECT_EQ(report->all.outcome->margin->low_minor, report->all.outcome->margin->minor);
  EXPECT_FALSE(report->all.outcome->margin_rises) << "a number without limits has no chance";
  EXPECT_THAT(shop.names(people_of_scenario(*shop.customers, shop.question, spec, {})),
              ElementsAre("ann", "bob", "cat"));
  // Nothing that came later is seen.
  Question earlier = shop.question;
  earlier.as_of = day(145);
  const auto then = ask_scenario(*shop.customers, earlier, spec);
  EXPECT_EQ(then->all.base.revenue_minor, 2'000);
}

TEST(Scenario, RetentionChangesWhoComesBack) {
  const auto story = invent({.weeks = 43, .customers = 900}, 14);
  const ProductShop shop = shop_of(story, 300);
  ScenarioSpec spec = last_period();
  spec.horizon_days = 120;
  spec.price_change = 0;
  spec.retention_change = -0.25;
  const auto report = ask_scenario(*shop.customers, shop.question, spec);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->all.elasticity.verdict, ScenarioVerdict::NotNeeded);
  std::set<std::string> before, again, known;
  int recent = 0, of_known = 0;
  for (const Said& one : story)
    if (*parse_moment(one.when, Zone::utc()) <= day(180)) known.insert(one.who);
  for (const Said& one : story) {
    const UtcMicros at = *parse_moment(one.when, Zone::utc());
    if (at > day(300)) continue;
    if (at > day(60) && at <= day(180)) before.insert(one.who);
    if (at > day(180)) {
      again.insert(one.who);
      ++recent;
      of_known += known.contains(one.who) ? 1 : 0;
    }
  }
  std::erase_if(again, [&](const std::string& who) { return !before.contains(who); });
  ASSERT_TRUE(report->all.returning);
  EXPECT_EQ(report->all.returning->customers, before.size());
  EXPECT_EQ(report->all.returning->came_back, again.size());
  const double share = static_cast<double>(again.size()) / static_cast<double>(before.size());
  const double then = 1 - 0.75 * (1 - share);
  EXPECT_NEAR(report->all.returning->then, then, 1e-12);
  EXPECT_NEAR(report->all.outcome->purchases.value, recent - of_known + of_known * then / share, 1e-6);
  EXPECT_LT(report->all.outcome->purchases.low, report->all.outcome->purchases.value);
  EXPECT_GT(*report->all.outcome->margin_rises, 0.99);
}

// --- subscriptions ----------------------------------------------------------------------------------------------------

struct Contracts {
  double effect = 4;  // Of ln of the rise on ln of the risk to leave, at three renewals.
  double rises = 0.04;
  int people = 1'200, days = 720;
};
std::vector<Said> invent(const Contracts& world, unsigned seed) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int person = 0; person < world.people; ++person) {
    const std::string who = fmt::format("s{}", person);
    const int from = static_cast<int>(uniform(random) * world.days * 0.7);
    double price = 20, change = 0;
    int since = 99;
    story.push_back({who, "$identify", format_moment(day(from) - std::chrono::hours(1)),
                     fmt::format(R"({{"country":"{}"}})", person % 3 == 0 ? "fr" : "de")});
    story.push_back({who, "Subscription Started", format_moment(day(from)), R"({"price":20,"interval":"month"})"});
    for (int at = from + 30; at < world.days; at += 30) {
      if (uniform(random) < 0.05 * (since < 3 ? std::exp(world.effect * change) : 1)) {
        story.push_back({who, "Subscription Cancelled", format_moment(day(at) - std::chrono::hours(2)), "{}"});
        break;
      }
      ++since;
      if (uniform(random) < world.rises) {
        since = 0;
        change = std::log(1.05 + 0.15 * uniform(random));
        price *= std::exp(change);
      }
      story.push_back({who, "Subscription Renewed", format_moment(day(at)),
                       fmt::format(R"({{"price":{:.2f},"interval":"month"}})", price)});
    }
  }
  return story;
}
struct Company {
  explicit Company(const std::vector<Said>& story, int as_of = 720) : built(journey::build_journeys(story)) {
    config::Business rules = business();
    rules.model = config::BusinessModel::Subscription;
    customers = *Customers::bind(built.snapshot, rules);
    question.as_of = day(as_of);
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

TEST(ScenarioContracts, WhoseRisesAreKnownFindThePlantedRisk) {
  const Company company(invent(Contracts{}, 31));
  ScenarioSpec spec;
  spec.price_change = 0.1;
  const auto report = ask_scenario(*company.customers, company.question, spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->rises && report->rises->risk) << report->sentence_en;
  const double planted = std::pow(1.1, 4.0);
  EXPECT_LT(report->rises->risk->low, planted);
  EXPECT_GT(report->rises->risk->high, planted);
  EXPECT_GT(report->rises->risk->low, 1);
  const ScenarioSubscriptions& of = *report->all.subscriptions;
  // A renewal in twenty ends, and a rise is felt for three: by hand.
  EXPECT_NEAR(of.leave, 1 - std::pow(0.95, 365 / 30.0), 0.06);
  EXPECT_NEAR(of.leave_then->value, 1 - (1 - of.leave) * std::pow((1 - 0.05 * report->rises->risk->value) / 0.95, 3),
              0.02);
  EXPECT_LT(of.leave_then->low, of.leave_then->value);
  EXPECT_GT(of.leave_then->high, of.leave_then->value);
  EXPECT_GT(of.revenue_then->minor, of.revenue_minor) << "a tenth more price, and not as many fewer who pay";
  EXPECT_FALSE(report->all.outcome) << "what is paid is the subscriptions'";
  EXPECT_THAT(report->sentence_en, HasSubstr("subscribers leave with a chance of"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("abonnés partent"));
  // People, and segments that add up.
  using Who = ScenarioCell::Who;
  EXPECT_THAT(*people_of_scenario(*company.customers, company.question, spec, {.who = Who::Subscribers}),
              SizeIs(of.subscribers));
  EXPECT_THAT(*people_of_scenario(*company.customers, company.question, spec, {.who = Who::LeavingLikely}),
              SizeIs(*of.likely));
  spec.by = ScenarioSpec::By::Trait;
  spec.trait = "country";
  const auto parts = ask_scenario(*company.customers, company.question, spec);
  ASSERT_THAT(parts->segments, SizeIs(2));
  EXPECT_EQ(parts->segments[0].subscriptions->subscribers + parts->segments[1].subscriptions->subscribers,
            of.subscribers);
  EXPECT_EQ(parts->segments[0].subscriptions->monthly_minor + parts->segments[1].subscriptions->monthly_minor,
            of.monthly_minor);
  // Three times the largest rise seen is the most that is told.
  spec.price_change = 4;
  const auto far = ask_scenario(*company.customers, company.question, spec);
  EXPECT_EQ(far->rises->verdict, ScenarioVerdict::TooFar);
  EXPECT_FALSE(far->all.subscriptions->leave_then);
}

TEST(ScenarioContracts, WithoutARiseOnlyWhatMayBeLostIsTold) {
  const Company company(invent({.rises = 0, .people = 500}, 2));
  ScenarioSpec spec;
  const auto report = ask_scenario(*company.customers, company.question, spec);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->rises->verdict, ScenarioVerdict::NoVariation);
  EXPECT_FALSE(report->all.subscriptions->leave_then);
  ASSERT_TRUE(report->all.subscriptions->more_may_leave);
  EXPECT_THAT(report->sentence_en, HasSubstr("not told: no price has changed"));
  // A change of plan is no rise.
  std::vector<Said> story = invent(Contracts{.people = 500}, 2);
  for (Said& one : story)
    if (one.what == "Subscription Renewed") one.what = "Subscription Updated";
  const Company plans(story);
  EXPECT_EQ(ask_scenario(*plans.customers, plans.question, spec)->rises->verdict, ScenarioVerdict::NoVariation);
  // What may leave is what leaves the margin as it is: asked again with as much more, with the margin that it pays for.
  spec.price_change = 0;
  spec.margin_change = 0.03;
  const auto even = ask_scenario(*company.customers, company.question, spec);
  spec.retention_change = *even->all.subscriptions->more_may_leave;
  const auto then = ask_scenario(*company.customers, company.question, spec);
  EXPECT_GT(spec.retention_change, 0.05);
  EXPECT_NEAR(static_cast<double>(then->all.subscriptions->margin_then->minor),
              static_cast<double>(*then->all.subscriptions->margin_minor), 2);
}

TEST(Scenario, IsTheSameOnAnyThreadsInAnyOrderAndSeesNothingLater) {
  std::vector<Said> story = invent(Prices{.products = 12, .customers = 60}, 6);
  for (Said& one : invent(Contracts{.people = 200, .days = 400}, 6)) story.push_back(std::move(one));
  ScenarioSpec spec = last_period();
  spec.by = ScenarioSpec::By::Stage;
  spec.retention_change = 0.1;
  const ProductShop whole = shop_of(story, 300);
  std::erase_if(story, [](const Said& one) { return *parse_moment(one.when, Zone::utc()) > day(300); });
  std::reverse(story.begin(), story.end());
  ProductShop alone = shop_of(story, 300);
  alone.question.threads = 3;
  const auto left = ask_scenario(*whole.customers, whole.question, spec);
  const auto right = ask_scenario(*alone.customers, alone.question, spec);
  ASSERT_TRUE(left && right) << left.error().message;
  EXPECT_EQ(left->sentence_en, right->sentence_en);
  EXPECT_EQ(left->all.elasticity.value, right->all.elasticity.value);
  EXPECT_EQ(left->all.elasticity.own_error, right->all.elasticity.own_error);
  ASSERT_EQ(left->segments.size(), right->segments.size());
  for (std::size_t at = 0; at < left->segments.size(); ++at) {
    EXPECT_EQ(left->segments[at].sentence_en, right->segments[at].sentence_en);
    EXPECT_EQ(left->segments[at].elasticity.value, right->segments[at].elasticity.value);
  }
  ASSERT_TRUE(left->rises);
  EXPECT_EQ(left->rises->changed, right->rises->changed);
}

TEST(Scenario, RefusesWhatIsOutOfRange) {
  const ProductShop shop = shop_of({{"ann", "Order Completed", format_moment(day(0)), R"({"total":5})"}}, 30);
  const auto why_not = [&](auto change) {
    ScenarioSpec spec = last_period();
    change(spec);
    const auto report = ask_scenario(*shop.customers, shop.question, spec);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(why_not([](ScenarioSpec& spec) { spec.price_change = -1; }), HasSubstr("price_change"));
  EXPECT_THAT(why_not([](ScenarioSpec& spec) { spec.retention_change = 9; }), HasSubstr("retention_change"));
  EXPECT_THAT(why_not([](ScenarioSpec& spec) { spec.elasticity_low = -1; }), HasSubstr("given together"));
  EXPECT_THAT(why_not([](ScenarioSpec& spec) { spec.by = ScenarioSpec::By::Trait; }), HasSubstr("name of one"));
  EXPECT_THAT(why_not([](ScenarioSpec& spec) { spec.bucket = Bucket::Day; }), HasSubstr("bucket"));
  // No products with prices: said so, and the break-even all the same.
  const auto report = ask_scenario(*shop.customers, shop.question, last_period());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->all.elasticity.verdict, ScenarioVerdict::NoPrices);
  EXPECT_TRUE(report->all.break_even);
  // Nobody at all.
  const ProductShop empty = shop_of({}, 30);
  EXPECT_THAT(ask_scenario(*empty.customers, empty.question, ScenarioSpec{})->sentence_en,
              HasSubstr("Nothing is told"));
}

}  // namespace
}  // namespace habitue::insight
