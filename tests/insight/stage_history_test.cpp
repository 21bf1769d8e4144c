// The stages of each period's end are those that are asked for at that moment.
#include <gtest/gtest.h>

#include "insight/stage_history.hpp"
#include "random_world.hpp"
#include "scale.hpp"

namespace habitue::insight {
namespace {

// Every number of a point, against the length of its list.
void lists_have_the_length_of_numbers(const World& world, const Question& question, const StageHistorySpec& spec,
                                      const StageHistoryPoint& point) {
  const auto people = [&](std::optional<knowledge::Stage> stage, bool repeat, AudienceSide side) {
    const auto list = people_of_stage_history(*world.customers, question, spec,
                                              {.at = point.at, .stage = stage, .repeat = repeat, .side = side});
    EXPECT_TRUE(list) << list.error().message;
    EXPECT_TRUE(std::is_sorted(list->begin(), list->end()));
    return list->size();
  };
  for (const AudienceSide side :
       {AudienceSide::All, AudienceSide::Inside, AudienceSide::Outside, AudienceSide::Unknown}) {
    const StageFigures& figures = point.figures.of(side);
    ASSERT_EQ(people({}, false, side), figures.total);
    ASSERT_EQ(people({}, true, side), figures.repeat);
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage)
      ASSERT_EQ(people(static_cast<knowledge::Stage>(stage), false, side), figures.people[stage]);
  }
}

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
    if ((&point - history->points.data()) % 17 == 0)
      lists_have_the_length_of_numbers(world, question, {.bucket = bucket}, point);
  }
  EXPECT_EQ(people_of_stage_history(*world.customers, question, {.bucket = bucket}, {.at = at("2023-01-17 11:11")})
                .error()
                .kind,
            ErrorKind::NotFound);
}

TEST(StageHistory, OfPurchasesIsWhatIsAskedAtEachMoment) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(3); ++seed) {
    config::Business business = business_of(kSteps);
    if (seed % 3 == 2)
      business.stages = {.new_days = 20,
                         .at_risk_days = 30,
                         .dormant_days = 61,
                         .back_days = 40,
                         .active_purchases = 3,
                         .active_days = 50};
    const World world = random_world(seed, 40, business);
    compared.add(world.people.size(), 2);
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

TEST(StageFlows, ListThePeopleBehindEachNumber) {
  const World world = random_world(6, 60, business_of(kSteps));
  Question question;
  question.as_of = at("2024-06-15 12:34");
  for (const char* from : {"2022-06-01", "2023-02-10", "2023-11-20"}) {
    question.period = {at(from), at("2023-11-20")};
    const auto report = ask_flows(*world.customers, question);
    ASSERT_TRUE(report) << report.error().message;
    for (const AudienceSide side : {AudienceSide::All, AudienceSide::Inside, AudienceSide::Unknown}) {
      const auto people = [&](std::optional<FlowEnd> of, std::optional<FlowEnd> to) {
        return people_of_flow(*world.customers, question, {}, {.from = of, .to = to, .side = side})->size();
      };
      for (std::size_t before = 0; before <= knowledge::kStages; ++before)
        for (std::size_t after = 0; after <= knowledge::kStages; ++after)
          ASSERT_EQ(people(static_cast<FlowEnd>(before), static_cast<FlowEnd>(after)),
                    report->flows.of(side)[before][after]);
      for (std::size_t stage = 0; stage < knowledge::kStages; ++stage) {
        ASSERT_EQ(people(static_cast<FlowEnd>(stage), {}), report->before.of(side).people[stage]);
        ASSERT_EQ(people({}, static_cast<FlowEnd>(stage)), report->after.of(side).people[stage]);
      }
    }
  }
}

TEST(StageHistory, IsEmptyBeforeThereIsAnybody) {
  const World world = random_world(4, 5, business_of(kSteps));
  Question question;
  question.as_of = at("2019-01-01");
  EXPECT_TRUE(ask_stage_history(*world.customers, question, {})->points.empty());
}

}  // namespace
}  // namespace habitue::insight
