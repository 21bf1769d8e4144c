// Purchases as the models of association read them, and how recommendations made from some of them are judged by the rest.
#pragma once

#include <vector>

#include "insight/products/cross_sell.hpp"
#include "models/association/recommend.hpp"

namespace habitue::insight::products {

/// Those of the period. Moments are microseconds, products without a code (of no category) are left out.
std::vector<models::ProductPurchase> purchases_of(const PurchasedProducts& table, const Period& period);

struct JudgedBy {
  std::uint32_t buyers_least = 20;
  double discovery_rate = 0.05;
  double held_out = 0.25;
  std::uint32_t recommended = 3;
};
/// Errors: Conflict when cancelled; those of the models.
Result<RecommendCheck> judge(const Question& question, const Zone& zone,
                             const std::vector<models::ProductPurchase>& purchases, const JudgedBy& by);

}  // namespace habitue::insight::products
