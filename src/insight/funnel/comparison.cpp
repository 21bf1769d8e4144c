#include "insight/funnel/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace habitue::insight {
namespace {

// The library's own lgamma writes a global sign, which two questions at once would both write.
double log_choose(double n, double k) {
  return boost::math::lgamma(n + 1) - boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
}

double expected_least(const Share& first, const Share& second) {
  const auto parts = static_cast<double>(first.part + second.part);
  const auto whole = static_cast<double>(first.whole + second.whole);
  const auto smaller = static_cast<double>(std::min(first.whole, second.whole));
  return smaller * std::min(parts, whole - parts) / whole;
}

// The score test of equal proportions, pooled (Pearson's chi-squared with one degree of freedom, without correction):
// Newcombe (1998), section 1. Two-sided normal tail.
double two_proportions(const Share& first, const Share& second) {
  const auto n1 = static_cast<double>(first.whole), n2 = static_cast<double>(second.whole);
  const double pooled = static_cast<double>(first.part + second.part) / (n1 + n2);
  const double variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
  if (variance <= 0) return 1;
  return std::erfc(std::abs(first.value - second.value) / std::sqrt(2 * variance));
}

}  // namespace

double fisher_p_value(std::uint64_t part1, std::uint64_t whole1, std::uint64_t part2, std::uint64_t whole2) {
  const std::uint64_t parts = part1 + part2;
  const std::uint64_t least = parts > whole2 ? parts - whole2 : 0, most = std::min(parts, whole1);
  const auto n1 = static_cast<double>(whole1), n2 = static_cast<double>(whole2), k = static_cast<double>(parts);
  const double all = log_choose(n1 + n2, k);
  const auto log_probability = [&](std::uint64_t part) {
    const auto x = static_cast<double>(part);
    return log_choose(n1, x) + log_choose(n2, k - x) - all;
  };
  // Tables as probable as the one seen, but for rounding, count as it does: the slack that R's fisher.test uses.
  const double seen = log_probability(part1) + 1e-7;
  double sum = 0;
  for (std::uint64_t part = least; part <= most; ++part)
    if (const double one = log_probability(part); one <= seen) sum += std::exp(one);
  return std::min(1.0, sum);
}

TwoShares compare_shares(const Share& first, const Share& second) {
  TwoShares both{.first = first, .second = second};
  if (first.whole == 0 || second.whole == 0) return both;
  both.difference = first.value - second.value;
  // Newcombe (1998), Statistics in Medicine 17, method 10: Wilson's limits of both shares, squared and added.
  both.low = both.difference - std::hypot(first.value - first.low, second.high - second.value);
  both.high = both.difference + std::hypot(first.high - first.value, second.value - second.low);
  // Below five expected in a cell the normal curve is no likeness (Cochran 1954).
  if (expected_least(first, second) < 5) {
    both.p_value = fisher_p_value(first.part, first.whole, second.part, second.whole);
  } else {
    both.test = ShareTest::TwoProportions;
    both.p_value = two_proportions(first, second);
  }
  both.too_few = std::min(first.whole, second.whole) < kComparedMin;
  both.significant = !both.too_few && both.p_value < 0.05;
  return both;
}

}  // namespace habitue::insight
