#include "models/calibration/stacking.hpp"

#include <algorithm>
#include <cmath>

#include "models/calibration/checks.hpp"
#include "models/calibration/scores.hpp"

namespace habitue::models {

Result<Stacking> stack(RowMatrix probability_of_what_came) {
  const RowMatrix& given = probability_of_what_came;
  if (!given.is_whole() || given.rows() == 0) return invalid("no forecasts to weigh");
  if (!std::all_of(given.values.begin(), given.values.end(), [](double p) { return p >= 0 && p <= kLargestNumber; }))
    return invalid("a probability is negative, missing or infinite");
  const std::size_t models = given.columns;
  const double rows = static_cast<double>(given.rows());

  Stacking stacking;
  stacking.weights.assign(models, 1 / static_cast<double>(models));
  // Expectation and maximisation of a mixture whose parts are known: each step gains, and the problem is concave. What a weight is
  // multiplied by is its slope; the largest slope less 1 bounds what is left to gain.
  // Of many rows a few hundred steps are enough to come near, and the gap says how near.
  const auto iterations_max =
      static_cast<std::uint32_t>(std::clamp(2e9 / (rows * static_cast<double>(models)), 200.0, 20'000.0));
  constexpr double kGap = 1e-6;
  std::vector<double> slope(models);
  for (;; ++stacking.iterations) {
    std::fill(slope.begin(), slope.end(), 0.0);
    stacking.log_score = 0;
    for (std::size_t row = 0; row < given.rows(); ++row) {
      const auto p = given.row(row);
      double mixed = 0;
      for (std::size_t model = 0; model < models; ++model)
        mixed += stacking.weights[model] * std::max(p[model], kLeastProbability);
      stacking.log_score -= std::log(mixed) / rows;
      for (std::size_t model = 0; model < models; ++model)
        slope[model] += std::max(p[model], kLeastProbability) / mixed / rows;
    }
    stacking.gap = std::max(0.0, *std::max_element(slope.begin(), slope.end()) - 1);
    if (stacking.gap <= kGap || stacking.iterations == iterations_max) return stacking;
    double sum = 0;
    for (std::size_t model = 0; model < models; ++model) sum += stacking.weights[model] *= slope[model];
    for (double& weight : stacking.weights) weight /= sum;
  }
}

}  // namespace habitue::models
