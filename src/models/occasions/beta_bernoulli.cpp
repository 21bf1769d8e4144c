#include "models/occasions/beta_bernoulli.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <boost/math/special_functions/digamma.hpp>

#include "models/gamma_ratio.hpp"
#include "models/maximize.hpp"

namespace habitue::models {
namespace {

using boost::math::digamma;

constexpr std::uint32_t kOccasionsMax = 10'000, kAheadMax = 1'000;
constexpr double kRadius = 12;  // Of logarithms: parameters from e^-12 to e^12.

double real(std::uint64_t count) { return static_cast<double>(count); }

// ln(B(a + i, b + j) / B(a, b)).
double log_beta_step(double a, double b, double i, double j) {
  return log_gamma_ratio(a + b, i + j) - log_gamma_ratio(a, i) - log_gamma_ratio(b, j);
}

Result<void> check(const OccasionHistory& history) {
  if (history.n > kOccasionsMax) return invalid("at most 10,000 occasions can be looked at");
  if (history.t_x > history.n || history.x > history.t_x || (history.x == 0) != (history.t_x == 0))
    return invalid("somebody who acted x times did so last at occasion t_x, x to n; t_x is 0 when x is");
  return {};
}

Result<void> check(const BetaBernoulli& population, const OccasionHistory& history) {
  for (const double parameter : {population.alpha, population.beta, population.gamma, population.delta})
    if (!(parameter >= 1e-6 && parameter <= 1e6)) return invalid("a parameter lies between 1e-6 and 1e6");
  return check(history);
}

// The logarithms of the ways in which a history can have come: still there (alive), or left right after occasion t_x + i (left[i]).
struct Ways {
  double alive = 0;
  std::vector<double> left;
  double greatest = 0, sum = 0;  // sum: of exp(way - greatest).
  double log_total() const { return greatest + std::log(sum); }
};
Ways ways_of(const BetaBernoulli& m, const OccasionHistory& h) {
  const double x = h.x, n = h.n, t_x = h.t_x;
  Ways ways;
  ways.alive = log_beta_step(m.alpha, m.beta, x, n - x) + log_beta_step(m.gamma, m.delta, 0, n);
  double term = log_beta_step(m.alpha, m.beta, x, t_x - x) + log_beta_step(m.gamma, m.delta, 1, t_x);
  ways.greatest = ways.alive;
  for (double i = 0; i < n - t_x; ++i) {
    ways.left.push_back(term);
    ways.greatest = std::max(ways.greatest, term);
    // B(a, b + 1) / B(a, b) = b / (a + b), for p and for theta.
    term += std::log((m.beta + t_x - x + i) / (m.alpha + m.beta + t_x + i)) +
            std::log((m.delta + t_x + i) / (m.gamma + m.delta + t_x + i + 1));
  }
  ways.sum = std::exp(ways.alive - ways.greatest);
  for (const double way : ways.left) ways.sum += std::exp(way - ways.greatest);
  return ways;
}

// ln L of one history, with its derivatives by the logarithms of alpha, beta, gamma and delta: those of each way, by its share. Sums of 1 / (a + k)
// stand for differences of digamma functions, each from the one before it.
double slope_of(const BetaBernoulli& m, const OccasionHistory& h, std::array<double, 4>& by) {
  const Ways ways = ways_of(m, h);
  const double x = h.x, n = h.n, t_x = h.t_x;
  by = {};
  const auto rise = [](double from, double steps) { return digamma(from + steps) - digamma(from); };
  const double acted = rise(m.alpha, x);
  const auto add = [&](double way, double missed, double all, double left, double lived, double chances) {
    const double share = std::exp(way - ways.greatest) / ways.sum;
    by[0] += share * (acted - all);
    by[1] += share * (missed - all);
    by[2] += share * (left - chances);
    by[3] += share * (lived - chances);
  };
  add(ways.alive, rise(m.beta, n - x), rise(m.alpha + m.beta, n), 0, rise(m.delta, n), rise(m.gamma + m.delta, n));
  if (!ways.left.empty()) {
    double missed = rise(m.beta, t_x - x), all = rise(m.alpha + m.beta, t_x), lived = rise(m.delta, t_x),
           chances = rise(m.gamma + m.delta, t_x + 1);
    for (std::size_t i = 0; i < ways.left.size(); ++i) {
      add(ways.left[i], missed, all, 1 / m.gamma, lived, chances);
      const double at = t_x + real(i);
      missed += 1 / (m.beta + at - x);
      all += 1 / (m.alpha + m.beta + at);
      lived += 1 / (m.delta + at);
      chances += 1 / (m.gamma + m.delta + at + 1);
    }
  }
  by[0] *= m.alpha;
  by[1] *= m.beta;
  by[2] *= m.gamma;
  by[3] *= m.delta;
  return ways.log_total();
}

// One row for each history there is, in one order, whatever the order and the number of those given.
std::vector<OccasionHistory> merged(std::span<const OccasionHistory> histories) {
  std::vector<OccasionHistory> rows(histories.begin(), histories.end());
  const auto key = [](const OccasionHistory& row) { return std::tuple(row.n, row.x, row.t_x); };
  std::sort(rows.begin(), rows.end(),
            [&](const OccasionHistory& left, const OccasionHistory& right) { return key(left) < key(right); });
  std::vector<OccasionHistory> distinct;
  for (const OccasionHistory& row : rows) {
    if (row.people == 0) continue;
    if (distinct.empty() || key(distinct.back()) != key(row)) distinct.push_back({row.x, row.t_x, row.n, 0});
    distinct.back().people += row.people;
  }
  return distinct;
}

// Leaving that never comes: a chance of 1e-12 an occasion.
constexpr double kGammaOfNobody = 1e-6, kDeltaOfNobody = 1e6;

BetaBernoulli model_at(std::span<const double> at) {
  if (at.size() == 2) return {std::exp(at[0]), std::exp(at[1]), kGammaOfNobody, kDeltaOfNobody};
  return {std::exp(at[0]), std::exp(at[1]), std::exp(at[2]), std::exp(at[3])};
}

std::vector<std::vector<double>> starts(double acts_share, bool can_leave) {
  std::vector<std::vector<double>> points;
  if (!can_leave) {
    for (const double together : {2.0, 0.7})
      points.push_back({std::log(acts_share * together), std::log((1 - acts_share) * together)});
    return points;
  }
  for (const double together : {2.0, 0.7})
    for (const double leaving : {0.2, 0.02})
      points.push_back({std::log(acts_share * together), std::log((1 - acts_share) * together), std::log(leaving * 4),
                        std::log((1 - leaving) * 4)});
  return points;
}

}  // namespace

Result<BetaBernoulliFit> fit_beta_bernoulli(std::span<const OccasionHistory> given, const OccasionFitOptions& options) {
  for (const OccasionHistory& history : given)
    if (auto checked = check(history); !checked) return tl::unexpected(checked.error());
  const std::vector<OccasionHistory> histories = merged(given);
  double people = 0, acts = 0, occasions = 0, repeaters = 0;
  std::uint64_t observations = 0;
  for (const OccasionHistory& history : histories) {
    people += real(history.people);
    observations += history.people;
    acts += real(history.people) * history.x;
    occasions += real(history.people) * history.n;
    repeaters += history.x > 1 ? real(history.people) : 0;
  }
  if (people == 0) return invalid("nobody to learn from");
  if (people > 1e15) return invalid("at most 1e15 people can be counted");

  BetaBernoulliFit fit;
  FitReport& report = fit.report;
  report.observations = observations;
  report.distinct = histories.size();
  // One act more and one occasion missed more: between 0 and 1 whatever came.
  const double share = (acts + 1) / (occasions + 2);
  if (occasions == 0 || acts == 0) {
    fit.model = options.leaving ? BetaBernoulli{share, 1 - share, 1, 1}
                                : BetaBernoulli{share, 1 - share, kGammaOfNobody, kDeltaOfNobody};
    report.findings = {occasions == 0 ? FitFinding::FewCustomers : FitFinding::NoRepeatPurchases};
    for (const auto& [name, value] :
         {std::pair("alpha", share), std::pair("beta", 1 - share), std::pair("gamma", 1.0), std::pair("delta", 1.0)})
      if (report.estimates.size() < (options.leaving ? 4 : 2)) report.estimates.push_back({name, value, std::nullopt});
    for (const OccasionHistory& history : histories)
      report.log_likelihood += real(history.people) * ways_of(fit.model, history).log_total();
    return fit;
  }
  const Objective objective = [&](std::span<const double> at, std::span<double> gradient) {
    const BetaBernoulli model = model_at(at);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    std::array<double, 4> by{};
    for (const OccasionHistory& history : histories) {
      sum += real(history.people) * slope_of(model, history, by);
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += real(history.people) * by[i];
    }
    return sum;
  };
  const auto begin = starts(share, options.leaving);
  const auto best = maximize(objective, begin, {.radius = kRadius, .stop = options.stop});
  if (!best) return tl::unexpected(best.error());

  fit.model = model_at(best->parameters);
  const std::array<double, 4> values{fit.model.alpha, fit.model.beta, fit.model.gamma, fit.model.delta};
  const std::array<const char*, 4> names{"alpha", "beta", "gamma", "delta"};
  const std::size_t free = begin.front().size();
  std::vector<double> jacobian(free * free, 0.0);
  for (std::size_t i = 0; i < free; ++i) jacobian[i * free + i] = values[i];
  const auto errors = best->covariance ? delta_standard_errors(*best->covariance, jacobian) : std::vector<double>();
  for (std::size_t i = 0; i < free; ++i)
    report.estimates.push_back(
        {names[i], values[i], errors.empty() || best->at_edge[i] ? std::nullopt : std::optional(errors[i])});
  report.log_likelihood = best->value;
  report.evaluations = best->evaluations;
  const bool alike = fit.model.alpha + fit.model.beta > 1e4;
  const bool nobody_leaves = options.leaving && fit.model.gamma / (fit.model.gamma + fit.model.delta) < 1e-4;
  const bool all_leave = fit.model.delta / (fit.model.gamma + fit.model.delta) < 1e-4;
  const bool edge = std::find(best->at_edge.begin(), best->at_edge.end(), true) != best->at_edge.end();
  report.verdict =
      alike || nobody_leaves || all_leave || edge || !best->covariance ? FitVerdict::Boundary : FitVerdict::Interior;
  if (people < 30) report.findings.push_back(FitFinding::FewCustomers);
  if (repeaters == 0) report.findings.push_back(FitFinding::NoRepeatPurchases);
  if (alike) report.findings.push_back(FitFinding::AllAlike);
  if (nobody_leaves) report.findings.push_back(FitFinding::NoDropoutDetectable);
  if (all_leave) report.findings.push_back(FitFinding::EverybodyLeavesAtOnce);
  if (!best->converged) report.findings.push_back(FitFinding::NotConverged);
  return fit;
}

Result<double> log_likelihood(const BetaBernoulli& population, const OccasionHistory& history) {
  return check(population, history).map([&] { return ways_of(population, history).log_total(); });
}

Result<double> probability_alive(const BetaBernoulli& population, const OccasionHistory& history) {
  return check(population, history).map([&] {
    const Ways ways = ways_of(population, history);
    // Alive at n and through the chance to leave before n + 1.
    const double stays = (population.delta + history.n) / (population.gamma + population.delta + history.n);
    return stays * std::exp(ways.alive - ways.greatest) / ways.sum;
  });
}

Result<double> expected_acts(const BetaBernoulli& m, const OccasionHistory& history, std::uint32_t occasions,
                             double discount) {
  if (auto checked = check(m, history); !checked) return tl::unexpected(checked.error());
  if (!(discount >= 0 && discount <= 1e6)) return invalid("a discount is a share an occasion, at least 0");
  if (occasions > kOccasionsMax) return invalid("at most 10,000 occasions can be foretold");
  const Ways ways = ways_of(m, history);
  const double alive = std::exp(ways.alive - ways.greatest) / ways.sum;
  const double n = history.n, acts = (m.alpha + history.x) / (m.alpha + m.beta + n);
  double there = 1, worth = 1, sum = 0;
  for (double k = 1; k <= occasions; ++k) {
    there *= (m.delta + n + k - 1) / (m.gamma + m.delta + n + k - 1);
    worth /= 1 + discount;
    sum += there * worth;
  }
  return alive * acts * sum;
}

Result<std::vector<double>> distribution_of_acts(const BetaBernoulli& m, const OccasionHistory& history,
                                                 std::uint32_t occasions) {
  if (auto checked = check(m, history); !checked) return tl::unexpected(checked.error());
  if (occasions > kAheadMax) return invalid("at most 1,000 occasions can be foretold act by act");
  const Ways ways = ways_of(m, history);
  const double alive = std::exp(ways.alive - ways.greatest) / ways.sum, n = history.n;
  const double a = m.alpha + history.x, b = m.beta + n - history.x;  // Of p, for who is alive at n.
  std::vector<double> probability(occasions + 1, 0.0);
  probability[0] = 1 - alive;
  if (alive < 0.5) {
    probability[0] = 0;
    for (const double way : ways.left) probability[0] += std::exp(way - ways.greatest) / ways.sum;
  }
  // Lives for k occasions more (and no longer, unless k is all of them), and acts at j of those: beta-binomial.
  double there = 1;
  for (std::uint32_t k = 0; k <= occasions; ++k) {
    const double leaves = k == occasions ? 1 : m.gamma / (m.gamma + m.delta + n + k);
    const double weight = alive * there * leaves;
    double log_term = log_beta_step(a, b, 0, k);
    for (std::uint32_t j = 0; j <= k; ++j) {
      probability[j] += weight * std::exp(log_term);
      if (j < k) log_term += std::log((k - j) * (a + j) / ((j + 1.0) * (b + k - j - 1.0)));
    }
    there *= (m.delta + n + k) / (m.gamma + m.delta + n + k);
  }
  return probability;
}

}  // namespace habitue::models
