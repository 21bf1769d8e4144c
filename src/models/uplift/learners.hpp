// Who is moved by an action: two plain learners and trees. Those who would act anyway score near 0 with all of them, which is what tells uplift
// from propensity.
#pragma once

#include <cstdint>

#include "models/uplift/experiment.hpp"

namespace habitue::models {

/// A model of those treated less a model of those left alone (the T-learner): logistic regressions when every outcome is 0 or 1, linear ones
/// else. `ridge` is the penalty on standardised coefficients.
Result<UpliftScore> learn_two_models(const Experiment& experiment, double ridge = 1);

/// One linear regression of y (w - e) / (e (1 - e)), whose mean given the columns is the uplift; e is the share treated. Athey and Imbens (2015),
/// Machine learning methods for estimating heterogeneous causal effects. Unbiased and noisy: a check on the others.
Result<UpliftScore> learn_transformed_outcome(const Experiment& experiment, double ridge = 1);

struct TreeOptions {
  std::uint32_t trees = 40;  ///< Each on half of the people, without replacement.
  std::uint32_t depth_max = 4;
  std::uint32_t arm_least = 100;  ///< People of either arm in a leaf, both where it is grown and where it is measured.
  std::uint64_t seed = 1;
};
/// The mean of trees that part people by how much the action moves them. Honest: one half of a tree's people say where to split, the other how large the
/// effect is there, so that the splits' luck is not taken for effect. [AI16] Athey and Imbens (2016), Recursive partitioning for heterogeneous
/// causal effects, PNAS 113; split by its criterion (EMSE of the honest estimate). Columns are cut at 31 quantiles at most.
Result<UpliftScore> learn_honest_trees(const Experiment& experiment, const TreeOptions& options = {});

}  // namespace habitue::models
