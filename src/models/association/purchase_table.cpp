#include "models/association/purchase_table.hpp"

#include <algorithm>
#include <tuple>

namespace habitue::models {

Result<PurchaseTable> PurchaseTable::from(std::span<const ProductPurchase> purchases) {
  constexpr std::uint32_t kNumberMax = 100'000'000;
  PurchaseTable table;
  std::uint32_t products = 0;
  for (const ProductPurchase& purchase : purchases) {
    if (purchase.customer > kNumberMax || purchase.product > kNumberMax)
      return invalid("customers and products are numbered from 0 to 100,000,000");
    products = std::max(products, purchase.product + 1);
  }
  std::vector<ProductPurchase> sorted(purchases.begin(), purchases.end());
  std::sort(sorted.begin(), sorted.end(), [](const ProductPurchase& left, const ProductPurchase& right) {
    return std::tie(left.customer, left.at, left.product) < std::tie(right.customer, right.at, right.product);
  });
  std::vector<First> own;
  for (std::size_t place = 0; place < sorted.size();) {
    const std::uint32_t customer = sorted[place].customer;
    while (table.customers() < customer) {  // Numbers without a purchase.
      table.basket_begin_.push_back(table.basket_at_.size());
      table.owned_begin_.push_back(table.owned_.size());
    }
    own.clear();
    const std::size_t first_basket = table.basket_at_.size();
    for (; place < sorted.size() && sorted[place].customer == customer; ++place) {
      if (table.basket_at_.size() == first_basket || table.basket_at_.back() != sorted[place].at)
        table.basket_at_.push_back(sorted[place].at);
      own.push_back({sorted[place].product, static_cast<std::uint32_t>(table.basket_at_.size() - first_basket - 1)});
    }
    std::sort(own.begin(), own.end(), [](const First& left, const First& right) {
      return std::tie(left.other, left.basket) < std::tie(right.other, right.basket);
    });
    own.erase(std::unique(own.begin(), own.end(),
                          [](const First& left, const First& right) { return left.other == right.other; }),
              own.end());
    table.owned_.insert(table.owned_.end(), own.begin(), own.end());
    table.basket_begin_.push_back(table.basket_at_.size());
    table.owned_begin_.push_back(table.owned_.size());
    ++table.present_;
  }

  // The same by product: counted, then filled in the order of customers.
  table.buyers_begin_.assign(products + std::size_t{1}, 0);
  for (const First& owned : table.owned_) ++table.buyers_begin_[owned.other + 1];
  for (std::size_t product = 1; product < table.buyers_begin_.size(); ++product)
    table.buyers_begin_[product] += table.buyers_begin_[product - 1];
  table.buyers_.resize(table.owned_.size());
  std::vector<std::size_t> next(table.buyers_begin_.begin(), table.buyers_begin_.end() - 1);
  for (std::uint32_t customer = 0; customer < table.customers(); ++customer)
    for (const First& owned : table.products_of(customer))
      table.buyers_[next[owned.other]++] = {customer, owned.basket};
  return table;
}

}  // namespace habitue::models
