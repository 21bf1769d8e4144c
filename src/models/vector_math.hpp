// exp and log that a compiler turns into vector instructions: no branch, no call, no global. The reductions and polynomials are
// those of fdlibm (Sun Microsystems, 1993), within one unit of the last digit. They use no fused multiply-add, so that every
// machine gives the same bits.
#pragma once

#include <bit>
#include <cstdint>

namespace habitue::models {

/// The natural logarithm of a finite, normal, positive number.
[[gnu::always_inline]] inline double log_lane(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // The biased exponent of x / sqrt(1/2), so that what remains lies in [sqrt(1/2), sqrt(2)).
  const std::uint64_t biased = (bits + 0x0009'5F62'0000'0000U) >> 52;
  const double exponent = std::bit_cast<double>(biased | 0x4330'0000'0000'0000U) - (4503599627370496.0 + 1023.0);
  const double f = std::bit_cast<double>(bits - (biased << 52) + 0x3FF0'0000'0000'0000U) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double even =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half = 0.5 * f * f;
  return exponent * 6.93147180369123816490e-01 -
         ((half - (s * (half + odd + even) + exponent * 1.90821492927058770002e-10)) - f);
}

/// The exponential function; an argument beyond +-708 counts as +-708, which is next to the end of what a double holds.
[[gnu::always_inline]] inline double exp_lane(double x) {
  const double low = x < -708.0 ? -708.0 : x;
  const double bounded = low > 708.0 ? 708.0 : low;
  constexpr double kShift =
      6755399441055744.0;  // 1.5 * 2^52: adding it rounds to a whole number, kept in the lowest bits.
  const double shifted = bounded * 1.44269504088896338700e+00 + kShift;
  const double whole = shifted - kShift;
  const double high_part = bounded - whole * 6.93147180369123816490e-01;
  const double low_part = whole * 1.90821492927058770002e-10;
  const double r = high_part - low_part;
  const double z = r * r;
  const double c =
      r -
      z * (1.66666666666666019037e-01 +
           z * (-2.77777777770155933842e-03 +
                z * (6.61375632143793436117e-05 + z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))));
  const double y = 1.0 - ((low_part - (r * c) / (2.0 - c)) - high_part);
  return y * std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52) + 0x3FF0'0000'0000'0000U);
}

}  // namespace habitue::models
