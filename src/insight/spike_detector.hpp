// Days that the weeks before do not explain, in one series of daily counts. Knows nothing of people or channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace habitue::insight {

/// Consecutive days that rose together; indices into the series.
struct Rise {
  std::size_t first, last;
  std::uint64_t count = 0;
  double expected = 0;
  double excess() const { return static_cast<double>(count) - expected; }
};

/// The chance at which a day is called a rise although nothing happened. A year of 20 channels is 7,300 days: one false
/// alarm in more than a hundred years.
inline constexpr double kFalseAlarm = 1e-6;
/// Days beside a rise belong to it while their own chance is below this.
inline constexpr double kBeside = 1e-2;
/// A rise of fewer people, or of less than this times what was expected, is not worth a word whatever the chance.
inline constexpr double kExcessMin = 5, kTimesMin = 1.5;
/// What lasts longer is a new level, not a spike.
inline constexpr std::size_t kRiseDaysMax = 21;

/// A day is compared with the same day of the week in the 4 to 8 weeks before it (fewer are there in the beginning; below 4
/// nothing is said). Their median gives what was expected, which an earlier spike does not move. The spread is that of counts
/// (Poisson), times how much more the days of all these weeks vary around their medians, by their median absolute deviation.
/// The day is a rise when a negative binomial of that mean and spread reaches its count with a chance below kFalseAlarm.
std::vector<Rise> find_rises(std::span<const std::uint64_t> days);

/// Chance that a negative binomial of this mean and variance (> mean > 0) gives at least `count`.
double upper_tail(std::uint64_t count, double mean, double variance);

}  // namespace habitue::insight
