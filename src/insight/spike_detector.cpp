#include "insight/spike_detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace habitue::insight {
namespace {

constexpr std::size_t kWeek = 7, kWeeksMin = 4, kWeeksMax = 8;

struct Baseline {
  double median;      // Of the same day of the week.
  double dispersion;  // Variance over mean of the days around: 1 for Poisson, more when days vary beyond chance.
  std::size_t weeks;
};

double median_of(std::span<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// `weeks` whole weeks before `day` are there. Their seven medians are taken, then the residuals around them: dozens of days tell
// the spread where the same weekday alone is a handful.
Baseline read_baseline(std::span<const std::uint64_t> days, std::size_t day, std::size_t weeks) {
  std::array<double, kWeek * kWeeksMax> residuals{};
  std::array<double, kWeeksMax> counts{};
  double median_of_weekday = 0;
  std::size_t known = 0;
  for (std::size_t back = 1; back <= kWeek; ++back) {
    for (std::size_t week = 0; week < weeks; ++week)
      counts[week] = static_cast<double>(days[day - back - kWeek * week]);
    const std::array<double, kWeeksMax> unsorted = counts;
    const double median = median_of(std::span(counts).first(weeks));
    for (std::size_t week = 0; week < weeks; ++week)
      residuals[known++] = std::abs(unsorted[week] - median) / std::sqrt(std::max(median, 1.0));
    if (back == kWeek) median_of_weekday = median;
  }
  // The first factor makes a median deviation that of a normal variable; the second undoes that residuals around a median of few
  // weeks are smaller than around the true one.
  const double sigma = 1.4826 * median_of(std::span(residuals).first(known));
  const double fitted = static_cast<double>(weeks) / (static_cast<double>(weeks) - 1);
  return {median_of_weekday, std::max(1.0, sigma * sigma * fitted), weeks};
}

// How likely so many came, if nothing happened; 1 for a day not above what was expected or not worth a word.
double chance_of(std::uint64_t count, const Baseline& baseline) {
  const double excess = static_cast<double>(count) - baseline.median;
  if (excess < kExcessMin || static_cast<double>(count) < kTimesMin * baseline.median) return 1;
  // The median of Poisson counts lies a third below their mean (Choi 1994).
  const double mean = baseline.median + 1.0 / 3;
  // The median is itself uncertain: its variance is pi/2 over the number of weeks, in units of the variance of a day.
  const double uncertainty = 1 + std::numbers::pi / 2 / static_cast<double>(baseline.weeks);
  return upper_tail(count, mean, mean * baseline.dispersion * uncertainty);
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
  Rise run;  // Days side by side, each above what was expected.
  bool open = false, sure = false;
  const auto close = [&] {
    if (open && sure && run.last - run.first + 1 <= kRiseDaysMax) rises.push_back(run);
    open = sure = false;
  };
  for (std::size_t day = kWeek * kWeeksMin; day < days.size(); ++day) {
    const Baseline baseline = read_baseline(days, day, std::min(kWeeksMax, day / kWeek));
    const double chance = chance_of(days[day], baseline);
    if (chance >= kBeside) {
      close();
      continue;
    }
    if (!open) run = {.first = day, .last = day};
    open = true;
    sure = sure || chance < kFalseAlarm;
    run.last = day;
    run.count += days[day];
    run.expected += baseline.median;
  }
  close();
  return rises;
}

}  // namespace habitue::insight
