// Random numbers that depend on nothing but their name: a seed, a unit (a family, a customer) and a stream (one aspect of
// its life). Units can be drawn in any order and on any thread, and a parameter of one aspect leaves the draws of the others.
//
// The generator is Philox4x32-10 of [SMDS11]: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as
// 1, 2, 3", SC'11. The distributions are ours because those of the standard library differ from one library to the next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace habitue::simulate {

/// One block of Philox4x32-10: a keyed bijection of 128 bits.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A stream of draws. Cheap to make; not for several threads.
class Random {
 public:
  /// Streams of one unit, and units of one seed, are independent.
  Random(std::uint64_t seed, std::uint64_t unit, std::uint32_t stream)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)},
        counter_{static_cast<std::uint32_t>(unit), static_cast<std::uint32_t>(unit >> 32U), stream, 0} {}

  std::uint32_t word() {
    if (used_ == 4) refill();
    return block_[used_++];
  }
  std::uint64_t bits() {
    const std::uint64_t low = word();
    return low | static_cast<std::uint64_t>(word()) << 32U;
  }

  /// Strictly between 0 and 1, 53 bits.
  double uniform() { return (static_cast<double>(bits() >> 11U) + 0.5) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 to n - 1, without bias (Lemire 2019, "Fast random integer generation in an interval"). n > 0.
  std::uint32_t below(std::uint32_t n);
  bool chance(double probability) { return uniform() < probability; }

  double exponential();  ///< Mean 1.
  double normal();       ///< Box and Muller (1958).
  /// Scale 1. Marsaglia and Tsang (2000), "A simple method for generating gamma variables"; shapes under 1 by their boost.
  double gamma(double shape);
  double beta(double a, double b);  ///< From two gammas.
  double log_normal(double median, double sigma);
  std::uint32_t poisson(double mean);    ///< By multiplying uniforms: for means up to some hundreds.
  std::uint32_t geometric(double mean);  ///< From 1 on.

 private:
  void refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

/// Draws places of a list by weight, in constant time. Vose (1991), "A linear algorithm for generating random numbers
/// with a given distribution".
class WeightedChoice {
 public:
  WeightedChoice() = default;
  /// Weights are relative, not negative, and not all zero.
  explicit WeightedChoice(std::span<const double> weights);
  std::size_t pick(Random& random) const;

 private:
  std::vector<double> keep_;
  std::vector<std::uint32_t> other_;
};

}  // namespace habitue::simulate
