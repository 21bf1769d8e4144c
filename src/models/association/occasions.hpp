// At how many baskets each product could still be bought for the first time, and at how many it was.
#pragma once

#include <cstdint>
#include <vector>

#include "models/association/purchase_table.hpp"

namespace habitue::models {

struct Occasions {
  std::vector<std::uint64_t>
      at_risk;  ///< A product: baskets after a customer's first at which they had not bought it before.
  std::vector<std::uint64_t> bought;  ///< Of those, at which it was.
  double rate(std::uint32_t product) const {
    return at_risk[product] == 0 ? 0 : static_cast<double>(bought[product]) / static_cast<double>(at_risk[product]);
  }
};
Occasions count_occasions(const PurchaseTable& table);

}  // namespace habitue::models
