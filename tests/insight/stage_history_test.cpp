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

// Orders that name themselves in every way or in none, said again, given away, given back, taken back by their sign.
World world_of_odd_orders(std::uint32_t seed, const config::Business& business) {
  std::mt19937 random(seed);
  const auto one_of = [&](std::initializer_list<const char*> texts) { return texts.begin()[random() % texts.size()]; };
  std::vector<std::pair<UtcMicros, journey::Said>> told;
  // A world names its orders in few ways, as a shop does; some in all of them.
  const std::vector<std::vector<const char*>> ways{{""},
                                                   {R"("order_id":"A%",)"},
                                                   {R"("order_id":%,)"},
                                                   {"", R"("order_id":"%",)"},
                                                   {R"("order_id":"%",)", R"("order_id":%,)", R"("orderId":"%",)"},
                                                   {R"("order_id":true,"orderId":"%",)", R"("order_id":"",)", ""}};
  const std::vector<const char*>& names = ways[random() % ways.size()];
  const bool may_be_odd = random() % 2 == 0;
  for (int person = 0; person < 50; ++person) {
    const std::string who = "p" + std::to_string(person);
    const UtcMicros first = at("2022-01-05") + std::chrono::minutes{random() % (60 * 24 * 500)};
    if (random() % 2 == 0) told.push_back({first, {who, "$page", "", "{}", "", "{}"}});
    for (auto count = random() % 7; count > 0; --count) {
      std::string name = names[random() % names.size()];
      if (const auto place = name.find('%'); place != std::string::npos)
        name.replace(place, 1, std::to_string(random() % 12));
      const char* const total =
          may_be_odd && random() % 4 == 0
              ? one_of({R"("total":0)", R"("total":-3)", R"("total":"12.50")", R"("total":0.4)",
                        R"("total":"free","amount":7)", R"("currency":"JPY","total":1)", R"("x":1)"})
              : one_of({R"("total":12.5)", R"("total":8)"});
      const char* const kind = one_of({"Order Completed", "Order Completed", "Order Completed", "Order Completed",
                                       "Order Refunded", "Payment Succeeded", "Payment Disputed"});
      const std::string full = random() % 5 == 0 ? R"(,"full":true)" : "";
      told.push_back({first + std::chrono::minutes{random() % (60 * 24 * 700)},
                      {who, kind, "", "{" + name + total + full + "}", "", "{}"}});
    }
  }
  std::stable_sort(told.begin(), told.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<journey::Said> story;
  World world;
  for (auto& [when, said] : told) {
    said.when = format_moment(when);
    story.push_back(said);
    if (std::find(world.people.begin(), world.people.end(), said.who) == world.people.end())
      world.people.push_back(said.who);
  }
  world.built = journey::build_journeys(story);
  world.customers = *knowledge::Customers::bind(world.built.snapshot, business);
  return world;
}

TEST(StageHistory, OfOrdersThatNeedNoSettlingIsWhatSettlingSays) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(12); ++seed) {
    config::Business business = business_of({});
    if (seed % 2 == 0) business.hypotheses.clear();
    // Thresholds in any order: the first rule that holds decides.
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t most) { return static_cast<std::uint32_t>(random() % most); };
    if (seed % 3 != 0)
      business.stages = {.new_days = below(150),
                         .at_risk_days = 1 + below(150),
                         .dormant_days = 1 + below(200),
                         .back_days = 1 + below(100),
                         .active_purchases = below(4),
                         .active_days = 1 + below(200)};
    const World world = world_of_odd_orders(seed, business);
    compared.add(world.people.size(), 1);
    is_what_is_asked_at_each_moment(world, seed % 4 == 0 ? Bucket::Month : Bucket::Week);
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
