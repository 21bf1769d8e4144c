#include "models/association/fisher.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace habitue::models {

LogFactorials::LogFactorials(std::uint64_t up_to) {
  constexpr std::uint64_t kTableMax = 4'000'000;
  table_.resize(std::min(up_to, kTableMax) + 1, 0.0);
  for (std::size_t n = 2; n < table_.size(); ++n) table_[n] = table_[n - 1] + std::log(static_cast<double>(n));
}

double LogFactorials::at(std::uint64_t n) const {
  return n < table_.size() ? table_[n] : boost::math::lgamma(static_cast<double>(n) + 1);
}

double fisher_more(const Fourfold& table, const LogFactorials& factorials) {
  const auto [both, with, events, all] = table;
  const std::uint64_t most = std::min(with, events), least = with + events > all ? with + events - all : 0;
  if (both <= least) return 1;
  if (both > most) return 0;
  const auto choose = [&](std::uint64_t n, std::uint64_t k) {
    return factorials.at(n) - factorials.at(k) - factorials.at(n - k);
  };
  double term = std::exp(choose(with, both) + choose(all - with, events - both) - choose(all, events)), sum = 0;
  for (std::uint64_t k = both; k <= most; ++k) {
    sum += term;
    if (term < 1e-18 * sum) break;
    term *= static_cast<double>(with - k) / static_cast<double>(k + 1) * static_cast<double>(events - k) /
            static_cast<double>(all + k + 1 - with - events);
  }
  return std::min(1.0, sum);
}

std::vector<double> adjusted_ascending(std::span<const double> p_values, double tests) {
  std::vector<double> adjusted(p_values.size());
  double least = 1;
  for (std::size_t rank = p_values.size(); rank-- > 0;) {
    least = std::min(least, p_values[rank] * tests / static_cast<double>(rank + 1));
    adjusted[rank] = least;
  }
  return adjusted;
}

}  // namespace habitue::models
