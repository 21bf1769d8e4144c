#include "insight/forecast/scoring.hpp"

#include <algorithm>
#include <cmath>

#include "insight/fold_lists.hpp"
#include "insight/forecast/check.hpp"
#include "insight/forecast/for_rows.hpp"

namespace habitue::insight::forecast {
namespace {

constexpr double kWeeksAYear = 365.25 / 7;

Result<double> alive_of(const ForecastFit& fit, const models::PurchaseHistory& history, std::span<const double> known,
                        double window) {
  Expected blend;
  for (std::size_t model = 0; model < fit.candidates.size(); ++model) {
    if (fit.learnt.weights[model] == 0) continue;
    const auto law = fit.candidates[model].law_for(known);
    if (!law) return tl::unexpected(law.error());
    const auto alive = law->alive(history);
    const auto buys = law->buys_within(history, window);
    if (!alive) return tl::unexpected(alive.error());
    if (!buys) return tl::unexpected(buys.error());
    blend.alive += fit.learnt.weights[model] * *alive;
    blend.buys += fit.learnt.weights[model] * *buys;
  }
  return calibrated_alive(fit.learnt, blend);
}

// What the fit asks to be known of each customer, as its numbers.
Result<models::Covariates> known_by(const Customers& customers, const ForecastFit& fit, const PurchaseRecords& records,
                                    const Question& question) {
  std::vector<std::string> names;
  for (const Covariate& covariate : fit.known) names.push_back(covariate.name);
  const auto known = read_known(customers, question, records, names);
  if (!known) return tl::unexpected(known.error());
  return numbers_of(fit.known, *known);
}

}  // namespace

Result<Foretold> foretell(const Customers& customers, const ForecastFit& fit, const PurchaseRecords& records,
                          const Horizon& horizon, const Question& question) {
  const Pace pace = fit.pace(records);
  const auto measured = pace.histories(records);
  if (!measured) return tl::unexpected(measured.error());
  const std::vector<models::PurchaseHistory>& histories = *measured;
  Foretold told;
  auto known = known_by(customers, fit, records, question);
  if (!known) return tl::unexpected(known.error());
  told.known = *std::move(known);
  told.purchases.resize(histories.size());
  told.discounted.resize(histories.size());
  const double rate = std::log1p(horizon.discount_a_year) / kWeeksAYear;
  const std::vector<double> panels = pace.panels(records.cut_day, pace.whole_weeks(records.cut_day, horizon.weeks));
  for (std::size_t model = 0; model < fit.candidates.size(); ++model) {
    const double weight = fit.learnt.weights[model] * fit.learnt.level;
    if (weight == 0) continue;
    std::vector<double> before(histories.size());
    double begun = 0;
    for (const double end : panels) {
      const auto scores = purchases_of_all(fit.candidates[model], histories, told.known,
                                           pace.weeks_after(records.cut_day, end), threads_of(question));
      if (!scores) return tl::unexpected(scores.error());
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
      const double worth = weight * std::exp(-rate * pace.when(begun, end));
      begun = end;
      for (std::size_t at = 0; at < histories.size(); ++at) {
        const double purchases = (*scores)[at];
        told.discounted[at] += worth * (purchases - before[at]);
        before[at] = purchases;
      }
    }
    for (std::size_t at = 0; at < histories.size(); ++at) told.purchases[at] += weight * before[at];
  }
  told.alive.resize(histories.size());
  told.spend_of_one.resize(histories.size());
  const double window = pace.weeks_after(records.cut_day, pace.whole_weeks(records.cut_day, fit.window_weeks));
  auto done = for_rows(question, histories.size(), [&](std::size_t at) -> Result<void> {
    const auto alive = alive_of(fit, histories[at], row_of(told.known, at), window);
    if (!alive) return tl::unexpected(alive.error());
    const auto spend = models::expected_spend(fit.spend.model, records.customers[at].spend);
    if (!spend) return tl::unexpected(spend.error());
    told.alive[at] = *alive;
    told.spend_of_one[at] = *spend;
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return told;
}

std::int64_t in_minor(double amount, double units) { return std::llround(std::clamp(amount * units, -9.2e18, 9.2e18)); }

}  // namespace habitue::insight::forecast
