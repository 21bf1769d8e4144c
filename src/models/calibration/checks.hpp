// What scores, calibrators and intervals ask of the numbers that they are given.
#pragma once

#include <span>

#include "base/result.hpp"

namespace habitue::models {

/// Beyond it sums of squares could leave what a double holds, and no amount or count of a customer is as large.
inline constexpr double kLargestNumber = 1e15;

/// Nothing when both have one length above 0 and all numbers are at most kLargestNumber in size; else what is wrong.
Result<void> check_pairs(std::span<const double> left, std::span<const double> right);
/// The same, and `probability` lies in 0 to 1 and `outcome` is 0 or 1.
Result<void> check_probabilities(std::span<const double> probability, std::span<const double> outcome);
/// A share strictly between 0 and 1, such as a coverage.
Result<void> check_share(double share, const char* what);

}  // namespace habitue::models
