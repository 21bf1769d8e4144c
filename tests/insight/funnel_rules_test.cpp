// The rules of funnels one by one, as stories; and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/funnel/gather.hpp"
#include "insight/funnel_world.hpp"

namespace habitue::insight {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

Funnel steps(const std::vector<std::string>& texts) {
  Funnel funnel;
  for (const std::string& text : texts) funnel.steps.push_back({.name = "", .event = event(text)});
  funnel.window = minutes{60};
  return funnel;
}

// --- One person ------------------------------------------------------------------------------------------------------

/// `A@0 B@10 X@12`: events at minutes. The world ends at minute 1000, the period at 500.
std::vector<Act> acts_of(const std::string& story) {
  std::vector<Act> acts;
  std::istringstream words(story);
  for (std::string word; words >> word;) {
    const auto place = word.find('@');
    acts.push_back({"ann", word.substr(0, place), std::stoll(word.substr(place + 1)), "", "", 0});
  }
  return acts;
}

struct Case {
  std::string name, journey;
  std::size_t reached;  ///< Steps of A, B, C.
  std::function<void(Funnel&)> turn = [](Funnel&) {};
};

class FunnelRules : public testing::TestWithParam<Case> {};

TEST_P(FunnelRules, SayHowFarOneGoes) {
  const ActsWorld world = world_of_acts(acts_of(GetParam().journey));
  Funnel funnel = steps({"A", "B", "C"});
  GetParam().turn(funnel);
  Question question;
  question.as_of = moment_of(1000);
  question.period = {moment_of(0), moment_of(500)};
  const auto report = ask_funnel(*world.customers, question, funnel);
  ASSERT_TRUE(report) << report.error().message;
  std::size_t reached = 0;
  for (const FunnelStepFigures& step : report->figures.all.steps) reached += step.reached;
  EXPECT_EQ(reached, GetParam().reached);
}

const auto strict = [](Funnel& funnel) { funnel.order = FunnelOrder::Strict; };
const auto any_order = [](Funnel& funnel) { funnel.order = FunnelOrder::AnyOrder; };
const auto excluding = [](Funnel& funnel) { funnel.exclusions.push_back({.event = event("X")}); };
const auto dropping = [](Funnel& funnel) {
  excluding(funnel);
  funnel.rule = FunnelExclusionRule::DropPerson;
};
const auto quick_c = [](Funnel& funnel) { funnel.steps[2].within = minutes{10}; };
const auto first_only = [](Funnel& funnel) { funnel.entries = FunnelEntry::First; };
const auto all_events = [](Funnel& funnel) { funnel.bounds = FunnelPeriod::AllEvents; };

INSTANTIATE_TEST_SUITE_P(
    Journeys, FunnelRules,
    testing::Values(
        Case{"AllSteps", "A@0 B@10 C@20", 3}, Case{"OutOfOrder", "A@0 C@5 B@10", 2},
        Case{"OnTheLastMoment", "A@0 B@10 C@60", 3}, Case{"TooLate", "A@0 B@10 C@61", 2},
        Case{"ALaterEntryHasMoreTime", "A@0 A@50 B@55 C@90", 3},
        Case{"FirstEntryOnly", "A@0 A@50 B@55 C@90", 2, first_only}, Case{"OneInstantHelps", "C@5 B@5 A@5", 3},
        Case{"EntryAtTheEndOfThePeriod", "A@499 B@510 C@520", 3}, Case{"NoEntryAfterThePeriod", "A@500 B@510 C@520", 0},
        Case{"ThePeriodMayBoundAll", "A@490 B@499 C@510", 2, all_events},
        Case{"WithinTheStepsTime", "A@0 B@10 C@20", 3, quick_c},
        Case{"BeyondTheStepsTime", "A@0 B@10 C@21", 2, quick_c},
        Case{"ALaterStepMendsTheTime", "A@0 B@10 B@15 C@21", 3, quick_c},
        Case{"StrictAllSteps", "A@0 B@10 C@20", 3, strict}, Case{"StrictIsBroken", "A@0 D@5 B@10 C@20", 1, strict},
        Case{"StrictIsBrokenByAStep", "A@0 A@5 B@10 A@15 C@20", 2, strict},
        Case{"StrictLooksIntoNoInstant", "A@0 D@10 B@10 C@20", 3, strict},
        Case{"AnyOrder", "C@0 A@10 B@20", 3, any_order}, Case{"AnyOrderInOneWindow", "C@0 A@50 B@70", 2, any_order},
        Case{"Excluded", "A@0 X@5 B@10 C@20", 1, excluding}, Case{"ExcludedLater", "A@0 B@10 X@15 C@20", 2, excluding},
        Case{"ExcludedInTheInstantOfAStep", "A@0 B@10 X@10 C@20", 3, excluding},
        Case{"ALaterCleanAttemptSaves", "A@0 X@5 A@7 B@10 C@20", 3, excluding},
        Case{"DroppedAltogether", "A@0 X@5 B@10 C@20", 0, dropping},
        Case{"DroppedThoughNothingFollowed", "A@0 X@5", 0, dropping},
        Case{"NotDroppedAfterTheWindow", "A@0 X@61", 1, dropping},
        Case{"NotDroppedWhenCleanLater", "A@0 X@5 A@7 B@10 C@20", 3, dropping},
        Case{"ExcludedFromAnyOrder", "C@0 X@5 A@10 B@20", 2,
             [](Funnel& funnel) { any_order(funnel), excluding(funnel); }},
        Case{"ExcludedBetweenLaterSteps", "A@0 X@5 B@10 C@20", 3,
             [](Funnel& funnel) { funnel.exclusions.push_back({.event = event("X"), .after = 1}); }},
        Case{"RepeatedStepsNeedTwoEvents", "A@0 B@10", 2, [](Funnel& funnel) { funnel.steps[2].event = event("B"); }},
        Case{"OneEventFillsOneStep", "A@0 B@10 B@10", 3,
             [](Funnel& funnel) { funnel.steps[2].event = event("B or D"); }},
        Case{"OptionalIsSkipped", "A@0 C@10", 2, [](Funnel& funnel) { funnel.steps[1].optional = true; }},
        Case{"OptionalIsCounted", "A@0 B@5 C@10", 3, [](Funnel& funnel) { funnel.steps[1].optional = true; }},
        Case{"StrictWithOptional", "A@0 B@5 C@10", 3,
             [](Funnel& funnel) { strict(funnel), funnel.steps[1].optional = true; }},
        Case{"OnlyAmong", "A@0 D@5 B@10 C@20", 3,
             [](Funnel& funnel) { strict(funnel), funnel.among = event("A or B or C"); }}),
    [](const auto& test) { return test.param.name; });

// --- Grace -----------------------------------------------------------------------------------------------------------

std::vector<std::int64_t> blurred(const std::vector<std::pair<int, bool>>& hits, std::int64_t grace) {
  std::vector<funnel::Hit> all;
  for (const auto& [at, is_step] : hits) all.push_back({at, is_step ? 1U : 0U, is_step ? 0U : 1U, 0});
  funnel::blur(all, grace);
  std::vector<std::int64_t> moments;
  for (const funnel::Hit& hit : all) moments.push_back(hit.at_us);
  return moments;
}

TEST(FunnelGrace, MakesStepsThatFollowFastOneInstant) {
  using testing::ElementsAre;
  EXPECT_THAT(blurred({{0, true}, {2, true}, {4, true}, {7, true}}, 2), ElementsAre(0, 0, 0, 7));
  EXPECT_THAT(blurred({{0, true}, {2, false}, {3, false}, {7, false}, {8, true}}, 2), ElementsAre(0, 0, 3, 8, 8))
      << "other events join steps, but bridge nothing";
  EXPECT_THAT(blurred({{0, true}, {1, false}, {3, true}}, 2), ElementsAre(0, 0, 3));
  EXPECT_THAT(blurred({{0, true}, {1, true}}, 0), ElementsAre(0, 1));
}

TEST(FunnelGrace, LetsStepsComeInEitherOrder) {
  const journey::BuiltJourneys built = journey::build_journeys({{"ann", "B", "2024-04-01 10:00:00"},
                                                                {"ann", "A", "2024-04-01 10:00:02"},
                                                                {"bob", "B", "2024-04-01 10:00:00"},
                                                                {"bob", "A", "2024-04-01 10:00:03"}});
  const auto customers = *knowledge::Customers::bind(built.snapshot, business_of({}));
  Funnel funnel = steps({"A", "B"});
  Question question{.as_of = at("2024-04-02"), .period = {}, .hypothesis = "", .filter = std::nullopt};
  EXPECT_EQ(ask_funnel(*customers, question, funnel)->figures.all.converted, 0U);
  funnel.grace = seconds{2};
  EXPECT_EQ(ask_funnel(*customers, question, funnel)->figures.all.converted, 1U);
}

// --- Open windows ----------------------------------------------------------------------------------------------------

TEST(FunnelOpen, CountsThoseWhoStillCanApart) {
  const ActsWorld world = world_of_acts({{"done", "A", 0, "", "", 0},
                                         {"done", "B", 5, "", "", 0},
                                         {"open", "A", 950, "", "", 0},
                                         {"late", "A", 939, "", "", 0},
                                         {"last", "A", 941, "", "", 0}});
  Funnel funnel = steps({"A", "B"});
  Question question{.as_of = moment_of(1000), .period = {}, .hypothesis = "", .filter = std::nullopt};
  FunnelFigures figures = ask_funnel(*world.customers, question, funnel)->figures.all;
  EXPECT_EQ(figures.entered, 4U);
  EXPECT_EQ(figures.still_open, 2U);
  EXPECT_EQ(figures.steps[0].stopped, 1U);
  funnel.leave_out_open = true;
  figures = ask_funnel(*world.customers, question, funnel)->figures.all;
  EXPECT_EQ(figures.entered, 2U);
  EXPECT_EQ(figures.open_left_out, 2U);
  EXPECT_EQ(figures.conversion.part, 1U);
}

// --- Breakdowns ------------------------------------------------------------------------------------------------------

std::map<std::string, std::uint64_t> entered_by(const ActsWorld& world, FunnelAttribution attribution,
                                                std::size_t limit, std::size_t step = 0) {
  Funnel funnel = steps({"A", "B"});
  funnel.breakdown = FunnelBreakdown{.by = {.name = "v", .limit = limit}, .attribution = attribution, .step = step};
  Question question{.as_of = moment_of(1000), .period = {}, .hypothesis = "", .filter = std::nullopt};
  std::map<std::string, std::uint64_t> entered;
  const auto report = ask_funnel(*world.customers, question, funnel);
  EXPECT_TRUE(report) << report.error().message;
  for (const FunnelValue& value : report->values) {
    const char* const names[] = {"", "(missing)", "(other)", "(not reached)"};
    entered[value.text + names[static_cast<int>(value.kind)]] = value.figures.all.entered;
  }
  return entered;
}

TEST(FunnelBreakdowns, TakeTheValueOfTheEventAskedFor) {
  const ActsWorld world = world_of_acts({{"ann", "A", 0, "red", "", 0},
                                         {"ann", "B", 5, "blue", "", 0},
                                         {"bob", "A", 0, "", "", 0},
                                         {"bob", "B", 5, "blue", "", 0},
                                         {"cat", "A", 0, "green", "", 0},
                                         {"dan", "A", 0, "", "", 0}});
  using Counts = std::map<std::string, std::uint64_t>;
  EXPECT_EQ(entered_by(world, FunnelAttribution::First, 9),
            (Counts{{"red", 1}, {"blue", 1}, {"green", 1}, {"(missing)", 1}}));
  EXPECT_EQ(entered_by(world, FunnelAttribution::Last, 9), (Counts{{"blue", 2}, {"green", 1}, {"(missing)", 1}}));
  EXPECT_EQ(entered_by(world, FunnelAttribution::Step, 9, 0), (Counts{{"red", 1}, {"green", 1}, {"(missing)", 2}}));
  EXPECT_EQ(entered_by(world, FunnelAttribution::Step, 9, 1), (Counts{{"blue", 2}, {"(not reached)", 2}}));
  EXPECT_EQ(entered_by(world, FunnelAttribution::All, 9), (Counts{{"red", 1}, {"green", 1}, {"(missing)", 2}}))
      << "nobody enters by blue";
  EXPECT_EQ(entered_by(world, FunnelAttribution::First, 1), (Counts{{"blue", 1}, {"(missing)", 1}, {"(other)", 2}}));
}

// --- Times and shares ------------------------------------------------------------------------------------------------

TEST(FunnelTimes, AreExact) {
  std::vector<std::int64_t> micros{4'000'000, 1'000'000, 3'000'000, 2'500'000, 10'000'000};
  const FunnelTimes times = times_of(micros, std::nullopt);
  EXPECT_EQ(times.median.count(), 3'000'000);
  EXPECT_EQ(times.quartile1.count(), 2'500'000);
  EXPECT_EQ(times.quartile3.count(), 4'000'000);
  EXPECT_EQ(times.mean.count(), 4'100'000);
  ASSERT_EQ(times.histogram.size(), 2U) << "the cube root of five, rounded up";
  EXPECT_EQ(times.histogram[0].from.count(), 1'000'000);
  EXPECT_EQ(times.histogram[0].people, 4U);
  EXPECT_EQ(times.histogram[1].people, 1U);
  EXPECT_EQ(times.histogram[1].from - times.histogram[0].from, seconds{5}) << "4.5 s, rounded up";
  std::vector<std::int64_t> two{10, 21};
  EXPECT_EQ(times_of(two, std::nullopt).median.count(), 16) << "to the nearest microsecond, halves up";
  std::vector<std::int64_t> equal(70, 5'500'000);
  const FunnelTimes same = times_of(equal, 7);
  ASSERT_EQ(same.histogram.size(), 1U);
  EXPECT_EQ(same.histogram[0].to - same.histogram[0].from + std::chrono::microseconds{1}, seconds{60});
  std::vector<std::int64_t> many(1'000'000);
  for (std::size_t index = 0; index < many.size(); ++index) many[index] = static_cast<std::int64_t>(index) * 1000;
  EXPECT_EQ(times_of(many, std::nullopt).histogram.size(), 60U);
}

TEST(ComparedShares, AreThoseOfThePapers) {
  // Newcombe (1998), table II, method 10.
  struct Row {
    std::uint64_t part1, whole1, part2, whole2;
    double low, high;
  };
  for (const Row& row : {Row{56, 70, 48, 80, 0.0524, 0.3339}, Row{9, 10, 3, 10, 0.1705, 0.8090},
                         Row{10, 10, 0, 20, 0.6791, 1.0000}, Row{10, 10, 0, 10, 0.6075, 1.0000}}) {
    const TwoShares both = compare_shares(share_of(row.part1, row.whole1), share_of(row.part2, row.whole2));
    EXPECT_NEAR(both.low, row.low, 5e-5) << row.part1;
    EXPECT_NEAR(both.high, row.high, 5e-5) << row.part1;
  }
  // Fisher's lady and her tea: 3 of 4 told apart.
  EXPECT_NEAR(fisher_p_value(3, 4, 1, 4), 34.0 / 70, 1e-9);
  EXPECT_NEAR(fisher_p_value(4, 4, 0, 4), 2.0 / 70, 1e-9);
  EXPECT_NEAR(fisher_p_value(0, 10, 0, 1000), 1, 1e-9);
}

TEST(ComparedShares, AreNotSignificantWhenFew) {
  const TwoShares few = compare_shares(share_of(28, 29), share_of(10, 500));
  EXPECT_LT(few.p_value, 1e-6);
  EXPECT_TRUE(few.too_few);
  EXPECT_FALSE(few.significant);
  EXPECT_TRUE(compare_shares(share_of(28, 30), share_of(10, 500)).significant);
  const TwoShares alike = compare_shares(share_of(300, 1000), share_of(310, 1000));
  EXPECT_EQ(alike.test, ShareTest::TwoProportions);
  EXPECT_NEAR(alike.p_value, 0.6272, 5e-5);
  EXPECT_FALSE(alike.significant);
  EXPECT_EQ(compare_shares(share_of(0, 0), share_of(1, 2)).p_value, 1);
}

// --- Refusals --------------------------------------------------------------------------------------------------------

TEST(FunnelRefusals, SayWhatCannotBe) {
  const ActsWorld world = world_of_acts({{"ann", "A", 0, "red", "", 0}});
  Question question{.as_of = moment_of(1000), .period = {}, .hypothesis = "", .filter = std::nullopt};
  const auto refused = [&](const std::function<void(Funnel&)>& turn) {
    Funnel funnel = steps({"A", "B", "C"});
    turn(funnel);
    const auto report = ask_funnel(*world.customers, question, funnel);
    return report ? std::string("accepted") : report.error().message;
  };
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.steps.clear(); }), HasSubstr("1 to 64 steps"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.steps.resize(65, funnel.steps[0]); }), HasSubstr("this one has 65"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.steps.resize(64, funnel.steps[0]); }), HasSubstr("accepted"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.steps[0].optional = true; }), HasSubstr("cannot be optional"));
  EXPECT_THAT(refused([](Funnel& funnel) {
                funnel.steps.insert(funnel.steps.begin() + 1, {.event = event("B"), .optional = true});
              }),
              HasSubstr("equal to the required step"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.exclusions.push_back({.event = event("B")}); }),
              HasSubstr("equal to step 2"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.exclusions.push_back({.event = event("X"), .after = 2}); }),
              HasSubstr("between no two steps"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.window = minutes{0}; }), HasSubstr("window"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.grace = seconds{3}; }), HasSubstr("0 to 2 s"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.bins = 91; }), HasSubstr("1 to 90"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.breakdown = FunnelBreakdown{.by = {.name = "vv"}}; }),
              HasSubstr("no event has a property \"vv\""));
  EXPECT_THAT(refused([](Funnel& funnel) {
                any_order(funnel);
                funnel.breakdown = FunnelBreakdown{.by = {.name = "v"}, .attribution = FunnelAttribution::Step};
              }),
              HasSubstr("no event of its own"));
  EXPECT_THAT(refused([](Funnel& funnel) { any_order(funnel), funnel.steps[1].optional = true; }),
              HasSubstr("in any order"));
  EXPECT_THAT(refused([](Funnel& funnel) { any_order(funnel), funnel.steps[1].within = minutes{1}; }),
              HasSubstr("in any order"));
  EXPECT_THAT(refused([](Funnel& funnel) { funnel.steps[1].event = rule("count(B) > 2"); }),
              HasSubstr("no condition on one event"));
}

}  // namespace
}  // namespace habitue::insight
