#include "models/purchases/covariates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/purchases/kernel.hpp"
#include "models/purchases/likelihood.hpp"

namespace habitue::models {
namespace {

constexpr double kLnFlat = 4.6;    // As without covariates.
constexpr double kEffectFlat = 5;  // Of one standard deviation of a covariate.

// Customers with the same covariates.
struct Group {
  std::vector<double> rate, leaving;
  HistoryTable table;
};

std::span<const double> row_of(const Covariates& covariates, std::size_t row) {
  return {covariates.values.data() + row * covariates.columns, covariates.columns};
}

Result<void> check(const Covariates& covariates, std::size_t customers) {
  if (covariates.values.size() != covariates.columns * customers)
    return invalid(fmt::format("covariates have a row of {} numbers for each of {} customers, not {} numbers",
                               covariates.columns, customers, covariates.values.size()));
  for (const double value : covariates.values)
    if (!(std::abs(value) <= 1e9)) return invalid("a covariate is not a finite number within 1e9");
  return {};
}

Result<std::vector<Group>> group(std::span<const PurchaseHistory> histories, const Covariates& rate,
                                 const Covariates& leaving, double unit) {
  std::vector<std::size_t> order(histories.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t left, std::size_t right) {
    const auto a = row_of(rate, left), b = row_of(rate, right);
    if (!std::equal(a.begin(), a.end(), b.begin()))
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    const auto c = row_of(leaving, left), d = row_of(leaving, right);
    return std::lexicographical_compare(c.begin(), c.end(), d.begin(), d.end());
  };
  std::sort(order.begin(), order.end(), before);
  std::vector<Group> groups;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    HistoryTableBuilder builder;
    for (; last < order.size() && !before(order[first], order[last]); ++last)
      if (const auto added = builder.add(histories[order[last]]); !added) return tl::unexpected(added.error());
    const auto z = row_of(rate, order[first]), w = row_of(leaving, order[first]);
    groups.push_back({{z.begin(), z.end()}, {w.begin(), w.end()}, std::move(builder).finish().in_unit(unit)});
    first = last;
  }
  return groups;
}

// Standard deviation of each column; 1 where it does not vary.
std::vector<double> spreads_of(const Covariates& covariates, std::size_t customers) {
  std::vector<double> spreads;
  for (std::size_t column = 0; column < covariates.columns; ++column) {
    ExactSum sum, squares;
    for (std::size_t row = 0; row < customers; ++row) sum.add(row_of(covariates, row)[column]);
    const double mean = sum.value() / static_cast<double>(customers);
    for (std::size_t row = 0; row < customers; ++row) squares.add(std::pow(row_of(covariates, row)[column] - mean, 2));
    const double spread = std::sqrt(squares.value() / static_cast<double>(customers));
    spreads.push_back(spread > 1e-12 ? spread : 1);
  }
  return spreads;
}

double effect(std::span<const double> coefficients, std::span<const double> values) {
  return std::inner_product(coefficients.begin(), coefficients.end(), values.begin(), 0.0);
}

// Where the parameters of the search stand: those of the law first.
struct Layout {
  std::size_t law, rate, leaving;
  std::size_t size() const { return law + rate + leaving; }
};

PurchaseLaw law_at(const FitOptions& options, const Layout& layout, std::span<const double> at,
                   std::span<const double> rate, std::span<const double> leaving) {
  const double faster = effect(at.subspan(layout.law, layout.rate), rate);
  PurchaseLaw law{.leaving = options.leaving, .k = options.k, .r = std::exp(at[0]), .alpha = std::exp(at[1] - faster)};
  if (layout.law == 2) return law;
  const double leaves = effect(at.subspan(layout.law + layout.rate, layout.leaving), leaving);
  const bool any_time = options.leaving == Leaving::AtAnyTime;
  law.a = std::exp(at[2] + (any_time ? 0 : leaves));
  law.b = std::exp(at[3] - (any_time ? leaves : 0));
  return law;
}

double log_likelihood(const FitOptions& options, const Layout& layout, std::span<const Group> groups,
                      std::span<const double> at, std::span<double> gradient) {
  // A few groups are cut by rows within, many of them are dealt out.
  const bool few = groups.size() < 16;
  const auto sums = sum_blocks(
      groups.size(), 1 + layout.size(), few ? 1 : options.threads, [&](std::size_t index, std::span<double> into) {
        const Group& own = groups[index];
        std::array<double, kLawParameters> slopes{};
        into[0] = log_likelihood(law_at(options, layout, at, own.rate, own.leaving), own.table, slopes,
                                 few ? options.threads : 1);
        std::copy_n(slopes.begin(), layout.law, into.begin() + 1);
        for (std::size_t z = 0; z < layout.rate; ++z) into[1 + layout.law + z] = -slopes[1] * own.rate[z];
        const double by_leaving = options.leaving == Leaving::AtAnyTime ? -slopes[3] : slopes[2];
        for (std::size_t w = 0; w < layout.leaving; ++w)
          into[1 + layout.law + layout.rate + w] = by_leaving * own.leaving[w];
      });
  std::copy(sums.begin() + 1, sums.end(), gradient.begin());
  return sums[0];
}

}  // namespace

Result<CovariateFit> fit_with_covariates(std::span<const PurchaseHistory> histories, const Covariates& rate,
                                         const Covariates& leaving, const FitOptions& options) {
  for (const Covariates* covariates : {&rate, &leaving})
    if (const auto checked = check(*covariates, histories.size()); !checked) return tl::unexpected(checked.error());
  const auto table = make_history_table(histories);
  if (!table) return tl::unexpected(table.error());
  auto plain = fit_purchases(*table, options);
  if (!plain) return tl::unexpected(plain.error());
  CovariateFit fit{.base = std::move(*plain)};
  fit.rate.assign(rate.columns, 0.0);
  fit.leaving.assign(leaving.columns, 0.0);
  if (fit.base.report.verdict == FitVerdict::TooFewData) return fit;

  FitOptions own = options;
  own.leaving = fit.base.model.kinds.front().law.leaving;  // Never, when no leaving can be seen.
  const PurchaseLaw start_law = in_longer_unit(fit.base.model.kinds.front().law, table->unit());
  const bool leaves = own.leaving != Leaving::Never;
  const Layout layout{leaves ? 4U : 2U, rate.columns, leaves ? leaving.columns : 0};
  const auto groups = group(histories, rate, leaving, table->unit());
  if (!groups) return tl::unexpected(groups.error());
  std::vector<double> spreads = spreads_of(rate, histories.size());
  const std::vector<double> leaving_spreads = spreads_of(leaving, histories.size());
  if (leaves) spreads.insert(spreads.end(), leaving_spreads.begin(), leaving_spreads.end());
  const Objective posterior = [&](std::span<const double> at, std::span<double> gradient) {
    double value = log_likelihood(own, layout, *groups, at, gradient);
    if (own.priors == Priors::None) return value;
    for (std::size_t index = 0; index < at.size(); ++index) {
      const double scale = index < layout.law ? 1 : spreads[index - layout.law];
      const double flat = index < layout.law ? kLnFlat + std::log(10.0) : kEffectFlat;
      const double off = at[index] * scale - std::clamp(at[index] * scale, -flat, flat);
      value -= off * off / 2;
      gradient[index] -= off * scale;
    }
    return value;
  };
  std::vector<std::vector<double>> starts{{std::log(start_law.r), std::log(start_law.alpha)}};
  if (leaves) starts[0].insert(starts[0].end(), {std::log(start_law.a), std::log(start_law.b)});
  starts[0].resize(layout.size(), 0.0);
  const auto top = maximize(posterior, starts, {.stop = options.stop});
  if (!top) return tl::unexpected(top.error());

  const std::span<const double> at = top->parameters;
  const std::vector<double> nought_rate(rate.columns, 0.0), nought_leaving(leaving.columns, 0.0);
  const PurchaseLaw law =
      within_bounds(in_longer_unit(law_at(own, layout, at, nought_rate, nought_leaving), 1 / table->unit()));
  fit.base.model = model_of(law);
  fit.base.covariance = top->covariance;
  FitReport& report = fit.base.report;
  std::vector<double> ignored(layout.size());
  report.log_likelihood = log_likelihood(own, layout, *groups, at, ignored) - table->ln_unit_of_all_purchases();
  report.evaluations += top->evaluations;
  report.distinct = groups->size();
  if (!top->converged) report.findings.push_back(FitFinding::NotConverged);
  const auto error = [&](std::size_t index, double slope) -> std::optional<double> {
    if (!top->covariance) return std::nullopt;
    return slope * std::sqrt(std::max(0.0, (*top->covariance)[index * (layout.size() + 1)]));
  };
  const std::array<double, kLawParameters> natural{law.r, law.alpha, law.a, law.b};
  for (std::size_t index = 0; index < layout.law; ++index) {
    report.estimates[index].value = natural[index];
    report.estimates[index].standard_error = error(index, natural[index]);
  }
  for (std::size_t index = layout.law; index < layout.size(); ++index) {
    const bool of_rate = index < layout.law + layout.rate;
    const std::size_t column = index - layout.law - (of_rate ? 0 : layout.rate);
    (of_rate ? fit.rate : fit.leaving)[column] = at[index];
    report.estimates.push_back(
        {fmt::format("{}_{}", of_rate ? "rate" : "leaving", column + 1), at[index], error(index, 1)});
  }
  if (!top->covariance && report.verdict == FitVerdict::Interior) report.verdict = FitVerdict::Boundary;
  return fit;
}

Result<PurchaseLaw> law_for(const CovariateFit& fit, std::span<const double> rate, std::span<const double> leaving) {
  if (rate.size() != fit.rate.size() || leaving.size() != fit.leaving.size())
    return invalid(fmt::format("a customer of this fit has {} covariates of buying and {} of leaving, not {} and {}",
                               fit.rate.size(), fit.leaving.size(), rate.size(), leaving.size()));
  PurchaseLaw law = fit.base.model.kinds.front().law;
  law.alpha *= std::exp(-effect(fit.rate, rate));
  const double leaves = effect(fit.leaving, leaving);
  if (law.leaving == Leaving::AtAnyTime)
    law.b *= std::exp(-leaves);
  else
    law.a *= std::exp(leaves);
  law = within_bounds(law);
  if (const auto checked = check_law(law); !checked) return tl::unexpected(checked.error());
  return law;
}

}  // namespace habitue::models
