// What changed and matters: silence on noise, planted changes found, the lists behind the lines, and what was known of the past.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "insight/today/change.hpp"
#include "insight/today/moves.hpp"
#include "insight/today/today.hpp"
#include "random_world.hpp"

namespace habitue::insight {
namespace {

using std::chrono::days;
using testing::HasSubstr;
using Random = boost::random::mt19937;

// Counts differ from machine to machine in no way: Boost.Random's distributions are written down.
std::uint64_t poisson(Random& random, double mean) {
  if (mean <= 0) return 0;
  return static_cast<std::uint64_t>(boost::random::poisson_distribution<int>(mean)(random));
}

// --- the test alone -----------------------------------------------------------------------------------------------------

TEST(TodayChange, IsSilentOnNoiseAndTrends) {
  Random random(1);
  std::size_t alarms = 0, looked_at = 0;
  for (const double mean : {3.0, 10.0, 40.0, 300.0, 3000.0})
    for (const double growth : {0.0, 0.03})
      for (int run = 0; run < 800; ++run) {
        // Of every other run the periods vary by a tenth beyond chance.
        const double wider = run % 2 == 0 ? 0 : 0.1;
        std::vector<std::uint64_t> counts;
        for (int period = 0; period < 13; ++period)
          counts.push_back(poisson(random, mean * std::pow(1 + growth, period) *
                                               (1 + wider * boost::random::normal_distribution<double>()(random))));
        const auto change = today::change_of(std::span(counts).first(12), counts.back());
        ASSERT_TRUE(change);
        ++looked_at;
        alarms += change->chance < today::kFalseAlarm && change->matters ? 1 : 0;
      }
  RecordProperty("alarms", static_cast<int>(alarms));
  // One count alone, at the level of a whole day: it must hold without the correction too.
  EXPECT_LE(static_cast<double>(alarms), today::kFalseAlarm * static_cast<double>(looked_at));
}

TEST(TodayChange, FindsADoublingAndAHalvingAtTheLevelOfAWholeDay) {
  Random random(2);
  std::size_t doubled = 0, halved = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<std::uint64_t> counts;
    for (int period = 0; period < 12; ++period) counts.push_back(poisson(random, 80));
    const auto up = today::change_of(counts, poisson(random, 160)),
               down = today::change_of(counts, poisson(random, 40));
    doubled += up->chance < today::kFalseAlarm / 18 && up->matters && up->rose ? 1 : 0;
    halved += down->chance < today::kFalseAlarm / 18 && down->matters && !down->rose ? 1 : 0;
  }
  EXPECT_GE(doubled, 190U);
  EXPECT_GE(halved, 120U);
}

TEST(TodayChange, CarriesATrendOnAndSaysWhereTheCountWasToBeExpected) {
  std::vector<std::uint64_t> counts;
  for (std::uint64_t period = 0; period < 12; ++period) counts.push_back(100 + 10 * period);
  const auto as_before = today::change_of(counts, 220);
  EXPECT_NEAR(as_before->expected, 220, 6);
  EXPECT_GT(as_before->chance, 0.5);
  EXPECT_LT(as_before->low, 220);
  EXPECT_GT(as_before->high, 220);
  EXPECT_FALSE(today::change_of(std::span(counts).first(5), 220)) << "too little past";
  EXPECT_FALSE(today::change_of(counts, 222)->matters);
}

TEST(TodayChange, AllowsForHowManyCountsAreLookedAt) {
  EXPECT_THAT(today::hold_together(std::vector<double>{0.004, 0.9, 0.012, 0.5}, 0.02),
              testing::ElementsAre(true, false, false, false));
  EXPECT_THAT(today::hold_together(std::vector<double>{0.004, 0.9, 0.006, 0.5}, 0.02),
              testing::ElementsAre(true, false, true, false));
}

// --- whole companies ----------------------------------------------------------------------------------------------------

config::Business shop() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.zone = paris();
  business.hypotheses.resize(1);
  business.hypotheses[0].version = "v1";
  business.hypotheses[0].from = *parse_day("2020-01-01");
  business.hypotheses[0].audience = rule(R"(trait target = "yes")");
  business.steps = config::default_steps(business);
  return business;
}

struct Shop {
  std::vector<Deed> deeds;
  int number = 0, orders = 0;
  UtcMicros origin = at("2023-01-01");

  std::string newcomer(UtcMicros when, bool inside) {
    const std::string who = "p" + std::to_string(number++);
    deeds.push_back({who, "$page", when, "", "search", ""});
    deeds.push_back({who, "$identify", when + std::chrono::minutes{1}, "", "", inside ? "yes" : "no"});
    return who;
  }
  void order(const std::string& who, UtcMicros when) {
    deeds.push_back({who, "Order Completed", when, "o" + std::to_string(++orders), "", "", 2000});
  }
  // People come as always; a third of them buy, and of those half once more.
  void ordinary(Random& random, int from_day, int to_day, double a_day) {
    boost::random::uniform_01<double> chance;
    boost::random::uniform_int_distribution<int> minute(0, 24 * 60 - 1);
    for (int day = from_day; day < to_day; ++day)
      for (std::uint64_t one = poisson(random, a_day); one > 0; --one) {
        const UtcMicros came = origin + days{day} + std::chrono::minutes{minute(random)};
        const std::string who = newcomer(came, chance(random) < 0.6);
        if (chance(random) > 0.34) continue;
        order(who, came + std::chrono::minutes{5});
        if (chance(random) < 0.5) order(who, came + days{1 + static_cast<int>(80 * chance(random))});
      }
  }
  World world() { return world_of(deeds, shop()); }
};

Question as_of(UtcMicros moment) { return {.as_of = moment, .period = {}, .hypothesis = {}, .filter = {}}; }
std::size_t alarms_in(const TodayReport& report) {
  return static_cast<std::size_t>(std::count_if(report.findings.begin(), report.findings.end(),
                                                [](const auto& of) { return of.kind != TodayKind::CustomersToCall; }));
}
const TodayFinding* line(const TodayReport& report, TodayKind kind, std::optional<TodayMove> move = {}) {
  for (const TodayFinding& finding : report.findings)
    if (finding.kind == kind && (!move || finding.cell->move == move)) return &finding;
  return nullptr;
}
// Whoever reads a line finds as many people behind it.
void lists_are_as_long(const World& world, const Question& question, const TodaySpec& spec, const TodayReport& report) {
  for (const TodayFinding& finding : report.findings) {
    if (!finding.cell) continue;
    const auto people = people_of_today(*world.customers, question, spec, *finding.cell);
    ASSERT_TRUE(people) << people.error().message;
    EXPECT_EQ(people->size(), finding.people) << finding.sentence_en;
    EXPECT_TRUE(std::is_sorted(people->begin(), people->end()));
  }
}

TEST(Today, IsRarelyAlarmedByACompanyWithoutChange) {
  std::size_t asked = 0, alarmed = 0;
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    Random random(seed);
    Shop shop;
    shop.ordinary(random, 0, 420, 6);
    const World world = shop.world();
    for (int day = 250; day < 420; day += 7) {
      const auto report = ask_today(*world.customers, as_of(shop.origin + days{day}), {});
      ASSERT_TRUE(report);
      EXPECT_EQ(report->compared, 12U);
      EXPECT_GE(report->tests, 6U);
      ++asked;
      alarmed += alarms_in(*report) > 0 ? 1 : 0;
    }
  }
  RecordProperty("asked", static_cast<int>(asked));
  RecordProperty("alarmed", static_cast<int>(alarmed));
  EXPECT_GE(asked, 90U);
  EXPECT_LE(static_cast<double>(alarmed), 0.05 * static_cast<double>(asked));
}

TEST(Today, FindsWithinAWeekThatFirstPurchasesFell) {
  Random random(11);
  Shop shop;
  shop.ordinary(random, 0, 300, 40);
  // From day 300 on as many come, and nobody buys.
  for (int day = 300; day < 307; ++day)
    for (int one = 0; one < 40; ++one)
      shop.newcomer(shop.origin + days{day} + std::chrono::minutes{30 * one}, one % 5 < 3);
  const World world = shop.world();
  const Question question = as_of(shop.origin + days{307});
  const auto report = ask_today(*world.customers, question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, TodayVerdict::Told);
  const TodayFinding* const fell = line(*report, TodayKind::StageMoved, TodayMove::FirstPurchase);
  ASSERT_NE(fell, nullptr);
  EXPECT_LT(static_cast<double>(fell->people), *fell->low);
  EXPECT_EQ(fell->side, AudienceSide::Inside);
  EXPECT_THAT(fell->sentence_en, HasSubstr("bought for the first time"));
  EXPECT_THAT(fell->sentence_fr, HasSubstr("pour la première fois"));
  EXPECT_EQ(line(*report, TodayKind::StageMoved, TodayMove::Arrived), nullptr) << "as many came as always";
  lists_are_as_long(world, question, {}, *report);
}

TEST(Today, TellsAFigureThatOutsidersAloneMoved) {
  Random random(12);
  Shop shop;
  shop.ordinary(random, 0, 307, 12);
  // A sale that people outside the audience take: they come on every day, so it is no spike.
  for (int day = 300; day < 307; ++day)
    for (int one = 0; one < 14; ++one) {
      const UtcMicros when = shop.origin + days{day} + std::chrono::minutes{60 * one};
      shop.order(shop.newcomer(when, false), when + std::chrono::minutes{9});
    }
  const World world = shop.world();
  const Question question = as_of(shop.origin + days{307});
  const auto report = ask_today(*world.customers, question, {});
  ASSERT_TRUE(report);
  const TodayFinding* const polluted = line(*report, TodayKind::PollutedFigure, TodayMove::FirstPurchase);
  ASSERT_NE(polluted, nullptr);
  EXPECT_THAT(polluted->sentence_en, HasSubstr("but inside your audience it was"));
  EXPECT_EQ(line(*report, TodayKind::StageMoved, TodayMove::FirstPurchase), nullptr);
  lists_are_as_long(world, question, {}, *report);
  // Read without the audience, it is a change like others.
  const auto of_all = ask_today(*world.customers, question, {.side = AudienceSide::All});
  ASSERT_TRUE(of_all);
  EXPECT_NE(line(*of_all, TodayKind::StageMoved, TodayMove::FirstPurchase), nullptr);
}

TEST(Today, TellsASpikeOnceAndWhoCame) {
  Random random(13);
  Shop shop;
  shop.ordinary(random, 0, 307, 8);
  for (int one = 0; one < 120; ++one)
    shop.newcomer(shop.origin + days{304} + std::chrono::minutes{5 * one}, one % 10 == 0);
  const World world = shop.world();
  const Question question = as_of(shop.origin + days{307});
  const auto report = ask_today(*world.customers, question, {});
  ASSERT_TRUE(report);
  const TodayFinding* const spike = line(*report, TodayKind::Spike);
  ASSERT_NE(spike, nullptr);
  EXPECT_EQ(spike->cell->channel, "search");
  EXPECT_GE(spike->people, 120U);
  EXPECT_EQ(line(*report, TodayKind::StageMoved, TodayMove::Arrived), nullptr);
  lists_are_as_long(world, question, {}, *report);
}

// Subscriptions: everybody who leaves says why.
struct Club {
  std::vector<journey::Said> story;
  int number = 0;
  void member(UtcMicros began, UtcMicros left, std::string_view reason) {
    const std::string who = "m" + std::to_string(number++);
    story.push_back(
        {who, "Subscription Started", format_moment(began), R"({"price":10,"subscription_id":")" + who + R"("})"});
    story.push_back({who, "Payment Succeeded", format_moment(began), R"({"amount":10,"order_id":")" + who + R"("})"});
    story.push_back({who, "Subscription Cancelled", format_moment(left),
                     fmt::format(R"({{"reason":"{}","subscription_id":"{}"}})", reason, who)});
  }
};

TEST(Today, TellsACauseOfLeavingThatRises) {
  Random random(14);
  Club club;
  const UtcMicros origin = at("2023-01-01");
  for (int day = 60; day < 300; ++day)
    for (std::uint64_t one = poisson(random, 4); one > 0; --one)
      club.member(origin + days{day - 50}, origin + days{day} + std::chrono::minutes{40 * static_cast<int>(one)},
                  one % 2 == 0 ? "too_expensive" : "moved");
  for (int day = 293; day < 300; ++day)
    for (int one = 0; one < 6; ++one)
      club.member(origin + days{day - 50}, origin + days{day} + std::chrono::minutes{30 * one + 1}, "too_slow");
  for (int one = 0; one < 6; ++one)  // It was said before, now and then.
    club.member(origin + days{100}, origin + days{200 + 15 * one}, "too_slow");
  config::Business business = shop();
  business.model = config::BusinessModel::Subscription;
  const auto built = journey::build_journeys([&] {
    std::stable_sort(club.story.begin(), club.story.end(),
                     [](const auto& a, const auto& b) { return a.when < b.when; });
    return club.story;
  }());
  const auto customers = knowledge::Customers::bind(built.snapshot, business);
  ASSERT_TRUE(customers);
  const Question question = as_of(origin + days{300});
  const TodaySpec spec{.side = AudienceSide::All};
  const auto report = ask_today(**customers, question, spec);
  ASSERT_TRUE(report);
  const TodayFinding* const cause = line(*report, TodayKind::LeavingCause);
  ASSERT_NE(cause, nullptr);
  EXPECT_EQ(cause->cell->cause, "too_slow");
  EXPECT_EQ(cause->people, 42U);
  EXPECT_EQ(cause->money_minor, 42'000) << "each paid ten euros within the year";
  EXPECT_THAT(cause->reason_en, HasSubstr("of those who left"));
  EXPECT_EQ(report->findings.front().kind, TodayKind::LeavingCause)
      << "what drives people away weighs more than how many left";
  const auto people = people_of_today(**customers, question, spec, *cause->cell);
  ASSERT_TRUE(people);
  EXPECT_EQ(people->size(), 42U);
}

TEST(Today, SaysWhenNothingArrivesWhenItIsTooEarlyAndWhenThereIsNobody) {
  Random random(15);
  Shop shop;
  shop.ordinary(random, 0, 40, 5);
  const World world = shop.world();
  const auto early = ask_today(*world.customers, as_of(shop.origin + days{30}), {});
  ASSERT_TRUE(early);
  EXPECT_EQ(early->verdict, TodayVerdict::TooEarly);
  EXPECT_LT(early->compared, 6U);
  const auto before = ask_today(*world.customers, as_of(shop.origin - days{30}), {});
  ASSERT_TRUE(before);
  EXPECT_EQ(before->verdict, TodayVerdict::NobodyYet);
  const auto silent = ask_today(*world.customers, as_of(shop.origin + days{400}), {});
  ASSERT_TRUE(silent);
  ASSERT_EQ(silent->findings.size(), 1U) << "no figure is said to have changed while nothing arrives";
  EXPECT_EQ(silent->findings[0].kind, TodayKind::Silence);
  EXPECT_FALSE(silent->findings[0].cell);
}

TEST(Today, TellsImportsOfTheseDaysThatFailed) {
  Random random(16);
  Shop shop;
  shop.ordinary(random, 0, 100, 5);
  const World world = shop.world();
  const UtcMicros now = shop.origin + days{99};
  const auto report = ask_today(*world.customers, as_of(now), {},
                                {{"good.csv", true, 100, 0, now - days{1}},
                                 {"bad.csv", true, 1200, 34, now - days{2}},
                                 {"cut.csv", false, 10, 0, now - days{3}},
                                 {"at_work.csv", false, 10, 0, now - std::chrono::minutes{5}},
                                 {"old.csv", true, 10, 10, now - days{8}},
                                 {"tomorrow.csv", true, 10, 10, now + days{1}}});
  ASSERT_TRUE(report);
  std::vector<std::string> told;
  for (const TodayFinding& finding : report->findings)
    if (finding.kind == TodayKind::ImportFailed) told.push_back(finding.sentence_en);
  EXPECT_THAT(told, testing::ElementsAre("The import of bad.csv rejected 34 of 1,200 rows.",
                                         "The import of cut.csv stopped before its end."));
}

TEST(Today, ShowsAtMostAsManyLinesAsAskedWithMostWeightFirst) {
  Random random(17);
  Shop shop;
  shop.ordinary(random, 0, 100, 5);
  const World world = shop.world();
  const UtcMicros now = shop.origin + days{99};
  std::vector<TodayImport> imports;
  for (std::uint64_t one = 1; one <= 9; ++one)
    imports.push_back({fmt::format("{}.csv", one), true, 100, one, now - days{1}});
  const auto report = ask_today(*world.customers, as_of(now), {}, imports);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->findings.size(), 7U);
  EXPECT_GE(report->left_out, 2U);
  EXPECT_THAT(report->findings[0].sentence_en, HasSubstr("9.csv"));
  for (std::size_t at = 1; at < 7; ++at) EXPECT_GE(report->findings[at - 1].weight, report->findings[at].weight);
  EXPECT_FALSE(ask_today(*world.customers, as_of(now), {.limit = 8}));
  EXPECT_FALSE(ask_today(*world.customers, as_of(now), {.period_days = 0}));
  EXPECT_FALSE(people_of_today(*world.customers, as_of(now), {}, {.kind = TodayKind::Silence}));
}

// --- a naive count, the past, and threads -------------------------------------------------------------------------------

// Counts of moves by loops over what each did, against the pass.
TEST(Today, CountsMovesAsANaiveReadingDoes) {
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    const World world = random_world(seed, 60, business_of(kSteps));
    const Question question = as_of(at("2023-09-12T15:30:00Z"));
    const auto lens = Lens::of(*world.customers, question);
    ASSERT_TRUE(lens);
    const today::Periods periods = today::periods_of(*world.customers, question.as_of, 30);
    ASSERT_EQ(periods.size(), 13U);
    const today::Movements movements(*world.customers, periods);
    const auto moved = movements.count(question, *lens);
    ASSERT_TRUE(moved);
    std::array<today::Counts, today::kMoves> naive;
    for (today::Counts& counts : naive) counts.resize(periods.size());
    for (const std::string& who : world.people) {
      if (!Naive(world, who, question.as_of).known()) continue;
      const auto side = static_cast<std::size_t>(Naive(world, who, question.as_of).audience());
      for (std::size_t period = 0; period < periods.size(); ++period) {
        const Naive then(world, who, periods.bounds[period]), now(world, who, periods.bounds[period + 1]);
        if (!now.known()) continue;
        const std::string from = then.known() ? then.stage().first : "absent", to = now.stage().first;
        const auto customer = [](const std::string& stage) { return stage != "absent" && stage != "prospect"; };
        const auto well = [&](const std::string& stage) {
          return customer(stage) && stage != "at_risk" && stage != "dormant";
        };
        const auto count = [&](TodayMove move) { ++naive[static_cast<std::size_t>(move)][period][side]; };
        if (from == "absent") count(TodayMove::Arrived);
        if (!customer(from) && customer(to)) count(TodayMove::FirstPurchase);
        if (well(from) && to == "at_risk") count(TodayMove::AtRisk);
        if (customer(from) && from != "dormant" && to == "dormant") count(TodayMove::Left);
        if (customer(from) && !well(from) && well(to)) count(TodayMove::Returned);
      }
    }
    EXPECT_EQ(moved->moves, naive) << "seed " << seed;
  }
}

TEST(Today, OfAPastDayKnowsNothingOfLaterOnesAndNothingOfThreads) {
  Random random(18);
  Shop shop;
  shop.ordinary(random, 0, 230, 10);
  for (int one = 0; one < 90; ++one) shop.newcomer(shop.origin + days{198} + std::chrono::minutes{5 * one}, true);
  const World later = shop.world();
  const UtcMicros then = shop.origin + days{200};
  std::erase_if(shop.deeds, [&](const Deed& deed) { return deed.when > then; });
  const World world = shop.world();
  Question question = as_of(then);
  const auto now = ask_today(*world.customers, question, {}), afterwards = ask_today(*later.customers, question, {});
  ASSERT_TRUE(now);
  ASSERT_TRUE(afterwards);
  question.threads = 3;
  const auto threaded = ask_today(*world.customers, question, {});
  ASSERT_TRUE(threaded);
  ASSERT_FALSE(now->findings.empty());
  for (const auto* other : {&*afterwards, &*threaded}) {
    EXPECT_EQ(other->verdict, now->verdict);
    EXPECT_EQ(other->tests, now->tests);
    ASSERT_EQ(other->findings.size(), now->findings.size());
    for (std::size_t at = 0; at < now->findings.size(); ++at) {
      EXPECT_EQ(other->findings[at].sentence_en, now->findings[at].sentence_en);
      EXPECT_EQ(other->findings[at].reason_fr, now->findings[at].reason_fr);
      EXPECT_EQ(other->findings[at].money_minor, now->findings[at].money_minor);
      EXPECT_EQ(other->findings[at].weight, now->findings[at].weight);
    }
  }
  lists_are_as_long(world, question, {}, *now);
}

}  // namespace
}  // namespace habitue::insight
