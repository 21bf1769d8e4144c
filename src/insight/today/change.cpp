#include "insight/today/change.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

#include "models/quiet.hpp"

namespace habitue::insight::today {
namespace {

// How many periods of pure chance the spread is steadied by.
constexpr double kSurely = 10;

double steadied(std::uint64_t count) { return 2 * std::sqrt(static_cast<double>(count) + 0.375); }
// Below what no people give, the trend says nobody.
double count_of(double steady) {
  const double root = std::max(steady, 0.0) / 2;
  return std::max(0.0, root * root - 0.375);
}

}  // namespace

std::optional<Change> change_of(std::span<const std::uint64_t> earlier, std::uint64_t last) {
  const std::size_t periods = earlier.size();
  if (periods < kPeriodsMin) return std::nullopt;
  const double n = static_cast<double>(periods), middle = (n - 1) / 2;
  double mean = 0, slope = 0, squares = 0;
  for (const std::uint64_t count : earlier) mean += steadied(count) / n;
  for (std::size_t at = 0; at < periods; ++at) {
    const double time = static_cast<double>(at) - middle;
    slope += time * (steadied(earlier[at]) - mean);
    squares += time * time;
  }
  slope /= squares;
  double residual = 0;
  for (std::size_t at = 0; at < periods; ++at) {
    const double off = steadied(earlier[at]) - mean - slope * (static_cast<double>(at) - middle);
    residual += off * off;
  }
  const double ahead = n - middle;
  const double spread = std::max(1.0, (residual + kSurely) / (n - 2 + kSurely));
  const double error = std::sqrt(spread * (1 + 1 / n + ahead * ahead / squares));
  const double expected = mean + slope * ahead;
  const boost::math::students_t_distribution<double, models::Quiet> law(n - 2 + kSurely);
  const double reach = boost::math::quantile(law, 0.975) * error;
  const double distance = (steadied(last) - std::max(expected, steadied(0))) / error;

  Change change;
  change.expected = count_of(expected);
  change.low = count_of(expected - reach);
  change.high = count_of(expected + reach);
  change.chance = std::min(1.0, 2 * boost::math::cdf(boost::math::complement(law, std::abs(distance))));
  change.rose = distance > 0;
  const double difference = std::abs(static_cast<double>(last) - change.expected);
  change.matters = difference >= kDifferenceMin && difference >= kShareMin * change.expected;
  return change;
}

std::vector<bool> hold_together(std::span<const double> chances, double level) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return chances[left] < chances[right]; });
  std::vector<bool> holds(chances.size(), false);
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (chances[order[at]] > level / static_cast<double>(order.size() - at)) break;
    holds[order[at]] = true;
  }
  return holds;
}

}  // namespace habitue::insight::today
