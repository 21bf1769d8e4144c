// Laws of purchases in which what is known of a customer moves his rate of buying and of leaving (Fader & Hardie, note 019).
#pragma once

#include <span>
#include <vector>

#include "models/purchases/fit.hpp"

namespace habitue::models {

/// What is known of each customer, a row each, `columns` numbers a row; columns may be 0.
struct Covariates {
  std::size_t columns = 0;
  std::vector<double> values{};
};

struct CovariateFit {
  PurchaseFit base;  ///< `model` is the law of a customer whose covariates are all nought; estimates then coefficients.
  std::vector<double> rate{};  ///< A customer's rate of buying is exp(rate . z) times that of the base.
  std::vector<double>
      leaving{};  ///< His rate of leaving, or the odds a / b of it, are exp(leaving . z) times those of the base.
};

/// Each customer i has alpha exp(-rate . z_i) and a exp(leaving . w_i) (beta exp(-leaving . w_i) with AtAnyTime). Coefficients are free
/// while a standard deviation of their column moves a rate by less than e^5. Estimates "rate_1", ..., "leaving_1", ... follow those of the
/// law. Where no leaving can be detected its coefficients are nought and left out. Rows with equal covariates are merged.
///
/// Errors: InvalidInput when a history cannot be, or the covariates are not finite or not one row a customer; Unavailable when stopped.
Result<CovariateFit> fit_with_covariates(std::span<const PurchaseHistory> histories, const Covariates& rate,
                                         const Covariates& leaving, const FitOptions& options = {});

/// The law of a customer with these covariates: every forecast is that of any law. Errors: InvalidInput when their number is not that
/// of the coefficients, or the law cannot be.
Result<PurchaseLaw> law_for(const CovariateFit& fit, std::span<const double> rate, std::span<const double> leaving);

}  // namespace habitue::models
