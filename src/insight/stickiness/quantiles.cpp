#include "insight/stickiness/quantiles.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::insight {
namespace {

// Between the numbers around a place that need not be whole.
double quantile_of(double place, const std::function<double(std::uint64_t)>& at) {
  const double whole = std::floor(place), part = place - whole;
  const auto index = static_cast<std::uint64_t>(whole);
  const double low = at(index);
  return part > 0 ? low + part * (at(index + 1) - low) : low;
}

}  // namespace

std::optional<Quantiles> quantiles_of(std::vector<std::int64_t>& numbers) {
  if (numbers.empty()) return std::nullopt;
  std::sort(numbers.begin(), numbers.end());
  const double last = static_cast<double>(numbers.size() - 1);
  const auto quantile = [&](double share) {
    return quantile_of(share * last, [&](std::uint64_t index) { return static_cast<double>(numbers[index]); });
  };
  // In the order of size, so that the sum is the same whatever order they came in.
  double sum = 0;
  for (const std::int64_t number : numbers) sum += static_cast<double>(number);
  return Quantiles{.least = static_cast<double>(numbers.front()),
                   .p10 = quantile(0.1),
                   .p25 = quantile(0.25),
                   .median = quantile(0.5),
                   .p75 = quantile(0.75),
                   .p90 = quantile(0.9),
                   .most = static_cast<double>(numbers.back()),
                   .mean = sum / static_cast<double>(numbers.size())};
}

std::optional<Quantiles> quantiles_of(const std::map<std::uint64_t, std::uint64_t>& people_by_number) {
  // The numbers in order, each as often as there are people: `upto` is the place after the last of each.
  std::vector<std::pair<std::uint64_t, double>> upto;
  std::uint64_t people = 0;
  double sum = 0;
  for (const auto& [number, count] : people_by_number) {
    people += count;
    sum += static_cast<double>(number) * static_cast<double>(count);
    upto.emplace_back(people, static_cast<double>(number));
  }
  if (people == 0) return std::nullopt;
  const auto at = [&](std::uint64_t index) {
    return std::upper_bound(upto.begin(), upto.end(), index,
                            [](std::uint64_t place, const auto& entry) { return place < entry.first; })
        ->second;
  };
  const double last = static_cast<double>(people - 1);
  const auto quantile = [&](double share) { return quantile_of(share * last, at); };
  return Quantiles{.least = at(0),
                   .p10 = quantile(0.1),
                   .p25 = quantile(0.25),
                   .median = quantile(0.5),
                   .p75 = quantile(0.75),
                   .p90 = quantile(0.9),
                   .most = at(people - 1),
                   .mean = sum / static_cast<double>(people)};
}

}  // namespace habitue::insight
