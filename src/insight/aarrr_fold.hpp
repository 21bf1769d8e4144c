// What is counted of a cohort, step by step: the ground of the AARRR report and of the pollution meter.
#pragma once

#include <vector>

#include "insight/fold.hpp"
#include "insight/money.hpp"
#include "insight/reports.hpp"
#include "insight/steps.hpp"

namespace habitue::insight {

struct StepTally {
  std::uint64_t people = 0;
  std::int64_t net_minor = 0;            ///< Net money, in the business's currency, of those who reached the step.
  std::vector<std::int64_t> elapsed_us;  ///< From acquisition, of each.
};

struct CohortTally {
  std::vector<StepTally> steps;
  std::vector<Balance> balances;
  void merge(const CohortTally& other);
};

/// The cohort acquired in the question's period, by part of the audience; `all` is their sum.
Result<ByAudience<CohortTally>> fold_cohort(const Customers& customers, const Question& question, const Steps& steps);

}  // namespace habitue::insight
