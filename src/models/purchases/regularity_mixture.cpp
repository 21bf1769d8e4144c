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

// Parameters: ln r, ln alpha, ln a, ln b (the first two alone with Never), then the logits of the shares from the second kind on.
struct Shape {
  Leaving leaving;
  std::vector<std::uint32_t> k;
  std::size_t common() const { return leaving == Leaving::Never ? 2 : 4; }
};

PurchaseModel model_at(const Shape& shape, std::span<const double> at) {
  PurchaseModel model;
  double total = 0;
  for (std::size_t kind = 0; kind < shape.k.size(); ++kind) {
    const double logit = kind == 0 ? 0 : at[shape.common() + kind - 1];
    PurchaseLaw law{
        .leaving = shape.leaving, .k = shape.k[kind], .r = std::exp(at[0]), .alpha = std::exp(at[1]) / shape.k[kind]};
    if (shape.common() == 4) {
      law.a = std::exp(at[2]);
      law.b = std::exp(at[3]);
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
      for (std::size_t common = 0; common < shape.common(); ++common) gradient[common] += all[kind * kWidth + common];
      if (kind > 0)
        gradient[shape.common() + kind - 1] =
            all[kind * kWidth + kLawParameters] - model.kinds[kind].share * static_cast<double>(table.customers());
    }
    for (std::size_t index = 0; index < at.size(); ++index) {
      const bool share = index >= shape.common();
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
  for (std::size_t at = 0; at < shape.common(); ++at) {
    const double value = std::exp(top.parameters[at]) * (at == 1 ? table.unit() : 1);
    fit.report.estimates.push_back({kNames[at], value, error(at, value)});
  }
  for (std::size_t kind = 0; kind < scaled.kinds.size(); ++kind) {
    auto& [share, law] = scaled.kinds[kind];
    law = in_longer_unit(law, 1 / table.unit());
    fit.report.estimates.push_back({fmt::format("share_k{}", law.k), share,
                                    kind == 0 ? std::nullopt : error(shape.common() + kind - 1, share * (1 - share))});
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
    if (shape.common() == 4) start.insert(start.end(), {std::log(start_law.a), std::log(start_law.b)});
    start.resize(shape.common() + k.size() - 1, 0.0);
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
  if (best_shape) {
    const std::vector<std::vector<double>> starts{best_start};
    const auto top = maximize(posterior(*best_shape, table, options), starts, {.stop = options.stop});
    if (!top) return tl::unexpected(top.error());
    PurchaseFit fit = describe(*best_shape, *top, table, options);
    fit.report.evaluations += evaluations;
    if (criterion(fit.report.log_likelihood, top->parameters.size(), table) >
        criterion(one->report.log_likelihood, best_shape->common(), table))
      return fit;
  }
  one->report.findings.push_back(FitFinding::AllAlike);
  return one;
}

}  // namespace habitue::models
