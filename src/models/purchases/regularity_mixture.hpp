// Kinds of customers who differ in how regular they are.
#pragma once

#include "models/purchases/fit.hpp"

namespace habitue::models {

/// Two or three kinds of customers who differ in regularity and, where that explains the data better, in all their habits; the kinds by
/// the Bayesian information criterion. The table keeps its gaps; `options.k` is not looked at. Estimates: r, alpha (the mean rate of
/// purchases is r / alpha in every kind), a, b, then "share_k1", ...; with habits of their own "r_k1", "alpha_k1" (his mean rate is
/// again r / alpha), and so on. Finding AllAlike when one kind explains the data as well, the model is then that of one regularity;
/// AllAlike or LeavingAlike with verdict Boundary when the customers of a kind do not differ among each other in their rates or in leaving.
///
/// Errors as `fit_purchases`, and InvalidInput with AtAnyTime or when the table has dropped its gaps.
Result<PurchaseFit> fit_regularity_mixture(const HistoryTable& table, const FitOptions& options = {});

}  // namespace habitue::models
