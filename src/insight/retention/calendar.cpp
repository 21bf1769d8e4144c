#include "insight/retention/calendar.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace habitue::insight::retention {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;

// How far the zone's whole hours are from those of UTC.
microseconds hour_offset(const Zone& zone, UtcMicros moment) {
  const microseconds offset = zone.wall_of(moment).time_since_epoch() - moment.time_since_epoch();
  return offset - std::chrono::floor<hours>(offset);
}

}  // namespace

Calendar::Calendar(Bucket bucket, std::chrono::weekday week_start, Zone zone, UtcMicros as_of)
    : bucket_(bucket),
      // 1970-01-01 is a Thursday.
      week_offset_((week_start - std::chrono::Thursday).count()),
      zone_(std::move(zone)),
      hour_offset_(hour_offset(zone_, as_of)) {}

std::int64_t Calendar::number_of(LocalDay day) const {
  const std::int64_t number = day.time_since_epoch().count();
  if (bucket_ == Bucket::Day) return number;
  if (bucket_ == Bucket::Week) return std::chrono::floor<std::chrono::weeks>(days{number - week_offset_}).count();
  const std::chrono::year_month_day date{day};
  return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 + static_cast<unsigned>(date.month()) - 1;
}

std::int64_t Calendar::number_of(UtcMicros moment) const {
  if (bucket_ == Bucket::Hour) return std::chrono::floor<hours>(moment.time_since_epoch() + hour_offset_).count();
  return number_of(zone_.day_of(moment));
}

LocalDay Calendar::day_of(std::int64_t number) const {
  switch (bucket_) {
    case Bucket::Hour: return zone_.day_of(start_of(number));
    case Bucket::Day: return LocalDay{days{number}};
    case Bucket::Week: return LocalDay{days{week_offset_ + 7 * number}};
    case Bucket::Month: break;
  }
  using namespace std::chrono;
  const std::int64_t year_number = number >= 0 ? number / 12 : (number - 11) / 12;
  return LocalDay{year{static_cast<int>(year_number)} / month{static_cast<unsigned>(number - year_number * 12) + 1} /
                  day{1}};
}

UtcMicros Calendar::start_of(std::int64_t number) const {
  if (bucket_ == Bucket::Hour) return UtcMicros{hours{number} - hour_offset_};
  return zone_.start_of(day_of(number));
}

Timeline::Timeline(const Calendar& calendar, std::int64_t first, std::int64_t last) : first_(first) {
  bounds_.reserve(static_cast<std::size_t>(std::max<std::int64_t>(last - first + 2, 1)));
  for (std::int64_t number = first; number <= last + 1; ++number) bounds_.push_back(calendar.start_of(number));
  if (bounds_.empty()) bounds_.push_back(kEnd);
  if (size() == 0) return;
  microseconds shortest = microseconds::max();
  for (std::size_t index = 0; index < size(); ++index) shortest = std::min(shortest, to(index) - from(index));
  slice_bits_ = static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(shortest.count()))) - 1;
  const auto whole = static_cast<std::uint64_t>((bounds_.back() - bounds_.front()).count());
  period_of_slice_.resize((whole >> slice_bits_) + 1);
  std::uint32_t index = 0;
  for (std::size_t slice = 0; slice < period_of_slice_.size(); ++slice) {
    const UtcMicros begins = bounds_.front() + microseconds{static_cast<std::int64_t>(slice << slice_bits_)};
    while (index + 1 < size() && bounds_[index + std::size_t{1}] <= begins) ++index;
    period_of_slice_[slice] = index;
  }
}

Result<std::optional<std::pair<std::int64_t, std::int64_t>>> periods_asked(const Calendar& calendar,
                                                                           const Customers& customers,
                                                                           const Question& question,
                                                                           std::int64_t most) {
  using Asked = std::optional<std::pair<std::int64_t, std::int64_t>>;
  const auto first_event = customers.snapshot().first_event_at();
  const UtcMicros end = std::min(question.period.to - microseconds{1}, question.as_of);
  if (!first_event || end < *first_event || end < question.period.from) return Asked{};
  const UtcMicros begin = std::max(question.period.from, *first_event);
  const std::pair asked{calendar.number_of(begin), calendar.number_of(end)};
  if (asked.second - asked.first >= most)
    return invalid(
        fmt::format("{} periods are more than the {} that are shown: ask for weeks or months, or for a shorter period",
                    asked.second - asked.first + 1, most));
  return Asked{asked};
}

}  // namespace habitue::insight::retention
