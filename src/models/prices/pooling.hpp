// Estimates of groups that are alike but not the same, each drawn towards what they have in common by as much as it is uncertain itself:
// random effects with the spread between groups by Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87(5),
// and the shrinking of Morris (1983), Parametric empirical Bayes inference, Journal of the American Statistical Association 78.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

struct GroupEstimate {
  double value = 0, standard_error = 1;  ///< The error above 0.
};
struct PooledEstimates {
  double mean = 0, mean_error = 0;  ///< Of what groups have in common.
  double spread = 0;                ///< Standard deviation between groups; 0 when chance explains all of it.
  std::vector<GroupEstimate> groups;
  std::vector<double>
      own_share;  ///< Of each group's own estimate in what is told: 1 stands alone, 0 is the common one.
};

/// Fewer than four groups stand alone: how far groups differ cannot be learnt from them. Errors: InvalidInput for a number that is not finite or an error not above 0.
Result<PooledEstimates> pool_estimates(std::span<const GroupEstimate> groups);

}  // namespace habitue::models
