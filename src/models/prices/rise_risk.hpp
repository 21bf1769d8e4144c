// How much likelier a contract is to end when its price has risen. Of contracts that were at the same age in the same period, some with
// another price than a while ago and some without:
//
//     P(ends) = exp(a_s + b x),   x = ln(price now / price then)
//
// a_s being the age and period (the stratum) that they share, so that neither season nor age is taken for price. Poisson pseudo-likelihood of
// an outcome that is yes or no, whose exp(b x) is a ratio of risks, with errors that do not believe in Poisson: Zou (2004), A modified
// Poisson regression approach to prospective studies with binary data, American Journal of Epidemiology 159(7). Strata are conditioned
// away, as fixed effects are in Wooldridge (1999).
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "models/prices/elasticity.hpp"

namespace habitue::models {

/// Contracts of a stratum with the same change of price.
struct RiseCell {
  std::uint32_t stratum = 0;
  double ln_change = 0;  ///< 0 where the price is the same.
  std::uint64_t at_risk = 0, ended = 0;
};
struct RiseFit {
  PriceVerdict verdict = PriceVerdict::NoVariation;
  double value = 0;                              ///< b: ln of the ratio of risks for a change by a factor of e.
  double standard_error = 0, low = 0, high = 0;  ///< 95 %.
  std::uint64_t contract_periods = 0, changed = 0, ended = 0;  ///< That were learnt from; changed: with another price.
  std::uint64_t strata = 0;                                    ///< In which prices differed and some ended.
  double largest = 0;                                          ///< ln_change that was seen, the largest.
};

/// TooFewSales: fewer than 20 ended, or fewer than 50 contract-periods with another price. MovedTogether: no stratum has both. Errors:
/// InvalidInput for a change that is not finite, or more ends than contracts.
Result<RiseFit> fit_rise_risk(std::span<const RiseCell> cells);

}  // namespace habitue::models
