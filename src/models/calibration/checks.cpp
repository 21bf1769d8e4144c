#include "models/calibration/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace habitue::models {

Result<void> check_pairs(std::span<const double> left, std::span<const double> right) {
  if (left.size() != right.size())
    return invalid("two lists of one length are needed, not of " + std::to_string(left.size()) + " and " +
                   std::to_string(right.size()));
  if (left.empty()) return invalid("nobody to judge by: the lists are empty");
  const auto usable = [](double value) { return std::abs(value) <= kLargestNumber; };  // Not so when it is NaN.
  if (!std::all_of(left.begin(), left.end(), usable) || !std::all_of(right.begin(), right.end(), usable))
    return invalid("a number is missing, infinite or above 1e15");
  return {};
}

Result<void> check_probabilities(std::span<const double> probability, std::span<const double> outcome) {
  if (auto pairs = check_pairs(probability, outcome); !pairs) return pairs;
  for (const double p : probability)
    if (p < 0 || p > 1) return invalid("a probability lies between 0 and 1, not at " + std::to_string(p));
  for (const double y : outcome)
    if (y != 0 && y != 1) return invalid("an outcome is 0 or 1, not " + std::to_string(y));
  return {};
}

Result<void> check_share(double share, const char* what) {
  if (share > 0 && share < 1) return {};
  return invalid(std::string(what) + " lies strictly between 0 and 1, not at " + std::to_string(share));
}

}  // namespace habitue::models
