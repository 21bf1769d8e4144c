// What makes contracts last longer or less: the proportional hazards of Cox (1972), JRSS B 34, with the ties of Efron (1977), JASA 72.
// The hazard's shape in time is left free, each column multiplies it. Assumed: at every age alike, and what censors a contract says
// nothing of when it would have ended.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/contracts/kaplan_meier.hpp"
#include "models/fit_report.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

struct Cox {
  /// An estimate a column: the log of the hazard's ratio for one unit more. `log_likelihood` is the partial one.
  FitReport report;
  double log_likelihood_without = 0;  ///< Of the model in which no column matters.
  /// Share of the pairs that can be told apart in which the one who left first was foretold to: 0.5 is chance. Harrell et al. (1982),
  /// JAMA 247; equal forecasts count a half. Nothing when no pair can be told.
  std::optional<double> concordance;
  std::vector<double> means;  ///< Of the columns: the baseline is of somebody there.
  struct Step {
    double time = 0, cumulative_hazard = 0;
  };
  std::vector<Step> baseline;

  /// How many times the hazard of somebody at the means.
  double hazard_ratio(std::span<const double> row) const;
  /// P(a contract with these columns lasts longer than `time`).
  double survival(std::span<const double> row, double time) const;
};

/// Columns are brought to one scale; half of `ridge` times the square of each standardised coefficient is taken off, so weak that it only tells
/// where the data cannot. `names` is one a column. Errors: InvalidInput for tenures as in kaplan_meier, shapes that differ, more than 1,000
/// columns, a number that is not finite, or a negative ridge.
Result<Cox> fit_cox(std::span<const Tenure> tenures, RowMatrix columns, std::span<const std::string> names,
                    double ridge = 1e-4);

}  // namespace habitue::models
