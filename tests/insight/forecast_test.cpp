// Forecasts of an invented shop whose customers buy and leave by a known law: they pass their check, know nothing of what comes
// after, and are refused where the past gives no ground for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "insight/forecast/forecast.hpp"
#include "insight/invented_shop.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ForecastSpec kQuarter{.horizon_days = 84, .limit = 5};

TEST(Forecast, PassesItsCheckAndForetellsWhatComes) {
  const std::vector<Said> whole = invent(170, 7, kDays + 84);
  std::vector<Said> known;
  double came = 0;
  for (const Said& said : whole)
    if (*parse_moment(said.when, Zone::utc()) <= day(kDays))
      known.push_back(said);
    else
      ++came;
  const Shop shop(known);
  const auto report = shop.ask(kQuarter);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->check.verdict, ForecastVerdict::Passed) << report->sentence_en;
  EXPECT_EQ(report->check.earlier_origins, 2U);
  EXPECT_LT(report->check.chosen->deviance, report->check.everybody_alike->deviance);
  EXPECT_LT(std::abs(*report->check.chosen->bias), 0.25);
  EXPECT_GT(*report->check.interval_held, 0.65);
  ASSERT_TRUE(report->totals);
  const ForecastTotals& all = report->totals->all;
  EXPECT_EQ(all.customers, people_of_forecast(*shop.customers, shop.question, kQuarter, {})->size());
  // Who first bought later is not foretold; nobody here does, as all come early.
  EXPECT_NEAR(all.purchases, came, 0.3 * came);
  EXPECT_GT(all.alive, 0.3 * static_cast<double>(all.customers));
  EXPECT_LT(*all.value_minor, *all.spend_minor / 2) << "half is margin, and later euros are worth less";
  EXPECT_GT(*all.value_minor, *all.spend_minor * 48 / 100);
  EXPECT_LT(*all.value_low_minor, *all.value_minor);
  EXPECT_GT(*all.value_high_minor, *all.value_minor);

  double weights = 0;
  for (const ForecastModel& model : report->models) weights += model.weight;
  EXPECT_NEAR(weights, 1, 1e-9);
  ASSERT_EQ(report->customers.size(), 5U);
  for (std::size_t at = 0; at < report->customers.size(); ++at) {
    const ForecastCustomer& customer = report->customers[at];
    if (at > 0) {
      EXPECT_LE(customer.value_minor, report->customers[at - 1].value_minor);
    }
    EXPECT_LE(customer.spend_low_minor, customer.spend_minor);
    EXPECT_GE(customer.spend_high_minor, customer.spend_minor);
    EXPECT_TRUE(customer.alive >= 0 && customer.alive <= 1);
    EXPECT_THAT(customer.sentence_en, HasSubstr("expected in 84 days"));
    EXPECT_THAT(customer.sentence_fr, HasSubstr("attendus en 84 jours"));
  }
  double observed = 0, purchases = 0;
  for (const ForecastByWeek& week : report->check.by_week) observed += week.observed;
  for (const ForecastByFrequency& of : report->check.by_frequency)
    purchases += of.observed * static_cast<double>(of.customers);
  EXPECT_NEAR(observed, purchases, 1e-6) << "weeks and frequencies count the same purchases";
}

TEST(Forecast, SeesNothingOfWhatComesAfterAndIsTheSameOnAnyThreads) {
  std::vector<Said> story = invent(105, 3);
  const Shop before(story);
  std::vector<Said> later = story;
  for (int customer = 0; customer < 105; ++customer)
    later.push_back({fmt::format("c{}", customer), "Order Completed", format_moment(day(kDays + 3)), R"({"total":9})"});
  std::reverse(later.begin(), later.end());
  Shop after(later);
  after.question.threads = 1;
  const auto left = before.ask(kQuarter), right = after.ask(kQuarter);
  ASSERT_TRUE(left && right);
  EXPECT_EQ(left->sentence_en, right->sentence_en);
  ASSERT_EQ(left->models.size(), right->models.size());
  for (std::size_t at = 0; at < left->models.size(); ++at) {
    EXPECT_EQ(left->models[at].weight, right->models[at].weight);
    EXPECT_EQ(left->models[at].log_likelihood, right->models[at].log_likelihood);
  }
  ASSERT_EQ(left->totals.has_value(), right->totals.has_value());
  if (left->totals) {
    EXPECT_EQ(left->totals->all.value_minor, right->totals->all.value_minor);
  }
}

TEST(Forecast, IsRefusedInWordsWhereThePastGivesNoGround) {
  const auto reasons = [](const Shop& shop) {
    const auto report = shop.ask(kQuarter);
    EXPECT_TRUE(report);
    EXPECT_FALSE(report->totals);
    EXPECT_THAT(report->customers, IsEmpty());
    EXPECT_THAT(report->sentence_en, HasSubstr("Nothing is foretold"));
    EXPECT_THAT(report->sentence_fr, HasSubstr("Aucune prévision"));
    return report->check.reasons;
  };
  EXPECT_THAT(reasons(Shop({})), ElementsAre(ForecastReason::NoCustomers));
  EXPECT_THAT(reasons(Shop({{"ann", "Order Completed", "2024-02-01", R"({"total":5})"}})),
              ElementsAre(ForecastReason::TooFewCustomers));
  EXPECT_THAT(reasons(Shop(invent(105, 5, 60), 60)), ElementsAre(ForecastReason::TooShort));
  // A shop that closed: what the past taught no longer holds.
  std::vector<Said> closed;
  for (const Said& said : invent(105, 9))
    if (*parse_moment(said.when, Zone::utc()) <= day(kDays - 84)) closed.push_back(said);
  EXPECT_THAT(reasons(Shop(closed)), Contains(ForecastReason::Biased));
}

TEST(Forecast, RefusesQuestionsThatCannotBe) {
  const Shop shop({});
  EXPECT_THAT(shop.ask({.horizon_days = 6}).error().message, HasSubstr("horizon_days is from 7 to 3650; this is 6"));
  EXPECT_THAT(shop.ask({.discount_a_year = NAN}).error().message, HasSubstr("discount_a_year"));
  EXPECT_THAT(shop.ask({.coverage = 1}).error().message, HasSubstr("coverage"));
  EXPECT_THAT(shop.ask({.limit = 10'001}).error().message, HasSubstr("limit is at most 10000"));
}

}  // namespace
}  // namespace habitue::insight
