// Special functions and sums that the models share: safe from any thread, never thrown from, never NaN inside their domains.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace habitue::models {

double ln_gamma(double x);           ///< ln G(x), x > 0.
double digamma(double x);            ///< The derivative of ln_gamma, x > 0.
double ln_beta(double a, double b);  ///< ln B(a, b), a and b > 0; without loss where one is far larger than the other.
double log_add_exp(double a, double b);               ///< ln(e^a + e^b); either may be -infinity.
double beta_cdf(double x, double a, double b);        ///< I_x(a, b), the regularised incomplete beta; 0 <= x <= 1.
double beta_cdf_above(double x, double a, double b);  ///< 1 - I_x(a, b), without loss where it is small.
double gamma_cdf(double x, double shape);             ///< P(shape, x), the regularised lower incomplete gamma.

double gamma_quantile(double probability,
                      double shape);         ///< The x with gamma_cdf(x, shape) = probability, inside (0, 1).
double normal_quantile(double probability);  ///< Of the standard normal, probability inside (0, 1).

/// Nodes and weights of Gauss-Legendre quadrature on [0, 1], computed to the last digit.
struct Quadrature {
  std::vector<double> nodes;
  std::vector<double> weights;
};
const Quadrature& gauss_legendre(std::size_t points);  ///< Of 8, 16, 24, 32 or 64 points (others count as 64).

/// A sum that keeps what plain addition rounds off (Neumaier 1974).
class ExactSum {
 public:
  void add(double value);
  double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0;
  double rest_ = 0;
};

/// Adds up what `block(index, into)` writes for each of `blocks` pieces of work, `width` numbers each: in the order of the pieces,
/// so that the number of threads changes nothing.
std::vector<double> sum_blocks(std::size_t blocks, std::size_t width, unsigned threads,
                               const std::function<void(std::size_t index, std::span<double> into)>& block);

}  // namespace habitue::models
