#include "models/folds.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace habitue::models {

std::vector<std::uint32_t> deal_folds(std::span<const std::uint32_t> stratum, std::uint32_t folds, std::uint64_t seed) {
  folds = std::max(folds, 1u);
  std::vector<std::size_t> order(stratum.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return std::tuple(stratum[left], bits_at(seed, left), left) <
           std::tuple(stratum[right], bits_at(seed, right), right);
  });
  std::vector<std::uint32_t> fold(stratum.size());
  // Dealt on from stratum to stratum: many small ones do not all fill the first fold.
  for (std::size_t place = 0; place < order.size(); ++place)
    fold[order[place]] = static_cast<std::uint32_t>(place % folds);
  return fold;
}

}  // namespace habitue::models
