// How likely a contract is to end at its next renewal, by its age and what is known of it: a regression over contract-periods. Allison (1982),
// Discrete-time methods for the analysis of event histories, Sociological Methodology 13; Prentice and Gloeckler (1978), Biometrics 34, for
// the complementary log-log link, whose coefficients are those of a proportional hazard seen in periods.
//
// Contract-periods are never written out: memory is that of the contracts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "models/contracts/tenure_spline.hpp"
#include "models/fit_report.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

/// One contract in whole periods. It could end at each of entered + 1 .. periods.
struct PeriodTenure {
  std::uint32_t periods =
      0;  ///< It ended at the end of this one, or had lasted as many when last seen. At most 10,000.
  bool ended = false;
  std::uint32_t entered = 0;  ///< Periods that had passed before it was watched.
};

enum class HazardLink : std::uint8_t {
  Logit,                ///< Coefficients are logs of odds ratios.
  ComplementaryLogLog,  ///< Logs of hazard ratios.
};

struct DiscreteHazard {
  FitReport report;  ///< An estimate a column. `observations` counts contracts.
  HazardLink link = HazardLink::Logit;
  double intercept = 0;  ///< For somebody at the means, before the tenure's curve.
  TenureSpline spline;
  std::vector<double> curve;  ///< One a number of the spline.
  std::vector<double> means;
  std::uint64_t contract_periods = 0;
  std::uint32_t observed_to = 0;  ///< The longest tenure: beyond it the curve goes on by its form alone.

  /// P(ends at `period` | lasted until it), 1 or later.
  double hazard(std::span<const double> row, std::uint32_t period) const;
  /// P(lasts beyond period `from` + k | lasted `from`), for k of 1 .. periods, which are cut at 10,000.
  std::vector<double> survival_ahead(std::span<const double> row, std::uint32_t from, std::uint32_t periods) const;
};

/// Columns are brought to one scale; `ridge` is as in fit_cox. `columns` may have none. Errors: InvalidInput for no contracts, tenures that are longer than
/// 10,000 periods or shorter than their entry, an end without a period watched, or columns as in fit_cox.
Result<DiscreteHazard> fit_discrete_hazard(std::span<const PeriodTenure> tenures, RowMatrix columns,
                                           std::span<const std::string> names, HazardLink link, double ridge = 1e-4);

/// What is left of a contract, in periods, each worth 1 / (1 + discount)^k when reached: the discounted expected residual lifetime of Fader and
/// Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29, cut at the length of `survival_ahead`.
/// A discount is a share a period; below 0 it counts as 0.
double residual_periods(std::span<const double> survival_ahead, double discount);

}  // namespace habitue::models
