#include "knowledge/rhythm.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace habitue::knowledge {

std::size_t rhythm_band(std::uint32_t intervals) {
  return intervals == 0 ? 0 : intervals <= 2 ? 1 : intervals <= 5 ? 2 : 3;
}

std::int32_t month_number(LocalDay day) {
  const std::chrono::year_month_day date{day};
  return static_cast<int>(date.year()) * 12 + static_cast<std::int32_t>(static_cast<unsigned>(date.month())) - 1;
}

RhythmLearnt::RhythmLearnt(const models::IntervalLaw& law, const std::array<models::ChanceCounts, kRhythmBands>& counts)
    : law_(law), counts_(counts), kept_(std::make_unique<std::array<std::atomic<double>, 3>[]>(kKept)) {
  for (std::size_t band = 0; band < kRhythmBands; ++band)
    levels_[band] = {counts_[band].level(0.1), counts_[band].level(0.5), counts_[band].level(0.9)};
}

double RhythmLearnt::scale(Point point, std::uint32_t intervals) const {
  const auto place = static_cast<std::size_t>(point);
  const auto compute = [&] { return law_.scale(intervals, levels_[rhythm_band(intervals)][place]); };
  if (intervals >= kKept) return compute();
  // Whoever comes first computes it; whoever comes at once computes the same.
  std::atomic<double>& kept = kept_[intervals][place];
  double value = kept.load(std::memory_order_relaxed);
  if (value == 0) kept.store(value = compute(), std::memory_order_relaxed);
  return value;
}

std::int64_t RhythmLearnt::days_to(Point point, std::uint32_t intervals, std::int64_t total) const {
  const double days = scale(point, intervals) * (law_.person_rate + static_cast<double>(total));
  return std::llround(std::clamp(days, 1.0, 36'500.0));
}

double RhythmLearnt::chance(std::uint32_t intervals, std::int64_t total, std::int64_t days) const {
  // Days are rounded: a purchase of the day itself is by half before its middle.
  const double told = law_.chance(intervals, static_cast<double>(total), static_cast<double>(days) + 0.5);
  return counts_[rhythm_band(intervals)].mended(told);
}

std::string RhythmTrait::value(const journey::Journey& journey) const {
  for (std::size_t at = journey.size(); at-- > 0;) {
    const journey::Event event = journey[at];
    if (event.kind != identify) continue;
    const journey::Value value = property.at(event);
    switch (value.type) {
      case journey::Value::Type::Text: return std::string(value.text);
      case journey::Value::Type::Number: return fmt::format("{}", value.number);
      case journey::Value::Type::Bool: return value.boolean ? "true" : "false";
      case journey::Value::Type::Missing: break;
    }
  }
  return {};
}

const RhythmLearnt* RhythmBook::find(const Months& months, std::int32_t before) {
  const auto after =
      std::partition_point(months.begin(), months.end(), [&](const Month& month) { return month.number < before; });
  return after == months.begin() ? nullptr : std::prev(after)->learnt.get();
}

const RhythmLearnt* RhythmBook::learnt_at(LocalDay day, std::string_view group) const {
  const std::int32_t month = month_number(day);
  if (!group.empty())
    if (const auto found = groups_.find(group); found != groups_.end())
      if (const RhythmLearnt* learnt = find(found->second, month)) return learnt;
  const auto everybody = groups_.find(std::string_view());
  return everybody == groups_.end() ? nullptr : find(everybody->second, month);
}

std::optional<Rhythm> RhythmBook::rhythm(std::span<const LocalDay> days, LocalDay today, std::string_view group) const {
  if (days.empty()) return std::nullopt;
  const RhythmLearnt* const learnt = learnt_at(today, group);
  if (learnt == nullptr) return std::nullopt;
  Rhythm rhythm;
  for (std::size_t at = 1; at < days.size(); ++at) rhythm.intervals += days[at] != days[at - 1] ? 1 : 0;
  const std::int64_t total = (days.back() - days.front()).count();
  if (rhythm.intervals > 0) rhythm.mean_days = static_cast<double>(total) / rhythm.intervals;
  rhythm.own_weight = learnt->law().own_weight(rhythm.intervals);
  const auto after = [&](RhythmLearnt::Point point) { return learnt->days_to(point, rhythm.intervals, total); };
  const std::int64_t middle = after(RhythmLearnt::Point::Middle);
  rhythm.cycle_days = static_cast<double>(middle);
  rhythm.overdue_after_days = after(RhythmLearnt::Point::Late);
  rhythm.last = days.back();
  rhythm.from = rhythm.last + std::chrono::days{after(RhythmLearnt::Point::Early)};
  rhythm.middle = rhythm.last + std::chrono::days{middle};
  rhythm.until = rhythm.last + std::chrono::days{rhythm.overdue_after_days};
  rhythm.days_since_last = (today - rhythm.last).count();
  rhythm.lateness = learnt->chance(rhythm.intervals, total, rhythm.days_since_last);
  rhythm.overdue = rhythm.days_since_last > rhythm.overdue_after_days;
  if (const auto found = groups_.find(group);
      !group.empty() && found != groups_.end() && find(found->second, month_number(today)) == learnt)
    rhythm.group = found->first;
  return rhythm;
}

}  // namespace habitue::knowledge
