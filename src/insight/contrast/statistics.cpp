#include "insight/contrast/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>

namespace habitue::insight::contrast {
namespace {

constexpr double kZ = 1.959963984540054;  // The normal quantile of 97.5 %.

double real(std::uint64_t count) { return static_cast<double>(count); }

double chi_squared_tail(double statistic, double degrees) {
  return statistic <= 0 ? 1 : boost::math::gamma_q(degrees / 2, statistic / 2);
}

// Newcombe (2006), method 5: the values whose own standard error puts what was seen at the edge. Never outside 0 to 1.
Estimate by_own_variance(double seen, double first, double second) {
  const double half = (first + second) / 2 - 1;  // N* - 1.
  const auto away = [&](double theta) {
    const double variance =
        theta * (1 - theta) * (1 + half * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (first * second);
    return (theta - seen) * (theta - seen) - kZ * kZ * variance;
  };
  const boost::math::tools::eps_tolerance<double> near(40);
  const auto solve = [&](double from, double to) {
    std::uintmax_t steps = 200;
    const auto [low, high] = boost::math::tools::bisect(away, from, to, near, steps);
    return (low + high) / 2;
  };
  constexpr double kEdge = 1e-12;
  Estimate estimate{seen, 0, 1};
  if (seen > 0 && away(kEdge) > 0) estimate.low = solve(kEdge, std::min(seen, 1 - kEdge));
  if (seen < 1 && away(1 - kEdge) > 0) estimate.high = solve(std::max(seen, kEdge), 1 - kEdge);
  return estimate;
}

// Those whom a stratum expects in its first cell when the odds ratio is `odds`: the root between the margins of
// A (d0 + A) = odds (n1 - A) (m1 - A), Breslow and Day (1980), (4.30).
double expected_with(double odds, double first, double second, double with) {
  const double square = odds - 1;
  const double linear = second - with + odds * (first + with);
  const double constant = odds * first * with;
  if (std::abs(square) < 1e-12) return constant / linear;
  // The smaller root in the form that does not cancel.
  const double root = std::sqrt(std::max(0.0, linear * linear - 4 * square * constant));
  return 2 * constant / (linear + root);
}

std::optional<double> homogeneity(std::span<const Fourfold> strata, double odds, std::size_t telling) {
  if (telling < 2) return std::nullopt;
  double statistic = 0, away = 0, variances = 0;
  for (const Fourfold& table : strata) {
    const double first = real(table.a + table.b), second = real(table.c + table.d), with = real(table.a + table.c);
    const double without = first + second - with;
    if (first == 0 || second == 0 || with == 0 || without == 0) continue;
    const double expected = expected_with(odds, first, second, with);
    const double variance =
        1 / (1 / expected + 1 / (first - expected) + 1 / (with - expected) + 1 / (second - with + expected));
    const double distance = real(table.a) - expected;
    statistic += distance * distance / variance;
    away += distance;
    variances += variance;
  }
  statistic -= away * away / variances;  // Tarone (1985).
  return chi_squared_tail(statistic, static_cast<double>(telling - 1));
}

}  // namespace

Estimate odds_ratio(const Fourfold& table, double added) {
  const double a = real(table.a) + added, b = real(table.b) + added, c = real(table.c) + added,
               d = real(table.d) + added;
  const double odds = a * d / (b * c);
  const double spread = std::exp(kZ * std::sqrt(1 / a + 1 / b + 1 / c + 1 / d));
  return {odds, odds / spread, odds * spread};
}

std::optional<Estimate> phi(const Fourfold& table) {
  const double n = real(table.total());
  const double first = real(table.a + table.b) / n, second = real(table.c + table.d) / n;
  const double with = real(table.a + table.c) / n, without = real(table.b + table.d) / n;
  if (n == 0 || first == 0 || second == 0 || with == 0 || without == 0) return std::nullopt;
  const double margins = std::sqrt(first * second * with * without);
  const double value = (real(table.a) / n * (real(table.d) / n) - real(table.b) / n * (real(table.c) / n)) / margins;
  const double skew_groups = first - second, skew_fact = with - without;
  const double variance =
      (1 - value * value + value * (1 + value * value / 2) * skew_groups * skew_fact / margins -
       0.75 * value * value *
           (skew_groups * skew_groups / (first * second) + skew_fact * skew_fact / (with * without))) /
      n;
  const double half = kZ * std::sqrt(std::max(0.0, variance));
  return Estimate{value, std::max(-1.0, value - half), std::min(1.0, value + half)};
}

std::vector<double> adjusted(std::span<const double> p_values, FalseDiscovery rule) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return p_values[left] < p_values[right]; });
  const double tests = static_cast<double>(p_values.size());
  double factor = 1;
  if (rule == FalseDiscovery::BenjaminiYekutieli)
    for (std::size_t rank = 2; rank <= p_values.size(); ++rank) factor += 1 / static_cast<double>(rank);
  std::vector<double> values(p_values.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank-- > 0;) {
    least = std::min(least, p_values[order[rank]] * tests * factor / static_cast<double>(rank + 1));
    values[order[rank]] = least;
  }
  return values;
}

std::optional<RankTest> rank_test(const Numbers& numbers) {
  RankTest test;
  for (const auto& [number, counts] : numbers) {
    test.first += counts[0];
    test.second += counts[1];
  }
  if (test.first == 0 || test.second == 0) return std::nullopt;
  const double m = real(test.first), n = real(test.second), all = m + n;

  // One walk over the distinct numbers: how many of the other group are below each, ties as half.
  double wins = 0, ties = 0, first_below = 0, second_below = 0, squares_first = 0, squares_second = 0;
  for (const auto& [number, counts] : numbers) {
    const double x = real(counts[0]), y = real(counts[1]), both = x + y;
    const double of_first = (second_below + y / 2) / n;      // Share of the second group that such an X beats.
    const double of_second = 1 - (first_below + x / 2) / m;  // Share of the first group that beats such a Y.
    wins += x * of_first * n;
    squares_first += x * of_first * of_first;
    squares_second += y * of_second * of_second;
    ties += both * both * both - both;
    first_below += x;
    second_below += y;
  }
  const double theta = wins / (m * n);
  const double variance_of_u = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
  if (variance_of_u > 0) {
    const double distance = std::max(0.0, std::abs(wins - m * n / 2) - 0.5);
    test.p_value = std::erfc(distance / std::sqrt(2 * variance_of_u));
  }
  const double variance =
      m > 1 && n > 1 ? (squares_first / m - theta * theta) / (m - 1) + (squares_second / n - theta * theta) / (n - 1)
                     : 0;
  if (variance <= 1e-15 || theta <= 0 || theta >= 1) {
    test.superiority = by_own_variance(theta, m, n);
    return test;
  }
  const double logit = std::log(theta / (1 - theta));
  const double half = kZ * std::sqrt(variance) / (theta * (1 - theta));
  test.superiority = {theta, 1 / (1 + std::exp(half - logit)), 1 / (1 + std::exp(-half - logit))};
  return test;
}

Pooled pooled(std::span<const Fourfold> strata) {
  Pooled result;
  double r = 0, s = 0, pr = 0, ps_qr = 0, qs = 0, distance = 0, variance = 0;
  for (const Fourfold& table : strata) {
    const double a = real(table.a), b = real(table.b), c = real(table.c), d = real(table.d), n = a + b + c + d;
    if (a + b == 0 || c + d == 0) continue;
    const double p = (a + d) / n, q = (b + c) / n, agree = a * d / n, differ = b * c / n;
    r += agree;
    s += differ;
    pr += p * agree;
    ps_qr += p * differ + q * agree;
    qs += q * differ;
    if (a + c == 0 || b + d == 0) continue;
    ++result.strata;
    distance += a - (a + b) * (a + c) / n;
    variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1));
  }
  if (variance > 0) result.p_value = std::erfc(std::abs(distance) / std::sqrt(2 * variance));
  if (r > 0 && s > 0) {
    const double half = kZ * std::sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s));
    const double odds = r / s;
    result.odds = Estimate{odds, odds * std::exp(-half), odds * std::exp(half)};
    result.homogeneity_p = homogeneity(strata, odds, result.strata);
  }
  return result;
}

}  // namespace habitue::insight::contrast
