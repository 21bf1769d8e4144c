#include "simulate/random.hpp"

#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

namespace habitue::simulate {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t right = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(right >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(right),
               static_cast<std::uint32_t>(left >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(left)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

void Random::refill() {
  block_ = philox(counter_, key_);
  ++counter_[3];
  used_ = 0;
}

std::uint32_t Random::below(std::uint32_t n) {
  assert(n > 0);
  std::uint64_t product = std::uint64_t{word()} * n;
  // The few low words that would favour small results are drawn again.
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0U - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{word()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32U);
}

double Random::exponential() { return -std::log(uniform()); }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::gamma(double shape) {
  assert(shape > 0);
  if (shape < 1) {
    const double boost = std::pow(uniform(), 1.0 / shape);
    return gamma(shape + 1) * boost;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double Random::beta(double a, double b) {
  const double left = gamma(a);
  const double right = gamma(b);
  return left / (left + right);
}

double Random::log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }

std::uint32_t Random::poisson(double mean) {
  const double floor = std::exp(-mean);
  std::uint32_t count = 0;
  for (double product = uniform(); product > floor; product *= uniform()) ++count;
  return count;
}

std::uint32_t Random::geometric(double mean) {
  if (mean <= 1) return 1;
  const double draw = std::log(uniform()) / std::log1p(-1.0 / mean);
  return 1 + static_cast<std::uint32_t>(std::min(draw, 1e6));
}

WeightedChoice::WeightedChoice(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  assert(!weights.empty() && total > 0);
  const std::size_t count = weights.size();
  keep_.resize(count);
  other_.resize(count);
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::size_t i = 0; i < count; ++i) {
    keep_[i] = weights[i] * static_cast<double>(count) / total;
    other_[i] = static_cast<std::uint32_t>(i);
    (keep_[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
  }
  // Each small place is filled up to one with the rest of a large place.
  while (!small.empty() && !large.empty()) {
    const std::uint32_t low = small.back();
    const std::uint32_t high = large.back();
    small.pop_back();
    other_[low] = high;
    keep_[high] -= 1.0 - keep_[low];
    if (keep_[high] < 1) {
      large.pop_back();
      small.push_back(high);
    }
  }
  // What rounding left over is one but for the last digit.
  for (const auto& rest : {small, large})
    for (const std::uint32_t place : rest) keep_[place] = 1;
}

std::size_t WeightedChoice::pick(Random& random) const {
  const auto place = random.below(static_cast<std::uint32_t>(keep_.size()));
  return random.uniform() < keep_[place] ? place : other_[place];
}

}  // namespace habitue::simulate
