// Two shares side by side: how far apart they are, how surely, and whether chance alone would do it.
#pragma once

#include <cstdint>

#include "insight/question.hpp"

namespace habitue::insight {

enum class ShareTest : std::uint8_t {
  FisherExact,
  TwoProportions,
  MantelHaenszel  ///< Of people who are compared within sets alone (contrast).
};

/// Fewer people than this on either side show nothing.
inline constexpr std::uint64_t kComparedMin = 30;

struct TwoShares {
  Share first, second;
  double difference = 0;  ///< first - second.
  double
      low = -1,
      high =
          1;  ///< 95 %, Newcombe (1998), Interval estimation for the difference between independent proportions: method 10.
  double p_value = 1;  ///< Two-sided, that the shares are equal.
  ShareTest test = ShareTest::FisherExact;
  bool too_few = true;       ///< Under kComparedMin people on a side: nothing is significant.
  bool significant = false;  ///< p_value < 0.05, and not too few.
};

/// Of any two groups that share nobody. Pure.
TwoShares compare_shares(const Share& first, const Share& second);

/// Fisher's exact test, two-sided: the probability of all tables as probable as this one, or less (Fisher 1935; margins fixed).
double fisher_p_value(std::uint64_t part1, std::uint64_t whole1, std::uint64_t part2, std::uint64_t whole2);

}  // namespace habitue::insight
