// How long something took, of people: exact, in microseconds; a histogram in whole seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace habitue::insight {

/// From and with `from`, to and with `to`.
struct FunnelBar {
  std::chrono::microseconds from{0}, to{0};
  std::uint64_t people = 0;
  friend bool operator==(const FunnelBar&, const FunnelBar&) = default;
};

/// Quartiles as Hyndman and Fan (1996), Sample quantiles in statistical packages, definition 7.
struct FunnelTimes {
  std::uint64_t people = 0;  ///< When 0, the rest says nothing.
  std::chrono::microseconds least{0}, quartile1{0}, median{0}, quartile3{0}, most{0}, mean{0};
  std::vector<FunnelBar> histogram;  ///< Bars of one width, a whole number of seconds; they add up to `people`.
  friend bool operator==(const FunnelTimes&, const FunnelTimes&) = default;
};

/// Reorders `micros`. `bins`: how many bars, else the cube root of the number rounded up, 1 to 60. Their width is rounded up to
/// whole seconds; one bar of a minute when all times are equal.
FunnelTimes times_of(std::vector<std::int64_t>& micros, std::optional<std::size_t> bins);

}  // namespace habitue::insight
