#include "insight/funnel/buckets.hpp"

#include <fmt/format.h>

namespace habitue::insight::funnel {
namespace {

using std::chrono::days;

// More than anybody reads.
constexpr std::size_t kBucketsMax = 20'000;

LocalDay first_day(LocalDay day, FunnelBucket bucket) {
  if (bucket == FunnelBucket::Week) return day - (std::chrono::weekday{day} - std::chrono::Monday);
  if (bucket != FunnelBucket::Month) return day;
  const std::chrono::year_month_day date{day};
  return LocalDay{date.year() / date.month() / std::chrono::day{1}};
}

// A moment that is surely in the next bucket, and not far in it.
UtcMicros past_end(UtcMicros start, FunnelBucket bucket, const Zone& zone) {
  if (bucket == FunnelBucket::Hour) return start + std::chrono::hours{1};
  const LocalDay day = zone.day_of(start);
  if (bucket == FunnelBucket::Day) return zone.start_of(day + days{1});
  if (bucket == FunnelBucket::Week) return zone.start_of(day + days{7});
  const std::chrono::year_month_day date{day};
  return zone.start_of(LocalDay{(date.year() / date.month() + std::chrono::months{1}) / std::chrono::day{1}});
}

}  // namespace

UtcMicros bucket_start(UtcMicros moment, FunnelBucket bucket, const Zone& zone) {
  if (bucket != FunnelBucket::Hour) return zone.start_of(first_day(zone.day_of(moment), bucket));
  // An hour that is lived twice in autumn is two buckets.
  const auto wall = zone.wall_of(moment);
  return moment - (wall - std::chrono::floor<std::chrono::hours>(wall));
}

Result<std::vector<UtcMicros>> bucket_bounds(UtcMicros first, UtcMicros last, FunnelBucket bucket, const Zone& zone) {
  std::vector<UtcMicros> bounds{bucket_start(first, bucket, zone)};
  while (bounds.back() <= last) {
    if (bounds.size() > kBucketsMax)
      return invalid(
          fmt::format("the trend has more than {} buckets: ask for longer ones, or for a shorter period", kBucketsMax));
    const UtcMicros after = past_end(bounds.back(), bucket, zone);
    const UtcMicros aligned = bucket_start(after, bucket, zone);
    bounds.push_back(aligned > bounds.back() ? aligned : after);
  }
  return bounds;
}

}  // namespace habitue::insight::funnel
