// Intervals: the time from one act to the next act of another kind, or of the same.
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
#include "insight/stickiness/quantiles.hpp"

namespace habitue::insight {

/// `from` lies in the question's period; `to` is the next act after it that meets the other condition, and may follow up to as_of.
/// An act is never its own next. At one instant the order that helps holds: an act that meets `from` alone comes before one that
/// meets both, and that before one that meets `to` alone; the interval is then 0.
struct IntervalsSpec {
  ActTest from, to;  ///< Default: a purchase, and the next purchase.
  enum class Pairs : std::uint8_t {
    FirstOfPerson,  ///< The first `from` of the period alone: one interval a person at most.
    All             ///< Every `from` of the period. Two of them before one `to` give two intervals that end with it.
  };
  Pairs pairs = Pairs::All;
  std::optional<std::chrono::microseconds> longest;  ///< What takes longer counts as not followed.
  /// Bins of the histogram, all of one width: 1 to 1,000. Nothing: the cube root of the number of intervals, rounded up, 1 to 60.
  std::optional<std::uint32_t> bins;
  /// By a property: its value on `from`.
  std::optional<Breakdown> breakdown;
};
struct IntervalFigures {
  std::uint64_t intervals = 0;
  std::uint64_t people = 0;              ///< With at least one interval.
  std::uint64_t not_followed = 0;        ///< `from` acts without a `to` up to as_of, or not in time.
  std::uint64_t people_waiting = 0;      ///< With at least one such `from`.
  std::optional<Quantiles> us;           ///< Of the intervals, in microseconds: exact.
  std::vector<std::uint64_t> histogram;  ///< By the bins of the report.
};
struct IntervalValue {
  ShownValue value;
  ByAudience<IntervalFigures> figures;
};
struct IntervalsReport {
  /// Bin i holds intervals from `bins_from_us + i * bin_us` to just before the next. The same for all figures.
  std::int64_t bins_from_us = 0, bin_us = 0;
  ByAudience<IntervalFigures> total;
  std::vector<IntervalValue> values;
  std::vector<std::string> warnings;
};
/// Keeps eight bytes an interval. Errors as those of ask_retention.
Result<IntervalsReport> ask_intervals(const Customers& customers, const Question& question, const IntervalsSpec& spec);

/// People with at least one interval in the range (from the first, both included), or with a `from` that was not followed.
struct IntervalCell {
  bool not_followed = false;
  std::int64_t us_min = 0, us_max = INT64_MAX;
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};
};
/// Sorted. As many as `people`, or `people_waiting`; in a bin, of the people who have an interval there.
Result<std::vector<PersonId>> people_of_intervals(const Customers& customers, const Question& question,
                                                  const IntervalsSpec& spec, const IntervalCell& cell);

}  // namespace habitue::insight
