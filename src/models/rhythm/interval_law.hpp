// When somebody will buy again: gamma intervals whose rate is gamma over persons, so that what is to come has a closed law. An interval
// of a person is gamma with a shape k that all share and a rate of the person's own; rates are gamma with shape r and rate a. After n
// intervals that sum to S, the next one over a + S is beta prime with shapes k and r + n k: one's own intervals pull the law from
// everybody's towards one's own, the more the more there are. Gamma intervals with a regularity k: [PR16] Platzer and Reutterer (2016),
// Ticking Away the Moments, Marketing Science 35(5), 779-799. The conjugate pair and its beta prime: [FHL05] Fader, Hardie and Lee
// (2005), RFM and CLV, Journal of Marketing Research 42(4), appendix. Regularity from two intervals a customer: [WM90] Wheat and
// Morrison (1990), Estimating Purchase Regularity with Two Interpurchase Times, Journal of Marketing Research 27(1), 87-93.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace habitue::models {

/// What the law is learnt from: the first interval of each customer, and the first two of those who have two. Sums are whole numbers, so
/// that neither the order of customers nor the number of threads changes them.
class IntervalSums {
 public:
  void add_first(std::int64_t days);                       ///< At least 1.
  void add_pair(std::int64_t first, std::int64_t second);  ///< Both at least 1.
  void merge(const IntervalSums& other);
  std::uint64_t firsts() const { return firsts_; }
  std::uint64_t pairs() const { return pairs_; }

 private:
  friend struct IntervalLaw;
  std::uint64_t firsts_ = 0, pairs_ = 0;
  std::int64_t sum_ = 0, squares_ = 0, halved_ = 0;  // Of logarithms, in 1 / 2^20; squares likewise.
};

struct IntervalLaw {
  static constexpr std::uint64_t kFirstsMin = 30, kPairsMin = 10;

  double shape = 1;         ///< k: 1 is by chance, more is regular, less comes in clumps. 0.05 to 200.
  double person_shape = 1;  ///< r: the greater, the more alike people are. 0.3 to 500.
  double person_rate = 1;   ///< a, in days.
  std::uint64_t firsts = 0, pairs = 0;

  /// By moments of logarithms: half the mean squared difference of two intervals of a person is trigamma(k), their whole variance
  /// trigamma(k) + trigamma(r), their mean ln a + digamma(k) - digamma(r). Nothing below kFirstsMin customers and kPairsMin pairs.
  static std::optional<IntervalLaw> learn(const IntervalSums& sums);
  /// Chance that the next interval is at most so many days, after `intervals` that sum to `total` days.
  double chance(std::uint32_t intervals, double total, double days) const;
  /// The days over (a + total) at which the chance is `level`, inside (0, 1).
  double scale(std::uint32_t intervals, double level) const;
  /// How much one's own intervals count: n k / (r + n k).
  double own_weight(std::uint32_t intervals) const;
};

/// How the chances that a law told came true, for customers of some number of earlier intervals: chances are mended by it. Of those that
/// come true as told, one in ten is below 0.1. Where few are known the law's own word holds, as if kOwnWord had come as told.
class ChanceCounts {
 public:
  static constexpr std::size_t kBins = 256;
  static constexpr double kOwnWord = 20;

  void add(double chance, std::uint32_t times = 1);
  void merge(const ChanceCounts& other);
  std::uint64_t count() const { return count_; }
  double mended(double chance) const;  ///< Share of those that came whose told chance was below this. Never falls.
  double level(double share) const;    ///< The told chance below which this share came: the inverse of `mended`.

 private:
  // By logits, from -8 to 8: most of what has to be mended is near the ends.
  std::array<std::uint32_t, kBins> bins_{};
  std::uint64_t count_ = 0;
};

}  // namespace habitue::models
