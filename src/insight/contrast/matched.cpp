#include "insight/contrast/matched.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace habitue::insight::contrast {
namespace {

constexpr double kZ = 1.959963984540054;  // The normal quantile of 97.5 %.
constexpr std::size_t kExactMax = 400;    // Sets whose sum is taken exactly.

bool tells(const MatchedSet& set) {
  const unsigned with = set.with + (set.first_has ? 1U : 0U);
  return with > 0 && with < set.others + 1U;
}
Fourfold fourfold(const MatchedSet& set) {
  const std::uint64_t first = set.first_has ? 1 : 0;
  return {.a = first, .b = 1 - first, .c = set.with, .d = std::uint64_t{set.others} - set.with};
}

// A mean of differences between -1 and 1 from their sum and the sum of their squares. Half a set is added of each of: both, first alone,
// other alone, neither; of which the squares add up to one.
Estimate mean_of(double sum, double squares, double sets) {
  const double more = sets + 2, mean = sum / more;
  const double half = kZ * std::sqrt(std::max(0.0, (squares + 1) / more - mean * mean) / more);
  const double seen = sum / sets;
  return {seen, std::max(-1.0, std::min(seen, mean - half)), std::min(1.0, std::max(seen, mean + half))};
}

// The probability of each number of sets in which who came has it, when they could be anyone of the set.
std::vector<double> sums_by_chance(const std::vector<double>& chances) {
  std::vector<double> probability{1};
  for (const double chance : chances) {
    probability.push_back(0);
    for (std::size_t sum = probability.size() - 1; sum > 0; --sum)
      probability[sum] = probability[sum] * (1 - chance) + probability[sum - 1] * chance;
    probability[0] *= 1 - chance;
  }
  return probability;
}

double p_value_of(std::span<const MatchedSet> sets, std::size_t telling) {
  std::vector<double> chances;
  std::size_t seen = 0;
  double expected = 0, variance = 0;
  for (const MatchedSet& set : sets) {
    if (!tells(set)) continue;
    const double chance = (set.with + (set.first_has ? 1.0 : 0.0)) / (set.others + 1.0);
    seen += set.first_has ? 1 : 0;
    expected += chance;
    variance += chance * (1 - chance);
    if (telling <= kExactMax) chances.push_back(chance);
  }
  if (telling == 0) return 1;
  if (telling > kExactMax) return std::erfc(std::abs(static_cast<double>(seen) - expected) / std::sqrt(2 * variance));
  const std::vector<double> probability = sums_by_chance(chances);
  // As probable as what was seen, but for rounding: the slack of R's fisher.test.
  const double most = probability[seen] * (1 + 1e-7);
  double sum = 0;
  for (const double one : probability)
    if (one <= most) sum += one;
  return std::min(1.0, sum);
}

double chi_squared_tail(double statistic, double degrees) {
  return statistic <= 0 ? 1 : boost::math::gamma_q(degrees / 2, statistic / 2);
}

}  // namespace

Matched matched(std::span<const MatchedSet> sets, std::uint64_t silent) {
  Matched result;
  double sum = 0, squares = 0;
  std::vector<Fourfold> tables;
  for (const MatchedSet& set : sets) {
    const double one = (set.first_has ? 1.0 : 0.0) - static_cast<double>(set.with) / set.others;
    sum += one;
    squares += one * one;
    if (!tells(set)) continue;
    ++result.telling;
    tables.push_back(fourfold(set));
  }
  const double all = static_cast<double>(sets.size()) + static_cast<double>(silent);
  if (all == 0) return result;
  result.difference = mean_of(sum, squares, all);
  result.odds = pooled(tables).odds;
  result.p_value = p_value_of(sets, result.telling);
  return result;
}

Pooled matched_in_strata(std::span<const MatchedSet> sets, std::size_t strata) {
  const Matched whole = matched(sets);
  Pooled result{.odds = whole.odds, .p_value = whole.p_value, .homogeneity_p = {}, .strata = 0};
  std::vector<std::vector<Fourfold>> tables(strata);
  for (const MatchedSet& set : sets)
    if (tells(set)) tables[set.stratum].push_back(fourfold(set));
  double weights = 0, weighted = 0, squares = 0, degrees = -1;
  for (const std::vector<Fourfold>& stratum : tables) {
    result.strata += stratum.empty() ? 0 : 1;
    const auto odds = pooled(stratum).odds;
    if (!odds) continue;
    const double error = std::log(odds->high / odds->low) / (2 * kZ), log = std::log(odds->value);
    if (!(error > 0)) continue;
    const double weight = 1 / (error * error);
    weights += weight;
    weighted += weight * log;
    squares += weight * log * log;
    ++degrees;
  }
  if (degrees > 0) result.homogeneity_p = chi_squared_tail(squares - weighted * weighted / weights, degrees);
  return result;
}

std::optional<MatchedRank> matched_rank(std::span<const MatchedNumbers> sets) {
  if (sets.empty()) return std::nullopt;
  const auto count = static_cast<double>(sets.size());
  double sum = 0, squares = 0, variance = 0, differences = 0, differences_squared = 0;
  std::vector<double> ranked;
  for (const MatchedNumbers& set : sets) {
    const auto others = static_cast<double>(set.others.size());
    double mean = 0;
    ranked.assign(set.others.begin(), set.others.end());
    ranked.push_back(set.first);
    for (const double other : set.others) mean += other / others;
    std::sort(ranked.begin(), ranked.end());
    // How much of the set each of it is above, less how much it is below: 0 on average, so its squares are the variance by chance.
    const auto balance = [&](double number) {
      const auto [low, high] = std::equal_range(ranked.begin(), ranked.end(), number);
      return (static_cast<double>(low - ranked.begin()) - static_cast<double>(ranked.end() - high)) / others;
    };
    double by_chance = 0;
    for (const double number : ranked) by_chance += balance(number) * balance(number) / (others + 1);
    const double one = balance(set.first);
    sum += one;
    squares += one * one;
    variance += by_chance;
    differences += set.first - mean;
    differences_squared += (set.first - mean) * (set.first - mean);
  }
  MatchedRank rank;
  const Estimate delta = mean_of(sum, squares, count);
  rank.superiority = {(1 + delta.value) / 2, (1 + delta.low) / 2, (1 + delta.high) / 2};
  if (variance > 0) rank.p_value = std::erfc(std::abs(sum) / std::sqrt(2 * variance));
  const double mean = differences / count;
  const double spread = std::max(0.0, differences_squared / count - mean * mean);
  const double half = sets.size() > 1 ? kZ * std::sqrt(spread / (count - 1)) : 0;
  rank.difference = {mean, mean - half, mean + half};
  return rank;
}

}  // namespace habitue::insight::contrast
