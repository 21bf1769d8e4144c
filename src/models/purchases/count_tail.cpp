#include "models/purchases/count_tail.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/functions.hpp"

namespace habitue::models {
namespace {

constexpr double kTableMax = 200'000;
constexpr double kNegligible = 1e-18;

}  // namespace

CountTail::CountTail(double c, double scale, double t)
    : c_(c), ln_stay_(-std::log1p(t / scale)), stay_(scale / (scale + t)) {
  const double q = t / (scale + t);
  if (!(q > 0)) {
    tail_ = {1.0};
    return;
  }
  const double mean = c * t / scale, spread = std::sqrt(mean / stay_);
  const double length = mean + 10 * spread + 45 / std::max(-std::log1p(-stay_), 1e-300) + 10;
  if (!(length <= kTableMax)) {
    end_ = std::numeric_limits<double>::infinity();
    return;
  }
  // Probabilities by their ratios, up and down from the most likely n: nothing under- or overflows on the way.
  const auto count = static_cast<std::size_t>(length) + 1;
  const auto mode = static_cast<std::size_t>(std::min(std::max(0.0, std::floor((c - 1) * t / scale)), length));
  const auto at = static_cast<double>(mode);
  const double ln_top =
      mode == 0 ? c * ln_stay_ : ln_gamma(c + at) - ln_gamma(c) - ln_gamma(at + 1) + at * std::log(q) + c * ln_stay_;
  tail_.assign(count + 1, 0.0);
  tail_[mode] = std::exp(ln_top);
  for (std::size_t n = mode; n-- > 0;)
    tail_[n] = tail_[n + 1] * static_cast<double>(n + 1) / ((c + static_cast<double>(n)) * q);
  for (std::size_t n = mode + 1; n < count; ++n)
    tail_[n] = tail_[n - 1] * (c + static_cast<double>(n) - 1) / static_cast<double>(n) * q;
  for (std::size_t n = count; n-- > 0;) tail_[n] += tail_[n + 1];
  while (tail_.size() > 1 && tail_.back() < kNegligible) tail_.pop_back();
  for (double& probability : tail_) probability = std::min(probability, 1.0);
  tail_[0] = 1;
  end_ = static_cast<double>(tail_.size());
}

double CountTail::at_least(double n) const {
  if (n <= 0) return 1;
  if (std::isinf(end_)) return beta_cdf_above(stay_, c_, n);
  return n < end_ ? tail_[static_cast<std::size_t>(n)] : 0;
}

namespace {

double points_until_last(const PurchaseLaw& law, std::uint32_t x) {
  return law.r + static_cast<double>(law.k) * static_cast<double>(x);
}
double purchases_stayed(const PurchaseLaw& law, std::uint32_t x) {
  return law.b + static_cast<double>(x) + (law.leaving == Leaving::AfterAnyPurchase ? 1 : 0);
}

}  // namespace

StayingCustomer::StayingCustomer(const PurchaseLaw& law, std::uint32_t x, double t_x, double T, double t)
    : law_(law), c_(points_until_last(law, x)), b_(purchases_stayed(law, x)) {
  const double y = (T - t_x) / (law.alpha + T);
  double weight = 1, total = 0;
  for (std::uint32_t j = 0; j < law.k; ++j) {
    if (j > 0) weight *= (c_ + static_cast<double>(j) - 1) * y / static_cast<double>(j);
    add(j, weight, T, t);
    total += weight;
  }
  for (double& share : weights_) share /= total;
}

StayingCustomer::StayingCustomer(const PurchaseLaw& law, std::uint32_t x, std::uint32_t hidden, double T, double t)
    : law_(law), c_(points_until_last(law, x)), b_(purchases_stayed(law, x)) {
  add(hidden, 1, T, t);
}

void StayingCustomer::add(std::uint32_t hidden, double weight, double T, double t) {
  hidden_.push_back(hidden);
  weights_.push_back(weight);
  tails_.emplace_back(c_ + static_cast<double>(hidden), law_.alpha + T, t);
  end_ = std::max(end_, tails_.back().end());
}

double StayingCustomer::stay(double n) const {
  if (law_.leaving == Leaving::Never || n <= 0) return 1;
  return std::min(1.0, std::exp(ln_beta(law_.a, b_ + n) - ln_beta(law_.a, b_)));
}

double StayingCustomer::at_least(double m) const {
  double chance = 0;
  for (std::size_t j = 0; j < weights_.size(); ++j)
    chance += weights_[j] * tails_[j].at_least(m * law_.k - static_cast<double>(hidden_[j]));
  return chance * stay(m - 1);
}

// The sum over m >= 1 of term(m) stay(m - 1) P(points enough for m purchases).
double StayingCustomer::sum(const std::function<double(double)>& term) const {
  const bool leaves = law_.leaving != Leaving::Never;
  double total = 0, staying = 1;
  const auto points = [&](double m) {
    double chance = 0;
    for (std::size_t j = 0; j < weights_.size(); ++j)
      chance += weights_[j] * tails_[j].at_least(m * law_.k - static_cast<double>(hidden_[j]));
    return chance;
  };
  const double last = std::isinf(end_) ? 256 : end_ / law_.k + 1;
  for (double m = 1; m <= last; ++m) {
    const double part = staying * points(m);
    total += part * term(m);
    if (part < kNegligible * total) return total;
    if (leaves) staying *= (b_ + m - 1) / (law_.a + b_ + m - 1);
  }
  if (!std::isinf(end_)) return total;
  // So many purchases can come that they are summed as an integral over the logarithm of m, midpoints against midpoints.
  const Quadrature& rule = gauss_legendre(16);
  constexpr double kPanel = 0.5;
  double from = std::log(last + 0.5);
  for (int panel = 0; panel < 200; ++panel, from += kPanel) {
    double part = 0;
    for (std::size_t at = 0; at < rule.nodes.size(); ++at) {
      const double m = std::exp(from + kPanel * rule.nodes[at]);
      part += rule.weights[at] * kPanel * m * stay(m - 1) * points(m) * term(m);
    }
    total += part;
    if (part < 1e-15 * total) break;
  }
  return total;
}

double StayingCustomer::expected() const {
  return sum([](double) { return 1.0; });
}

double StayingCustomer::still_there() const {
  if (law_.leaving == Leaving::Never) return 1;
  const double left = sum([this](double m) { return law_.a / (law_.a + b_ + m - 1); });
  return std::clamp(1 - left, 0.0, 1.0);
}

}  // namespace habitue::models
