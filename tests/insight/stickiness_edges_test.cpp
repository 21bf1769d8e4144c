// The edges of stickiness, frequency and intervals, each shown on a journey that can be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"
#include "insight/stickiness/frequency.hpp"
#include "insight/stickiness/intervals.hpp"
#include "insight/stickiness/stickiness.hpp"

namespace habitue::insight::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Happening did(const char* who, const char* what, const char* when, const char* v = "") {
  return {who, what, at(when), v, "", "", "", ""};
}
Question until(const char* as_of) {
  Question question;
  question.as_of = at(as_of);
  return question;
}

TEST(Stickiness, HasAsManyBucketsAsPeriods) {
  const Small world = small_world({did("ann", "A", "2024-06-03 10:00"), did("ann", "A", "2024-06-04 10:00"),
                                   did("ann", "A", "2024-06-04 11:00"), did("ann", "A", "2024-06-05 10:00"),
                                   did("bob", "A", "2024-06-04 10:00")});
  StickinessSpec spec;
  auto report = *ask_stickiness(*world.customers, until("2024-06-05 12:00"), spec);
  EXPECT_THAT(report.total.all.exact, ElementsAre(1, 0, 1)) << "one, two, three days; no bucket for a fourth";
  EXPECT_EQ(report.total.all.at_least[1].part, 1U);
  EXPECT_EQ(report.total.all.at_least[0].part, 2U);
  EXPECT_FALSE(report.last_complete);
  spec.occurrences_min = 2;
  report = *ask_stickiness(*world.customers, until("2024-06-05 12:00"), spec);
  EXPECT_THAT(report.total.all.exact, ElementsAre(1, 0, 0)) << "only one day had two";
  EXPECT_EQ(report.total.all.people, 1U);
}

TEST(Stickiness, SaysWhenAWindowReachesBeforeTheData) {
  const Small world = small_world({did("ann", "A", "2024-06-03 10:00"), did("bob", "A", "2024-06-09 10:00")});
  const auto report = *ask_stickiness(*world.customers, until("2024-06-10 12:00"), {});
  const auto& days = report.days.all;
  ASSERT_EQ(days.size(), 8U);
  EXPECT_EQ(days[6].weekly, 2U) << "seven whole days, from Monday to Sunday";
  EXPECT_EQ(days[7].weekly, 1U);
  EXPECT_FALSE(days[6].weekly_covered) << "the data begins on the Monday at noon";
  EXPECT_TRUE(days[7].weekly_covered);
  EXPECT_FALSE(days[7].monthly_covered);
  EXPECT_EQ(days[7].daily_of_monthly.whole, 2U);
  EXPECT_FALSE(days[7].complete);
}

TEST(Stickiness, OfAnEmptyWorkspaceIsEmptyAndRefusesCellsThatAreNotThere) {
  const Small empty = small_world({});
  EXPECT_TRUE(ask_stickiness(*empty.customers, until("2024-06-10"), {})->total.all.exact.empty());
  EXPECT_FALSE(ask_frequency(*empty.customers, until("2024-06-10"), {})->total.all.times);
  EXPECT_FALSE(ask_intervals(*empty.customers, until("2024-06-10"), {})->total.all.us);
  const Small world = small_world({did("ann", "A", "2024-06-03 10:00")});
  EXPECT_EQ(people_of_stickiness(*world.customers, until("2024-06-04"), {}, {.periods = 9}).error().kind,
            ErrorKind::NotFound);
  EXPECT_EQ(
      people_of_active_day(*world.customers, until("2024-06-04"), {}, {.day = *parse_day("2024-06-02")}).error().kind,
      ErrorKind::NotFound);
  StickinessSpec spec;
  spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "v", .limit = 0};
  const auto refused = ask_stickiness(*world.customers, until("2024-06-04"), spec);
  ASSERT_FALSE(refused);
}

TEST(Frequency, CountsThoseWhoNeverDidApart) {
  const Small world =
      small_world({did("ann", "A", "2024-06-03"), did("ann", "A", "2024-06-04"), did("bob", "A", "2024-06-03"),
                   did("cat", "B", "2024-06-03"), did("dan", "A", "2024-05-03"), did("eve", "A", "2024-06-09"),
                   did("eve", "A", "2024-06-09"), did("eve", "A", "2024-06-09")});
  Question question = until("2024-06-20");
  question.period.from = at("2024-06-01");
  const FrequencySpec spec{.act = *parse_event_test("A"), .breakdown = {}};
  const auto report = *ask_frequency(*world.customers, question, spec);
  EXPECT_EQ(report.total.all.people, 3U);
  EXPECT_EQ(report.total.all.never, 2U) << "cat did not, and dan not in the period";
  EXPECT_EQ(report.total.all.acts, 6U);
  EXPECT_EQ(report.total.all.times->median, 2);
  EXPECT_EQ(report.total.all.times->p25, 1.5) << "halfway between one and two";
  EXPECT_EQ(people_of_frequency(*world.customers, question, spec, {.times_min = 2})->size(), 2U);
}

class Intervals : public testing::Test {
 protected:
  IntervalFigures ask(const std::vector<Happening>& happenings, const char* from, const char* to) {
    world = small_world(happenings);
    spec.from = *parse_event_test(from);
    spec.to = *parse_event_test(to);
    const auto report = ask_intervals(*world.customers, question, spec);
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    return report ? report->total.all : IntervalFigures{};
  }
  Small world;
  IntervalsSpec spec;
  Question question = until("2024-07-01");
};

TEST_F(Intervals, GoFromEachActToTheNext) {
  const std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00"), did("ann", "A", "2024-06-03 12:00"),
                                     did("ann", "B", "2024-06-03 13:00"), did("ann", "A", "2024-06-04 13:00")};
  auto figures = ask(story, "A", "B");
  EXPECT_EQ(figures.intervals, 2U) << "both end with the same B";
  EXPECT_EQ(figures.us->most, 3 * 3'600e6);
  EXPECT_EQ(figures.us->least, 3'600e6);
  EXPECT_EQ(figures.not_followed, 1U);
  EXPECT_EQ(figures.people, 1U);
  EXPECT_EQ(figures.people_waiting, 1U) << "one person may have both";
  spec.pairs = IntervalsSpec::Pairs::FirstOfPerson;
  figures = ask(story, "A", "B");
  EXPECT_EQ(figures.intervals, 1U);
  EXPECT_EQ(figures.us->median, 3 * 3'600e6);
  EXPECT_EQ(figures.not_followed, 0U);
  spec.longest = hours{2};
  EXPECT_EQ(ask(story, "A", "B").not_followed, 1U) << "too late is not followed";
}

TEST_F(Intervals, AtOneInstantTheOrderThatHelpsHolds) {
  EXPECT_EQ(ask({did("ann", "B", "2024-06-03 10:00"), did("ann", "A", "2024-06-03 10:00")}, "A", "B").us->median, 0);
  const auto same = ask({did("ann", "A", "2024-06-03 10:00")}, "A", "A");
  EXPECT_EQ(same.intervals, 0U) << "an act is never its own next";
  EXPECT_EQ(ask({did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-03 10:00")}, "any event", "B").intervals,
            1U)
      << "from A to B; B waits for another";
}

TEST_F(Intervals, ThePeriodBoundsWhereTheyBeginAndNotWhereTheyEnd) {
  question.period = {at("2024-06-03"), at("2024-06-04")};
  const std::vector<Happening> story{did("ann", "A", "2024-06-03 10:00"), did("ann", "B", "2024-06-30 10:00"),
                                     did("bob", "A", "2024-06-04 00:00"), did("bob", "B", "2024-06-04 10:00")};
  EXPECT_EQ(ask(story, "A", "B").intervals, 1U);
  question.as_of = at("2024-06-29");
  EXPECT_EQ(ask(story, "A", "B").not_followed, 1U) << "what comes after as_of is not seen";
}

TEST_F(Intervals, HistogramsOfAllFiguresHaveTheSameBins) {
  std::vector<Happening> story;
  for (int person = 0; person < 30; ++person) {
    const std::string who = "p" + std::to_string(person);
    story.push_back({who, "A", at("2024-06-03"), person % 2 == 0 ? "x" : "y", "", "", "", ""});
    story.push_back({who, "B", at("2024-06-03") + hours{person}, "", "", "", "", ""});
  }
  world = small_world(story);
  spec.from = *parse_event_test("A");
  spec.to = *parse_event_test("B");
  spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "v"};
  const auto report = *ask_intervals(*world.customers, question, spec);
  EXPECT_EQ(report.total.all.histogram.size(), 4U) << "the cube root of 30, rounded up";
  ASSERT_EQ(report.values.size(), 2U);
  for (std::size_t bin = 0; bin < 4; ++bin)
    EXPECT_EQ(report.total.all.histogram[bin],
              report.values[0].figures.all.histogram[bin] + report.values[1].figures.all.histogram[bin]);
  spec.bins = 0;
  EXPECT_THAT(ask_intervals(*world.customers, question, spec).error().message, HasSubstr("1 to 1000 bins"));
}

}  // namespace
}  // namespace habitue::insight::reference
