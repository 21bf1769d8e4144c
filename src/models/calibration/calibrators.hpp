// Probabilities made true: what a model said is mapped to how often it came, learnt where the model had not looked. A calibrator
// never turns the ranking round. It is learnt on forecasts of people (or folds) that the model was not fitted on, else it
// learns how well the model remembers.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

/// A rising broken line through `x` and `y`, flat beyond its ends.
struct RisingLine {
  std::vector<double> x;  ///< Ascending, distinct.
  std::vector<double> y;  ///< Never falling.
  double at(double value) const;
};

/// The rising line nearest to the points in weighted squares, by pooling adjacent violators (Ayer et al. 1955, Annals of Mathematical
/// Statistics 26). Points with one `x` are taken together, so that their order does not matter; between blocks it is straight.
///
/// `edge_weight`: as many made-up points of `high` at the lowest x and of `low` at the highest, so that the ends do not say
/// "never" and "always" of a few points; 0 for the plain method. Errors: InvalidInput when lengths differ, a weight is not above 0 or a
/// number is not finite. `weights` may be empty: all 1.
struct EdgePrior {
  double weight = 0, low = 0, high = 1;
};
Result<RisingLine> fit_isotonic(std::span<const double> x, std::span<const double> y,
                                std::span<const double> weights = {}, const EdgePrior& edge = {});

/// Isotonic calibration of probabilities, half a made-up person at either end. Errors: as score_probabilities.
Result<RisingLine> calibrate_isotonic(std::span<const double> probability, std::span<const double> outcome);

/// Beta calibration: log-odds = c + a ln p - b ln(1 - p), a and b at least 0; (1, 1, 0) changes nothing. Kull, Silva Filho and Flach (2017), Beta
/// calibration, AISTATS. A few people cannot bend it as they bend an isotonic line.
struct BetaCalibrator {
  double a = 1, b = 1, c = 0;
  double at(double probability) const;
};
/// A weak prior (as if the coefficients lay within about 3 of those that change nothing) keeps them finite when all outcomes are
/// one. Errors: as score_probabilities.
Result<BetaCalibrator> calibrate_beta(std::span<const double> probability, std::span<const double> outcome);

}  // namespace habitue::models
