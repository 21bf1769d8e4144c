// How good forecasts were, once what they foretold has come. No score alone tells: mean absolute error rewards forecasts that
// shrink to zero, ranking says nothing of level, level nothing of ranking. Read bias, deviance, log score and reliability together.
//
// Ties are taken together wherever a score ranks by the forecast, so that the order of rows never changes an answer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

/// A forecast of 0 for what came would cost infinitely much; it costs what this one costs.
inline constexpr double kLeastProbability = 1e-12;
inline constexpr double kLeastExpected = 1e-9;  ///< The same for expected counts.

/// Expected against observed counts or amounts, one pair a customer.
struct CountScores {
  double poisson_deviance = 0;  ///< Mean of 2 (y ln(y / mu) - (y - mu)): 0 is perfect.
  double root_mean_squared = 0;
  double mean_absolute = 0;  ///< Never to be read alone.
  double expected_total = 0;
  double observed_total = 0;
  std::optional<double>
      bias;  ///< expected_total / observed_total - 1: +0.1 foretells 10 % too much. Nothing when nothing came.
};
/// Errors: InvalidInput when lengths differ, nobody is there, or a number is negative or not finite.
Result<CountScores> score_counts(std::span<const double> expected, std::span<const double> observed);

/// Mean of -ln p, in nats, over the probabilities that a model gave to what came: lower is better. Proper: no model gains by
/// saying what it does not believe. Errors: as above, and a probability above 1.
Result<double> log_score(std::span<const double> probability_of_what_came);

/// Probabilities of yes against what came (0 or 1).
struct BinaryScores {
  double brier = 0;           ///< Mean squared error of the probability.
  double log_loss = 0;        ///< log_score of the same, in nats.
  std::optional<double> auc;  ///< P(a yes is ranked above a no), ties a half. Nothing unless both came.
};
/// Errors: InvalidInput when lengths differ, nobody is there, a probability is outside 0 to 1 or an outcome is neither 0 nor 1.
Result<BinaryScores> score_probabilities(std::span<const double> probability, std::span<const double> outcome);

/// How well forecasts rank amounts, and how right they are by tenth of the customers. [WLM19] Wang, Liu and Miao (2019), A Deep
/// Probabilistic Model for Customer Lifetime Value Prediction, arXiv 1912.07753, section 4.
struct RankScores {
  /// Gini of the amounts ranked by the forecast over their Gini ranked by themselves: 1 is a perfect ranking, 0 none. Nothing when
  /// all amounts are equal.
  std::optional<double> normalised_gini;
  /// Mean over ten equal groups by forecast of |expected - observed| / observed. Groups in which nothing came are left out.
  std::optional<double> decile_error;
  std::size_t deciles_left_out = 0;
};
/// Errors: as score_counts.
Result<RankScores> score_ranking(std::span<const double> expected, std::span<const double> observed);

enum class Binning {
  EqualCount,  ///< As many customers in each bin as ties allow: small probabilities are looked at closely.
  EqualWidth,  ///< Bins of equal width over 0 to 1.
};

struct ReliabilityBin {
  double lowest = 0, highest = 0;  ///< Forecasts that fell in it.
  std::size_t people = 0;
  double mean_forecast = 0;
  double share_that_came = 0;
  double low = 0, high = 0;  ///< 95 % Wilson interval of the share.
};
struct Reliability {
  std::vector<ReliabilityBin> bins;  ///< Ascending; empty bins are left out.
  double error = 0;           ///< Mean of |mean_forecast - share_that_came| by people: the expected calibration error.
  double greatest_error = 0;  ///< Of one bin.
};
/// Errors: as score_probabilities, and InvalidInput when `bins` is 0 or above 1,000.
Result<Reliability> reliability(std::span<const double> probability, std::span<const double> outcome,
                                std::size_t bins = 10, Binning binning = Binning::EqualCount);

}  // namespace habitue::models
