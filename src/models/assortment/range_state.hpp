// A range as it grows, and what it keeps: the inner loop of every search for one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/assortment/assortment.hpp"

namespace habitue::models {

/// Sales and substitutes numbered for the search. Customers and products keep their numbers.
struct Store {
  struct Part {
    std::uint32_t other = 0;  // A customer or a product.
    double amount = 0;
  };
  std::vector<std::vector<Part>> buyers;    // A product: who brought how much with it, by customer.
  std::vector<std::vector<Part>> replaces;  // A product: of which others it keeps what share; itself wholly.
  std::vector<double> product_value, customer_value;
  double value = 0;
  std::size_t customers = 0;  // With a value above 0.
};
/// Errors: as smallest_range.
Result<Store> store_of(std::span<const ProductValue> sales, std::span<const Substitute> substitutes);

class RangeState {
 public:
  RangeState(const Store& store, Keep keep, double customer_threshold);

  /// What the measure would gain by a product: of all value, or of customers, each counted up to the threshold.
  double gain(std::uint32_t product);
  void add(std::uint32_t product);
  double measure() const { return measure_; }  ///< 0 to 1; never below the share of customers kept.

  double customers_kept() const;  ///< Share with at least the threshold of their value.
  double value_kept() const;      ///< Share.
  double left_to(std::uint32_t customer) const { return kept_[customer]; }
  bool is_kept(std::uint32_t customer) const;
  /// Whether the share asked for is reached, whatever rounding does to its last digit.
  bool reaches(double share) const;

 private:
  // Calls `change(product, more)` for each product of which `added` would keep `more` than is kept now.
  template <class Change>
  void for_each_change(std::uint32_t added, Change&& change) const {
    for (const Store::Part& part : store_->replaces[added])
      if (part.amount > best_[part.other]) change(part.other, part.amount - best_[part.other]);
  }
  double counted(std::uint32_t customer, double kept) const;

  const Store* store_;
  Keep keep_;
  double threshold_;
  std::vector<double> best_;  // A product: the share of it that the range keeps.
  std::vector<double> kept_;  // A customer: value kept.
  std::vector<double> more_;  // Scratch: what a product would add to each customer; 0 between calls.
  std::vector<std::uint32_t> touched_;
  double measure_ = 0;
};

}  // namespace habitue::models
