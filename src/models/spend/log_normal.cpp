#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/spend/spend_table.hpp"

namespace habitue::models {
namespace {

// The random-effects likelihood of the logarithms of all amounts, exact from n, their mean y and their squares S of each customer:
//   y ~ normal(mu + slope ln n, tau^2 + sigma^2 / n),  S / sigma^2 ~ chi^2(n - 1),  independent.
// Parameters: mu, ln sigma, ln tau, slope; the amounts in units of the mean spend.
double log_likelihood(const SpendTable& table, std::span<const double> at, std::span<double> gradient) {
  const double sigma2 = std::exp(2 * at[1]), tau2 = std::exp(2 * at[2]);
  ExactSum value;
  std::array<ExactSum, 4> slopes;
  for (const SpendHistory& row : table.rows) {
    const double n = row.x, ln_n = std::log(n);
    const double variance = tau2 + sigma2 / n;
    const double off = row.mean_ln - at[0] - at[3] * ln_n;
    // The density of the amounts themselves: the Jacobian of the logarithms is the same for every parameter.
    value.add(-0.5 * (std::log(2 * std::numbers::pi * variance) + off * off / variance) - 0.5 * ln_n -
              0.5 * (n - 1) * std::log(2 * std::numbers::pi * sigma2) - row.squares_ln / (2 * sigma2) -
              n * row.mean_ln);
    const double by_variance = 0.5 * (off * off / variance - 1) / variance;
    slopes[0].add(off / variance);
    slopes[1].add(2 * by_variance * sigma2 / n - (n - 1) + row.squares_ln / sigma2);
    slopes[2].add(2 * by_variance * tau2);
    slopes[3].add(off / variance * ln_n);
  }
  for (std::size_t index = 0; index < 4; ++index) gradient[index] = slopes[index].value();
  return value.value();
}

double ln_prior(std::span<const double> at, bool few, std::span<double> gradient) {
  constexpr std::array<double, 4> kPlain{0, -0.7, -0.7, 0};
  constexpr double kLnFlat = 4.6;  // Spreads between a hundredth and a hundred.
  double value = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    const bool spread = index == 1 || index == 2;
    double off = few ? at[index] - kPlain[index] : spread ? at[index] - std::clamp(at[index], -kLnFlat, kLnFlat) : 0;
    // With one purchase each, or as many for all, a slope cannot be told: it stays near nought.
    if (!few && index == 3) off = at[3] / 10;
    value -= off * off / 2;
    gradient[index] -= !few && index == 3 ? off / 10 : off;
  }
  return value;
}

}  // namespace

Result<SpendFit> fit_log_normal_spend(std::span<const SpendHistory> histories, const SpendFitOptions& options) {
  const SpendTable table = make_spend_table(histories);
  SpendFit fit = begin_fit(table);
  const bool few = fit.report.verdict == FitVerdict::TooFewData;
  const Objective posterior = [&](std::span<const double> at, std::span<double> gradient) {
    const double value = log_likelihood(table, at, gradient);
    return value + ln_prior(at, few, gradient);
  };
  const std::vector<std::vector<double>> starts{{0, -0.7, -0.7, 0}};
  const auto top = maximize(posterior, starts, {.radius = 30, .stop = options.stop});
  if (!top) return tl::unexpected(top.error());
  const std::span<const double> at = top->parameters;
  const LogNormalSpend model{at[0] + std::log(table.unit), std::exp(at[1]), std::exp(at[2]), at[3]};
  fit.model = model;
  fit.covariance = top->covariance;
  std::array<double, 4> ignored{};
  double purchases = 0;
  for (const SpendHistory& row : table.rows) purchases += row.x;
  fit.report.log_likelihood = log_likelihood(table, at, ignored) - purchases * std::log(table.unit);
  fit.report.evaluations = top->evaluations;
  const auto error = [&](std::size_t index, double slope) -> std::optional<double> {
    if (!top->covariance) return std::nullopt;
    return slope * std::sqrt(std::max(0.0, (*top->covariance)[index * 5]));
  };
  fit.report.estimates = {{"mu", model.mu, error(0, 1)},
                          {"sigma", model.sigma, error(1, model.sigma)},
                          {"tau", model.tau, error(2, model.tau)},
                          {"slope", model.slope, error(3, 1)}};
  if (!top->converged) fit.report.findings.push_back(FitFinding::NotConverged);
  if (few) return fit;
  if (model.tau < 0.01 || model.sigma < 0.01) fit.report.findings.push_back(FitFinding::AllAlike);
  if (model.tau < 0.01 || model.sigma < 0.01 || !top->covariance) fit.report.verdict = FitVerdict::Boundary;
  return fit;
}

}  // namespace habitue::models
