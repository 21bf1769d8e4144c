// From a climb over standardised columns to what a report says of them in their own units.
#pragma once

#include <span>
#include <string>

#include "models/contracts/newton.hpp"
#include "models/fit_report.hpp"
#include "models/standardised.hpp"

namespace habitue::models {

/// Estimates a column in its own unit, with standard errors; `before` parameters stand ahead of the columns' in `point`. A column whose error
/// is more than 10 of its spreads is EffectNotEstimable and has none.
FitReport report_of_effects(const NewtonPoint& point, const Standardised& columns, std::span<const std::string> names,
                            Eigen::Index before);

/// The verdict: too few data without an end or a second contract, a boundary when an effect cannot be told. FewCustomers below ten
/// ends a column.
void judge_effects(FitReport& report, std::size_t ended, std::size_t contracts, std::size_t columns, bool converged);

}  // namespace habitue::models
