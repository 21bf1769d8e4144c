#include "models/prices/pooling.hpp"

#include <cmath>

namespace habitue::models {
namespace {

constexpr std::size_t kGroupsLeast = 4;

struct Common {
  double mean, precision, excess;  // `excess`: the weighted squares less what chance would give.
};
Common common_at(std::span<const GroupEstimate> groups, double variance) {
  double weights = 0, sum = 0, squares = 0;
  for (const GroupEstimate& group : groups) {
    const double weight = 1 / (variance + group.standard_error * group.standard_error);
    weights += weight;
    sum += weight * group.value;
  }
  const double mean = sum / weights;
  for (const GroupEstimate& group : groups)
    squares += (group.value - mean) * (group.value - mean) / (variance + group.standard_error * group.standard_error);
  return {mean, weights, squares - static_cast<double>(groups.size() - 1)};
}

}  // namespace

Result<PooledEstimates> pool_estimates(std::span<const GroupEstimate> groups) {
  PooledEstimates pooled;
  if (groups.empty()) return pooled;
  double widest = 0;
  for (const GroupEstimate& group : groups) {
    if (!std::isfinite(group.value) || !(std::isfinite(group.standard_error) && group.standard_error > 0))
      return invalid("an estimate is finite, and its error above 0");
    for (const GroupEstimate& other : groups) widest = std::max(widest, std::abs(group.value - other.value));
  }
  double variance = 0;
  if (common_at(groups, 0).excess > 0) {
    // The excess falls as the variance grows, and is below nought where the groups' whole distance is within one spread.
    double low = 0, high = widest * widest * static_cast<double>(groups.size());
    for (int step = 0; step < 200; ++step) {
      variance = (low + high) / 2;
      (common_at(groups, variance).excess > 0 ? low : high) = variance;
    }
  }
  const Common common = common_at(groups, variance);
  pooled.mean = common.mean;
  pooled.mean_error = std::sqrt(1 / common.precision);
  pooled.spread = std::sqrt(variance);
  const auto count = static_cast<double>(groups.size());
  for (const GroupEstimate& group : groups) {
    if (groups.size() < kGroupsLeast) {
      pooled.groups.push_back(group);
      pooled.own_share.push_back(1);
      continue;
    }
    const double own = group.standard_error * group.standard_error;
    const double share = variance / (variance + own), away = (1 - share) * (group.value - common.mean);
    // What the group adds of its own, what is not known of the common mean, and what is not known of the spread [Morris 1983, (1.17)].
    const double left = share * own + (1 - share) * (1 - share) / common.precision + 2 / (count - 3) * away * away;
    pooled.groups.push_back({share * group.value + (1 - share) * common.mean, std::sqrt(left)});
    pooled.own_share.push_back(share);
  }
  return pooled;
}

}  // namespace habitue::models
