// Seasonal time. People come and use a product more in the evening, on Sundays and in November: a process that is regular
// for them is irregular by the wall clock. A clock that runs at the season's speed makes it regular again: events are
// drawn in seasonal days, which pass at the mean intensity of one, and told in wall time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "simulate/company.hpp"

namespace habitue::simulate {

/// A cumulated intensity, hour by hour, from the first day to the end of the simulation. Immutable.
class Clock {
 public:
  /// The season's three factors in the company's zone, with daylight saving.
  static Clock of_season(const Season& season, const Zone& zone, LocalDay from, LocalDay to);
  /// Any intensity, one number an hour from `start` on; not negative, not all zero.
  Clock(UtcMicros start, std::span<const double> intensity_by_hour);

  /// Seasonal days passed from the start to the moment; below 0 before it, at full speed after the end.
  double seasonal(UtcMicros moment) const;
  /// The inverse. Past the end time goes on at a speed of one.
  UtcMicros wall(double seasonal_days) const;
  /// Seasonal days from start to end.
  double total() const { return cumulated_.back(); }

  UtcMicros start() const { return start_; }
  std::size_t hours() const { return cumulated_.size() - 1; }
  /// Intensity of an hour.
  double of_hour(std::size_t hour) const { return (cumulated_[hour + 1] - cumulated_[hour]) * 24; }

 private:
  UtcMicros start_;
  std::vector<double> cumulated_;  ///< One more than hours; in days.
  std::vector<std::uint32_t>
      first_;  ///< For each seasonal hour, the first hour to look at: the inverse in constant time.
};

}  // namespace habitue::simulate
