// The occasions at which customers can buy, once each: periods of the calendar, or what an event of the business begins. Days stand for
// whole occasions there, and time is counted in them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/forecast/forecast.hpp"
#include "insight/question.hpp"

namespace habitue::insight::forecast {

/// Immutable. An occasion lasts from its first day until the next begins, and counts once it is over.
class Occasions {
 public:
  /// `of` is `week`, `month`, `quarter` or `year`, or a condition on events: a day on which anybody did one begins an occasion, and those
  /// of the six days that follow belong to it. What is not yet known of question.as_of is not seen; later ones are as long as the middle
  /// one of those that are over. Errors: InvalidInput for a condition that cannot be read; Conflict when cancelled.
  static Result<std::shared_ptr<const Occasions>> read(const Customers& customers, const Question& question,
                                                       std::string_view of);
  /// Whether `of` can be read. Errors: InvalidInput.
  static Result<void> check(std::string_view of);

  const std::string& of() const { return of_; }
  const std::vector<std::string>& warnings() const { return warnings_; }  ///< What the condition names and no data has.
  double length_days() const { return days_; }  ///< Of one: the mean, or the middle one of those over.

  /// How many are over at the end of the day; 0 where none is.
  std::int32_t over_by(LocalDay day) const;
  /// To which a day belongs, from 0; nothing before the first.
  std::optional<std::int32_t> at(LocalDay day) const;
  LocalDay first_day(std::int32_t occasion) const { return starts_[static_cast<std::size_t>(occasion)]; }
  LocalDay last_day(std::int32_t occasion) const {
    return starts_[static_cast<std::size_t>(occasion) + 1] - std::chrono::days{1};
  }
  /// How many end after the last day of one, within so many days of it.
  std::int32_t within(LocalDay last_day, double in_days) const;
  /// Days from the end of a day, on which one ends, to the end of as many as fill `in_days`: the next whole number of them.
  double whole_days(LocalDay last_day, double in_days) const;

 private:
  std::string of_;
  std::vector<LocalDay> starts_;  // Of those that were and, as far as anybody asks, those to come.
  double days_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace habitue::insight::forecast
