// What is bought after what. The question is asked of occasions, not of customers: at each basket of a customer who has not bought B yet, is B more often in it
// when A was in an earlier one? So nobody is compared with those who never come back, heavy buyers count for as many baskets as they had, and a
// customer who bought B first tells nothing of A -> B from then on. As a first purchase happens once, this is the log-rank comparison of survival
// analysis, in baskets, and Fisher's test applies to it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/association/purchase_table.hpp"

namespace habitue::models {

struct Delay {
  double lower_quartile = 0, median = 0,
         upper_quartile = 0;  ///< From the first A to the first B, in the unit of the purchases.
};

struct OrderedPair {
  std::uint32_t first = 0, then = 0;
  std::uint64_t customers = 0;  ///< Bought `then` for the first time in a basket after that with their first `first`.
  double support = 0;           ///< customers / all customers with a basket.
  double confidence = 0;        ///< customers / those who bought `first` and had not bought `then` by that basket.
  std::uint64_t occasions =
      0;            ///< Baskets after `first` of those who had not bought `then` yet: where it could have been bought.
  double lift = 0;  ///< customers / occasions over the rate of first purchases of `then` at all occasions of anybody.
  double p_value = 1,
         adjusted = 1;  ///< One-sided: more often than without `first`. Adjusted over all pairs that could be tested.
  Delay delay;
};

struct PairOptions {
  std::uint32_t buyers_least = 20;  ///< Of either product: chosen by margins alone, so that the tests stay honest.
  double discovery_rate = 0.05;     ///< Of all pairs given, at most this share is expected to be chance.
  unsigned threads = 1;             ///< The answer is the same for any number.
};

struct OrderedPairs {
  std::vector<OrderedPair> pairs;  ///< By p-value, then numbers.
  double tests = 0;                ///< Pairs that could be tested: the correction counts them all.
};

/// Pairs bought in this order more often than chance brings. Memory beside the table: a row of products a thread, and the pairs found.
/// Errors: InvalidInput for a discovery rate outside 0 to 1.
Result<OrderedPairs> find_pairs(const PurchaseTable& table, const PairOptions& options = {});

struct Sequence {
  std::uint32_t first = 0, then = 0, last = 0;
  std::uint64_t customers = 0;  ///< First bought the three in this order, in three baskets.
  double confidence = 0;        ///< customers / those with first -> then who had not bought `last` by then.
  double lift = 0;  ///< Rate of `last` at baskets after first -> then, over that after `then` whatever came before it.
  double p_value = 1, adjusted = 1;
};
/// Threes that say more than their last pair: is `last` bought more often after `then` by those who had bought `first` before it? The `pairs_max` pairs
/// with the smallest p-values are prolonged. Errors: as find_pairs, and a pair of products that are not in the table.
Result<std::vector<Sequence>> find_sequences(const PurchaseTable& table, std::span<const OrderedPair> pairs,
                                             std::size_t pairs_max = 500, const PairOptions& options = {});

struct BasketPair {
  std::uint32_t first = 0, second = 0;  ///< first < second.
  std::uint64_t baskets = 0;            ///< With both.
  double support = 0;                   ///< baskets / all baskets.
  double lift = 0;                      ///< Over what independence would bring.
  double p_value = 1, adjusted = 1;
};
/// Pairs found in one basket more often than chance brings; `buyers_least` counts baskets. The same purchases as the table's, in any order.
Result<std::vector<BasketPair>> find_basket_pairs(std::span<const ProductPurchase> purchases,
                                                  const PairOptions& options = {});

}  // namespace habitue::models
