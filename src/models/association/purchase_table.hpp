// Who bought what, and when for the first time: the table that pairs, sequences and recommendations are counted on. A basket is what a customer bought at
// one moment; customers and products are numbered from 0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

struct ProductPurchase {
  std::uint32_t customer = 0;
  std::int64_t at =
      0;  ///< In one unit of the caller's choice, which is also that of delays. Equal moments are one basket.
  std::uint32_t product = 0;
};

class PurchaseTable {
 public:
  /// A product of a customer, or a customer of a product: `other` is the product or the customer.
  struct First {
    std::uint32_t other = 0;
    std::uint32_t basket = 0;  ///< The first of the customer's baskets that held it, from 0.
  };

  /// In any order; the same purchase twice is one. Memory grows with customers x the different products of each, not with products squared. Errors:
  /// InvalidInput for a customer or product above 100,000,000.
  static Result<PurchaseTable> from(std::span<const ProductPurchase> purchases);

  std::uint32_t customers() const { return static_cast<std::uint32_t>(basket_begin_.size() - 1); }
  std::uint32_t products() const { return static_cast<std::uint32_t>(buyers_begin_.size() - 1); }
  /// Moments of a customer's baskets, ascending.
  std::span<const std::int64_t> baskets(std::uint32_t customer) const {
    return part(basket_at_, basket_begin_, customer);
  }
  std::span<const First> products_of(std::uint32_t customer) const { return part(owned_, owned_begin_, customer); }
  std::span<const First> buyers_of(std::uint32_t product) const { return part(buyers_, buyers_begin_, product); }

  /// Customers with a basket at all.
  std::uint64_t buyers() const { return present_; }
  /// Baskets after the first, of all customers: the occasions at which something could be bought for the first time later on.
  std::uint64_t later_baskets() const { return basket_at_.size() - present_; }

 private:
  template <class Value>
  static std::span<const Value> part(const std::vector<Value>& values, const std::vector<std::size_t>& begin,
                                     std::uint32_t place) {
    return std::span(values).subspan(begin[place], begin[place + 1] - begin[place]);
  }

  std::vector<std::int64_t> basket_at_;
  std::vector<First> owned_, buyers_;  // By product within a customer; by customer within a product.
  std::vector<std::size_t> basket_begin_{0}, owned_begin_{0}, buyers_begin_{0};
  std::size_t present_ = 0;
};

}  // namespace habitue::models
