#include "models/purchases/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "models/functions.hpp"
#include "models/purchases/count_tail.hpp"
#include "models/purchases/kernel.hpp"
#include "models/purchases/lifetime_curve.hpp"
#include "models/purchases/smooth_curve.hpp"

namespace habitue::models {
namespace {

constexpr std::uint32_t kCustomersForCurve = 32;  // What a curve costs to make is what so many sums cost.

struct TimesOfX {
  std::uint32_t customers = 0;
  double shortest = std::numeric_limits<double>::infinity();
  double longest = 0;
  double earliest_last = std::numeric_limits<double>::infinity();  // Of the last purchases.
};

// Purchases expected of a customer who is there at T with `hidden` points behind him, as a Chebyshev series in ln(alpha + T).
class Curve {
 public:
  // Nothing fitted yet: `value` sums.
  Curve(const PurchaseLaw& law, std::uint32_t x, std::uint32_t hidden, double t)
      : law_(law), x_(x), hidden_(hidden), t_(t) {}

  void fit(double shortest, double longest) {
    curve_.fit(std::log(law_.alpha + shortest), std::log(law_.alpha + longest),
               [&](double ln_scale) { return sum(std::exp(ln_scale) - law_.alpha); });
  }

  double value(double T, double ln_scale) const { return curve_.is_fitted() ? curve_.at(ln_scale) : sum(T); }

 private:
  // One hidden point more is one point of the rate's shape: the law with k points, its count begun.
  double sum(double T) const { return StayingCustomer(law_, x_, hidden_, std::max(T, 0.0), t_).expected(); }

  PurchaseLaw law_;
  std::uint32_t x_, hidden_;
  double t_;
  SmoothCurve curve_;
};

// One kind of the model, prepared for the distinct x of all customers.
struct Kind {
  double ln_share;
  PurchaseLaw law;
  LawKernel kernel;
  std::vector<Curve> curves;             // k of each distinct x
  std::vector<LifetimeCurve> lifetimes;  // with AtAnyTime, of each distinct x, where there is no other kind
};

double expected_any_time(const PurchaseLaw& law, std::uint32_t x, double T, double t) {
  const double w = std::log1p(t / (law.b + T)), off = law.a - 1;
  const double lasting = std::abs(off * w) < 1e-12 ? w : -std::expm1(-off * w) / off;
  return (law.r + x) * (law.b + T) / (law.alpha + T) * lasting;
}

double expected_staying(const Kind& kind, std::uint32_t x_index, const PurchaseHistory& history) {
  const PurchaseLaw& law = kind.law;
  const double ln_scale = std::log(law.alpha + history.T);
  const Curve* curve = &kind.curves[std::size_t{x_index} * law.k];
  if (law.k == 1) return curve->value(history.T, ln_scale);
  const double c = law.r + static_cast<double>(law.k) * history.x;
  const double y = (history.T - history.t_x) / (law.alpha + history.T);
  double weight = 1, weights = 0, expected = 0;
  for (std::uint32_t j = 0; j < law.k; ++j) {
    if (j > 0) weight *= (c + j - 1) * y / j;
    weights += weight;
    expected += weight * curve[j].value(history.T, ln_scale);
  }
  return expected / weights;
}

// P(alive), and the likelihood where there is no curve.
void evaluate(const Kind& kind, std::span<const std::uint32_t> x_index, std::span<const double> t_x,
              std::span<const double> T, RowBlock& out) {
  if (kind.lifetimes.empty()) return kind.kernel.evaluate(x_index, t_x, T, out, Wanted::Values);
  std::array<std::size_t, kBlockRows> rows;
  std::array<std::uint32_t, kBlockRows> rest_x;
  std::array<double, kBlockRows> rest_t_x, rest_T;
  std::size_t rest = 0;
  for (std::size_t i = 0; i < x_index.size(); ++i) {
    const LifetimeCurve& curve = kind.lifetimes[x_index[i]];
    if (curve.is_fitted()) {
      out.alive[i] = curve.alive(t_x[i], T[i]);
      continue;
    }
    rows[rest] = i;
    rest_x[rest] = x_index[i];
    rest_t_x[rest] = t_x[i];
    rest_T[rest] = T[i];
    ++rest;
  }
  if (rest == 0) return;
  RowBlock of_rest;
  kind.kernel.evaluate({rest_x.data(), rest}, {rest_t_x.data(), rest}, {rest_T.data(), rest}, of_rest, Wanted::Values);
  for (std::size_t i = 0; i < rest; ++i) out.alive[rows[i]] = of_rest.alive[i];
}

}  // namespace

Result<std::vector<PurchaseScore>> score_purchases(const PurchaseModel& model,
                                                   std::span<const PurchaseHistory> histories, double t,
                                                   unsigned threads) {
  if (const auto checked = check_model(model); !checked) return tl::unexpected(checked.error());
  if (!(t >= 0 && t <= 1e9)) return invalid(fmt::format("a horizon lies between 0 and 1e9, not {}", t));
  std::vector<TimesOfX> times;
  for (std::size_t place = 0; place < histories.size(); ++place) {
    const PurchaseHistory& history = histories[place];
    if (const auto checked = check_history(history); !checked)
      return invalid(fmt::format("history {}: {}", place, checked.error().message));
    if (history.x >= times.size()) times.resize(history.x + 1);
    TimesOfX& of_x = times[history.x];
    ++of_x.customers;
    of_x.shortest = std::min(of_x.shortest, history.T);
    of_x.longest = std::max(of_x.longest, history.T);
    of_x.earliest_last = std::min(of_x.earliest_last, history.t_x);
  }
  std::vector<std::uint32_t> distinct_x, index_of(times.size());
  for (std::uint32_t x = 0; x < times.size(); ++x) {
    if (times[x].customers == 0) continue;
    index_of[x] = static_cast<std::uint32_t>(distinct_x.size());
    distinct_x.push_back(x);
  }
  std::vector<Kind> kinds;
  for (const auto& [share, law] : model.kinds) {
    kinds.push_back({std::log(share), law, LawKernel(law, distinct_x), {}, {}});
    if (law.leaving == Leaving::AtAnyTime) {
      // Several kinds are weighed by their likelihoods, which take the quadrature anyway.
      for (const std::uint32_t x : distinct_x) {
        if (model.kinds.size() > 1) break;
        LifetimeCurve& curve = kinds.back().lifetimes.emplace_back(law, x);
        if (times[x].customers >= kCustomersForCurve) curve.fit(times[x].earliest_last, times[x].longest);
      }
      continue;
    }
    for (const std::uint32_t x : distinct_x)
      for (std::uint32_t hidden = 0; hidden < law.k; ++hidden) {
        Curve& curve = kinds.back().curves.emplace_back(law, x, hidden, t);
        if (times[x].customers >= kCustomersForCurve) curve.fit(times[x].shortest, times[x].longest);
      }
  }
  std::vector<PurchaseScore> scores(histories.size());
  const std::size_t blocks = (histories.size() + kBlockRows - 1) / kBlockRows;
  sum_blocks(blocks, 0, threads, [&](std::size_t block, std::span<double>) {
    const std::size_t first = block * kBlockRows, count = std::min(kBlockRows, histories.size() - first);
    std::array<std::uint32_t, kBlockRows> x_index;
    std::array<double, kBlockRows> t_x, T;
    for (std::size_t i = 0; i < count; ++i) {
      x_index[i] = index_of[histories[first + i].x];
      t_x[i] = histories[first + i].t_x;
      T[i] = histories[first + i].T;
    }
    const auto out = std::make_unique_for_overwrite<RowBlock[]>(kinds.size());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind)
      evaluate(kinds[kind], {x_index.data(), count}, {t_x.data(), count}, {T.data(), count}, out[kind]);
    for (std::size_t i = 0; i < count; ++i) {
      const PurchaseHistory& history = histories[first + i];
      double top = -std::numeric_limits<double>::infinity(), total = 0;
      for (std::size_t kind = 0; kind < kinds.size() && kinds.size() > 1; ++kind) {
        double& ln = out[kind].log_likelihood[i];
        ln += kinds[kind].ln_share + (kinds[kind].law.k - 1) * history.sum_ln_gaps;
        top = std::max(top, ln);
      }
      PurchaseScore& score = scores[first + i] = {0, 0};
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const Kind& own = kinds[kind];
        const double share = kinds.size() == 1 ? 1 : std::exp(out[kind].log_likelihood[i] - top);
        const double alive = share * std::clamp(out[kind].alive[i], 0.0, 1.0);
        const double staying = own.law.leaving == Leaving::AtAnyTime
                                   ? expected_any_time(own.law, history.x, history.T, t)
                                   : expected_staying(own, x_index[i], history);
        total += share;
        score.alive += alive;
        score.expected += alive * std::max(staying, 0.0);
      }
      score.alive /= total;
      score.expected = std::min(score.expected / total, std::numeric_limits<double>::max());
    }
  });
  return scores;
}

}  // namespace habitue::models
