// The stages of each period's end are those that are asked for at that moment.
#include <gtest/gtest.h>

#include "insight/stage_history.hpp"
#include "random_world.hpp"

namespace habitue::insight {
namespace {

void is_what_is_asked_at_each_moment(const World& world, Bucket bucket) {
  Question question;
  question.as_of = at("2024-06-15 12:34");
  question.period = {at("2022-03-01"), at("2024-06-20")};
  const auto history = ask_stage_history(*world.customers, question, {.bucket = bucket});
  ASSERT_TRUE(history) << history.error().message;
  ASSERT_GT(history->points.size(), bucket == Bucket::Month ? 20U : 100U);
  EXPECT_FALSE(history->points.back().complete);
  EXPECT_EQ(history->points.back().at, question.as_of);
  for (const StageHistoryPoint& point : history->points) {
    Question then = question;
    then.as_of = point.at;
    const StageFigures expected = ask_stages(*world.customers, then)->figures.all;
    ASSERT_EQ(point.figures.all.people, expected.people) << format_moment(point.at);
    ASSERT_EQ(point.figures.all.repeat, expected.repeat) << format_moment(point.at);
    ASSERT_EQ(point.figures.all.total, expected.total) << format_moment(point.at);
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage)
      ASSERT_EQ(point.figures.inside.people[stage] + point.figures.outside.people[stage] +
                    point.figures.unknown.people[stage],
                point.figures.all.people[stage]);
  }
}

TEST(StageHistory, OfPurchasesIsWhatIsAskedAtEachMoment) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    config::Business business = business_of(kSteps);
    if (seed == 2)
      business.stages = {.new_days = 20,
                         .at_risk_days = 30,
                         .dormant_days = 61,
                         .back_days = 40,
                         .active_purchases = 3,
                         .active_days = 50};
    const World world = random_world(seed, 40, business);
    is_what_is_asked_at_each_moment(world, Bucket::Week);
    is_what_is_asked_at_each_moment(world, Bucket::Month);
  }
}

TEST(StageHistory, OfSubscriptionsIsWhatIsAskedAtEachMoment) {
  std::mt19937 random(5);
  const std::vector<std::string> acts{"Trial Started",
                                      "Subscription Started",
                                      "Subscription Renewed",
                                      "Payment Failed",
                                      "Payment Succeeded",
                                      "Subscription Cancelled",
                                      "Watched",
                                      "Watched",
                                      "Watched"};
  std::vector<Deed> deeds;
  for (int person = 0; person < 40; ++person)
    for (int deed = 0; deed < 12; ++deed) {
      Deed one{};
      one.who = "p" + std::to_string(person);
      one.what = acts[random() % acts.size()];
      one.when = at("2022-01-05") + std::chrono::hours{random() % (24 * 880)};
      deeds.push_back(one);
    }
  config::Business business = business_of(kSteps);
  business.model = config::BusinessModel::Subscription;
  business.subscription.value_events = {"Watched"};
  business.subscription.value_minimum = 1;
  business.subscription.value_days = 25;
  business.stages.new_days = 40;
  is_what_is_asked_at_each_moment(world_of(std::move(deeds), business), Bucket::Week);
}

TEST(StageHistory, IsEmptyBeforeThereIsAnybody) {
  const World world = random_world(4, 5, business_of(kSteps));
  Question question;
  question.as_of = at("2019-01-01");
  EXPECT_TRUE(ask_stage_history(*world.customers, question, {})->points.empty());
}

}  // namespace
}  // namespace habitue::insight
