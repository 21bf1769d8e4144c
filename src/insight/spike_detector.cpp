#include "insight/spike_detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace habitue::insight {
namespace {

constexpr std::size_t kWeek = 7, kWeeksMin = 4, kWeeksMax = 8;

struct Baseline {
  double median, variance;
  std::size_t weeks;
};

double median_of(std::span<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

bool read_baseline(std::span<const std::uint64_t> days, std::size_t day, Baseline& baseline) {
  std::array<double, kWeeksMax> counts{};
  const std::size_t weeks = std::min(kWeeksMax, day / kWeek);
  if (weeks < kWeeksMin) return false;
  for (std::size_t week = 0; week < weeks; ++week) counts[week] = static_cast<double>(days[day - kWeek * (week + 1)]);
  const std::span<double> used = std::span(counts).first(weeks);
  const double median = median_of(used);
  for (double& count : used) count = std::abs(count - median);
  const double sigma = 1.4826 * median_of(used);  // The factor that makes it the deviation of a normal variable.
  baseline = {median, sigma * sigma, weeks};
  return true;
}

bool is_rise(std::uint64_t count, const Baseline& baseline) {
  const double excess = static_cast<double>(count) - baseline.median;
  if (excess < kExcessMin || static_cast<double>(count) < kTimesMin * baseline.median) return false;
  // The median of Poisson counts lies a third below their mean (Choi 1994).
  const double mean = baseline.median + 1.0 / 3;
  // The median is itself uncertain: its variance is pi/2 over the number of weeks, in units of the variance of a day.
  const double uncertainty = 1 + std::numbers::pi / 2 / static_cast<double>(baseline.weeks);
  return upper_tail(count, mean, std::max(mean, baseline.variance) * uncertainty) < kFalseAlarm;
}

}  // namespace

double upper_tail(std::uint64_t count, double mean, double variance) {
  if (count == 0) return 1;
  const double p = mean / variance;
  const double r = mean * mean / (variance - mean);
  const double log_first = r * std::log(p);
  // Far from zero the sum would begin below what a double holds, and the distribution is close to normal.
  if (log_first < -600 || count > 100'000)
    return std::erfc((static_cast<double>(count) - 0.5 - mean) / std::sqrt(2 * variance)) / 2;
  // Adding the tail itself keeps small chances exact, where one minus the sum below would lose them.
  double term = std::exp(log_first);
  double below = 0, above = 0;
  for (std::uint64_t value = 0;; ++value) {
    if (value >= count)
      above += term;
    else
      below += term;
    term *= (static_cast<double>(value) + r) / (static_cast<double>(value) + 1) * (1 - p);
    if (value >= count && static_cast<double>(value) > mean && term < above * 1e-12) break;
    if (value >= count && above > 0.5) break;  // No rise, whatever follows.
    if (value > 10'000'000) break;
  }
  return std::min(1.0, below < 0.5 ? std::max(above, 1 - below) : above);
}

std::vector<Rise> find_rises(std::span<const std::uint64_t> days) {
  std::vector<Rise> rises;
  for (std::size_t day = kWeek * kWeeksMin; day < days.size(); ++day) {
    Baseline baseline{};
    if (!read_baseline(days, day, baseline) || !is_rise(days[day], baseline)) continue;
    if (rises.empty() || rises.back().last + 1 != day) rises.push_back({.first = day, .last = day});
    Rise& rise = rises.back();
    rise.last = day;
    rise.count += days[day];
    rise.expected += baseline.median;
  }
  std::erase_if(rises, [](const Rise& rise) { return rise.last - rise.first + 1 > kRiseDaysMax; });
  return rises;
}

}  // namespace habitue::insight
