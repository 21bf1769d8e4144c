// Shops whose customers answer to prices by a known elasticity, and contracts that end more often after a rise: what estimates have to
// find again. Prices are higher in the high season, so that who does not tell the season from the price finds another answer.
#pragma once

#include <cmath>
#include <vector>

#include <boost/random/bernoulli_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include "models/prices/elasticity.hpp"
#include "models/prices/rise_risk.hpp"

namespace habitue::models {

struct PriceWorld {
  double elasticity = -1.5;
  std::uint32_t products = 40, periods = 24;
  double sold = 15;           ///< Of a product in a period, about.
  double season_price = 0.1;  ///< By how much prices follow the season.
  double promotions = 0.25;   ///< Share of a product's periods with a price of its own.
  double spread = 0;          ///< Standard deviation of the elasticity between products.
};

inline std::vector<PriceCell> invent_prices(const PriceWorld& world, unsigned seed) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  boost::random::normal_distribution<double> normal;
  boost::random::gamma_distribution<double> gamma(4, 0.25);
  std::vector<PriceCell> cells;
  for (std::uint32_t product = 0; product < world.products; ++product) {
    const double level = std::log(world.sold) + 0.7 * normal(random), base = 2 + 0.8 * normal(random);
    const double own = world.elasticity + world.spread * normal(random);
    for (std::uint32_t period = 0; period < world.periods; ++period) {
      const double season = std::sin(2 * 3.14159265358979 * period / 12) + 0.02 * period;
      double price = base + world.season_price * season;
      if (uniform(random) < world.promotions) price -= 0.05 + 0.25 * uniform(random);
      const double expected = std::exp(level + 0.6 * season + own * (price - base)) * gamma(random);
      boost::random::poisson_distribution<int, double> sales(std::max(expected, 1e-9));
      cells.push_back({product, period, price, static_cast<double>(sales(random))});
    }
  }
  return cells;
}

struct RiseWorld {
  double effect = 3;  ///< b: a rise by a tenth makes ending exp(0.0953 b) times as likely.
  std::uint32_t contracts = 1'500, periods = 24;
  double ends = 0.03, rises = 0.03;  ///< Chance a period.
};

/// Risks differ by period, and rises come more often in the periods in which more end anyway.
inline std::vector<RiseCell> invent_rises(const RiseWorld& world, unsigned seed) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<RiseCell> cells;
  for (std::uint32_t contract = 0; contract < world.contracts; ++contract) {
    std::uint32_t since = 99;
    double change = 0;
    for (std::uint32_t period = 0; period < world.periods; ++period) {
      const double season = 1 + 0.5 * std::sin(2 * 3.14159265358979 * period / 12);
      if (uniform(random) < world.rises * season * season) {
        since = 0;
        change = std::round(100 * (0.03 + 0.2 * uniform(random))) / 100;
      }
      const double x = since < 3 ? change : 0;
      const bool ended = uniform(random) < world.ends * season * std::exp(world.effect * x);
      cells.push_back({period, x, 1, ended ? 1U : 0U});
      if (ended) break;
      ++since;
    }
  }
  return cells;
}

}  // namespace habitue::models
