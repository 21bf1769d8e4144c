// What to propose to a customer next, with the reason: never what they have, never what they refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/association/pairs.hpp"

namespace habitue::models {

struct Recommendation {
  std::uint32_t product = 0;
  double score =
      0;  ///< For ordering alone: the rate of a first purchase at a next basket, raised by each of the strongest reasons.
  std::optional<OrderedPair>
      because;  ///< The pair that raised it most, of which they own the first. Nothing: it is just bought often.
};

struct RecommendOptions {
  std::uint32_t reasons = 3;    ///< Strongest pairs that count for one product.
  double prior_occasions = 20;  ///< A pair's rate is drawn towards the product's own, as by so many occasions.
  double reason_power = 0.5;    ///< Of each lift: below 1, as reasons repeat each other.
};

/// Learnt once, asked for many. Holds the pairs, by first product. Safe from any thread.
class Recommender {
 public:
  Recommender(const PurchaseTable& table, std::span<const OrderedPair> pairs, const RecommendOptions& options = {});

  /// The `count` best for somebody who owns and refused these, highest score first, then by number. Products that are in no purchase of the table are
  /// never proposed; unknown numbers among those owned or refused are passed over.
  std::vector<Recommendation> recommend(std::span<const std::uint32_t> owned, std::span<const std::uint32_t> refused,
                                        std::size_t count) const;
  /// The same by how many bought it: what a recommendation has to beat.
  std::vector<std::uint32_t> most_bought(std::span<const std::uint32_t> owned, std::span<const std::uint32_t> refused,
                                         std::size_t count) const;

 private:
  struct Reason {
    OrderedPair pair;
    double weight;  // ln of the shrunk lift, times the power.
  };
  std::vector<bool> excluded(std::span<const std::uint32_t> owned, std::span<const std::uint32_t> refused) const;

  RecommendOptions options_;
  std::vector<double> log_rate_;            // Of first purchases at an occasion, shrunk; by product.
  std::vector<std::uint32_t> popular_;      // Products by buyers.
  std::vector<std::uint32_t> by_rate_;      // Products by log_rate_.
  std::vector<Reason> reasons_;             // By first product.
  std::vector<std::size_t> reasons_begin_;  // By first product.
};

struct HitRates {
  std::uint64_t customers = 0;  ///< Bought in both periods, and something new in the second.
  double recommended = 0;       ///< Share of them to whom at least one of the recommended was among the new.
  double popular = 0;           ///< The same for the products most bought, those owned left out.
  double difference_low = 0, difference_high = 0;  ///< 95 % of recommended - popular, paired by customer.
};
/// Learnt before a moment, judged after it: `after` holds the purchases from then on, with the same numbers. Errors: InvalidInput when nobody bought
/// in both periods and something new in the second, or `count` is 0.
Result<HitRates> judge_recommendations(const PurchaseTable& before, const Recommender& recommender,
                                       std::span<const ProductPurchase> after, std::size_t count);

}  // namespace habitue::models
