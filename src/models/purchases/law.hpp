// How customers buy and leave: the laws of the counting-your-customers family, and mixtures of them.
//
// A customer buys at a rate of his own, the rates spread as a gamma(r, alpha) over customers. With regularity k each purchase is
// every k-th point of his process (Erlang gaps: the higher k, the more clock-like). How he leaves is one of four:
//
//   Never                NBD                     Ehrenberg (1959)
//   AfterRepeatPurchase  BG/NBD, BG/CNBD-k       Fader, Hardie & Lee (2005), Marketing Science 24(2)
//   AfterAnyPurchase     MBG/NBD, MBG/CNBD-k     Batislam, Denizel & Filiztekin (2007), IJRM 24(3); Platzer & Reutterer (2020)
//   AtAnyTime            Pareto/NBD              Schmittlein, Morrison & Colombo (1987), Management Science 33(1)
//
// Symbols are those of the papers, so that a line of code can be laid beside its equation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

enum class Leaving : std::uint8_t { Never, AfterRepeatPurchase, AfterAnyPurchase, AtAnyTime };
std::string_view name_of(Leaving leaving);  ///< "never", "after_repeat_purchase", "after_any_purchase", "at_any_time"

struct PurchaseLaw {
  Leaving leaving = Leaving::AfterAnyPurchase;
  std::uint32_t k = 1;  ///< Regularity, 1 to 6; 1 with AtAnyTime.
  double r = 1;         ///< Shape of the rates over customers.
  double alpha = 1;     ///< Their scale: the mean rate of the process is r / alpha, that of purchases r / (alpha k).
  /// Of leaving: the beta(a, b) of the chance to leave after a purchase; s and beta of the rates of leaving with AtAnyTime.
  /// Without meaning with Never.
  double a = 1;
  double b = 1;
};

/// "NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "BG/CNBD-3", "MBG/CNBD-2".
std::string name_of(const PurchaseLaw& law);

/// Customers of several kinds, each of one law. A single law is a mixture of one.
struct PurchaseModel {
  struct Kind {
    double share;  ///< Of all customers; shares are above 0 and add up to 1.
    PurchaseLaw law;
  };
  std::vector<Kind> kinds;
};
inline PurchaseModel model_of(const PurchaseLaw& law) { return {{{1.0, law}}}; }

/// Nothing when shapes lie between 1e-9 and 1e12 and scales (alpha, the b of AtAnyTime) between 1e-15 and 1e15, k is 1 to 6 (1 with
/// AtAnyTime) and shares add up to 1.
Result<void> check_law(const PurchaseLaw& law);
Result<void> check_model(const PurchaseModel& model);

/// The law with its shapes and scales brought within what `check_law` asks for: what is nearer to nought than that is nought to a forecast.
PurchaseLaw within_bounds(PurchaseLaw law);

/// The same law with times in units `factor` times as long as before: alpha (and the beta of AtAnyTime) shrink by it.
PurchaseLaw in_longer_unit(PurchaseLaw law, double factor);

}  // namespace habitue::models
