// An action tried on people drawn by lot, and what they did then. Everything in this folder holds only when chance alone decided who was treated: on
// data in which somebody chose, an uplift is a difference between those chosen and the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

struct Experiment {
  RowMatrix columns;                      ///< What was known before the action. Finite.
  std::span<const double> outcome;        ///< 0 or 1, or an amount.
  std::span<const std::uint8_t> treated;  ///< 1 treated, 0 left alone.

  std::size_t size() const { return outcome.size(); }
};
/// Errors: InvalidInput when shapes differ, a number is not finite or above 1e15, or an arm has less than two people.
Result<void> check_experiment(const Experiment& experiment);

/// Mean outcome of those treated less that of those left alone, with its 95 % interval (normal, unequal variances).
struct Effect {
  double value = 0, low = 0, high = 0;
  double treated_mean = 0, control_mean = 0;
  std::uint64_t treated = 0, control = 0;
};
Result<Effect> average_effect(const Experiment& experiment);

/// What the action is expected to add for somebody with these columns.
using UpliftScore = std::function<double(std::span<const double> row)>;
using UpliftLearner = std::function<Result<UpliftScore>(const Experiment&)>;

/// The score of each person by a learner that saw only the other folds, dealt within arm and outcome (0 or not).
/// Errors: those of the learner, or InvalidInput for less than two folds.
Result<std::vector<double>> cross_fitted_uplift(const Experiment& experiment, const UpliftLearner& learner,
                                                std::uint32_t folds, std::uint64_t seed);

}  // namespace habitue::models
