// The log-likelihood of a table of histories under a model of purchases, with its gradient.
#pragma once

#include <span>
#include <vector>

#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

/// The log-likelihood of the customers of `table` under `law`, whose alpha (and b of AtAnyTime) is in the table's unit. `gradient`
/// is empty or takes the derivatives by ln r, ln alpha, ln a, ln b (nought for what the law has not). The sum is taken in the same
/// order for any number of `threads`. -infinity where a parameter is not between 1e-25 and 1e25.
double log_likelihood(const PurchaseLaw& law, const HistoryTable& table, std::span<double> gradient = {},
                      unsigned threads = 1);

/// As above for a mixture; the table keeps its gaps when kinds differ in k (else the shares cannot be told apart). `gradient` is
/// empty or takes, kind after kind, the derivatives by the logarithms of the four parameters and by the kind's ln(share).
double log_likelihood(const PurchaseModel& model, const HistoryTable& table, std::span<double> gradient = {},
                      unsigned threads = 1);

/// In the unit of the histories themselves, which is what papers print. Errors: InvalidInput for a history or a model that cannot be.
Result<double> log_likelihood(const PurchaseModel& model, std::span<const PurchaseHistory> histories);

}  // namespace habitue::models
