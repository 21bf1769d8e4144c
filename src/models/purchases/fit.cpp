#include "models/purchases/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/maximize.hpp"
#include "models/purchases/kernel.hpp"
#include "models/purchases/likelihood.hpp"

namespace habitue::models {
namespace {

constexpr std::uint64_t kCustomersMin = 10;
constexpr std::uint64_t kRepeatCustomersMin = 5;
constexpr std::uint64_t kCustomersForErrors = 100;
constexpr std::size_t kSketchRows = 1'200;
const double kLnFlat = std::log(100.0);
const double kLnFlatOdds = std::log(1000.0);
// Twice this is the 2 % point of the likelihood ratio of two parameters: less says nothing of leaving.
constexpr double kLeavingGainMin = 2;
constexpr double kFewSpread = 1.5;

bool too_few(const HistoryTable& table) {
  return table.customers() < kCustomersMin || table.repeat_customers() < kRepeatCustomersMin;
}

PurchaseLaw law_at(const FitOptions& options, std::span<const double> ln) {
  PurchaseLaw law{.leaving = options.leaving, .k = options.k, .r = std::exp(ln[0]), .alpha = std::exp(ln[1])};
  if (ln.size() < kLawParameters) return law;
  law.a = std::exp(ln[2]);
  law.b = std::exp(ln[3]);
  return law;
}

// Rate of purchases per mean time observed, never nought.
double plain_rate(const HistoryTable& table) {
  return (static_cast<double>(table.repeat_purchases()) + 0.5) / (static_cast<double>(table.customers()) + 1);
}

// Plain habits: what a fit starts from, and what it answers when there is nothing to learn from.
std::vector<double> plain_habits(const HistoryTable& table, const FitOptions& options, double r, double leave,
                                 double stay) {
  std::vector<double> ln{std::log(r), std::log(r / (plain_rate(table) * options.k))};
  if (options.leaving != Leaving::Never) ln.insert(ln.end(), {std::log(leave), std::log(stay)});
  for (double& parameter : ln) parameter = std::clamp(parameter, -kLnFlat, kLnFlat);
  return ln;
}

std::vector<std::vector<double>> starts_for(const HistoryTable& table, const FitOptions& options) {
  if (options.leaving == Leaving::Never) return {plain_habits(table, options, 1, 1, 1)};
  if (options.leaving == Leaving::AtAnyTime)
    return {plain_habits(table, options, 0.7, 0.6, 0.4), plain_habits(table, options, 1.5, 0.2, 2),
            plain_habits(table, options, 0.7, 3, 10)};
  return {plain_habits(table, options, 0.5, 0.8, 2), plain_habits(table, options, 1.5, 0.1, 0.5),
          plain_habits(table, options, 1, 3, 40)};
}

// Nought inside +-flat, a normal of one unit beyond; `slope` takes the derivative.
double beyond_flat(double ln, double flat, double& slope) {
  const double beyond = ln - std::clamp(ln, -flat, flat);
  slope = -beyond;
  return -beyond * beyond / 2;
}

double ln_weak_prior(Leaving leaving, std::span<const double> ln, std::span<double> gradient) {
  double value = 0, slope = 0;
  const bool odds = leaving == Leaving::AfterRepeatPurchase || leaving == Leaving::AfterAnyPurchase;
  for (std::size_t at = 0; at < (odds ? 2 : ln.size()); ++at) {
    value += beyond_flat(ln[at], kLnFlat, slope);
    gradient[at] += slope;
  }
  if (!odds) return value;
  // The odds a / b of leaving after a purchase, and how alike customers are in them, a + b: a and b alone mean nothing.
  value += beyond_flat(ln[2] - ln[3], kLnFlatOdds, slope);
  gradient[2] += slope;
  gradient[3] -= slope;
  const double share = 1 / (1 + std::exp(ln[3] - ln[2]));
  value += beyond_flat(std::max(ln[2], ln[3]) + std::log1p(std::exp(-std::abs(ln[2] - ln[3]))), kLnFlatOdds, slope);
  gradient[2] += slope * share;
  gradient[3] += slope * (1 - share);
  return value;
}

double ln_prior(const HistoryTable& table, const FitOptions& options, std::span<const double> ln,
                std::span<double> gradient) {
  if (options.priors == Priors::None) return 0;
  if (!too_few(table)) return ln_weak_prior(options.leaving, ln, gradient);
  const std::vector<double> centre = plain_habits(table, options, 1, 0.8, 2.5);
  double value = 0;
  for (std::size_t at = 0; at < ln.size(); ++at) {
    const double off = (ln[at] - centre[at]) / kFewSpread;
    value -= off * off / 2;
    gradient[at] -= off / kFewSpread;
  }
  return value;
}

Objective posterior(const HistoryTable& table, const FitOptions& options) {
  return [&table, options](std::span<const double> ln, std::span<double> gradient) {
    std::array<double, kLawParameters> all{};
    const double value = log_likelihood(law_at(options, ln), table, all, options.threads);
    std::copy_n(all.begin(), ln.size(), gradient.begin());
    return value + ln_prior(table, options, ln, gradient);
  };
}

Result<Maximum> highest(const HistoryTable& table, const FitOptions& options) {
  const HistoryTable sketch = table.sketch(kSketchRows);
  return maximize_sketched(posterior(sketch, options), posterior(table, options), starts_for(table, options),
                           {.stop = options.stop});
}

bool has(const FitReport& report, FitFinding finding) {
  return std::find(report.findings.begin(), report.findings.end(), finding) != report.findings.end();
}

void note(FitReport& report, FitFinding finding) {
  if (!has(report, finding)) report.findings.push_back(finding);
}

// What stands out of the parameters (in the table's unit) where the prior had to hold them.
void judge_edges(FitReport& report, const PurchaseLaw& law) {
  const auto large = [](double parameter) { return std::log(parameter) > kLnFlat; };
  const auto small = [](double parameter) { return std::log(parameter) < -kLnFlat; };
  if (large(law.r) || large(law.alpha) || small(law.r) || small(law.alpha)) note(report, FitFinding::AllAlike);
  switch (law.leaving) {
    case Leaving::Never: return;
    case Leaving::AtAnyTime:
      if (large(law.a) || large(law.b))
        note(report, FitFinding::LeavingAlike);
      else if (small(law.b))
        note(report, FitFinding::EverybodyLeavesAtOnce);
      else if (small(law.a))
        note(report, FitFinding::NoDropoutDetectable);
      return;
    case Leaving::AfterRepeatPurchase:
    case Leaving::AfterAnyPurchase:
      if (std::log(law.a + law.b) > kLnFlatOdds)
        note(report, FitFinding::LeavingAlike);
      else if (std::log(law.a / law.b) > kLnFlatOdds)
        note(report, FitFinding::EverybodyLeavesAtOnce);
      else if (std::log(law.a / law.b) < -kLnFlatOdds || std::log(law.a + law.b) < -kLnFlatOdds)
        note(report, FitFinding::NoDropoutDetectable);
      return;
  }
}

void describe_table(FitReport& report, const HistoryTable& table) {
  report.observations = table.customers();
  report.distinct = table.rows();
  if (table.customers() == 0) note(report, FitFinding::NoCustomers);
  if (table.customers() < kCustomersForErrors) note(report, FitFinding::FewCustomers);
  if (table.repeat_purchases() == 0) note(report, FitFinding::NoRepeatPurchases);
  if (table.rows() == 1 && table.customers() > 1) note(report, FitFinding::AllAlike);
}

PurchaseFit describe(const HistoryTable& table, const FitOptions& options, const Maximum& top) {
  PurchaseFit fit;
  describe_table(fit.report, table);
  const PurchaseLaw scaled = law_at(options, top.parameters);
  const PurchaseLaw law = in_longer_unit(scaled, 1 / table.unit());
  fit.model = model_of(law);
  fit.covariance = top.covariance;
  fit.report.evaluations = top.evaluations;
  fit.report.log_likelihood = log_likelihood(scaled, table, {}, options.threads) - table.ln_unit_of_all_purchases();
  if (!top.converged) note(fit.report, FitFinding::NotConverged);
  const bool leaves_any_time = law.leaving == Leaving::AtAnyTime;
  const std::array<const char*, kLawParameters> names{"r", "alpha", leaves_any_time ? "s" : "a",
                                                      leaves_any_time ? "beta" : "b"};
  const std::array<double, kLawParameters> values{law.r, law.alpha, law.a, law.b};
  const std::size_t count = top.parameters.size();
  for (std::size_t at = 0; at < count; ++at) {
    std::optional<double> error;
    if (top.covariance) error = values[at] * std::sqrt(std::max(0.0, (*top.covariance)[at * count + at]));
    fit.report.estimates.push_back({names[at], values[at], error});
  }
  judge_edges(fit.report, scaled);
  // A standard error of more than 1.15 in a logarithm is a factor of ten on either side.
  const bool leaving_free = top.covariance && count == kLawParameters &&
                            std::max((*top.covariance)[2 * count + 2], (*top.covariance)[3 * count + 3]) > 1.15 * 1.15;
  if (leaving_free && fit.report.findings.empty()) note(fit.report, FitFinding::LeavingUncertain);
  const bool edge = has(fit.report, FitFinding::LeavingUncertain) || has(fit.report, FitFinding::AllAlike) ||
                    has(fit.report, FitFinding::LeavingAlike) || has(fit.report, FitFinding::NoDropoutDetectable) ||
                    has(fit.report, FitFinding::EverybodyLeavesAtOnce) || !top.covariance;
  fit.report.verdict = too_few(table) ? FitVerdict::TooFewData : edge ? FitVerdict::Boundary : FitVerdict::Interior;
  return fit;
}

Result<void> check_options(const FitOptions& options) {
  return check_law({.leaving = options.leaving, .k = options.k});
}

Result<PurchaseFit> fit_one(const HistoryTable& table, const FitOptions& options) {
  const auto top = highest(table, options);
  if (!top) return tl::unexpected(top.error());
  return describe(table, options, *top);
}

}  // namespace

Result<PurchaseFit> fit_purchases(const HistoryTable& table, const FitOptions& options) {
  if (const auto checked = check_options(options); !checked) return tl::unexpected(checked.error());
  auto fit = fit_one(table, options);
  if (!fit || options.leaving == Leaving::Never || fit->report.verdict == FitVerdict::TooFewData) return fit;
  // Whether leaving can be seen at all is a question of likelihoods, not of where a parameter stands.
  FitOptions staying = options;
  staying.leaving = Leaving::Never;
  auto never = fit_one(table, staying);
  if (!never) return never;
  fit->report.evaluations += never->report.evaluations;
  if (fit->report.log_likelihood - never->report.log_likelihood >= kLeavingGainMin) return fit;
  never->nested = never->model.kinds.front().law;
  never->report.evaluations = fit->report.evaluations;
  never->report.verdict = FitVerdict::Boundary;
  std::erase(never->report.findings, FitFinding::NoDropoutDetectable);
  never->report.findings.insert(never->report.findings.begin(), FitFinding::NoDropoutDetectable);
  return never;
}

Result<PurchaseFit> fit_regularity(const HistoryTable& table, const FitOptions& options) {
  if (options.leaving == Leaving::AtAnyTime)
    return invalid("regularity is a matter of laws where customers leave after a purchase");
  std::optional<PurchaseFit> best;
  std::uint32_t evaluations = 0;
  for (std::uint32_t k = std::max(1U, options.k); k <= 6; ++k) {
    FitOptions own = options;
    own.k = k;
    auto fit = fit_purchases(table, own);
    if (!fit) return fit;
    evaluations += fit->report.evaluations;
    // Regular or not, the likelihood has one top in k: once it falls it does not rise again.
    if (best && !(fit->report.log_likelihood > best->report.log_likelihood)) break;
    best = std::move(*fit);
  }
  if (!best) return invalid("a regularity is from 1 to 6");
  best->report.evaluations = evaluations;
  return std::move(*best);
}

}  // namespace habitue::models
