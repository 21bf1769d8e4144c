#include "insight/retention/cohorts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::insight::retention {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t kCohortsMax = 20'000;
constexpr std::size_t kColumnsMax = 400;
constexpr std::uint64_t kPeriodsMax = 10'000;  // That columns reach.

microseconds elapsed_unit(Bucket bucket) {
  switch (bucket) {
    case Bucket::Hour: return std::chrono::hours{1};
    case Bucket::Day: return std::chrono::days{1};
    case Bucket::Week: return std::chrono::days{7};
    case Bucket::Month: break;
  }
  return std::chrono::days{30};
}

Result<std::vector<RetentionReport::Column>> columns_of(const RetentionSpec& spec) {
  std::vector<RetentionReport::Column> columns;
  if (spec.counting != RetentionSpec::Return::Brackets) {
    if (spec.columns < 1 || spec.columns > kColumnsMax)
      return invalid(fmt::format("retention has 1 to {} columns, not {}", kColumnsMax, spec.columns));
    for (std::uint32_t period = 0; period < spec.columns; ++period) {
      columns.push_back({.first = period, .last = period});
      if (spec.counting == RetentionSpec::Return::OnOrAfter) columns.back().last.reset();
    }
    return columns;
  }
  if (spec.brackets.empty() || spec.brackets.size() >= kColumnsMax)
    return invalid(fmt::format("retention has 1 to {} brackets, not {}", kColumnsMax - 1, spec.brackets.size()));
  columns.push_back({.first = 0, .last = 0});
  std::uint64_t next = 1;
  for (const std::uint32_t size : spec.brackets) {
    if (size < 1 || next + size > kPeriodsMax)
      return invalid(
          fmt::format("brackets are of 1 period or more and reach {} periods at most: {}", kPeriodsMax - 1, size));
    columns.push_back({.first = static_cast<std::uint32_t>(next), .last = static_cast<std::uint32_t>(next + size - 1)});
    next += size;
  }
  return columns;
}

// The period whose end makes a column over.
std::uint32_t end_of(const RetentionReport::Column& column) { return column.last.value_or(column.first); }

}  // namespace

Result<Table> Table::of(const Customers& customers, const Question& question, const RetentionSpec& spec) {
  auto columns = columns_of(spec);
  if (!columns) return tl::unexpected(columns.error());
  if (spec.occurrences_min < 1) return invalid("occurrences_min is 1 or more: coming back no time is not coming back");
  if (!spec.week_start.ok()) return invalid("week_start is no day of the week");
  const Calendar calendar(spec.unit, spec.week_start, customers.zone(), question.as_of);
  auto asked = periods_asked(calendar, customers, question, kCohortsMax);
  if (!asked) return tl::unexpected(asked.error());
  const std::pair<std::int64_t, std::int64_t> range = asked->value_or(std::pair<std::int64_t, std::int64_t>{0, -1});
  const std::int64_t beyond = spec.clock == RetentionSpec::Clock::Calendar && *asked ? end_of(columns->back()) : 0;
  Table table(spec, calendar, Timeline(calendar, range.first, range.second + beyond), question.as_of);
  table.cohorts_ = static_cast<std::size_t>(range.second - range.first + 1);
  table.unit_ = elapsed_unit(spec.unit);
  table.columns_ = *std::move(columns);
  for (std::size_t index = 0; index < table.columns_.size(); ++index)
    table.column_of_.resize(end_of(table.columns_[index]) + 1, static_cast<std::uint16_t>(index));
  if (table.cohorts_ > 0) {
    table.now_ = table.timeline_.index_of(question.as_of);
    table.over_ = table.timeline_.index_of(question.as_of + microseconds{1});
  }
  if (spec.clock == RetentionSpec::Clock::Calendar)
    for (std::int64_t cohort = 0; cohort < static_cast<std::int64_t>(table.cohorts_); ++cohort)
      table.nominal_.push_back({table.columns_over(table.over_ - cohort), table.columns_begun(table.now_ - cohort)});
  table.is_plain_ = spec.clock == RetentionSpec::Clock::Calendar && spec.occurrences_min == 1 &&
                    spec.counting != RetentionSpec::Return::OnOrAfter && table.columns_.size() <= 64;
  return table;
}

std::size_t Table::columns_over(std::int64_t periods_over) const {
  const auto end = std::partition_point(columns_.begin(), columns_.end(), [&](const RetentionReport::Column& column) {
    return static_cast<std::int64_t>(end_of(column)) < periods_over;
  });
  return static_cast<std::size_t>(end - columns_.begin());
}

std::size_t Table::columns_begun(std::int64_t last_period) const {
  const auto end = std::partition_point(columns_.begin(), columns_.end(), [&](const RetentionReport::Column& column) {
    return static_cast<std::int64_t>(column.first) <= last_period;
  });
  return static_cast<std::size_t>(end - columns_.begin());
}

void Table::nominal(std::size_t cohort, microseconds cycle, Outcome& outcome) const {
  if (spec_.clock == RetentionSpec::Clock::Calendar) {
    outcome.over = nominal_[cohort].over;
    outcome.begun = nominal_[cohort].begun;
    return;
  }
  const UtcMicros last = timeline_.to(cohort) - microseconds{1};
  outcome.over = last > as_of_ ? 0 : columns_over((as_of_ - last + microseconds{1}) / cycle);
  outcome.begun = timeline_.from(cohort) > as_of_ ? 0 : columns_begun((as_of_ - timeline_.from(cohort)) / cycle);
}

std::optional<std::size_t> Table::cohort_of_first(UtcMicros start, bool is_first_of_kind) const {
  const std::int64_t cohort = timeline_.index_of(start);
  const bool first_ever = spec_.cohort_by == RetentionSpec::CohortBy::FirstEver;
  if (cohort < 0 || cohort >= static_cast<std::int64_t>(cohorts_) || (first_ever && !is_first_of_kind))
    return std::nullopt;
  return static_cast<std::size_t>(cohort);
}

void Table::find_entries(const std::vector<Act>& acts, std::vector<Entry>& entries) const {
  entries.clear();
  const auto count = static_cast<std::int64_t>(cohorts_);
  for (std::size_t index = 0; index < acts.size(); ++index) {
    const Act& act = acts[index];
    if ((act.met & kStart) == 0) continue;
    const std::int64_t cohort = timeline_.index_of(act.at);
    const bool asked = cohort >= 0 && cohort < count;
    if (cohort >= count) return;
    if (spec_.cohort_by != RetentionSpec::CohortBy::Recurring) {
      // A person's own cycle is read from what came before too.
      if (!asked && spec_.cohort_by == RetentionSpec::CohortBy::FirstMatching &&
          spec_.first_in == RetentionSpec::FirstIn::Period)
        continue;
      if (cohort_of_first(act.at, act.is_first_of_kind)) entries.push_back({static_cast<std::size_t>(cohort), index});
      return;
    }
    if (asked && (entries.empty() || entries.back().cohort != static_cast<std::size_t>(cohort)))
      entries.push_back({static_cast<std::size_t>(cohort), index});
  }
}

void Table::periods_of(const std::vector<Act>& acts, std::vector<std::int64_t>& periods) const {
  periods.clear();
  if (spec_.clock != RetentionSpec::Clock::Calendar) return;
  for (const Act& act : acts) periods.push_back(timeline_.index_of(act.at));
}

void Table::evaluate(const std::vector<Act>& acts, const std::vector<std::int64_t>& periods, const Entry& entry,
                     microseconds cycle, bool same_value, Outcome& outcome) const {
  const Act& start = acts[entry.act];
  const bool is_calendar = spec_.clock == RetentionSpec::Clock::Calendar;
  const bool without_end = spec_.counting == RetentionSpec::Return::OnOrAfter;
  UtcMicros base = start.at;
  if (spec_.clock == RetentionSpec::Clock::Elapsed && spec_.floor_to_hour)
    base = std::chrono::floor<std::chrono::hours>(base);

  const auto reach = static_cast<std::int64_t>(column_of_.size());
  thread_local std::vector<std::uint32_t> times;
  times.assign(columns_.size(), 0);
  // Within the start's instant, whatever comes back stands at the start's place or after it.
  for (std::size_t index = entry.act; index < acts.size(); ++index) {
    const Act& act = acts[index];
    if ((act.met & kComeback) == 0 || (same_value && act.value != start.value)) continue;
    const std::int64_t offset =
        is_calendar ? periods[index] - static_cast<std::int64_t>(entry.cohort) : (act.at - base) / cycle;
    if (offset >= reach && !without_end) break;
    ++times[column_of_[static_cast<std::size_t>(std::min(offset, reach - 1))]];
  }
  if (without_end)
    for (std::size_t column = columns_.size() - 1; column-- > 0;) times[column] += times[column + 1];
  outcome.came.resize(columns_.size());
  for (std::size_t column = 0; column < columns_.size(); ++column)
    outcome.came[column] = times[column] >= spec_.occurrences_min ? 1 : 0;

  if (is_calendar) {
    nominal(entry.cohort, cycle, outcome);
  } else {
    outcome.over = columns_over((as_of_ - base + microseconds{1}) / cycle);
    outcome.begun = columns_begun((as_of_ - base) / cycle);
  }
}

}  // namespace habitue::insight::retention
