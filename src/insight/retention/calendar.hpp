// Periods of the calendar in the company's zone, numbered: hours, days, weeks and months, with their first moments.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "insight/reports.hpp"
#include "journey/instructions.hpp"

namespace habitue::insight::retention {

/// A number is a period's place among all of its kind; the next period has the next number. Cheap to copy.
class Calendar {
 public:
  /// Hours are of 3,600 s and begin with the zone's hour as its clocks stand at `as_of` (in India at half past of UTC), so that
  /// none is doubled or lost when clocks change. Days, weeks and months are those of the wall clock: a summer-time day is a day.
  Calendar(Bucket bucket, std::chrono::weekday week_start, Zone zone, UtcMicros as_of);

  std::int64_t number_of(UtcMicros moment) const;
  /// The first moment of the period.
  UtcMicros start_of(std::int64_t number) const;
  /// Its first day.
  LocalDay day_of(std::int64_t number) const;

 private:
  std::int64_t number_of(LocalDay day) const;
  Bucket bucket_;
  std::int64_t week_offset_;  // Days from 1970-01-01 to a first day of a week.
  Zone zone_;
  std::chrono::microseconds hour_offset_;
};

/// Consecutive periods with their bounds laid out, so that an event finds its own without the zone.
class Timeline {
 public:
  /// `first` to `last`, both included; none when last < first.
  Timeline(const Calendar& calendar, std::int64_t first, std::int64_t last);

  std::size_t size() const { return bounds_.size() - 1; }
  std::int64_t first() const { return first_; }
  UtcMicros from(std::size_t index) const { return bounds_[index]; }
  UtcMicros to(std::size_t index) const { return bounds_[index + 1]; }
  /// Whether all of the period is at or before the moment.
  bool over(std::size_t index, UtcMicros as_of) const { return to(index) - std::chrono::microseconds{1} <= as_of; }
  bool begun(std::size_t index, UtcMicros as_of) const { return from(index) <= as_of; }

  static constexpr std::int64_t kBefore = -1;
  /// kBefore for moments before all, size() for moments after. Constant time.
  std::int64_t index_of(UtcMicros moment) const {
    if (moment < bounds_.front()) return kBefore;
    if (moment >= bounds_.back()) return static_cast<std::int64_t>(size());
    const auto since = static_cast<std::uint64_t>((moment - bounds_.front()).count());
    const std::uint32_t index = period_of_slice_[since >> slice_bits_];
    return index + (moment >= bounds_[index + std::size_t{1}] ? 1 : 0);
  }
  /// The same of several moments, in microseconds: at_us.size() indices.
  void indices_of(std::span<const std::int64_t> at_us, std::int64_t* indices,
                  journey::Instructions instructions = journey::best_instructions()) const;

 private:
  void indices_avx512(std::span<const std::int64_t> at_us, std::int64_t* indices) const;

  std::int64_t first_;
  std::vector<UtcMicros> bounds_;  // One more than periods.
  // Slices of 2^slice_bits microseconds from the first bound on, none longer than the shortest period, so that at most one
  // period begins within a slice: by slice, the period of its first moment.
  std::uint32_t slice_bits_ = 0;
  std::vector<std::uint32_t> period_of_slice_;
};

/// The whole periods that hold a moment of question.period, from the first event of the data on and up to as_of; nothing when
/// there is none. Errors: InvalidInput for more than `most`.
Result<std::optional<std::pair<std::int64_t, std::int64_t>>> periods_asked(const Calendar& calendar,
                                                                           const Customers& customers,
                                                                           const Question& question, std::int64_t most);

}  // namespace habitue::insight::retention
