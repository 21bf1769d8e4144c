// The period of a moment, found one by one and many at once, is the one whose bounds hold it.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "insight/retention/calendar.hpp"

namespace habitue::insight::retention {
namespace {

TEST(Timeline, FindsThePeriodOfAnyMomentByAllInstructions) {
  std::mt19937_64 random(9);
  const UtcMicros as_of = *parse_moment("2024-11-05T12:00:00Z", Zone::utc());
  for (const char* const name : {"UTC", "Europe/Paris", "Asia/Kolkata", "America/Sao_Paulo"}) {
    const Zone zone = *Zone::find(name);
    for (const Bucket bucket : {Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month}) {
      const Calendar calendar(bucket, std::chrono::Monday, zone, as_of);
      const std::int64_t now = calendar.number_of(as_of);
      for (const std::int64_t periods : {1, 2, 300}) {
        const Timeline timeline(calendar, now - periods + 1, now);
        std::vector<std::int64_t> at_us;
        const std::int64_t first = timeline.from(0).time_since_epoch().count(),
                           length = timeline.to(timeline.size() - 1).time_since_epoch().count() - first;
        for (int draw = 0; draw < 203; ++draw)
          at_us.push_back(first - length / 10 + static_cast<std::int64_t>(random() % (length + length / 5)));
        for (std::size_t period = 0; period < timeline.size(); ++period)
          for (const std::int64_t off : {-1, 0})
            at_us.push_back(timeline.from(period).time_since_epoch().count() + off);
        const auto period_of = [&](std::int64_t us) {
          const UtcMicros at{std::chrono::microseconds{us}};
          std::int64_t index = -1;
          while (index < static_cast<std::int64_t>(timeline.size()) &&
                 (index + 1 == static_cast<std::int64_t>(timeline.size())
                      ? at >= timeline.to(timeline.size() - 1)
                      : at >= timeline.from(static_cast<std::size_t>(index + 1))))
            ++index;
          return index;
        };
        for (const auto instructions :
             {journey::Instructions::Plain, journey::Instructions::Avx2, journey::Instructions::Avx512}) {
          std::vector<std::int64_t> found(at_us.size());
          timeline.indices_of(at_us, found.data(), instructions);
          for (std::size_t place = 0; place < at_us.size(); ++place)
            ASSERT_EQ(found[place], period_of(at_us[place])) << name << " " << at_us[place];
        }
      }
    }
  }
}

}  // namespace
}  // namespace habitue::insight::retention
