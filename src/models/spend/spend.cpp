#include "models/spend/spend.hpp"

#include <algorithm>
#include <cmath>

#include "models/functions.hpp"
#include "models/spend/spend_table.hpp"

namespace habitue::models {
namespace {

constexpr double kCorrelationMin = 0.25;
constexpr double kLnSpendMax = 690;  // What a double holds.

Result<void> check(const SpendModel& model, const SpendHistory& history) {
  const auto between = [](double value, double low, double high) { return value >= low && value <= high; };
  bool possible = false;
  if (const auto* gamma = std::get_if<GammaGamma>(&model))
    possible = between(gamma->p, 1e-9, 1e9) && gamma->q > 1 && gamma->q <= 1e12 && between(gamma->v, 1e-12, 1e18);
  if (const auto* normal = std::get_if<LogNormalSpend>(&model))
    // A standard deviation of 15 in logarithms is a mean e^112 times the median: no one's spend.
    possible = between(normal->mu, -60, 60) && between(normal->sigma, 1e-9, 15) && between(normal->tau, 1e-9, 15) &&
               between(normal->slope, -50, 50);
  if (!possible) return invalid("not a model of spend: parameters are above 0, q above 1, logarithms moderate");
  if (history.x == 0) return {};
  if (history.x > 1'000'000 || !(history.mean > 0 && history.mean < 1e15) || !between(history.mean_ln, -50, 50))
    return invalid("a spend history has at most 1,000,000 purchases and a positive mean amount");
  return {};
}

// His mean of logarithms given his purchases: normal with this mean and variance.
struct Normal {
  double mean, variance;
};
Normal posterior(const LogNormalSpend& model, const SpendHistory& history) {
  const double n = history.x;
  // Of one of whom nothing is known: as those with one purchase.
  const double prior = model.mu + model.slope * (history.x > 0 ? std::log(n) : 0.0);
  const double precision = 1 / (model.tau * model.tau) + n / (model.sigma * model.sigma);
  const double pulled = prior / (model.tau * model.tau) + n * history.mean_ln / (model.sigma * model.sigma);
  return {pulled / precision, 1 / precision};
}

}  // namespace

Result<SpendFit> fit_spend(std::span<const SpendHistory> histories, const SpendFitOptions& options) {
  const SpendTable table = make_spend_table(histories);
  const bool together = table.correlation_beyond_chance && std::abs(table.correlation) >= kCorrelationMin;
  auto fit =
      together && table.has_logarithms ? fit_log_normal_spend(histories, options) : fit_gamma_gamma(histories, options);
  if (fit && together) fit->report.findings.push_back(FitFinding::SpendMovesWithFrequency);
  return fit;
}

Result<double> expected_spend(const SpendModel& model, const SpendHistory& history) {
  if (const auto checked = check(model, history); !checked) return tl::unexpected(checked.error());
  if (const auto* gamma = std::get_if<GammaGamma>(&model)) {
    const double x = history.x, total = x > 0 ? x * history.mean : 0;
    return gamma->p * (gamma->v + total) / (gamma->p * x + (gamma->q - 1));
  }
  const auto& normal = std::get<LogNormalSpend>(model);
  const Normal own = posterior(normal, history);
  return std::exp(std::min(own.mean + (own.variance + normal.sigma * normal.sigma) / 2, kLnSpendMax));
}

Result<double> spend_quantile(const SpendModel& model, const SpendHistory& history, double probability) {
  if (const auto checked = check(model, history); !checked) return tl::unexpected(checked.error());
  if (!(probability > 0 && probability < 1)) return invalid("a probability of a quantile lies inside (0, 1)");
  if (const auto* gamma = std::get_if<GammaGamma>(&model)) {
    // His mean is p / nu, with nu gamma(px + q, v + xm): the more nu the less he spends.
    const double x = history.x, total = x > 0 ? x * history.mean : 0;
    const double nu = gamma_quantile(1 - probability, gamma->p * x + gamma->q) / (gamma->v + total);
    return std::min(gamma->p / std::max(nu, 1e-300), 1e300);
  }
  const auto& normal = std::get<LogNormalSpend>(model);
  const Normal own = posterior(normal, history);
  const double ln = own.mean + normal.sigma * normal.sigma / 2 + normal_quantile(probability) * std::sqrt(own.variance);
  return std::exp(std::min(ln, kLnSpendMax));
}

}  // namespace habitue::models
