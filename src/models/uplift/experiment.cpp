#include "models/uplift/experiment.hpp"

#include <algorithm>
#include <cmath>

#include "models/calibration/checks.hpp"
#include "models/folds.hpp"

namespace habitue::models {

Result<void> check_experiment(const Experiment& experiment) {
  const RowMatrix& x = experiment.columns;
  if (!x.is_whole() || x.rows() != experiment.size() || experiment.treated.size() != experiment.size())
    return invalid("each row has its columns, one outcome and one arm");
  const auto usable = [](double value) { return std::abs(value) <= kLargestNumber; };
  if (!std::all_of(x.values.begin(), x.values.end(), usable) ||
      !std::all_of(experiment.outcome.begin(), experiment.outcome.end(), usable))
    return invalid("a number is missing, infinite or above 1e15");
  std::size_t arms[2] = {0, 0};
  for (const std::uint8_t arm : experiment.treated) {
    if (arm > 1) return invalid("an arm is 1 (treated) or 0 (left alone)");
    ++arms[arm];
  }
  if (arms[0] < 2 || arms[1] < 2) return invalid("nothing to compare: an arm has less than two people");
  return {};
}

Result<Effect> average_effect(const Experiment& experiment) {
  if (auto checked = check_experiment(experiment); !checked) return tl::unexpected(checked.error());
  constexpr double kZ = 1.959963984540054;
  double people[2] = {0, 0}, mean[2] = {0, 0}, squares[2] = {0, 0};
  // Welford (1962): the squares stay those around the mean.
  for (std::size_t row = 0; row < experiment.size(); ++row) {
    const std::uint8_t arm = experiment.treated[row];
    const double away = experiment.outcome[row] - mean[arm];
    mean[arm] += away / ++people[arm];
    squares[arm] += away * (experiment.outcome[row] - mean[arm]);
  }
  Effect effect{mean[1] - mean[0]};
  const double half =
      kZ * std::sqrt(squares[0] / (people[0] - 1) / people[0] + squares[1] / (people[1] - 1) / people[1]);
  effect.low = effect.value - half;
  effect.high = effect.value + half;
  effect.treated_mean = mean[1];
  effect.control_mean = mean[0];
  effect.treated = static_cast<std::uint64_t>(people[1]);
  effect.control = static_cast<std::uint64_t>(people[0]);
  return effect;
}

Result<std::vector<double>> cross_fitted_uplift(const Experiment& experiment, const UpliftLearner& learner,
                                                std::uint32_t folds, std::uint64_t seed) {
  if (auto checked = check_experiment(experiment); !checked) return tl::unexpected(checked.error());
  if (folds < 2) return invalid("two folds are the fewest: one to learn from, one to score");
  std::vector<std::uint32_t> stratum;
  for (std::size_t row = 0; row < experiment.size(); ++row)
    stratum.push_back(experiment.treated[row] * 2u + (experiment.outcome[row] != 0 ? 1u : 0u));
  const auto fold = deal_folds(stratum, folds, seed);

  std::vector<double> scores(experiment.size(), 0.0), x, y;
  std::vector<std::uint8_t> arm;
  for (std::uint32_t held = 0; held < folds; ++held) {
    x.clear(), y.clear(), arm.clear();
    for (std::size_t row = 0; row < experiment.size(); ++row) {
      if (fold[row] == held) continue;
      const auto cells = experiment.columns.row(row);
      x.insert(x.end(), cells.begin(), cells.end());
      y.push_back(experiment.outcome[row]);
      arm.push_back(experiment.treated[row]);
    }
    const auto score = learner(Experiment{{x, experiment.columns.columns}, y, arm});
    if (!score) return tl::unexpected(score.error());
    for (std::size_t row = 0; row < experiment.size(); ++row)
      if (fold[row] == held) scores[row] = (*score)(experiment.columns.row(row));
  }
  return scores;
}

}  // namespace habitue::models
