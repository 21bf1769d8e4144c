// What to expect of a customer, given a model of purchases and what he did: [E, P(alive), counts, value], everything from T on.
//
// A customer of whom nothing is known yet, seen at his first purchase, is the history {}: every form for new customers is that of
// known ones. With AfterAnyPurchase he may leave at once, so his P(alive) is below 1.
//
// Given a law, the rate of a customer still there is gamma(r + kx + j, alpha + T), where j < k points of his process are hidden since
// the last purchase, and the chance that he stays for n more purchases is B(a, b* + n) / B(a, b*). Hence
//
//   P(m or more purchases in t) = P(alive) sum_j w_j [B(a, b* + m - 1) / B(a, b*)] I_q(mk - j, r + kx + j),   q = t / (alpha + T + t),
//
// a sum of positive terms, whose sum over m is the expectation: no 2F1, nothing that cancels, no pole at a = 1. With AtAnyTime the
// expectation is that of Schmittlein et al. (1987) in a form that is smooth through s = 1, and counts integrate over the moment of
// leaving. A mixture weights its kinds by what the history says of them.
//
// Errors of all: InvalidInput when the model or the history cannot be, or the horizon is negative or above 1e9. Pure: any thread.
#pragma once

#include <vector>

#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

/// The probability that the customer has not left at T, or, with `later` > 0, that he will not have left `later` after T, whether he
/// buys until then or not. (After a silence of `later`: ask with T + later.)
Result<double> alive(const PurchaseModel& model, const PurchaseHistory& history, double later = 0);

/// Purchases expected in the `t` after T. Never NaN nor infinite.
Result<double> expected_purchases(const PurchaseModel& model, const PurchaseHistory& history, double t);

/// P(n purchases in the `t` after T) for n = 0, 1, ... up to where `tail` of probability is left (at most `most` entries); the rest
/// of 1 lies beyond.
Result<std::vector<double>> purchase_counts(const PurchaseModel& model, const PurchaseHistory& history, double t,
                                            double tail = 1e-9, std::size_t most = 10'000);

/// The probability of at least one purchase in the `t` after T.
Result<double> buys_within(const PurchaseModel& model, const PurchaseHistory& history, double t);

/// Purchases expected in the `horizon` after T, each discounted by exp(-rate * time from T). `rate` >= 0, per unit of time.
Result<double> discounted_purchases(const PurchaseModel& model, const PurchaseHistory& history, double horizon,
                                    double rate);

/// The customer's own time between purchases while he is there: one over the mean of his rate given his history.
Result<double> buying_cycle(const PurchaseModel& model, const PurchaseHistory& history);

/// The share of each kind of the model in what is known of this customer; adds up to 1.
Result<std::vector<double>> kinds_of(const PurchaseModel& model, const PurchaseHistory& history);

}  // namespace habitue::models
