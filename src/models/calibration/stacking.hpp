// How much to believe each of several models: weights that make their mixture foretell best what they had not seen. Yao, Vehtari, Simpson
// and Gelman (2018), Using stacking to average Bayesian predictive distributions, Bayesian Analysis 13. Unlike choosing the best, the
// weights lose nothing to chance when two models are alike.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

struct Stacking {
  std::vector<double> weights;  ///< One a model: none negative, sum 1.
  double log_score = 0;         ///< Mean of -ln of the mixture's probability of what came.
  /// At most by so many nats a row could other weights do better: the duality gap.
  double gap = 0;
  std::uint32_t iterations = 0;
};

/// `probability_of_what_came`: a row a customer, a column a model, of models that had not seen the row. Errors: InvalidInput when there is no
/// row, or a probability (or density, which may be above 1) is negative or not finite.
Result<Stacking> stack(RowMatrix probability_of_what_came);

}  // namespace habitue::models
