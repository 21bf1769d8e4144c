// The edges of retention: what the rules say where peers differ, each shown on a journey that can be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "insight/event_matcher.hpp"
#include "insight/retention/flatten.hpp"
#include "insight/retention/retention.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Spec = RetentionSpec;

Happening did(const char* who, const char* what, const char* when, const char* v = "") {
  return {who, what, at(when), v, "", "", "", ""};
}

class RetentionEdges : public testing::Test {
 protected:
  RetentionEdges() {
    spec.start = *parse_event_test("A");
    spec.comeback = *parse_event_test("B");
    spec.unit = Bucket::Day;
    spec.columns = 4;
    question.as_of = at("2024-12-01");
  }
  RetentionReport ask(const std::vector<Happening>& happenings) {
    world = small_world(happenings);
    auto report = ask_retention(*world.customers, question, spec);
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    return report ? *report : RetentionReport{};
  }
  // People by column of the first cohort that somebody is in.
  static std::vector<std::uint64_t> row(const RetentionReport& report) {
    for (const RetentionCohort& cohort : report.total.all.cohorts) {
      std::vector<std::uint64_t> people;
      for (const RetentionCell& cell : cohort.cells) people.push_back(cell.people);
      if (cohort.size > 0) return people;
    }
    return {};
  }
  std::string refusal() {
    const auto report = ask_retention(*world.customers, question, spec);
    return report ? "" : report.error().message;
  }
  Small world;
  Spec spec;
  Question question;
};

// In Paris 2024-03-31 has 23 hours: 23:30 that day and 23:15 the next are on calendar days 0 and 1, 23.75 hours apart.
TEST_F(RetentionEdges, ASummerTimeDayIsADayOfTheCalendarAndLessThanOneThatElapses) {
  const std::vector<Happening> story{did("ann", "A", "2024-03-30 23:30"), did("ann", "B", "2024-03-31 22:30")};
  EXPECT_THAT(row(ask(story)), ElementsAre(0, 1, 0, 0)) << "from 00:30 on Sunday to 00:30 on Monday";
  spec.clock = Spec::Clock::Elapsed;
  EXPECT_THAT(row(ask(story)), ElementsAre(1, 0, 0, 0)) << "23 hours";
}

TEST_F(RetentionEdges, APeriodEndsWithItsLastMicrosecond) {
  const std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00"), did("bob", "C", "2024-06-30")};
  const auto complete = [&](const char* as_of) {
    question.as_of = at(as_of) - microseconds{1};
    std::vector<bool> cells;
    const RetentionReport report = ask(story);
    for (const RetentionCell& cell : report.total.all.cohorts.front().cells) cells.push_back(cell.complete);
    return cells;
  };
  EXPECT_THAT(complete("2024-06-04 22:00"), ElementsAre(true, true, false, false))
      << "the last moment of a day in Paris";
  EXPECT_THAT(complete("2024-06-04 21:59"), ElementsAre(true, false, false, false));
  spec.clock = Spec::Clock::Elapsed;
  EXPECT_THAT(complete("2024-06-05 10:00"), ElementsAre(true, true, false, false));
  EXPECT_THAT(complete("2024-06-05 09:59"), ElementsAre(true, false, false, false));
}

TEST_F(RetentionEdges, WhatHasNotBegunIsNeitherZeroNorInTheMean) {
  question.as_of = at("2024-06-05 12:00");
  const auto report = ask(
      {did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-04 10:00"), did("bob", "A", "2024-06-04 10:00")});
  const auto& cohorts = report.total.all.cohorts;
  ASSERT_EQ(cohorts.size(), 3U);
  EXPECT_TRUE(cohorts[0].cells[2].begun);
  EXPECT_FALSE(cohorts[0].cells[2].complete);
  EXPECT_FALSE(cohorts[0].cells[3].begun);
  EXPECT_FALSE(cohorts[0].cells[3].relative);
  EXPECT_FALSE(cohorts[1].cells[2].begun);
  EXPECT_EQ(report.total.all.mean[1].share->whole, 1U) << "bob's next day is not over";
  EXPECT_EQ(report.total.all.mean[1].share->part, 1U);
  EXPECT_FALSE(report.total.all.mean[2].share);
}

TEST_F(RetentionEdges, ColumnZeroOfOnOrAfterIsWhoEverCameBack) {
  spec.counting = Spec::Return::OnOrAfter;
  const auto report = ask({did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-30"),
                           did("bob", "A", "2024-06-03 11:00"), did("bob", "B", "2024-06-03 10:00")});
  EXPECT_THAT(row(report), ElementsAre(1, 1, 1, 1)) << "what comes before the start does not count";
  EXPECT_EQ(report.total.all.cohorts.front().cells[0].share.whole, 2U) << "of the cohort, which is not column 0";
  EXPECT_EQ(report.columns[2].first, 2U);
  EXPECT_FALSE(report.columns[2].last);
}

TEST_F(RetentionEdges, BracketsFollowOneAnotherAfterPeriodZero) {
  spec.counting = Spec::Return::Brackets;
  spec.brackets = {2, 3};
  const std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-05"),
                                     did("bob", "A", "2024-06-03 10:00"), did("bob", "B", "2024-06-06"),
                                     did("bob", "B", "2024-06-08"),       did("cat", "A", "2024-06-03 10:00"),
                                     did("cat", "B", "2024-06-09")};
  EXPECT_THAT(row(ask(story)), ElementsAre(0, 1, 1)) << "days 1 and 2, then days 3 to 5; day 6 is in none";
  spec.occurrences_min = 2;
  EXPECT_THAT(row(ask(story)), ElementsAre(0, 0, 1)) << "twice in the bracket, not in one day";
}

TEST_F(RetentionEdges, FirstMatchingIsTheFirstThatMatchesAndFirstEverMustBeTheFirstOfItsName) {
  spec.start = *parse_event_test("A where v = \"x\"");
  const std::vector<Happening> story{did("ann", "A", "2024-06-01 10:00", "y"), did("ann", "A", "2024-06-03 10:00", "x"),
                                     did("bob", "A", "2024-06-03 10:00", "x"),
                                     did("bob", "A", "2024-06-04 10:00", "x")};
  const auto sizes = [&](Spec::CohortBy by) {
    spec.cohort_by = by;
    std::vector<std::uint64_t> people;
    const RetentionReport report = ask(story);
    for (const RetentionCohort& cohort : report.total.all.cohorts) people.push_back(cohort.size);
    people.resize(4);
    return people;
  };
  EXPECT_THAT(sizes(Spec::CohortBy::Recurring), ElementsAre(0, 0, 2, 1));
  EXPECT_THAT(sizes(Spec::CohortBy::FirstMatching), ElementsAre(0, 0, 2, 0));
  EXPECT_THAT(sizes(Spec::CohortBy::FirstEver), ElementsAre(0, 0, 1, 0));
  question.period.from = at("2024-06-04");
  EXPECT_THAT(sizes(Spec::CohortBy::FirstMatching), ElementsAre(0, 0, 0, 0));
  spec.first_in = Spec::FirstIn::Period;
  EXPECT_EQ(sizes(Spec::CohortBy::FirstMatching)[0], 1U) << "the first of the period, though not of the data";
}

TEST_F(RetentionEdges, WeeksBeginOnTheDayThatIsAskedFor) {
  spec.unit = Bucket::Week;
  const std::vector<Happening> story{did("ann", "A", "2024-06-08 10:00"), did("ann", "B", "2024-06-09 10:00")};
  EXPECT_THAT(row(ask(story)), ElementsAre(1, 0, 0, 0)) << "Saturday and Sunday of one week";
  spec.week_start = std::chrono::Sunday;
  EXPECT_THAT(row(ask(story)), ElementsAre(0, 1, 0, 0));
}

TEST_F(RetentionEdges, ABreakdownShowsTheLargestTheOthersAndTheTotal) {
  spec.comeback = spec.start;
  spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "v", .limit = 2};
  std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00", "x"), did("ann", "A", "2024-06-04 10:00", "y"),
                               did("bob", "A", "2024-06-03 10:00", "x"), did("bob", "A", "2024-06-04 10:00", "x"),
                               did("cat", "A", "2024-06-03 10:00"),      did("dan", "A", "2024-06-03 10:00"),
                               did("eve", "A", "2024-06-03 10:00", "z")};
  auto report = ask(story);
  ASSERT_EQ(report.values.size(), 3U);
  EXPECT_EQ(report.values[0].value.kind, ShownValue::Kind::Missing)
      << "missing is a value; of equals, in order of text";
  EXPECT_EQ(report.values[1].value.text, "x");
  EXPECT_EQ(report.values[2].value.kind, ShownValue::Kind::Other);
  const auto next_day = [&](std::size_t value) { return report.values[value].figures.all.cohorts[0].cells[1].people; };
  EXPECT_EQ(next_day(1), 2U);
  spec.same_value_on_return = true;
  report = ask(story);
  EXPECT_EQ(next_day(1), 1U) << "ann came back to something else";
  EXPECT_EQ(report.total.all.cohorts[0].cells[1].people, 2U) << "the total is of everybody";
}

TEST_F(RetentionEdges, SharesCanBeOfColumnZeroOrOfTheColumnBefore) {
  const std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-03 11:00"),
                                     did("ann", "B", "2024-06-04 10:00"), did("bob", "A", "2024-06-03 10:00"),
                                     did("bob", "B", "2024-06-04 11:00"), did("cat", "A", "2024-06-03 10:00"),
                                     did("cat", "B", "2024-06-05 11:00"), did("dan", "A", "2024-06-03 10:00")};
  const auto relative = [&](Spec::Relative to) {
    spec.relative = to;
    std::vector<double> shares;
    const RetentionReport report = ask(story);
    for (const RetentionCell& cell : report.total.all.cohorts[0].cells) shares.push_back(cell.relative.value_or(-1));
    for (std::size_t column = 0; column < 3; ++column)
      EXPECT_EQ(report.total.all.mean[column].relative, shares[column]);
    return shares;
  };
  EXPECT_THAT(relative(Spec::Relative::Cohort), ElementsAre(0.25, 0.5, 0.25, 0));
  EXPECT_THAT(relative(Spec::Relative::ColumnZero), ElementsAre(1, 2, 1, 0));
  EXPECT_THAT(relative(Spec::Relative::PreviousColumn), ElementsAre(1, 2, 0.5, 0));
}

TEST_F(RetentionEdges, TheOwnCycleOfFewIntervalsIsDrawnToThatOfTheCompany) {
  std::vector<Happening> story;
  const auto every = [&](const std::string& who, int gap, int times) {
    for (int index = 0; index < times; ++index)
      story.push_back({who, "A", at("2024-01-01 10:00") + days{gap * index}, "", "", "", "", ""});
  };
  // Regular people, some each 5 days and some each 20, with a little noise; one of two intervals of 80 days.
  for (int person = 0; person < 10; ++person) {
    every("fast" + std::to_string(person), 5, 9);
    every("slow" + std::to_string(person), 20, 9);
    story.push_back({"fast" + std::to_string(person), "A", at("2024-02-12 12:00"), "", "", "", "", ""});
  }
  every("rare", 80, 3);
  every("once", 1, 1);
  spec.comeback = spec.start;
  spec.clock = Spec::Clock::OwnCycle;
  spec.unit = Bucket::Month;
  const auto report = ask(story);
  ASSERT_TRUE(report.rhythm);
  EXPECT_EQ(report.rhythm->people, 21U);
  EXPECT_EQ(report.rhythm->company, days{20}) << "the median of people's medians";
  EXPECT_GT(report.rhythm->shrinkage, 0);
  EXPECT_LT(report.rhythm->shrinkage, 1) << "people differ far more than their own intervals do";
  EXPECT_EQ(row(report)[1], 21U) << "at their own pace, everybody but who came once was back in the next period";
}

TEST_F(RetentionEdges, WithoutAnyIntervalTheUnitIsTheCycle) {
  spec.clock = Spec::Clock::OwnCycle;
  const auto report = ask({did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-04 10:30")});
  EXPECT_EQ(report.rhythm->people, 0U);
  EXPECT_EQ(report.rhythm->company, days{1});
  EXPECT_THAT(row(report), ElementsAre(0, 1, 0, 0));
}

TEST_F(RetentionEdges, RefusesWhatHasNoAnswer) {
  ask({did("ann", "A", "2024-06-03 10:00")});
  const Spec sound = spec;
  spec.columns = 0;
  EXPECT_THAT(refusal(), HasSubstr("1 to 400 columns"));
  spec = sound;
  spec.counting = Spec::Return::Brackets;
  EXPECT_THAT(refusal(), HasSubstr("brackets"));
  spec = sound;
  spec.occurrences_min = 0;
  EXPECT_THAT(refusal(), HasSubstr("occurrences_min"));
  spec = sound;
  spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "w"};
  EXPECT_THAT(refusal(), HasSubstr("\"w\""));
  spec = sound;
  spec.start = rule("count(A) > 2");
  EXPECT_THAT(refusal(), HasSubstr("no condition on one event"));
  spec = sound;
  EXPECT_EQ(people_of_retention(*world.customers, question, spec, {.column = 9}).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(people_of_retention(*world.customers, question, spec, {.cohort = at("2024-06-03")}).error().kind,
            ErrorKind::NotFound);
  Cancellation cancellation;
  cancellation.cancel();
  question.cancellation = &cancellation;
  EXPECT_THAT(refusal(), HasSubstr("cancelled"));
}

TEST_F(RetentionEdges, OfAnEmptyWorkspaceIsEmpty) {
  const auto report = ask({});
  EXPECT_TRUE(report.total.all.cohorts.empty());
  EXPECT_EQ(report.total.all.floor.verdict, Flattening::TooFewData);
}

// --- Does the curve flatten? ------------------------------------------------------------------------------------------

std::vector<retention::CurvePoint> curve(double people, int columns, const std::function<double(double)>& share) {
  std::vector<retention::CurvePoint> points;
  for (int column = 0; column < columns; ++column)
    points.push_back({static_cast<double>(column), people, column == 0 ? 1.0 : share(column)});
  return points;
}

TEST(Flattening, FindsTheLevelThatACurveWasMadeWith) {
  for (const double level : {0.05, 0.2, 0.4}) {
    const auto floor =
        retention::floor_of(curve(20'000, 13, [&](double x) { return level + 0.3 * std::exp(-0.9 * (x - 1)); }));
    EXPECT_EQ(floor.verdict, Flattening::Flattens) << level;
    EXPECT_NEAR(*floor.level, level, 0.01);
    EXPECT_LT(*floor.low, level);
    EXPECT_GT(*floor.high, level);
    EXPECT_GT(floor.weight_of_floor, 0.99);
  }
  const auto flat = retention::floor_of(curve(5'000, 9, [](double) { return 0.25; }));
  EXPECT_EQ(flat.verdict, Flattening::Flattens) << "it need not fall to be flat";
  EXPECT_NEAR(*flat.level, 0.25, 1e-9);
}

TEST(Flattening, SaysThatACurveStillFalls) {
  EXPECT_EQ(retention::floor_of(curve(20'000, 13, [](double x) { return 0.5 * std::pow(x, -0.7); })).verdict,
            Flattening::StillFalling);
  EXPECT_EQ(retention::floor_of(curve(20'000, 13, [](double x) { return 0.5 * std::exp(-0.2 * x); })).verdict,
            Flattening::StillFalling);
  const auto far =
      retention::floor_of(curve(2'000'000, 8, [](double x) { return 0.2 + 0.4 * std::exp(-0.25 * (x - 1)); }));
  EXPECT_EQ(far.verdict, Flattening::StillFalling) << "it will flatten, but a third of its level is still to fall";
  EXPECT_NEAR(*far.level, 0.2, 0.01);
}

TEST(Flattening, SaysWhenThereIsTooLittleToTell) {
  EXPECT_EQ(retention::floor_of({}).verdict, Flattening::TooFewData);
  EXPECT_EQ(retention::floor_of(curve(10'000, 4, [](double x) { return 0.5 / x; })).verdict, Flattening::TooFewData);
  EXPECT_EQ(retention::floor_of(curve(12, 8, [](double x) { return 0.1 + 0.1 / x; })).verdict, Flattening::TooFewData);
}

// 95 % intervals of curves drawn by chance hold the truth about 95 times in a hundred.
TEST(Flattening, HasAnIntervalThatHoldsTheLevelAsOftenAsItSays) {
  std::mt19937 random(7);
  int held = 0, flattens = 0;
  constexpr int kRounds = 60;
  for (int round = 0; round < kRounds; ++round) {
    const auto floor = retention::floor_of(curve(3'000, 12, [&](double x) {
      std::binomial_distribution<int> returned(3'000, 0.15 + 0.3 * std::exp(-1.0 * (x - 1)));
      return returned(random) / 3'000.0;
    }));
    held += floor.low && *floor.low <= 0.15 && 0.15 <= *floor.high ? 1 : 0;
    flattens += floor.verdict == Flattening::Flattens ? 1 : 0;
  }
  EXPECT_GE(held, kRounds * 85 / 100);
  EXPECT_GE(flattens, kRounds * 80 / 100);
}

// --- The same whatever the threads and the order of arrival -------------------------------------------------------------

TEST(RetentionAnswers, DoNotDependOnThreadsOrArrival) {
  std::mt19937 random(11);
  const std::vector<Happening> happenings = random_happenings(random, 300);
  const auto text = [&](const std::vector<Happening>& said_so, unsigned threads) {
    const Small world = small_world(said_so);
    Question question;
    question.as_of = at("2024-11-20");
    question.threads = threads;
    Spec spec;
    spec.start = spec.comeback = *parse_event_test("A");
    spec.cohort_by = Spec::CohortBy::Recurring;
    spec.clock = Spec::Clock::OwnCycle;
    spec.unit = Bucket::Week;
    spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "v", .limit = 2};
    spec.same_value_on_return = true;
    const auto report = *ask_retention(*world.customers, question, spec);
    std::string out = std::to_string(report.rhythm->company.count()) + " " + std::to_string(report.rhythm->shrinkage);
    const auto add = [&](const ByAudience<RetentionFigures>& figures) {
      for (const auto& [part, one] : parts_of(figures)) {
        for (const RetentionCohort& cohort : one->cohorts)
          for (const RetentionCell& cell : cohort.cells)
            out += " " + std::to_string(cell.people) + "/" + std::to_string(cell.had_chance);
        for (const RetentionMean& mean : one->mean) out += " " + std::to_string(mean.share ? mean.share->low : -1);
        out += " " + std::to_string(one->floor.level.value_or(-1));
      }
    };
    add(report.total);
    for (const RetentionValue& value : report.values) {
      out += "\n" + value.value.text;
      add(value.figures);
    }
    return out;
  };
  const std::string once = text(happenings, 1);
  EXPECT_EQ(text(happenings, 4), once);
  std::vector<Happening> backwards(happenings.rbegin(), happenings.rend());
  EXPECT_EQ(text(backwards, 2), once);
}

}  // namespace
}  // namespace habitue::insight::reference
