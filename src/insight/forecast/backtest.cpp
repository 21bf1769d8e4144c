#include "insight/forecast/backtest.hpp"

#include <algorithm>
#include <cmath>

#include "insight/forecast/for_rows.hpp"
#include "models/calibration/scores.hpp"
#include "models/calibration/stacking.hpp"
#include "models/purchases/forecast.hpp"

namespace habitue::insight::forecast {
namespace {

// Weights below this change nothing and would only cost time.
constexpr double kLeastWeight = 0.01;

Result<void> forecast_row(Origin& origin, std::size_t at) {
  const BacktestRow& row = origin.rows[at];
  const auto came = static_cast<std::size_t>(row.observed);
  for (std::size_t model = 0; model < kCandidates; ++model) {
    const models::PurchaseModel& fitted = origin.candidates[model].fit.model;
    auto expected = expected_of(fitted, row.history, origin.weeks);
    if (!expected) return tl::unexpected(expected.error());
    auto counts = models::purchase_counts(fitted, row.history, origin.weeks, 1e-12, came + 1);
    if (!counts) return tl::unexpected(counts.error());
    origin.expected[at * kCandidates + model] = *expected;
    origin.chance_of_what_came[at * kCandidates + model] =
        std::clamp(came < counts->size() ? (*counts)[came] : 0.0, models::kLeastProbability, 1.0);
  }
  return {};
}

}  // namespace

Result<Origin> run_origin(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                          UtcMicros cut, UtcMicros until, std::size_t rows_max) {
  auto records = read_purchase_records(economics, question, lens, cut, until);
  if (!records) return tl::unexpected(records.error());
  Origin origin;
  origin.cut = cut;
  origin.weeks = records->weeks_after;
  origin.customers = records->customers.size();
  auto candidates = fit_candidates(records->customers, question);
  if (!candidates) return tl::unexpected(candidates.error());
  origin.candidates = *std::move(candidates);

  std::vector<models::SpendHistory> spends;
  spends.reserve(records->customers.size());
  for (const PurchaseRecord& customer : records->customers) spends.push_back(customer.spend);
  const auto spend = models::fit_spend(spends);
  if (!spend) return tl::unexpected(spend.error());

  // Evenly over people in order of what they did: of each habit its share.
  const std::size_t step = step_for(records->customers.size(), rows_max);
  for (std::size_t at = 0; at < records->customers.size(); at += step) {
    PurchaseRecord& customer = records->customers[at];
    const auto mean = models::expected_spend(spend->model, customer.spend);
    if (!mean) return tl::unexpected(mean.error());
    origin.rows.push_back({customer.history, *mean, static_cast<double>(customer.later_weeks.size()),
                           std::max(0.0, customer.later_spend)});
    origin.later_weeks.push_back(std::move(customer.later_weeks));
  }
  origin.expected.resize(origin.rows.size() * kCandidates);
  origin.chance_of_what_came.resize(origin.rows.size() * kCandidates);
  auto done = for_rows(question, origin.rows.size(), [&](std::size_t at) { return forecast_row(origin, at); });
  if (!done) return tl::unexpected(done.error());
  return origin;
}

std::uint32_t band_of(std::uint32_t repeat_purchases) {
  if (repeat_purchases < 2) return repeat_purchases;
  return repeat_purchases < 4 ? 2 : repeat_purchases < 7 ? 3 : 4;
}

Expected blended(const Learnt& learnt, std::span<const Expected> of_candidates) {
  Expected blend;
  for (std::size_t model = 0; model < kCandidates; ++model) {
    blend.alive += learnt.weights[model] * of_candidates[model].alive;
    blend.purchases += learnt.weights[model] * of_candidates[model].purchases;
    blend.buys += learnt.weights[model] * of_candidates[model].buys;
  }
  blend.purchases *= learnt.level;
  return blend;
}

Result<std::vector<double>> count_quantiles(const Learnt& learnt, std::span<const Candidate> candidates,
                                            const models::PurchaseHistory& history, double weeks,
                                            std::span<const double> chances) {
  std::vector<double> blend;
  for (std::size_t model = 0; model < kCandidates; ++model) {
    if (learnt.weights[model] == 0) continue;
    const auto counts = models::purchase_counts(candidates[model].fit.model, history, weeks, 1e-6);
    if (!counts) return tl::unexpected(counts.error());
    blend.resize(std::max(blend.size(), counts->size()));
    for (std::size_t count = 0; count < counts->size(); ++count)
      blend[count] += learnt.weights[model] * (*counts)[count];
  }
  std::vector<double> quantiles;
  for (const double chance : chances) {
    double below = 0;
    std::size_t count = 0;
    while (count + 1 < blend.size() && (below += blend[count]) < chance) ++count;
    quantiles.push_back(static_cast<double>(count));
  }
  return quantiles;
}

Result<Learnt> learn(std::span<const Origin* const> origins, double coverage, const Question& question) {
  Learnt learnt;
  learnt.origins = origins.size();
  std::vector<double> chances;
  for (const Origin* origin : origins)
    chances.insert(chances.end(), origin->chance_of_what_came.begin(), origin->chance_of_what_came.end());
  const auto stacked = models::stack({chances, kCandidates});
  if (!stacked) return tl::unexpected(stacked.error());
  double kept = 0;
  for (std::size_t model = 0; model < kCandidates; ++model) {
    learnt.weights[model] = stacked->weights[model] >= kLeastWeight ? stacked->weights[model] : 0;
    kept += learnt.weights[model];
  }
  for (double& weight : learnt.weights) weight /= kept;

  std::vector<double> buys, bought, low, high, spent, log_ratios;
  std::vector<std::uint32_t> bands;
  for (const Origin* origin : origins) {
    double expected = 0, came = 0;
    for (std::size_t at = 0; at < origin->rows.size(); ++at) {
      const BacktestRow& row = origin->rows[at];
      const Expected blend = blended(learnt, std::span(origin->expected).subspan(at * kCandidates, kCandidates));
      expected += blend.purchases;
      came += row.observed;
      buys.push_back(blend.buys);
      bought.push_back(row.observed > 0 ? 1 : 0);
    }
    // Half a purchase keeps the logarithm finite where nothing came.
    log_ratios.push_back(std::log((came + 0.5) / (expected + 0.5)));
  }
  const auto count = static_cast<double>(log_ratios.size());
  double mean = 0, squares = 0;
  for (const double ratio : log_ratios) mean += ratio / count;
  for (const double ratio : log_ratios) squares += (ratio - mean) * (ratio - mean);
  // One origin says half of what it seems to say, three three quarters.
  learnt.level = std::exp(mean * count / (count + 1));
  if (log_ratios.size() > 1) learnt.level_spread = std::sqrt(squares / (count - 1));
  auto line = models::calibrate_isotonic(buys, bought);
  if (!line) return tl::unexpected(line.error());
  learnt.buys = *std::move(line);

  const std::array<double, 2> tails{(1 - coverage) / 2, (1 + coverage) / 2};
  for (const Origin* origin : origins) {
    const std::size_t step = step_for(origin->rows.size(), kRowsOfIntervals);
    std::vector<std::array<double, 2>> counts((origin->rows.size() + step - 1) / step);
    auto done = for_rows(question, counts.size(), [&](std::size_t place) -> Result<void> {
      const auto of_row =
          count_quantiles(learnt, origin->candidates, origin->rows[place * step].history, origin->weeks, tails);
      if (!of_row) return tl::unexpected(of_row.error());
      counts[place] = {(*of_row)[0], (*of_row)[1]};
      return {};
    });
    if (!done) return tl::unexpected(done.error());
    for (std::size_t place = 0; place < counts.size(); ++place) {
      const std::size_t at = place * step;
      const BacktestRow& row = origin->rows[at];
      const Expected blend = blended(learnt, std::span(origin->expected).subspan(at * kCandidates, kCandidates));
      const double scale = scale_of(blend.purchases * row.mean_spend, row.mean_spend);
      if (!(scale > 0)) continue;
      low.push_back(counts[place][0] * row.mean_spend / scale);
      high.push_back(counts[place][1] * row.mean_spend / scale);
      spent.push_back(row.observed_spend / scale);
      bands.push_back(band_of(row.history.x));
    }
  }
  if (!low.empty()) {
    auto conformed = models::conform_quantiles(low, high, spent, bands, coverage);
    if (!conformed) return tl::unexpected(conformed.error());
    learnt.spend_bands = *std::move(conformed);
  }
  return learnt;
}

}  // namespace habitue::insight::forecast
