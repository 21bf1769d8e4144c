#include "simulate/clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace habitue::simulate {
namespace {

using namespace std::chrono_literals;

const LocalDay kFrom{std::chrono::days{20'089}};  // 2025-01-01.

Clock paris(std::int64_t days) {
  return Clock::of_season(Season{}, *Zone::find("Europe/Paris"), kFrom, kFrom + std::chrono::days(days));
}

TEST(Clock, WallIsTheInverseOfSeasonal) {
  const Clock clock = paris(400);
  for (double day = -3; day < clock.total() + 5; day += 0.377)
    EXPECT_NEAR(clock.seasonal(clock.wall(day)), day, 1e-6) << day;
}

TEST(Clock, RunsFastestOnSundayEvenings) {
  const Zone zone = *Zone::find("Europe/Paris");
  const Clock clock = paris(14);
  const auto speed = [&](LocalDay day, int hour) {
    const UtcMicros at =
        zone.moment_of(std::chrono::local_time<std::chrono::microseconds>(day) + std::chrono::hours(hour));
    return clock.seasonal(at + 1h) - clock.seasonal(at);
  };
  const LocalDay sunday = kFrom + std::chrono::days(4);  // 2025-01-05.
  const Season season;
  EXPECT_NEAR(speed(sunday, 21) / speed(sunday, 9), season.hours[21] / season.hours[9], 1e-9);
  EXPECT_NEAR(speed(sunday, 21) / speed(sunday + std::chrono::days(1), 21), season.weekdays[6] / season.weekdays[0],
              1e-9);
}

TEST(Clock, KeepsTheHoursOfTheZoneThroughDaylightSaving) {
  const Zone zone = *Zone::find("Europe/Paris");
  const Clock clock = paris(200);
  const auto at_nine_in_the_evening = [&](LocalDay day) {
    const UtcMicros at = zone.moment_of(std::chrono::local_time<std::chrono::microseconds>(day) + 21h);
    return clock.seasonal(at + 1h) - clock.seasonal(at);
  };
  // 2025-03-29 and 30 are the Saturday and Sunday around the change; March is one month.
  const LocalDay saturday = kFrom + std::chrono::days(87);
  const Season season;
  EXPECT_NEAR(at_nine_in_the_evening(saturday + std::chrono::days(1)) / at_nine_in_the_evening(saturday),
              season.weekdays[6] / season.weekdays[5], 1e-9);
}

TEST(Clock, SkipsHoursInWhichNothingHappens) {
  const std::vector<double> intensity = {0, 1, 0, 0, 3, 0};
  const Clock clock(UtcMicros{}, intensity);
  EXPECT_DOUBLE_EQ(clock.total(), 4.0 / 24);
  for (double day = 0.001; day < clock.total(); day += 0.001) {
    const auto hour = std::chrono::floor<std::chrono::hours>(clock.wall(day).time_since_epoch()).count();
    EXPECT_TRUE(hour == 1 || hour == 4) << day << " lies in hour " << hour;
  }
}

}  // namespace
}  // namespace habitue::simulate
