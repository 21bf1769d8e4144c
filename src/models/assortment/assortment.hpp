// The smallest range that keeps what matters: a share of the customers, or of the margin. What sells most is not what holds customers: five alike
// best-sellers hold the same people, one slow product may be all that some come for.
//
// When a product goes, each of its buyers takes the best substitute that stays, with a probability; what they then spend is `keeps` of what they spent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/association/purchase_table.hpp"

namespace habitue::models {

/// What a customer brought in with a product, in money: sales, or the margin where there is one. Not negative: what is sold at a loss is worth 0 here.
struct ProductValue {
  std::uint32_t customer = 0;
  std::uint32_t product = 0;
  double value = 0;
};
/// Of those who bought `gone`, the share of its value that `stays` would keep, 0 to 1.
struct Substitute {
  std::uint32_t gone = 0;
  std::uint32_t stays = 0;
  double keeps = 0;
};

enum class Keep : std::uint8_t {
  Value,      ///< The share is of all value.
  Customers,  ///< The share is of customers: one is kept with at least `customer_threshold` of their value.
};

struct AssortmentGoal {
  Keep keep = Keep::Customers;
  double share = 0.9;                   ///< Above 0, up to 1.
  double customer_threshold = 0.8;      ///< Above 0, up to 1.
  std::vector<std::uint32_t> always{};  ///< Stay whatever they bring.
  /// Up to so many products that have to be decided the answer is exact, by branch and bound, else greedy. At most 24.
  std::uint32_t exact_up_to = 16;
};

struct Assortment {
  std::vector<std::uint32_t> range;  ///< In the order in which it is worth building up, after `always`.
  /// No range of fewer products reaches the goal. Equal to the range's size when that is proved smallest.
  std::size_t size_at_least = 0;
  bool is_smallest = false;
  double value_kept = 0;      ///< Share of all value.
  double customers_kept = 0;  ///< Share of the customers.
};

/// Greedy (each time the product that adds most to the goal, then those that turn out not to be needed taken out), with a bound from the same gains: they only
/// fall as a range grows (the goal's own measure is submodular: Nemhauser, Wolsey and Fisher 1978, Mathematical Programming 14; Wolsey 1982, Combinatorica 2).
/// Errors: InvalidInput when nothing of positive value was sold, a share or `keeps` is out of its range, or a value is negative, not finite
/// or above 1e15.
Result<Assortment> smallest_range(std::span<const ProductValue> sales, std::span<const Substitute> substitutes,
                                  const AssortmentGoal& goal);

/// The first `size` products by value sold: what a range has to beat.
std::vector<std::uint32_t> best_sellers(std::span<const ProductValue> sales, std::size_t size);

struct TouchedCustomer {
  std::uint32_t customer = 0;
  double value = 0;  ///< Before the cut.
  double lost = 0;   ///< Of it, substitutes counted.
  bool is_kept = true;
};
struct CutEffect {
  double value_kept = 0, customers_kept = 0;  ///< Shares, as above.
  std::vector<TouchedCustomer> touched;       ///< Who loses anything, most first.
};
/// What a range does to each customer. Errors: as smallest_range.
Result<CutEffect> effect_of_range(std::span<const ProductValue> sales, std::span<const Substitute> substitutes,
                                  std::span<const std::uint32_t> range, double customer_threshold = 0.8);

/// Substitutes from what customers did: of those who bought `gone`, the share that also bought `stays`, of the same category, in other baskets than those with
/// `gone` (what is bought together completes, it does not replace), drawn towards 0 as by `prior_buyers` who did not, times `ceiling`. A first guess
/// that knowledge of the products should replace. Shares below `least` are left out.
struct SubstituteOptions {
  double ceiling = 0.8;
  double prior_buyers = 10;
  double least = 0.05;
};
/// `category` has one number a product. Errors: InvalidInput when a product has no category, or an option is out of its range.
Result<std::vector<Substitute>> guess_substitutes(std::span<const ProductPurchase> purchases,
                                                  std::span<const std::uint32_t> category,
                                                  const SubstituteOptions& options = {});

}  // namespace habitue::models
