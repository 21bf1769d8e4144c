#include "models/logistic_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

struct Problem {
  RowMatrix x;
  std::span<const double> outcome;
  const LogisticOptions& options;

  std::size_t size() const { return x.columns + 1; }
  double penalty(std::size_t place) const { return place == 0 ? options.ridge_intercept : options.ridge; }
  double log_odds(const double* beta, std::size_t row) const {
    double sum = beta[0] + (options.offset.empty() ? 0 : options.offset[row]);
    const double* cell = x.values.data() + row * x.columns;
    for (std::size_t column = 0; column < x.columns; ++column) sum += beta[column + 1] * cell[column];
    return sum;
  }
  double log_likelihood(const Vector& beta) const {
    double sum = 0;
    for (std::size_t row = 0; row < outcome.size(); ++row) {
      const double eta = log_odds(beta.data(), row);
      sum += outcome[row] * eta - log1p_exp(eta);
    }
    return sum;
  }
  double objective(const Vector& beta) const {
    double sum = log_likelihood(beta);
    for (std::size_t place = 0; place < size(); ++place) {
      const double value = beta[static_cast<Eigen::Index>(place)];
      sum -= penalty(place) / 2 * value * value;
    }
    return sum;
  }
  // The gradient, and minus the second derivatives, of the objective.
  void derivatives(const Vector& beta, Vector& gradient, Matrix& information) const {
    std::vector<double> slope(size(), 0.0), curve(size() * size(), 0.0), row_values(size(), 1.0);
    const std::size_t width = size();
    for (std::size_t row = 0; row < outcome.size(); ++row) {
      const double p = expit(log_odds(beta.data(), row)), away = outcome[row] - p, weight = p * (1 - p);
      if (x.columns > 0) std::copy_n(x.values.data() + row * x.columns, x.columns, row_values.data() + 1);
      // Plain loops over the lower triangle; columns of yes and no are mostly 0.
      const double* values = row_values.data();
      double* into = curve.data();
      for (std::size_t i = 0; i < width; ++i, into += width) {
        const double value = values[i];
        if (value == 0) continue;
        slope[i] += away * value;
        const double weighted = weight * value;
        for (std::size_t j = 0; j <= i; ++j) into[j] += weighted * values[j];
      }
    }
    for (std::size_t i = 0; i < size(); ++i) {
      const auto at = static_cast<Eigen::Index>(i);
      gradient[at] = slope[i] - penalty(i) * beta[at];
      for (std::size_t j = 0; j <= i; ++j)
        information(at, static_cast<Eigen::Index>(j)) = information(static_cast<Eigen::Index>(j), at) =
            curve[i * size() + j];
      information(at, at) += penalty(i);
    }
  }
};

Result<void> check(RowMatrix x, std::span<const double> outcome, const LogisticOptions& options) {
  if (outcome.empty()) return invalid("nobody to learn from");
  if (x.columns > 0 ? !x.is_whole() || x.rows() != outcome.size() : !x.values.empty())
    return invalid("there is not one outcome a row");
  if (!options.offset.empty() && options.offset.size() != outcome.size())
    return invalid("there is not one offset a row");
  if (!(options.ridge >= 0 && options.ridge_intercept >= 0)) return invalid("a penalty is at least 0");
  const auto usable = [](double value) { return std::abs(value) <= kLargestNumber; };
  if (!std::all_of(x.values.begin(), x.values.end(), usable) ||
      !std::all_of(options.offset.begin(), options.offset.end(), usable))
    return invalid("a number is missing, infinite or above 1e15");
  if (!std::all_of(outcome.begin(), outcome.end(), [](double y) { return y == 0 || y == 1; }))
    return invalid("an outcome is 0 or 1");
  return {};
}

// The pivots of a matrix whose columns repeat each other vanish: a little is added until they do not.
Eigen::LDLT<Matrix> decomposed(Matrix information) {
  const double scale = std::max(information.diagonal().maxCoeff(), 1e-300);
  for (double added = 1e-12;; added *= 100) {
    Eigen::LDLT<Matrix> decomposition(information);
    if (decomposition.info() == Eigen::Success && decomposition.isPositive() &&
        decomposition.vectorD().minCoeff() > scale * 1e-13)
      return decomposition;
    information.diagonal().array() += scale * added;
  }
}

}  // namespace

double expit(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double odds = std::exp(x);
  return odds / (1 + odds);
}

double log1p_exp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

Result<LogisticFit> fit_logistic(RowMatrix x, std::span<const double> outcome, const LogisticOptions& options) {
  if (auto checked = check(x, outcome, options); !checked) return tl::unexpected(checked.error());
  const Problem problem{x, outcome, options};
  const auto size = static_cast<Eigen::Index>(problem.size());
  Vector beta = Vector::Zero(size), gradient(size);
  Matrix information(size, size);
  LogisticFit fit;
  double best = problem.objective(beta);
  for (; fit.iterations < 50 && !fit.converged; ++fit.iterations) {
    problem.derivatives(beta, gradient, information);
    const Vector step = decomposed(information).solve(gradient);
    // Half of the gain that the quadratic foretells: below it the likelihood cannot be told from its maximum.
    if (!(std::abs(gradient.dot(step)) > 1e-12 * (1 + std::abs(best)))) {
      fit.converged = true;
      break;
    }
    double share = 1;
    for (; share > 1e-6; share /= 2) {
      const double value = problem.objective(beta + share * step);
      if (value > best) {
        best = value;
        beta += share * step;
        break;
      }
    }
    if (share <= 1e-6) fit.converged = true;  // No step gains anything: rounding is all that is left.
  }
  problem.derivatives(beta, gradient, information);
  const Matrix covariance = decomposed(information).solve(Matrix::Identity(size, size));
  fit.intercept = beta[0];
  fit.coefficients.assign(beta.data() + 1, beta.data() + size);
  for (Eigen::Index place = 0; place < size; ++place)
    fit.standard_errors.push_back(std::sqrt(std::max(0.0, covariance(place, place))));
  fit.log_likelihood = problem.log_likelihood(beta);
  return fit;
}

}  // namespace habitue::models
