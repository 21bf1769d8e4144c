// Exact quantiles of numbers, and of counts of people by number.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace habitue::insight {

/// Of numbers in order, by linear interpolation between the two around (n-1)p: type 7 of Hyndman and Fan (1996), Sample Quantiles in
/// Statistical Packages, The American Statistician 50. The median is the middle one, or halfway between the two in the middle.
struct Quantiles {
  double least = 0, p10 = 0, p25 = 0, median = 0, p75 = 0, p90 = 0, most = 0, mean = 0;
};
/// Nothing of none. Sorts `numbers`.
std::optional<Quantiles> quantiles_of(std::vector<std::int64_t>& numbers);
/// Of numbers that so many people have. Nothing of nobody.
std::optional<Quantiles> quantiles_of(const std::map<std::uint64_t, std::uint64_t>& people_by_number);

}  // namespace habitue::insight
