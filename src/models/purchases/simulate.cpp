#include "models/purchases/simulate.hpp"

#include <algorithm>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>

namespace habitue::models {
namespace {

// Boost's own engines and distributions: those of the standard library differ between libraries.
using Random = boost::random::mt19937_64;

double draw_gamma(Random& random, double shape, double rate) {
  return boost::random::gamma_distribution<double>(shape)(random) / rate;
}

// One customer from his first purchase to `observed` + `later`.
SimulatedCustomer live(Random& random, const PurchaseLaw& law, double observed, double later,
                       std::uint32_t purchases_max) {
  const double never = std::numeric_limits<double>::infinity();
  const double rate = draw_gamma(random, law.r, law.alpha);
  double leaves_after = 0, leaves_at = never;  // The chance after a purchase; the moment.
  switch (law.leaving) {
    case Leaving::Never: break;
    case Leaving::AtAnyTime: {
      const double leaving_rate = draw_gamma(random, law.a, law.b);
      leaves_at = leaving_rate > 0 ? boost::random::exponential_distribution<double>()(random) / leaving_rate : never;
      break;
    }
    case Leaving::AfterRepeatPurchase:
    case Leaving::AfterAnyPurchase:
      // The smaller of two gammas decides the odds; a beta from them is safe for small shapes.
      leaves_after = boost::random::beta_distribution<double>(law.a, law.b)(random);
      if (!(leaves_after >= 0)) leaves_after = law.a / (law.a + law.b);
  }
  boost::random::uniform_01<double> uniform;
  SimulatedCustomer customer;
  customer.history.T = observed;
  double now = 0;
  if (law.leaving == Leaving::AfterAnyPurchase && uniform(random) < leaves_after) leaves_at = 0;
  while (rate > 0) {
    const double gap = draw_gamma(random, law.k, rate);
    now += gap;
    if (!(now <= observed + later) || now > leaves_at) break;
    if (now <= observed) {
      if (now > customer.history.t_x) {
        ++customer.history.x;
        customer.history.sum_ln_gaps += std::log(now - customer.history.t_x);
        customer.history.t_x = now;
      }
    } else {
      ++customer.later_purchases;
    }
    if (customer.history.x + customer.later_purchases >= purchases_max) break;
    if (law.leaving != Leaving::AtAnyTime && uniform(random) < leaves_after) leaves_at = now;
  }
  customer.alive = leaves_at > observed;
  return customer;
}

}  // namespace

Result<std::vector<SimulatedCustomer>> simulate_customers(const PurchaseModel& model, std::size_t count,
                                                          const std::function<double(std::size_t)>& observed,
                                                          double later, std::uint64_t seed,
                                                          std::uint32_t purchases_max) {
  if (const auto checked = check_model(model); !checked) return tl::unexpected(checked.error());
  if (!(later >= 0 && later <= 1e9)) return invalid("the time after the observed one lies between 0 and 1e9");
  Random random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<SimulatedCustomer> customers;
  customers.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    const double time = observed(index);
    if (!(time >= 0 && time <= 1e9)) return invalid("the time observed lies between 0 and 1e9");
    double place = uniform(random);
    const PurchaseLaw* law = &model.kinds.back().law;
    for (const auto& [share, of_kind] : model.kinds) {
      if (place < share) {
        law = &of_kind;
        break;
      }
      place -= share;
    }
    customers.push_back(live(random, *law, time, later, purchases_max));
  }
  return customers;
}

}  // namespace habitue::models
