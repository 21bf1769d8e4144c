// Logistic regression to its penalised maximum, by Newton's method (iteratively reweighted least squares). What the plain
// classifier, the calibrators and the learners of uplift share. The penalty keeps an answer finite where a column tells the
// outcome exactly or repeats another.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

/// 1 / (1 + exp(-x)) without overflow on either side.
double expit(double x);
/// log(1 + exp(x)) without overflow.
double log1p_exp(double x);

struct LogisticOptions {
  double ridge = 1;            ///< Half of it times the square of each coefficient is taken off the log-likelihood.
  double ridge_intercept = 0;  ///< The same for the intercept. Above 0 it stays finite when all outcomes are one.
  std::span<const double> offset{};  ///< Added to each row's log-odds, when given.
};

struct LogisticFit {
  double intercept = 0;
  std::vector<double> coefficients;     ///< One a column.
  std::vector<double> standard_errors;  ///< Of the intercept, then the coefficients, from the penalised curvature.
  double log_likelihood = 0;            ///< Without the penalty.
  bool converged = false;
  std::uint32_t iterations = 0;
};

/// Errors: InvalidInput when shapes differ, a number is not finite or an outcome is neither 0 nor 1. `x` may have no columns when
/// its values are empty: only the intercept is learnt. Columns are best on one scale: the penalty is the same for each.
Result<LogisticFit> fit_logistic(RowMatrix x, std::span<const double> outcome, const LogisticOptions& options);

}  // namespace habitue::models
