#include "models/purchases/regularity_mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/purchases/kernel.hpp"
#include "models/purchases/likelihood.hpp"

namespace habitue::models {
namespace {

// What is tried: a few tell clockwork from chance; neighbours in k can hardly be told apart.
const std::array<std::vector<std::uint32_t>, 6> kMixtures{{{1, 2}, {1, 3}, {1, 6}, {2, 4}, {1, 2, 4}, {1, 3, 6}}};
constexpr std::size_t kSketchRows = 3'000;
constexpr double kLnFlat = 4.6;       // As for one kind: parameters beyond a factor of 100 of plain ones are held.
constexpr double kLnShareSpread = 3;  // Shares in their logits: a normal of 3 keeps each above a thousandth or so.

// Parameters: ln r, ln alpha, ln a, ln b (the first two alone with Never), of all kinds or of each in turn, then the logits of the
// shares from the second kind on.
struct Shape {
  Leaving leaving;
  std::vector<std::uint32_t> k;
  bool own_habits = false;

  std::size_t habits() const { return leaving == Leaving::Never ? 2 : 4; }
  std::size_t habits_of(std::size_t kind) const { return own_habits ? kind * habits() : 0; }
  std::size_t shares() const { return (own_habits ? k.size() : 1) * habits(); }
  std::size_t size() const { return shares() + k.size() - 1; }
};

PurchaseModel model_at(const Shape& shape, std::span<const double> at) {
  PurchaseModel model;
  double total = 0;
  for (std::size_t kind = 0; kind < shape.k.size(); ++kind) {
    const double logit = kind == 0 ? 0 : at[shape.shares() + kind - 1];
    const double* own = &at[shape.habits_of(kind)];
    PurchaseLaw law{
        .leaving = shape.leaving, .k = shape.k[kind], .r = std::exp(own[0]), .alpha = std::exp(own[1]) / shape.k[kind]};
    if (shape.habits() == 4) {
      law.a = std::exp(own[2]);
      law.b = std::exp(own[3]);
    }
    const double share = std::exp(std::clamp(logit, -50.0, 50.0));
    model.kinds.push_back({share, law});
    total += share;
  }
  for (auto& kind : model.kinds) kind.share /= total;
  return model;
}

Objective posterior(const Shape& shape, const HistoryTable& table, const FitOptions& options) {
  return [shape, &table, options](std::span<const double> at, std::span<double> gradient) {
    const PurchaseModel model = model_at(shape, at);
    constexpr std::size_t kWidth = kLawParameters + 1;
    std::vector<double> all(model.kinds.size() * kWidth);
    double value = log_likelihood(model, table, all, options.threads);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (std::size_t kind = 0; kind < model.kinds.size(); ++kind) {
      for (std::size_t habit = 0; habit < shape.habits(); ++habit)
        gradient[shape.habits_of(kind) + habit] += all[kind * kWidth + habit];
      if (kind > 0)
        gradient[shape.shares() + kind - 1] =
            all[kind * kWidth + kLawParameters] - model.kinds[kind].share * static_cast<double>(table.customers());
    }
    for (std::size_t index = 0; index < at.size(); ++index) {
      const bool share = index >= shape.shares();
      const double off = share ? at[index] / kLnShareSpread : at[index] - std::clamp(at[index], -kLnFlat, kLnFlat);
      value -= off * off / 2;
      gradient[index] -= share ? off / kLnShareSpread : off;
    }
    return value;
  };
}

double criterion(double log_likelihood, std::size_t parameters, const HistoryTable& table) {
  return log_likelihood - static_cast<double>(parameters) * std::log(static_cast<double>(table.customers()) + 1) / 2;
}

PurchaseFit describe(const Shape& shape, const Maximum& top, const HistoryTable& table, const FitOptions& options) {
  PurchaseFit fit;
  PurchaseModel scaled = model_at(shape, top.parameters);
  fit.report.log_likelihood = log_likelihood(scaled, table, {}, options.threads) - table.ln_unit_of_all_purchases();
  fit.report.observations = table.customers();
  fit.report.distinct = table.rows();
  fit.report.evaluations = top.evaluations;
  fit.report.verdict = top.covariance ? FitVerdict::Interior : FitVerdict::Boundary;
  if (!top.converged) fit.report.findings.push_back(FitFinding::NotConverged);
  fit.covariance = top.covariance;
  const std::size_t count = top.parameters.size();
  const auto error = [&](std::size_t at, double slope) -> std::optional<double> {
    if (!top.covariance) return std::nullopt;
    return slope * std::sqrt(std::max(0.0, (*top.covariance)[at * count + at]));
  };
  constexpr std::array<const char*, kLawParameters> kNames{"r", "alpha", "a", "b"};
  bool rates_held = false, leaving_held = false;
  for (std::size_t at = 0; at < shape.shares(); ++at) {
    const std::size_t habit = at % shape.habits();
    const double value = std::exp(top.parameters[at]) * (habit == 1 ? table.unit() : 1);
    (habit < 2 ? rates_held : leaving_held) |= std::abs(top.parameters[at]) > kLnFlat;
    const std::string kind = shape.own_habits ? fmt::format("_k{}", shape.k[at / shape.habits()]) : "";
    fit.report.estimates.push_back({kNames[habit] + kind, value, error(at, value)});
  }
  if (rates_held) fit.report.findings.push_back(FitFinding::AllAlike);
  if (leaving_held) fit.report.findings.push_back(FitFinding::LeavingAlike);
  if (rates_held || leaving_held) fit.report.verdict = FitVerdict::Boundary;
  for (std::size_t kind = 0; kind < scaled.kinds.size(); ++kind) {
    auto& [share, law] = scaled.kinds[kind];
    law = in_longer_unit(law, 1 / table.unit());
    fit.report.estimates.push_back({fmt::format("share_k{}", law.k), share,
                                    kind == 0 ? std::nullopt : error(shape.shares() + kind - 1, share * (1 - share))});
  }
  fit.model = std::move(scaled);
  return fit;
}

}  // namespace

Result<PurchaseFit> fit_regularity_mixture(const HistoryTable& table, const FitOptions& options) {
  if (!table.keeps_gaps() && table.rows() > 0)
    return invalid("a mixture of regularities needs the gaps of each customer");
  // One regularity is what a mixture must beat, and where its search starts.
  auto one = fit_regularity(table, options);
  if (!one || one->report.verdict == FitVerdict::TooFewData) return one;
  const PurchaseLaw start_law = in_longer_unit(one->model.kinds.front().law, table.unit());
  const HistoryTable sketch = table.sketch(kSketchRows);
  std::uint32_t evaluations = one->report.evaluations;
  std::optional<Shape> best_shape;
  std::vector<double> best_start;
  double best = 0;
  for (const std::vector<std::uint32_t>& k : kMixtures) {
    const Shape shape{start_law.leaving, k};
    std::vector<double> start{std::log(start_law.r), std::log(start_law.alpha * start_law.k)};
    if (shape.habits() == 4) start.insert(start.end(), {std::log(start_law.a), std::log(start_law.b)});
    start.resize(shape.size(), 0.0);
    const std::vector<std::vector<double>> starts{start};
    const auto top = maximize(posterior(shape, sketch, options), starts, {.stop = options.stop});
    if (!top && top.error().kind == ErrorKind::Unavailable) return tl::unexpected(top.error());
    if (!top) continue;
    evaluations += top->evaluations;
    const double score = criterion(top->value, top->parameters.size(), sketch);
    if (best_shape && score <= best) continue;
    best = score;
    best_shape = shape;
    best_start = top->parameters;
  }
  if (!best_shape) return one;
  // From kinds that share their habits, those that do not: the parameters of all are where each starts.
  Shape apart = *best_shape;
  apart.own_habits = true;
  std::vector<double> apart_start;
  for (std::size_t kind = 0; kind < apart.k.size(); ++kind)
    apart_start.insert(apart_start.end(), best_start.begin(),
                       best_start.begin() + static_cast<std::ptrdiff_t>(apart.habits()));
  apart_start.insert(apart_start.end(), best_start.begin() + static_cast<std::ptrdiff_t>(best_shape->shares()),
                     best_start.end());
  std::optional<PurchaseFit> chosen;
  double chosen_score = criterion(one->report.log_likelihood, best_shape->habits(), table);
  for (const auto& [shape, start] : {std::pair{*best_shape, best_start}, std::pair{apart, apart_start}}) {
    const std::vector<std::vector<double>> starts{start};
    const auto top = maximize_sketched(posterior(shape, sketch, options), posterior(shape, table, options), starts,
                                       {.stop = options.stop});
    if (!top) return tl::unexpected(top.error());
    evaluations += top->evaluations;
    PurchaseFit fit = describe(shape, *top, table, options);
    const double score = criterion(fit.report.log_likelihood, shape.size(), table);
    if (score <= chosen_score) continue;
    chosen = std::move(fit);
    chosen_score = score;
  }
  if (!chosen) {
    one->report.findings.push_back(FitFinding::AllAlike);
    chosen = std::move(*one);
  }
  chosen->report.evaluations = evaluations;
  return std::move(*chosen);
}

}  // namespace habitue::models
