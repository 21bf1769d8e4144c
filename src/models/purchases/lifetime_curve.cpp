#include "models/purchases/lifetime_curve.hpp"

#include <algorithm>
#include <cmath>

#include "models/functions.hpp"

namespace habitue::models {
namespace {

// Beyond the longest time by e^2: near its end K bends as sharply as L falls, and nobody is asked for there.
constexpr double kBeyond = 2;
constexpr double kNats = 38;
constexpr std::size_t kPoints = 32;

}  // namespace

LifetimeCurve::LifetimeCurve(const PurchaseLaw& law, std::uint32_t x)
    : buying_first_(law.alpha <= law.b),
      near_(std::min(law.alpha, law.b)),
      far_(std::max(law.alpha, law.b)),
      power_near_(buying_first_ ? law.r + x : law.a),
      power_far_(buying_first_ ? law.a : law.r + x),
      s_(law.a),
      beta_(law.b) {}

// K, by the quadrature of kernel.cpp: in h = ln((near + v) / (near + u)) the integrand is log-concave, and what lies 38 nats below its left
// end is cut off.
double LifetimeCurve::share_left(double ln_near, double end) const {
  const double start = std::exp(ln_near), u = start - near_;
  const double ratio = start / (far_ + u);
  const double near = power_near_ + (buying_first_ ? 0 : 1) - 1, far = power_far_ + (buying_first_ ? 1 : 0);
  const double fall = near + far * ratio;
  const double whole = end - ln_near;
  const double width = fall * whole > kNats ? kNats / fall : whole;
  const Quadrature& rule = gauss_legendre(kPoints);
  double sum = 0;
  for (std::size_t at = 0; at < rule.nodes.size(); ++at) {
    const double h = rule.nodes[at] * width;
    sum += rule.weights[at] * std::exp(-near * h - far * std::log1p(ratio * std::expm1(h)));
  }
  return s_ * width * start / (beta_ + u) * sum;
}

bool LifetimeCurve::fit(double shortest, double longest) {
  const double low = std::log(near_ + shortest), high = std::log(near_ + longest);
  return curve_.fit(low, high, [&](double ln_near) { return share_left(ln_near, high + kBeyond); });
}

double LifetimeCurve::alive(double t_x, double T) const {
  const double last = std::log(near_ + t_x), end = std::log(near_ + T);
  const double fallen = std::exp(power_near_ * (end - last) + power_far_ * std::log((far_ + T) / (far_ + t_x)));
  const auto [left_at_last, left_at_end] = curve_.two_at(last, end);
  const double left = left_at_last > 0 ? left_at_last * fallen : 0;
  return 1 / std::max(1.0, 1 - left_at_end + left);
}

}  // namespace habitue::models
