#include "models/uplift/learners.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Dense>

#include "models/logistic_fit.hpp"
#include "models/standardised.hpp"

namespace habitue::models {
namespace {

struct Line {
  double intercept = 0;
  std::vector<double> slopes;  // Of the columns in their own units.
  double at(std::span<const double> row) const {
    double sum = intercept;
    for (std::size_t column = 0; column < std::min(row.size(), slopes.size()); ++column)
      sum += slopes[column] * row[column];
    return sum;
  }
};

// From coefficients of standardised columns to those of the columns.
Line in_own_units(double intercept, std::span<const double> slopes, const Standardised& columns) {
  Line line{intercept, {}};
  for (std::size_t column = 0; column < slopes.size(); ++column) {
    line.slopes.push_back(slopes[column] / columns.scales[column]);
    line.intercept -= line.slopes.back() * columns.means[column];
  }
  return line;
}

Line ridge_regression(const Standardised& columns, std::span<const double> y, double ridge) {
  const std::size_t width = columns.means.size();
  const auto size = static_cast<Eigen::Index>(width);
  // Columns are centred, so the intercept is the mean and stays out of the equations.
  double mean = 0;
  for (const double value : y) mean += value / static_cast<double>(y.size());
  std::vector<double> products(width * width, 0.0), right(width, 0.0);
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double* x = columns.values.data() + row * width;
    for (std::size_t i = 0; i < width; ++i) {
      right[i] += x[i] * (y[row] - mean);
      for (std::size_t j = 0; j <= i; ++j) products[i * width + j] += x[i] * x[j];
    }
  }
  Eigen::MatrixXd matrix(size, size);
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          matrix(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = products[i * width + j];
  matrix.diagonal().array() += std::max(ridge, 1e-9);
  const Eigen::VectorXd slopes = matrix.ldlt().solve(Eigen::Map<const Eigen::VectorXd>(right.data(), size));
  return in_own_units(mean, {slopes.data(), width}, columns);
}

std::vector<std::string> unnamed(std::size_t columns) { return std::vector<std::string>(columns); }

Result<void> check_ridge(double ridge) {
  if (ridge >= 0 && ridge <= 1e9) return {};
  return invalid("a penalty is at least 0");
}

}  // namespace

Result<UpliftScore> learn_two_models(const Experiment& experiment, double ridge) {
  if (auto checked = check_experiment(experiment).and_then([&] { return check_ridge(ridge); }); !checked)
    return tl::unexpected(checked.error());
  const bool yes_or_no =
      std::all_of(experiment.outcome.begin(), experiment.outcome.end(), [](double y) { return y == 0 || y == 1; });
  Line arms[2];
  for (const std::uint8_t arm : {std::uint8_t{0}, std::uint8_t{1}}) {
    std::vector<double> x, y;
    for (std::size_t row = 0; row < experiment.size(); ++row) {
      if (experiment.treated[row] != arm) continue;
      const auto cells = experiment.columns.row(row);
      x.insert(x.end(), cells.begin(), cells.end());
      y.push_back(experiment.outcome[row]);
    }
    const std::size_t width = experiment.columns.columns;
    const auto columns = standardise({x, width}, y.size(), unnamed(width));
    if (!columns) return tl::unexpected(columns.error());
    if (!yes_or_no) {
      arms[arm] = ridge_regression(*columns, y, ridge);
      continue;
    }
    const auto fit =
        fit_logistic({columns->values, width}, y, {.ridge = std::max(ridge, 1e-9), .ridge_intercept = 1e-3});
    if (!fit) return tl::unexpected(fit.error());
    arms[arm] = in_own_units(fit->intercept, fit->coefficients, *columns);
  }
  return UpliftScore([yes_or_no, treated = arms[1], control = arms[0]](std::span<const double> row) {
    return yes_or_no ? expit(treated.at(row)) - expit(control.at(row)) : treated.at(row) - control.at(row);
  });
}

Result<UpliftScore> learn_transformed_outcome(const Experiment& experiment, double ridge) {
  if (auto checked = check_experiment(experiment).and_then([&] { return check_ridge(ridge); }); !checked)
    return tl::unexpected(checked.error());
  const double people = static_cast<double>(experiment.size());
  const double share =
      static_cast<double>(std::count(experiment.treated.begin(), experiment.treated.end(), 1)) / people;
  std::vector<double> transformed;
  for (std::size_t row = 0; row < experiment.size(); ++row)
    transformed.push_back(experiment.outcome[row] * (experiment.treated[row] - share) / (share * (1 - share)));
  const std::size_t width = experiment.columns.columns;
  return standardise(experiment.columns, experiment.size(), unnamed(width)).map([&](const Standardised& columns) {
    return UpliftScore(
        [line = ridge_regression(columns, transformed, ridge)](std::span<const double> row) { return line.at(row); });
  });
}

}  // namespace habitue::models
