#include "insight/relative_period.hpp"

#include <gtest/gtest.h>

namespace habitue::insight {
namespace {

struct Case {
  const char *text, *from, *to;
};

// As of Wednesday 2024-05-15, noon in Paris. Days and months are those of Paris, so midnights are at 22 or 23 o'clock of UTC.
TEST(RelativePeriod, IsOfTheCompanysCalendar) {
  const Zone paris = *Zone::find("Europe/Paris");
  const UtcMicros as_of = *parse_moment("2024-05-15T10:00:00Z", Zone::utc());
  for (const auto& [text, from, to] :
       {Case{"today", "2024-05-15", "2024-05-16"}, Case{"yesterday", "2024-05-14", "2024-05-15"},
        Case{"this week", "2024-05-13", "2024-05-20"}, Case{"this month", "2024-05-01", "2024-06-01"},
        Case{"this quarter", "2024-04-01", "2024-07-01"}, Case{"this year", "2024-01-01", "2025-01-01"},
        Case{"last week", "2024-05-06", "2024-05-13"}, Case{"last month", "2024-04-01", "2024-05-01"},
        Case{"last quarter", "2024-01-01", "2024-04-01"}, Case{"last year", "2023-01-01", "2024-01-01"},
        Case{"last 30 days", "2024-04-16", "2024-05-16"}, Case{"Last  1 day", "2024-05-15", "2024-05-16"},
        Case{"last 30 full days", "2024-04-15", "2024-05-15"}, Case{"last 12 weeks", "2024-02-26", "2024-05-20"},
        Case{"last 6 full months", "2023-11-01", "2024-05-01"}, Case{"last 2 quarters", "2024-01-01", "2024-07-01"}}) {
    const auto period = period_of(text, as_of, paris);
    ASSERT_TRUE(period) << text << period.error().message;
    EXPECT_EQ(period->from, paris.start_of(*parse_day(from))) << text;
    EXPECT_EQ(period->to, paris.start_of(*parse_day(to))) << text;
  }
  EXPECT_EQ(period_of("since 2024-01-01", as_of, paris)->from, paris.start_of(*parse_day("2024-01-01")));
  EXPECT_EQ(period_of("since 2024-01-01", as_of, paris)->to, kEnd);
  EXPECT_EQ(period_of("all", as_of, paris)->from, kBeginning);
}

TEST(RelativePeriod, ADayIsTheCompanysDayAndNotThatOfUtc) {
  const UtcMicros late = *parse_moment("2024-05-15T23:30:00Z", Zone::utc());
  EXPECT_EQ(period_of("today", late, *Zone::find("Europe/Paris"))->from,
            *parse_moment("2024-05-15T22:00:00Z", Zone::utc()));
  EXPECT_EQ(period_of("today", late, Zone::utc())->from, *parse_moment("2024-05-15T00:00:00Z", Zone::utc()));
}

TEST(RelativePeriod, AnythingElseIsRefused) {
  for (const char* text : {"", "last", "last days", "last 0 days", "last -1 days", "last 5 parsecs", "this days",
                           "since then", "last 30 empty days", "last 10001 days", "last 5000 years", "tomorrow"})
    EXPECT_FALSE(period_of(text, UtcMicros{}, Zone::utc())) << text;
}

}  // namespace
}  // namespace habitue::insight
