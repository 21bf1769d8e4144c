#include "models/functions.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/workers.hpp"
#include "models/quiet.hpp"

namespace habitue::models {
namespace {

Quadrature make_quadrature(std::size_t points) {
  Quadrature rule{std::vector<double>(points), std::vector<double>(points)};
  const auto count = static_cast<double>(points);
  for (std::size_t index = 0; index < points; ++index) {
    double node = std::cos(std::numbers::pi * (static_cast<double>(index) + 0.75) / (count + 0.5));
    double slope = 1;
    // The weight belongs to the node that has converged: a round more than Newton needs, and the slope taken at its end.
    for (int round = 0; round < 12; ++round) {
      double before = 1, value = node;
      for (std::size_t degree = 2; degree <= points; ++degree) {
        const auto k = static_cast<double>(degree);
        const double next = ((2 * k - 1) * node * value - (k - 1) * before) / k;
        before = value;
        value = next;
      }
      slope = count * (node * value - before) / (node * node - 1);
      node -= value / slope;
    }
    rule.nodes[points - 1 - index] = (1 + node) / 2;
    rule.weights[points - 1 - index] = 1 / ((1 - node * node) * slope * slope);
  }
  return rule;
}

}  // namespace

double ln_gamma(double x) { return boost::math::lgamma(x, Quiet()); }
double digamma(double x) { return boost::math::digamma(x, Quiet()); }

double ln_beta(double a, double b) {
  const double small = std::min(a, b), large = std::max(a, b);
  // G(large) / G(small + large) through Boost's ratio, which does not subtract two large logarithms.
  if (large > 100 && small < large) {
    const double ratio = boost::math::tgamma_delta_ratio(large, small, Quiet());
    if (ratio > 1e-300 && std::isfinite(ratio)) return ln_gamma(small) + std::log(ratio);
  }
  return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
}

double log_add_exp(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  if (low == -std::numeric_limits<double>::infinity()) return high;
  return high + std::log1p(std::exp(low - high));
}

double beta_cdf(double x, double a, double b) {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double value = boost::math::ibeta(a, b, x, Quiet());
  return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : (x < a / (a + b) ? 0.0 : 1.0);
}

double beta_cdf_above(double x, double a, double b) {
  if (!(x > 0)) return 1;
  if (x >= 1) return 0;
  const double value = boost::math::ibetac(a, b, x, Quiet());
  return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : (x < a / (a + b) ? 1.0 : 0.0);
}

double gamma_cdf(double x, double shape) {
  if (!(x > 0)) return 0;
  const double value = boost::math::gamma_p(shape, x, Quiet());
  return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : (x < shape ? 0.0 : 1.0);
}

double gamma_quantile(double probability, double shape) {
  const double value = boost::math::gamma_p_inv(shape, probability, Quiet());
  return std::isfinite(value) && value >= 0 ? value : shape;
}

double normal_quantile(double probability) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * std::clamp(probability, 1e-300, 1 - 1e-16), Quiet());
}

const Quadrature& gauss_legendre(std::size_t points) {
  static const std::array<Quadrature, 5> kRules{make_quadrature(8), make_quadrature(16), make_quadrature(24),
                                                make_quadrature(32), make_quadrature(64)};
  switch (points) {
    case 8: return kRules[0];
    case 16: return kRules[1];
    case 24: return kRules[2];
    case 32: return kRules[3];
    default: return kRules[4];
  }
}

void ExactSum::add(double value) {
  const double sum = sum_ + value;
  rest_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
  sum_ = sum;
}

std::vector<double> sum_blocks(std::size_t blocks, std::size_t width, unsigned threads,
                               const std::function<void(std::size_t index, std::span<double> into)>& block) {
  std::vector<double> parts(blocks * width, 0.0);
  std::atomic<std::size_t> next{0};
  // A thread takes a few blocks at a time; where they land in `parts` does not depend on who did them.
  constexpr std::size_t kTaken = 8;
  const auto work = [&](const std::atomic<bool>& failed) {
    for (std::size_t first = next.fetch_add(kTaken); first < blocks && !failed; first = next.fetch_add(kTaken))
      for (std::size_t index = first; index < std::min(first + kTaken, blocks); ++index)
        block(index, {parts.data() + index * width, width});
  };
  if (threads > 1 && blocks > kTaken)
    run_workers(threads, work);
  else
    work(std::atomic<bool>{false});
  std::vector<ExactSum> sums(width);
  for (std::size_t index = 0; index < blocks; ++index)
    for (std::size_t at = 0; at < width; ++at) sums[at].add(parts[index * width + at]);
  std::vector<double> values;
  for (const ExactSum& sum : sums) values.push_back(sum.value());
  return values;
}

}  // namespace habitue::models
