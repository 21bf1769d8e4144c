// People dealt into parts by chance that is the same each time, on any machine and for any number of threads: what a number is drawn for says
// which one it is, and nothing is drawn in a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace habitue::models {

/// 64 bits for place `index` of the stream `seed`: SplitMix64, Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators,
/// OOPSLA. Good enough to deal and to resample with, not to keep a secret.
inline std::uint64_t bits_at(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
/// The same as a number from 0 to below 1.
inline double unit_at(std::uint64_t seed, std::uint64_t index) {
  return static_cast<double>(bits_at(seed, index) >> 11) * 0x1p-53;
}

/// A fold from 0 to folds - 1 for each row: within each stratum as evenly as it divides. `folds` of 0 counts as 1.
std::vector<std::uint32_t> deal_folds(std::span<const std::uint32_t> stratum, std::uint32_t folds, std::uint64_t seed);

}  // namespace habitue::models
