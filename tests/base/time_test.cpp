#include "base/time.hpp"

#include <gtest/gtest.h>

namespace habitue {
namespace {

using std::chrono::days;
using std::chrono::hours;

UtcMicros moment(const char* text) { return *parse_moment(text, Zone::utc()); }

struct Wall {
  const char* name;
  const char* text;
  const char* zone;
  const char* utc;
};
class ParseMoment : public testing::TestWithParam<Wall> {};
TEST_P(ParseMoment, GivesTheUtcMoment) {
  const auto parsed = parse_moment(GetParam().text, *Zone::find(GetParam().zone));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(format_moment(*parsed), GetParam().utc);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, ParseMoment,
    testing::Values(Wall{"Day", "2011-12-09", "UTC", "2011-12-09T00:00:00Z"},
                    Wall{"WinterInParis", "2011-12-09 12:50", "Europe/Paris", "2011-12-09T11:50:00Z"},
                    Wall{"SummerInParis", "2011-07-09T12:50:00", "Europe/Paris", "2011-07-09T10:50:00Z"},
                    Wall{"OffsetWinsOverZone", "2011-07-09T12:50:00+05:30", "Europe/Paris", "2011-07-09T07:20:00Z"},
                    Wall{"Fraction", "2011-07-09T12:50:00.123456Z", "UTC", "2011-07-09T12:50:00.123456Z"},
                    Wall{"NanosecondsAreCut", "2011-07-09T12:50:00.123456789Z", "UTC", "2011-07-09T12:50:00.123456Z"},
                    Wall{"Seconds", "1323435000", "Europe/Paris", "2011-12-09T12:50:00Z"},
                    Wall{"Milliseconds", "1323435000500", "Europe/Paris", "2011-12-09T12:50:00.500Z"},
                    // 02:30 does not exist on the day clocks go forward: the first moment after the gap stands for it.
                    Wall{"SkippedHour", "2011-03-27 02:30", "Europe/Paris", "2011-03-27T01:00:00Z"},
                    // 02:30 exists twice on the day they go back: the first is meant.
                    Wall{"RepeatedHour", "2011-10-30 02:30", "Europe/Paris", "2011-10-30T00:30:00Z"}),
    [](const auto& test) { return test.param.name; });

TEST(ParseMoment, RefusesWhatIsNoMoment) {
  for (const char* text : {"", "yesterday", "2011-13-01", "2011-02-30", "2011-12-09T25:00", "2011-12-09 12",
                           "2011-12-09T12:50:00+1", "nan", "1e30"})
    EXPECT_FALSE(parse_moment(text, Zone::utc())) << text;
}

TEST(Zone, CountsCalendarDaysThroughDaylightSaving) {
  const Zone paris = *Zone::find("Europe/Paris");
  // 23 hours apart, but midnight to midnight.
  EXPECT_EQ(days_between(moment("2011-03-26T23:00:00Z"), moment("2011-03-27T22:00:00Z"), paris), 1);
  EXPECT_EQ(paris.start_of(*parse_day("2011-03-28")) - paris.start_of(*parse_day("2011-03-27")), hours(23));
  EXPECT_EQ(paris.start_of(*parse_day("2011-10-31")) - paris.start_of(*parse_day("2011-10-30")), hours(25));
}

TEST(Zone, StartsTheDayAfterASkippedMidnight) {
  // In Beirut clocks went from 00:00 to 01:00 on 2011-03-27, so that day began at one o'clock.
  const Zone beirut = *Zone::find("Asia/Beirut");
  EXPECT_EQ(format_moment(beirut.start_of(*parse_day("2011-03-27"))), "2011-03-26T22:00:00Z");
  EXPECT_EQ(beirut.day_of(moment("2011-03-26T22:00:00Z")), *parse_day("2011-03-27"));
}

TEST(Zone, GivesBackEveryDayItNames) {
  for (const char* name : {"Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"}) {
    const Zone zone = *Zone::find(name);
    for (LocalDay day = *parse_day("2009-01-01"); day < *parse_day("2013-01-01"); day += days(1)) {
      // Apia had no 30 December 2011: it crossed the date line.
      if (std::string_view(name) == "Pacific/Apia" && day == *parse_day("2011-12-30")) continue;
      ASSERT_EQ(zone.day_of(zone.start_of(day)), day) << name << " " << format_day(day);
      ASSERT_LT(zone.day_of(zone.start_of(day) - std::chrono::microseconds(1)), day) << name << " " << format_day(day);
    }
  }
}

TEST(Zone, RefusesANameThatDoesNotExist) {
  const auto zone = Zone::find("Europe/Pariss");
  ASSERT_FALSE(zone);
  EXPECT_NE(zone.error().message.find("Europe/Pariss"), std::string::npos);
}

}  // namespace
}  // namespace habitue
