// A smooth function of one number as a Chebyshev series: dear to make, cheap to read.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace habitue::models {

class SmoothCurve {
 public:
  /// Draws `exact` between `low` and `high`. False, and nothing is fitted, where 48 terms leave more than 1e-10 of its value.
  template <class Exact>
  bool fit(double low, double high, const Exact& exact) {
    middle_ = (low + high) / 2;
    half_ = std::max((high - low) / 2, 1e-12);
    for (std::size_t count = 6; count <= kTermsMax; count *= 2) {
      make(count, exact);
      // Where a series of this length would be furthest off, between its nodes.
      double error = 0;
      for (const double place : {-.97, -.55, .12, .71, .99}) {
        const double value = exact(middle_ + half_ * place);
        error = std::max(error, std::abs(series(place) - value) / std::max(value, 1e-300));
      }
      if (error < kError) return true;
    }
    coefficients_.clear();
    return false;
  }
  bool is_fitted() const { return !coefficients_.empty(); }

  double at(double where) const { return series(place_of(where)); }
  /// At two places: the two sums go side by side.
  std::pair<double, double> two_at(double one, double other) const {
    const double a = place_of(one), b = place_of(other);
    double first_a = 0, second_a = 0, first_b = 0, second_b = 0;
    for (std::size_t at = coefficients_.size(); at-- > 1;) {
      const double next_a = 2 * a * first_a - second_a + coefficients_[at];
      const double next_b = 2 * b * first_b - second_b + coefficients_[at];
      second_a = first_a;
      second_b = first_b;
      first_a = next_a;
      first_b = next_b;
    }
    return {a * first_a - second_a + coefficients_[0], b * first_b - second_b + coefficients_[0]};
  }

 private:
  static constexpr double kError = 1e-10;
  static constexpr std::size_t kTermsMax = 48;

  double place_of(double where) const { return std::clamp((where - middle_) / half_, -1.0, 1.0); }

  // Clenshaw (1955).
  double series(double place) const {
    double first = 0, second = 0;
    for (std::size_t at = coefficients_.size(); at-- > 1;) {
      const double next = 2 * place * first - second + coefficients_[at];
      second = first;
      first = next;
    }
    return place * first - second + coefficients_[0];
  }

  template <class Exact>
  void make(std::size_t count, const Exact& exact) {
    const auto n = static_cast<double>(count);
    std::vector<double> values(count);
    for (std::size_t node = 0; node < count; ++node)
      values[node] = exact(middle_ + half_ * std::cos(std::numbers::pi * (static_cast<double>(node) + .5) / n));
    coefficients_.assign(count, 0.0);
    for (std::size_t degree = 0; degree < count; ++degree) {
      for (std::size_t node = 0; node < count; ++node)
        coefficients_[degree] += values[node] * std::cos(std::numbers::pi * static_cast<double>(degree) *
                                                         (static_cast<double>(node) + .5) / n);
      coefficients_[degree] *= (degree == 0 ? 1 : 2) / n;
    }
  }

  double middle_ = 0, half_ = 1;
  std::vector<double> coefficients_;
};

}  // namespace habitue::models
