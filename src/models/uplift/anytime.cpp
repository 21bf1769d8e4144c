#include "models/uplift/anytime.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::models {

AnytimeInterval anytime_interval(double estimate, double error, double people, double planned_people) {
  constexpr double kAlpha = 0.05;
  const double nats = -2 * std::log(kAlpha);
  const double rho_squared = (nats + std::log(nats + 1)) / planned_people;
  const double seen = people * rho_squared;  // n rho^2
  const double half = error * std::sqrt(2 * (seen + 1) / seen * (0.5 * std::log(seen + 1) - std::log(kAlpha)));
  // The p-value is the alpha at which the interval just reaches nought.
  double p_value = estimate == 0 ? 1.0 : 0.0;
  if (error > 0) {
    const double z = estimate / error;
    p_value = std::min(1.0, std::exp(0.5 * std::log(seen + 1) - z * z * seen / (2 * (seen + 1))));
  }
  return {estimate - half, estimate + half, p_value};
}

}  // namespace habitue::models
