// The hazard's shape over tenure: a curve free to bend where contracts end most, straight beyond. Restricted cubic spline, Harrell
// (2015), Regression Modeling Strategies, section 2.4.5, over the logarithm of the period: first periods, where hazards fall fastest, get most
// of the freedom, and beyond the data the odds go on as a power of the period.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace habitue::models {

class TenureSpline {
 public:
  static constexpr std::size_t kSizeMax = 4;

  TenureSpline() = default;
  /// Knots at Harrell's quantiles (five, or fewer when there are not as many distinct ones) of the periods at which contracts ended. With one
  /// distinct period the curve is flat.
  static TenureSpline through(std::vector<std::uint32_t> ended_at);

  std::size_t size() const { return knots_.size() < 2 ? 0 : knots_.size() - 1; }
  /// Writes size() numbers for a period (1 or later).
  void at(std::uint32_t period, std::span<double> basis) const;

 private:
  std::vector<double> knots_;  // Logarithms, ascending and distinct.
};

}  // namespace habitue::models
