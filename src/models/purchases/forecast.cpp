#include "models/purchases/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "models/functions.hpp"
#include "models/purchases/count_tail.hpp"
#include "models/purchases/kernel.hpp"

namespace habitue::models {
namespace {

constexpr double kHorizonMax = 1e9;
constexpr std::size_t kPoints = 32;

// What one kind of a model says of one customer.
struct Belief {
  PurchaseLaw law;
  double share;  // That he is of this kind.
  double alive;
  double rate;  // Mean of his purchases per unit of time, while there.
};

Result<std::vector<Belief>> beliefs(const PurchaseModel& model, const PurchaseHistory& history, double horizon) {
  if (const auto checked = check_model(model); !checked) return tl::unexpected(checked.error());
  if (const auto checked = check_history(history); !checked) return tl::unexpected(checked.error());
  if (!(horizon >= 0 && horizon <= kHorizonMax))
    return invalid(fmt::format("a horizon lies between 0 and 1e9, not {}", horizon));
  const std::array<std::uint32_t, 1> index{0}, x{history.x};
  const std::array<double, 1> t_x{history.t_x}, T{history.T};
  const auto block = std::make_unique<RowBlock>();
  std::vector<Belief> kinds;
  std::vector<double> ln;
  for (const auto& [share, law] : model.kinds) {
    LawKernel(law, x, kPoints).evaluate(index, t_x, T, *block);
    // d ln L / d alpha = r / alpha - E(rate | history), whatever the law.
    const double rate = std::max(law.r - block->gradient[1][0], law.r * 1e-12) / (law.alpha * law.k);
    kinds.push_back({law, share, std::clamp(block->alive[0], 0.0, 1.0), rate});
    ln.push_back(std::log(share) + block->log_likelihood[0] + (law.k - 1) * history.sum_ln_gaps);
  }
  if (kinds.size() == 1) return kinds;
  const double top = *std::max_element(ln.begin(), ln.end());
  double total = 0;
  for (double& value : ln) total += value = std::exp(value - top);
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) kinds[kind].share = ln[kind] / total;
  return kinds;
}

StayingCustomer staying(const Belief& belief, const PurchaseHistory& history, double t) {
  return {belief.law, history.x, history.t_x, history.T, t};
}

// AtAnyTime, for a customer there at T: rates are gamma(c, alpha), his moments of leaving Lomax(s, beta), from T on.
struct Lifetime {
  double c, alpha, s, beta, t;

  Lifetime(const Belief& belief, const PurchaseHistory& history, double horizon)
      : c(belief.law.r + history.x),
        alpha(belief.law.alpha + history.T),
        s(belief.law.a),
        beta(belief.law.b + history.T),
        t(horizon) {}

  double stays() const { return std::exp(-s * std::log1p(t / beta)); }

  double expected() const {
    const double w = std::log1p(t / beta);
    const double off = s - 1;
    const double lasting = std::abs(off * w) < 1e-12 ? w : -std::expm1(-off * w) / off;
    return c * beta / alpha * lasting;
  }

  // Calls visit(weight, tau) so that the weighted sum is the mean over the time tau that he still buys within t.
  template <class Visit>
  void over_times(Visit visit) const {
    const double near = std::min(alpha, beta);
    const double range = std::log1p(t / near);
    // A count of n has its weight where ln tau varies by about 1 / sqrt(c): panels are narrower than that.
    const double wanted = std::ceil(range * std::clamp(std::sqrt(c) / 2, 1.0, 40.0));
    const auto panels = static_cast<std::size_t>(std::clamp(wanted, 1.0, 400.0));
    const Quadrature& rule = gauss_legendre(16);
    const double width = range / static_cast<double>(panels);
    for (std::size_t panel = 0; panel < panels; ++panel)
      for (std::size_t at = 0; at < rule.nodes.size(); ++at) {
        const double v = width * (static_cast<double>(panel) + rule.nodes[at]);
        const double tau = near * std::expm1(v);
        const double density = s / (beta + tau) * std::exp(-s * std::log1p(tau / beta));
        visit(rule.weights[at] * width * (near + tau) * density, tau);
      }
    visit(stays(), t);
  }

  double buys() const {
    double chance = 0;
    over_times([&](double weight, double tau) { chance += weight * -std::expm1(-c * std::log1p(tau / alpha)); });
    return std::clamp(chance, 0.0, 1.0);
  }

  // Adds share * P(n) to counts[n].
  void add_counts(double share, std::vector<double>& counts) const {
    const double ln_gamma_c = ln_gamma(c);
    over_times([&](double weight, double tau) {
      const double q = tau / (alpha + tau), mean = c * tau / alpha, spread = std::sqrt(mean * (1 + tau / alpha));
      const auto first = static_cast<std::size_t>(
          std::min(std::max(0.0, std::floor(mean - 12 * spread - 50)), static_cast<double>(counts.size())));
      const auto n0 = static_cast<double>(first);
      const double ln_odds = q > 0 ? std::log(q) : 0;
      double p =
          share * weight *
          std::exp(ln_gamma(c + n0) - ln_gamma_c - ln_gamma(n0 + 1) + n0 * ln_odds - c * std::log1p(tau / alpha));
      for (std::size_t n = first; n < counts.size(); ++n) {
        counts[n] += p;
        p *= (c + static_cast<double>(n)) / (static_cast<double>(n) + 1) * q;
        if (static_cast<double>(n) > mean && p < 1e-20) break;
      }
    });
  }
};

bool any_time(const Belief& belief) { return belief.law.leaving == Leaving::AtAnyTime; }

double expected_of(const Belief& belief, const PurchaseHistory& history, double t) {
  const double lasting =
      any_time(belief) ? Lifetime(belief, history, t).expected() : staying(belief, history, t).expected();
  return std::min(belief.alive * lasting, std::numeric_limits<double>::max());
}

double expected_of(const std::vector<Belief>& kinds, const PurchaseHistory& history, double t) {
  double expected = 0;
  for (const Belief& belief : kinds) expected += belief.share * expected_of(belief, history, t);
  return expected;
}

}  // namespace

Result<double> alive(const PurchaseModel& model, const PurchaseHistory& history, double later) {
  return beliefs(model, history, later).map([&](const std::vector<Belief>& kinds) {
    double chance = 0;
    for (const Belief& belief : kinds) {
      double stays = 1;
      if (later > 0)
        stays =
            any_time(belief) ? Lifetime(belief, history, later).stays() : staying(belief, history, later).still_there();
      chance += belief.share * belief.alive * stays;
    }
    return chance;
  });
}

Result<double> expected_purchases(const PurchaseModel& model, const PurchaseHistory& history, double t) {
  return beliefs(model, history, t).map([&](const std::vector<Belief>& kinds) {
    return expected_of(kinds, history, t);
  });
}

Result<std::vector<double>> purchase_counts(const PurchaseModel& model, const PurchaseHistory& history, double t,
                                            double tail, std::size_t most) {
  if (most == 0 || most > 10'000'000) return invalid("a distribution of counts has between 1 and 10,000,000 entries");
  return beliefs(model, history, t).map([&](const std::vector<Belief>& kinds) {
    std::vector<double> counts(std::min<std::size_t>(most, 64), 0.0);
    // The table grows until what is left is small: how far counts go is only known once they are there.
    for (;;) {
      std::fill(counts.begin(), counts.end(), 0.0);
      for (const Belief& belief : kinds) {
        const double share = belief.share * belief.alive;
        counts[0] += belief.share * (1 - belief.alive);
        if (any_time(belief)) {
          Lifetime(belief, history, t).add_counts(share, counts);
          continue;
        }
        const StayingCustomer customer = staying(belief, history, t);
        double at_least = 1;
        for (std::size_t n = 0; n < counts.size(); ++n) {
          const double more = std::min(customer.at_least(static_cast<double>(n + 1)), at_least);
          counts[n] += share * (at_least - more);
          at_least = more;
        }
      }
      double total = 0;
      for (std::size_t n = 0; n < counts.size(); ++n) {
        total += counts[n];
        if (1 - total <= tail) {
          counts.resize(n + 1);
          return counts;
        }
      }
      if (counts.size() == most) return counts;
      counts.resize(std::min(most, counts.size() * 4));
    }
  });
}

Result<double> buys_within(const PurchaseModel& model, const PurchaseHistory& history, double t) {
  return beliefs(model, history, t).map([&](const std::vector<Belief>& kinds) {
    double chance = 0;
    for (const Belief& belief : kinds)
      chance += belief.share * belief.alive *
                (any_time(belief) ? Lifetime(belief, history, t).buys() : staying(belief, history, t).at_least(1));
    return std::clamp(chance, 0.0, 1.0);
  });
}

Result<double> discounted_purchases(const PurchaseModel& model, const PurchaseHistory& history, double horizon,
                                    double rate) {
  if (!(rate >= 0 && rate <= 1e6)) return invalid(fmt::format("a discount rate lies between 0 and 1e6, not {}", rate));
  return beliefs(model, history, horizon).map([&](const std::vector<Belief>& kinds) {
    // By parts: int exp(-rate t) dE = exp(-rate H) E(H) + rate int exp(-rate t) E(t) dt, on panels that double in length.
    double discounted = std::exp(-rate * horizon) * expected_of(kinds, history, horizon);
    if (rate * horizon < 1e-15) return discounted;
    double scale = 1 / rate;
    for (const Belief& belief : kinds) scale = std::min(scale, belief.law.alpha + history.T);
    const Quadrature& rule = gauss_legendre(8);
    double from = 0;
    for (double width = scale / 2; from < horizon && rate * from < 45; width *= 2) {
      // No panel is longer than the discount's own scale.
      const double length = std::min({width, horizon - from, 4 / rate});
      for (std::size_t at = 0; at < rule.nodes.size(); ++at) {
        const double t = from + length * rule.nodes[at];
        discounted += rate * length * rule.weights[at] * std::exp(-rate * t) * expected_of(kinds, history, t);
      }
      from += length;
    }
    return discounted;
  });
}

Result<double> buying_cycle(const PurchaseModel& model, const PurchaseHistory& history) {
  return beliefs(model, history, 0).map([&](const std::vector<Belief>& kinds) {
    double rate = 0;
    for (const Belief& belief : kinds) rate += belief.share * belief.rate;
    return std::min(1 / rate, std::numeric_limits<double>::max());
  });
}

Result<std::vector<double>> kinds_of(const PurchaseModel& model, const PurchaseHistory& history) {
  return beliefs(model, history, 0).map([&](const std::vector<Belief>& kinds) {
    std::vector<double> shares;
    for (const Belief& belief : kinds) shares.push_back(belief.share);
    return shares;
  });
}

}  // namespace habitue::models
