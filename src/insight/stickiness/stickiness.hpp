// Stickiness: on how many of the periods people are active, and what part of those active in 7 or 30 days is active on a day.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

struct StickinessSpec {
  /// What counts as active. Nothing: any event, of which a purchase is only one; purchases can be asked for by name.
  std::optional<criteria::Expression> act;
  Bucket unit = Bucket::Day;
  std::chrono::weekday week_start = std::chrono::Monday;
  std::uint32_t occurrences_min = 1;  ///< Acts in a period for it to count.
  /// By a property: acts of each value are counted by themselves, so one person may be in many values.
  std::optional<Breakdown> breakdown;
};

struct StickinessFigures {
  std::uint64_t people = 0;          ///< Active in at least one period.
  std::vector<std::uint64_t> exact;  ///< [i]: active in exactly i + 1 periods. As many as there are periods.
  std::vector<Share> at_least;       ///< [i]: active in i + 1 periods or more, of `people`.
};
struct StickinessValue {
  ShownValue value;
  ByAudience<StickinessFigures> figures;
};
/// A day in the company's zone, with the windows that end with it: rolling, of whole days.
struct ActiveDay {
  LocalDay day;
  UtcMicros from, to;
  std::uint64_t daily = 0, weekly = 0, monthly = 0;  ///< People active that day; in its 7 days; in its 30 days.
  Share daily_of_weekly, daily_of_monthly, weekly_of_monthly;
  bool complete = true;        ///< The day is over at as_of.
  bool weekly_covered = true;  ///< The window begins at or after the first event of the data; false: too few are in it.
  bool monthly_covered = true;
};
struct StickinessReport {
  std::vector<UtcMicros> periods;  ///< Their first moments: the whole calendar periods of the question's period.
  bool last_complete = true;       ///< False when as_of cuts the last one.
  ByAudience<StickinessFigures> total;
  std::vector<StickinessValue> values;
  ByAudience<std::vector<ActiveDay>>
      days;  ///< The days of the question's period; of everybody, whatever the breakdown.
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for more than 20,000 periods or days and for a spec out of its bounds; NotFound for an unknown hypothesis or
/// property; Conflict when cancelled.
Result<StickinessReport> ask_stickiness(const Customers& customers, const Question& question,
                                        const StickinessSpec& spec);

struct StickinessCell {
  std::size_t periods = 1;  ///< From 1 to as many as there are.
  bool or_more = false;     ///< At least so many, rather than exactly.
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};
};
/// Sorted; exactly as many as the number. Errors: those of ask_stickiness, and NotFound for a cell that is not there.
Result<std::vector<PersonId>> people_of_stickiness(const Customers& customers, const Question& question,
                                                   const StickinessSpec& spec, const StickinessCell& cell);

struct ActiveDayCell {
  enum class Window : std::uint8_t { Day, Days7, Days30 };
  LocalDay day;
  Window window = Window::Day;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as ActiveDay says.
Result<std::vector<PersonId>> people_of_active_day(const Customers& customers, const Question& question,
                                                   const StickinessSpec& spec, const ActiveDayCell& cell);

}  // namespace habitue::insight
