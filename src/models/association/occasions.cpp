#include "models/association/occasions.hpp"

namespace habitue::models {

Occasions count_occasions(const PurchaseTable& table) {
  Occasions occasions{std::vector<std::uint64_t>(table.products(), table.later_baskets()),
                      std::vector<std::uint64_t>(table.products(), 0)};
  for (std::uint32_t product = 0; product < table.products(); ++product)
    for (const PurchaseTable::First& buyer : table.buyers_of(product)) {
      occasions.at_risk[product] -= table.baskets(buyer.other).size() - 1 - buyer.basket;
      if (buyer.basket > 0) ++occasions.bought[product];
    }
  return occasions;
}

}  // namespace habitue::models
