// Customers who can act once an occasion (a yearly gift, a renewal, an event), and may leave for good between two without saying so. BG/BB: Fader,
// Hardie and Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science 29. While alive a customer acts with
// probability p ~ Beta(alpha, beta) at each occasion; before each it leaves with probability theta ~ Beta(gamma, delta).
//
// Every quantity here is a sum of positive terms, each from the one before it by a ratio: nothing cancels, and gamma = 1, where the closed form of
// the expectation is 0 / 0, is a point like others.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/fit_report.hpp"

namespace habitue::models {

/// `people` customers with one history. At most 10,000 occasions.
struct OccasionHistory {
  std::uint32_t x = 0;    ///< Occasions at which they acted.
  std::uint32_t t_x = 0;  ///< The last of them, 1 to n; 0 when x is 0.
  std::uint32_t n = 0;    ///< Occasions so far.
  std::uint64_t people = 1;
};

struct BetaBernoulli {
  double alpha = 1, beta = 1, gamma = 1, delta = 1;
};

struct BetaBernoulliFit {
  BetaBernoulli model;
  FitReport report;  ///< "alpha", "beta", "gamma", "delta". `observations` counts people.
};

struct OccasionFitOptions {
  bool leaving = true;  ///< False: nobody ever leaves, the beta-binomial; estimates are then alpha and beta alone.
  const std::atomic<bool>* stop = nullptr;  ///< Becomes true when nobody wants the answer any more.
};
/// By maximum likelihood. Equal histories are merged; their order does not matter. Errors: InvalidInput without people, for t_x > n, x > t_x, x = 0 with
/// t_x > 0 or the reverse, or more than 10,000 occasions; Unavailable when stopped.
Result<BetaBernoulliFit> fit_beta_bernoulli(std::span<const OccasionHistory> histories,
                                            const OccasionFitOptions& options = {});

/// ln of the probability of one customer's history. Errors for this and those below: InvalidInput for a history as above or parameters that are not
/// between 1e-6 and 1e6.
Result<double> log_likelihood(const BetaBernoulli& population, const OccasionHistory& history);

/// P(still there at occasion n + 1 | the history).
Result<double> probability_alive(const BetaBernoulli& population, const OccasionHistory& history);

/// Acts expected at the next `occasions`, given the history; for a new customer the history is {0, 0, 0}. An act k occasions ahead is worth
/// 1 / (1 + discount)^k: above 0 it is the discounted expected residual transactions, cut at so many.
Result<double> expected_acts(const BetaBernoulli& population, const OccasionHistory& history, std::uint32_t occasions,
                             double discount = 0);

/// P(acts at k of the next `occasions`), k = 0 .. occasions; sums to 1. Cost grows with the square of the occasions, of which there are at most 1,000.
Result<std::vector<double>> distribution_of_acts(const BetaBernoulli& population, const OccasionHistory& history,
                                                 std::uint32_t occasions);

}  // namespace habitue::models
