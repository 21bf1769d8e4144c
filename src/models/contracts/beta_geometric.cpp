#include "models/contracts/beta_geometric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include <boost/math/special_functions/digamma.hpp>

#include "models/gamma_ratio.hpp"
#include "models/maximize.hpp"

namespace habitue::models {
namespace {

using boost::math::digamma;

constexpr std::uint32_t kPeriodsMax = 10'000;
// The search sees u with c = exp(u / 4): over the same box as the others', c then lies within e^-3 and e^3.
constexpr double kAgeingScale = 0.25;
constexpr double kRadius = 12;

double log_survival(double alpha, double beta, double age) {
  return log_gamma_ratio(beta + age, alpha) - log_gamma_ratio(beta, alpha);
}

// ln S(t) and its derivatives by ln alpha, ln beta and u.
struct Slope {
  double value = 0;
  std::array<double, 3> by{};
};
Slope slope_at(double alpha, double beta, double c, std::uint32_t t) {
  if (t == 0) return {};
  const double age = std::pow(static_cast<double>(t), c);
  const double both = digamma(alpha + beta), both_aged = digamma(alpha + beta + age), beta_aged = digamma(beta + age);
  Slope slope{log_survival(alpha, beta, age)};
  slope.by[0] = alpha * (both - both_aged);
  slope.by[1] = beta * (beta_aged - both_aged - digamma(beta) + both);
  slope.by[2] = (beta_aged - both_aged) * age * std::log(static_cast<double>(t)) * c * kAgeingScale;
  return slope;
}

double log_likelihood(std::span<const ContractCounts> counts, std::span<const double> at, std::span<double> gradient) {
  const double alpha = std::exp(at[0]), beta = std::exp(at[1]), c = at.size() > 2 ? std::exp(kAgeingScale * at[2]) : 1;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  double sum = 0;
  for (const ContractCounts& row : counts) {
    const double ended = static_cast<double>(row.ended), here = static_cast<double>(row.still_here);
    const Slope now = slope_at(alpha, beta, c, row.period), entry = slope_at(alpha, beta, c, row.entered);
    sum += here * now.value - (ended + here) * entry.value;
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += here * now.by[i] - (ended + here) * entry.by[i];
    if (row.ended == 0) continue;
    // P(t) = S(t - 1) (1 - S(t) / S(t - 1)).
    const Slope before = slope_at(alpha, beta, c, row.period - 1);
    const double step = std::min(now.value - before.value, -1e-300), odds = 1 / std::expm1(-step);
    sum += ended * (before.value + log1m_exp(step));
    for (std::size_t i = 0; i < gradient.size(); ++i)
      gradient[i] += ended * (before.by[i] - odds * (now.by[i] - before.by[i]));
  }
  return sum;
}

struct Totals {
  double contracts = 0, ended = 0, renewals = 0;  // `renewals`: at which a contract could have ended.
  std::uint32_t longest = 0;
  bool only_at_first = true;  // Whatever ended did so at its first renewal.
};
Result<Totals> total(std::span<const ContractCounts> counts) {
  Totals totals;
  for (const ContractCounts& row : counts) {
    if (row.period > kPeriodsMax || row.entered > row.period)
      return invalid("a contract lasts from its entry to 10,000 periods");
    if (row.ended > 0 && row.period == row.entered)
      return invalid("a contract ends at a renewal, from 1 or its entry on");
    const double people = static_cast<double>(row.ended) + static_cast<double>(row.still_here);
    totals.contracts += people;
    totals.ended += static_cast<double>(row.ended);
    totals.renewals += people * (row.period - row.entered);
    if (people > 0) totals.longest = std::max(totals.longest, row.period);
    if (row.ended > 0 && row.period > 1) totals.only_at_first = false;
  }
  if (totals.contracts == 0) return invalid("no contracts to learn from");
  if (totals.contracts > 1e15) return invalid("at most 1e15 contracts can be counted");
  return totals;
}

std::vector<std::vector<double>> starts(double share, Ageing ageing) {
  std::vector<std::vector<double>> points;
  for (const double together : {1.0, 5.0, 50.0})
    for (const double u : ageing == Ageing::None ? std::vector<double>{0} : std::vector<double>{0, 2}) {
      std::vector<double> point{std::log(share * together), std::log((1 - share) * together)};
      if (ageing == Ageing::Weibull) point.push_back(u);
      points.push_back(std::move(point));
    }
  return points;
}

void report_on(BetaGeometric& model, const Maximum& best, Ageing ageing) {
  FitReport& report = model.report;
  std::vector<double> jacobian(best.parameters.size() * best.parameters.size(), 0.0);
  const std::array<double, 3> slopes{model.alpha, model.beta, model.c * kAgeingScale};
  for (std::size_t i = 0; i < best.parameters.size(); ++i) jacobian[i * best.parameters.size() + i] = slopes[i];
  const auto errors = best.covariance ? delta_standard_errors(*best.covariance, jacobian) : std::vector<double>();
  const std::array<double, 3> values{model.alpha, model.beta, model.c};
  const std::array<const char*, 3> names{"alpha", "beta", "c"};
  for (std::size_t i = 0; i < best.parameters.size(); ++i)
    report.estimates.push_back(
        {names[i], values[i], errors.empty() || best.at_edge[i] ? std::nullopt : std::optional(errors[i])});
  report.log_likelihood = best.value;
  report.evaluations = best.evaluations;
  const bool edge = std::find(best.at_edge.begin(), best.at_edge.end(), true) != best.at_edge.end();
  const bool alike = model.alpha + model.beta > 1e4;
  report.verdict = edge || alike || !best.covariance ? FitVerdict::Boundary : FitVerdict::Interior;
  if (alike || (!best.covariance && ageing == Ageing::None)) report.findings.push_back(FitFinding::AllAlike);
  if (!best.covariance && ageing == Ageing::Weibull && !alike)
    report.findings.push_back(FitFinding::EffectNotEstimable);
  if (!best.converged) report.findings.push_back(FitFinding::NotConverged);
}

}  // namespace

std::vector<ContractCounts> count_contracts(std::span<const PeriodTenure> tenures) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, ContractCounts> by_fate;
  for (const PeriodTenure& tenure : tenures) {
    ContractCounts& row = by_fate[{tenure.entered, tenure.periods}];
    row.period = tenure.periods;
    row.entered = tenure.entered;
    (tenure.ended ? row.ended : row.still_here) += 1;
  }
  std::vector<ContractCounts> counts;
  for (const auto& [fate, row] : by_fate) counts.push_back(row);
  return counts;
}

double BetaGeometric::survival(std::uint32_t t) const {
  return t == 0 ? 1 : std::exp(std::min(0.0, log_survival(alpha, beta, std::pow(static_cast<double>(t), c))));
}

double BetaGeometric::retention(std::uint32_t t) const { return t == 0 ? 1 : survival_ahead(t - 1, 1).front(); }

std::vector<double> BetaGeometric::survival_ahead(std::uint32_t from, std::uint32_t periods) const {
  const auto aged = [&](std::uint32_t t) { return t == 0 ? 0 : std::pow(static_cast<double>(t), c); };
  // From the age reached, and not S(from + k) / S(from), which is 0 / 0 for those who are almost sure to be gone.
  const double reached = aged(from);
  std::vector<double> ahead;
  for (std::uint32_t k = 1; k <= std::min(periods, kPeriodsMax); ++k)
    ahead.push_back(std::exp(std::min(0.0, log_survival(alpha, beta + reached, aged(from + k) - reached))));
  return ahead;
}

Result<BetaGeometric> fit_beta_geometric(std::span<const ContractCounts> counts, Ageing ageing) {
  const auto totals = total(counts);
  if (!totals) return tl::unexpected(totals.error());
  BetaGeometric model;
  FitReport& report = model.report;
  report.observations = static_cast<std::uint64_t>(totals->contracts);
  report.distinct = counts.size();
  const bool learns_nothing = totals->ended == 0;
  // Half an end more at one renewal more, so that nobody who left yet is not the promise that nobody will.
  const double share = (totals->ended + 0.5) / (totals->renewals + 1);
  if (learns_nothing) {
    model.alpha = share;
    model.beta = 1 - share;
    report.estimates = {{"alpha", model.alpha, std::nullopt}, {"beta", model.beta, std::nullopt}};
    if (ageing == Ageing::Weibull) report.estimates.push_back({"c", 1, std::nullopt});
    report.findings = {FitFinding::NoDropoutDetectable};
    for (const ContractCounts& row : counts)
      report.log_likelihood +=
          static_cast<double>(row.still_here) *
          (log_survival(model.alpha, model.beta, row.period) - log_survival(model.alpha, model.beta, row.entered));
    return model;
  }
  const Objective objective = [&](std::span<const double> at, std::span<double> gradient) {
    return log_likelihood(counts, at, gradient);
  };
  const auto begin = starts(std::min(share, 0.999), ageing);
  const auto best = maximize(objective, begin, {.radius = kRadius});
  if (!best) return tl::unexpected(best.error());
  model.alpha = std::exp(best->parameters[0]);
  model.beta = std::exp(best->parameters[1]);
  if (ageing == Ageing::Weibull) model.c = std::exp(kAgeingScale * best->parameters[2]);
  report_on(model, *best, ageing);
  if (totals->only_at_first && totals->ended == totals->contracts)
    report.findings.insert(report.findings.begin(), FitFinding::EverybodyLeavesAtOnce);
  if (totals->contracts < 30) report.findings.push_back(FitFinding::FewCustomers);
  return model;
}

}  // namespace habitue::models
