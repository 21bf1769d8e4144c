// Many customers at once, for one model and one horizon: what an engine does to its whole base.
#pragma once

#include <span>
#include <vector>

#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

struct PurchaseScore {
  double alive;     ///< P(alive at T).
  double expected;  ///< Purchases in the `t` after T.
};

/// As `alive` and `expected_purchases` of forecast.hpp for each history, to 1e-9 of their values. The expectation of a customer still
/// there is a smooth function of T for each x: where many have one x it is read off a polynomial, else summed; P(alive) of a law with
/// AtAnyTime likewise (lifetime_curve.hpp), else by quadrature. Customers are taken in blocks, so that memory does not grow with them, and the answer is the same for any number of threads.
///
/// Errors: InvalidInput when the model, a history (with its place) or the horizon cannot be.
Result<std::vector<PurchaseScore>> score_purchases(const PurchaseModel& model,
                                                   std::span<const PurchaseHistory> histories, double t,
                                                   unsigned threads = 1);

}  // namespace habitue::models
