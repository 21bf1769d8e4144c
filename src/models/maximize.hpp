// The highest point of a smooth function of a few unconstrained parameters: log-likelihoods and log-posteriors of every model.
//
// From each start a quasi-Newton search (NLopt's L-BFGS, its SLSQP where that stops short) finds the hill, Newton steps with the
// curvature of the gradient's differences end on its top. The starts are given and the order of work is fixed: the answer is the
// same bit for bit each time. Constrained parameters come in as logarithms, so that a step is a relative step.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

/// The value at `parameters`; writes every partial derivative to `gradient`, which is as long. Where it cannot be computed it
/// returns -infinity or NaN, which the search takes for a place to stay away from. It may throw; what it throws reaches the caller.
using Objective = std::function<double(std::span<const double> parameters, std::span<double> gradient)>;

struct MaximizeOptions {
  std::uint32_t evaluations_max = 4'000;    ///< All starts together; when it is reached the best so far is the answer.
  double radius = 60;                       ///< The search stays in the box of this half-width around nought.
  const std::atomic<bool>* stop = nullptr;  ///< Becomes true when nobody wants the answer any more.
};

struct Maximum {
  std::vector<double> parameters{};
  double value = 0;
  std::vector<double> gradient{};
  std::vector<double> curvature{};  ///< Minus the matrix of second derivatives, row by row; symmetric.
  std::vector<double>
      eigenvalues{};  ///< Of `curvature`, rising. One near nought is a ridge, one below it is no maximum.
  /// The inverse of `curvature`: covariances of the parameters. None where an eigenvalue is below 1e-6 (an error of e^1000).
  std::optional<std::vector<double>> covariance = std::nullopt;
  std::vector<bool> at_edge{};  ///< The parameter lies on the edge of the box: the function rises on beyond.
  bool converged = false;       ///< A further Newton step would gain less than 1e-9 (in units of the function).
  std::uint32_t start = 0;      ///< Which of the starts led here.
  std::uint32_t evaluations = 0;
};

/// The best maximum reached from `starts`, each of the same length.
///
/// Errors: InvalidInput without starts, when they differ in length, are not finite or lie outside the box, or when the function
/// has a value at none of them; Unavailable when `stop` became true.
Result<Maximum> maximize(const Objective& objective, std::span<const std::vector<double>> starts,
                         const MaximizeOptions& options = {});

/// As `maximize`, with the starts compared on `sketch`, which is cheaper and much the same (a sample of the rows): the best of
/// its maxima is the only start on `objective`. Evaluations of both count.
Result<Maximum> maximize_sketched(const Objective& sketch, const Objective& objective,
                                  std::span<const std::vector<double>> starts, const MaximizeOptions& options = {});

/// The largest |analytic - numeric| over the parameters, relative to the larger of 1 and the analytic derivative: the check that a
/// gradient is that of its function. Near 1e-7 when it is.
double gradient_error(const Objective& objective, std::span<const double> parameters);

/// Standard errors of functions of the parameters by the delta method: row i of `jacobian` (row by row) holds the derivatives of
/// function i. For p = exp(parameter) that is p on the diagonal. Never NaN: a negative variance from rounding is nought.
std::vector<double> delta_standard_errors(std::span<const double> covariance, std::span<const double> jacobian);

}  // namespace habitue::models
