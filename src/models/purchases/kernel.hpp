// The likelihood of one law over rows of histories: the loop that fits and scores spend their time in.
//
// Everything that depends on x alone is a table over the distinct x, filled by recurrences, so that no gamma function is called
// for a row; what is left is logarithms and exponentials over columns, a block of rows at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/purchases/law.hpp"

namespace habitue::models {

constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kLawParameters = 4;

/// What is known of a block of rows after its evaluation.
struct RowBlock {
  std::array<double, kBlockRows> log_likelihood;  ///< Without the gaps' (k - 1) sum_ln_gaps.
  std::array<double, kBlockRows> alive;           ///< P(alive at T).
  /// Derivatives of log_likelihood by the logarithms of r, alpha, a, b.
  std::array<std::array<double, kBlockRows>, kLawParameters> gradient;
};

/// With Values the gradient may be left unset, which is faster.
enum class Wanted : std::uint8_t { Values, Slopes };

class LawKernel {
 public:
  /// `points` of the quadrature that AtAnyTime needs: 24 leave 1e-9 of a row's log-likelihood, 32 leave 2e-11.
  LawKernel(const PurchaseLaw& law, std::span<const std::uint32_t> distinct_x, std::size_t points = 24);

  /// Rows of equal columns, at most kBlockRows; x_index points into the distinct_x of the constructor.
  void evaluate(std::span<const std::uint32_t> x_index, std::span<const double> t_x, std::span<const double> T,
                RowBlock& out, Wanted wanted = Wanted::Slopes) const;

 private:
  // Of one distinct x. With c = r + kx:
  struct OfX {
    double c;
    double value;    // ln G(c) - ln G(r) - x ln G(k) + r ln(alpha) and the share of those who stayed x times
    double by_r;     // its derivative by r
    double by_a;     // by a
    double by_b;     // by b
    double ln_dead;  // ln a - ln(b* - 1): the odds of having left at the last purchase, before time speaks
    double dead_b;   // 1 / (b* - 1)
  };
  template <class Arithmetic>
  friend struct KernelLoops;

  PurchaseLaw law_;
  std::size_t points_;
  std::vector<OfX> of_x_;
};

}  // namespace habitue::models
