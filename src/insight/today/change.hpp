// Whether a count differs from the counts before it by more than chance and their trend. Plain numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace habitue::insight::today {

/// With fewer periods before, nothing is said.
inline constexpr std::size_t kPeriodsMin = 6, kPeriodsMax = 12;
/// A difference of fewer people, or of less than a quarter of what was expected, is not worth a word whatever the chance.
inline constexpr double kDifferenceMin = 5, kShareMin = 0.25;
/// The chance that anything at all is told of a day on which nothing changed.
inline constexpr double kFalseAlarm = 0.03;

struct Change {
  double expected = 0, low = 0, high = 0;  ///< Where the last count was to be expected: 95 %.
  double chance = 1;                       ///< Two-sided.
  bool rose = false;
  bool matters = false;  ///< Is worth a word, if it is no chance.
};
/// Counts of periods of the same length, the earliest first. Of a count x, 2 sqrt(x + 3/8) varies about as a normal variable of variance
/// one when x is Poisson [Anscombe 1948, Biometrika 35]. A line is fitted to these by least squares and carried on by one; the spread is
/// that around the line, drawn towards one as by ten more periods (Smyth 2004, moderated t), at least one. The distance over its standard error is
/// Student's, with as many degrees more.
/// Nothing with fewer than kPeriodsMin.
std::optional<Change> change_of(std::span<const std::uint64_t> earlier, std::uint64_t last);

/// Which of the chances hold together at `level` (Holm 1979): that any of them is chance alone has at most this probability.
std::vector<bool> hold_together(std::span<const double> chances, double level);

}  // namespace habitue::insight::today
