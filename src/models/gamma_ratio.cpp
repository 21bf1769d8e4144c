#include "models/gamma_ratio.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace habitue::models {

double log_gamma_ratio(double z, double a) {
  if (z < 1000) return boost::math::lgamma(z) - boost::math::lgamma(z + a);
  // Stirling's series of both, with the large terms taken off each other by hand.
  const double end = z + a;
  return -(z - 0.5) * std::log1p(a / z) - a * std::log(end) + a + (1 / z - 1 / end) / 12 -
         (1 / (z * z * z) - 1 / (end * end * end)) / 360;
}

double log1m_exp(double x) { return x > -0.6931471805599453 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x)); }

}  // namespace habitue::models
