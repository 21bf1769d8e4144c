#include "models/contracts/effects.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::models {

FitReport report_of_effects(const NewtonPoint& point, const Standardised& columns, std::span<const std::string> names,
                            Eigen::Index before) {
  FitReport report;
  report.evaluations = point.evaluations;
  for (std::size_t column = 0; column < names.size(); ++column) {
    const Eigen::Index place = before + static_cast<Eigen::Index>(column);
    const double error = std::sqrt(std::max(0.0, point.covariance(place, place)));
    Estimate estimate{names[column], point.at[place] / columns.scales[column], error / columns.scales[column]};
    if (error > 10) {
      estimate.standard_error.reset();
      if (report.findings.empty()) report.findings.push_back(FitFinding::EffectNotEstimable);
    }
    report.estimates.push_back(std::move(estimate));
  }
  return report;
}

void judge_effects(FitReport& report, std::size_t ended, std::size_t contracts, std::size_t columns, bool converged) {
  report.verdict = report.findings.empty() ? FitVerdict::Interior : FitVerdict::Boundary;
  if (ended == 0) report.findings.push_back(FitFinding::NoDropoutDetectable);
  // Ten ends a column: Peduzzi et al. (1996), Journal of Clinical Epidemiology 49.
  if (ended < 10 * std::max<std::size_t>(columns, 1)) report.findings.push_back(FitFinding::FewCustomers);
  if (!converged) report.findings.push_back(FitFinding::NotConverged);
  if (ended == 0 || contracts < 2) report.verdict = FitVerdict::TooFewData;
}

}  // namespace habitue::models
