// What fitted models say of each customer of a base.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/forecast/backtest.hpp"
#include "insight/forecast/fit.hpp"

namespace habitue::insight::forecast {

/// Customer by customer, in the order of the records; amounts in whole units of the business's currency.
struct Foretold {
  std::vector<double> purchases;     ///< Expected within the horizon.
  std::vector<double> discounted;    ///< The same, each worth less the later it comes.
  std::vector<double> alive;         ///< P(still a customer), calibrated.
  std::vector<double> spend_of_one;  ///< Expected of a purchase.
  models::Covariates known;          ///< What the fit asks to be known.

  double spend(std::size_t at) const { return purchases[at] * spend_of_one[at]; }
  double value(std::size_t at, double margin) const { return discounted[at] * spend_of_one[at] * margin; }
};

struct Horizon {
  double weeks = 52;
  double discount_a_year = 0;
};
/// Errors: Conflict when cancelled.
Result<Foretold> foretell(const Customers& customers, const ForecastFit& fit, const PurchaseRecords& records,
                          const Horizon& horizon, const Question& question);

/// An amount of whole units in minor ones; beyond what can be told, the largest that can.
std::int64_t in_minor(double amount, double units);

}  // namespace habitue::insight::forecast
