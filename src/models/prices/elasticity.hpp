// By how much less is bought when a price rises: the elasticity of quantity to price, from prices that moved within products while
// others did not. Of product i in period t
//
//     E(q_it) = exp(a_i + g_t + b ln p_it)
//
// where a_i is the product's own level, g_t what the period did to all of them (season, trend, a campaign), and b the elasticity.
// Poisson pseudo-likelihood: it asks nothing of the spread of q and keeps the periods in which nothing was sold, which a regression of
// logarithms cannot. [ST06]: Santos Silva and Tenreyro (2006), The Log of Gravity, Review of Economics and Statistics 88(4). [W99]:
// Wooldridge (1999), Distribution-free estimation of some nonlinear panel data models, Journal of Econometrics 90(1): consistent
// whatever the law of q. [CGZ20]: Correia, Guimaraes and Zylkin (2020), Fast Poisson estimation with high-dimensional fixed effects,
// Stata Journal 20(1): effects are never written out but swept out of each weighted regression.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace habitue::models {

/// What was sold of a product in a period, and at what price.
struct PriceCell {
  std::uint32_t product = 0, period = 0;  ///< At most one cell for each pair.
  double ln_price = 0;
  double quantity = 0;  ///< At least 0.
};

enum class PriceVerdict : std::uint8_t {
  Told,
  NoVariation,     ///< No price moved by a hundredth or more.
  TooFewProducts,  ///< Fewer than three products whose price moved.
  TooFewPeriods,   ///< Fewer than six periods.
  TooFewSales,     ///< Fewer than 100 units, or of who left than 20.
  MovedTogether,  ///< Prices moved with the periods or with all the others: what they did cannot be told from what else happened.
  Implausible  ///< More is bought the dearer it is, beyond chance: something else moved price and demand.
};
std::string_view name_of(PriceVerdict verdict);  ///< "told", "no_variation", ...

/// Never without its verdict: the numbers are there for all but the first three, and mean something when Told.
struct ElasticityFit {
  PriceVerdict verdict = PriceVerdict::NoVariation;
  double value = 0;
  /// From sums of scores by product, each as far off as leaving the product out would make it (CR3, the jackknife of [MW85]: MacKinnon
  /// and White (1985), Journal of Econometrics 29(3)); where products are fewer than 12, from the larger of those and the sums by
  /// period.
  double standard_error = 0;
  double low = 0, high = 0;  ///< 95 %, by Student's law of one fewer than the products.
  /// Of the movement of prices within products, the share that the periods explain: 1 when all move together.
  double moved_together = 0;
  std::uint32_t products = 0, products_that_moved = 0, periods = 0;  ///< That were learnt from.
  std::uint64_t cells = 0;
  double quantity = 0;
};

/// The order of the cells does not matter. Errors: InvalidInput for a price or a quantity that is not finite, a quantity below 0, and two
/// cells of one product and period.
Result<ElasticityFit> fit_elasticity(std::span<const PriceCell> cells);

}  // namespace habitue::models
