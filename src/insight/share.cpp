#include <algorithm>
#include <cmath>

#include "insight/question.hpp"

namespace habitue::insight {

// Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22: the score interval.
Share share_of(std::uint64_t part, std::uint64_t whole) {
  Share share{.part = part, .whole = whole};
  if (whole == 0) return share;
  constexpr double kZ = 1.959963984540054;  // The normal quantile of 97.5 %.
  const double n = static_cast<double>(whole);
  const double p = static_cast<double>(part) / n;
  const double z2 = kZ * kZ;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  share.value = p;
  // At the ends the formula gives exactly 0 or 1; rounding must not leave the unit interval.
  share.low = part == 0 ? 0 : std::max(0.0, centre - half);
  share.high = part == whole ? 1 : std::min(1.0, centre + half);
  return share;
}

}  // namespace habitue::insight
