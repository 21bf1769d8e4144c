#include "insight/forecast/check.hpp"

#include <algorithm>
#include <cmath>

#include "insight/forecast/for_rows.hpp"
#include "models/calibration/scores.hpp"

namespace habitue::insight::forecast {
namespace {

constexpr std::uint32_t kFrequencies = 8;  // 0 to 6, and 7 or more.
constexpr double kBiasMax = 0.25, kUnreliableFrom = 0.1;

struct Columns {
  std::vector<double> purchases, buys, chance;
};

Result<ForecastScores> scores_of(const Columns& forecast, std::span<const double> observed,
                                 std::span<const double> bought) {
  const auto counts = models::score_counts(forecast.purchases, observed);
  if (!counts) return tl::unexpected(counts.error());
  const auto reliable = models::reliability(forecast.buys, bought);
  if (!reliable) return tl::unexpected(reliable.error());
  ForecastScores scores;
  scores.deviance = counts->poisson_deviance;
  scores.root_mean_squared = counts->root_mean_squared;
  scores.bias = counts->bias;
  scores.reliability_error = reliable->error;
  if (!forecast.chance.empty()) {
    const auto log_score = models::log_score(forecast.chance);
    if (!log_score) return tl::unexpected(log_score.error());
    scores.log_score = *log_score;
  }
  return scores;
}

// What the blend expected of each week (or occasion), of all rows together.
Result<std::vector<double>> expected_by_week(const Origin& last, Time time, const Learnt& learnt, Counted counted,
                                             std::size_t weeks) {
  const InTime& in = last.in(time);
  std::vector<double> so_far(weeks + 1);
  for (std::size_t model = 0; model < in.candidates.size(); ++model) {
    if (learnt.weights[model] == 0) continue;
    for (std::size_t week = 1; week <= weeks; ++week) {
      const auto number = static_cast<double>(week);
      const double until =
          counted == Counted::Occasions ? number : in.pace.weeks_after(last.cut_day, std::min(number, last.weeks));
      const auto purchases = purchases_of_all(in.candidates[model], in.histories, in.known, until, 1);
      if (!purchases) return tl::unexpected(purchases.error());
      for (const double expected : *purchases) so_far[week] += learnt.weights[model] * learnt.level * expected;
    }
  }
  std::vector<double> of_week;
  for (std::size_t week = 1; week <= weeks; ++week) of_week.push_back(so_far[week] - so_far[week - 1]);
  return of_week;
}

void add_by_frequency(const Origin& last, std::span<const double> expected, ForecastCheck& check) {
  check.by_frequency.resize(kFrequencies);
  for (std::size_t at = 0; at < last.rows.size(); ++at) {
    ForecastByFrequency& of = check.by_frequency[std::min(last.rows[at].repeat_purchases, kFrequencies - 1)];
    ++of.customers;
    of.expected += expected[at];
    of.observed += last.rows[at].observed;
  }
  for (std::uint32_t x = 0; x < kFrequencies; ++x) {
    ForecastByFrequency& of = check.by_frequency[x];
    of.repeat_purchases = x;
    const double people = std::max<double>(1, static_cast<double>(of.customers));
    of.expected /= people;
    of.observed /= people;
  }
}

Result<void> add_intervals(const Origin& last, Time time, const Learnt& learnt, double coverage,
                           const Question& question, std::span<const double> expected, ForecastCheck& check) {
  const InTime& in = last.in(time);
  const std::array<double, 2> tails{(1 - coverage) / 2, (1 + coverage) / 2};
  const std::size_t step = step_for(last.rows.size(), kRowsOfIntervals);
  enum class Held : std::uint8_t { NotPromised, No, Yes };
  std::vector<Held> held((last.rows.size() + step - 1) / step, Held::NotPromised), counts_held = held;
  auto done = for_rows(question, held.size(), [&](std::size_t place) -> Result<void> {
    const BacktestRow& row = last.rows[place * step];
    const auto counts = count_quantiles(learnt, in.candidates, in.histories[place * step],
                                        row_of(in.known, place * step), in.weeks, tails);
    if (!counts) return tl::unexpected(counts.error());
    counts_held[place] = row.observed >= (*counts)[0] && row.observed <= (*counts)[1] ? Held::Yes : Held::No;
    const double scale = scale_of(expected[place * step] * row.mean_spend, row.mean_spend);
    if (!(scale > 0)) return {};
    const auto interval = learnt.spend_bands.around(
        (*counts)[0] * row.mean_spend / scale, (*counts)[1] * row.mean_spend / scale, band_of(row.repeat_purchases));
    if (!interval) return {};
    const double spent = row.observed_spend / scale;
    held[place] = spent >= interval->low && spent <= interval->high ? Held::Yes : Held::No;
    return {};
  });
  if (!done) return done;
  const auto share = [](const std::vector<Held>& of) -> std::optional<double> {
    const auto yes = static_cast<double>(std::count(of.begin(), of.end(), Held::Yes));
    const auto no = static_cast<double>(std::count(of.begin(), of.end(), Held::No));
    return yes + no > 0 ? std::optional(yes / (yes + no)) : std::nullopt;
  };
  check.interval_held = share(held);
  check.purchases_held = share(counts_held);
  return {};
}

void judge(ForecastCheck& check) {
  const ForecastScores& chosen = *check.chosen;
  if (!chosen.bias || std::abs(*chosen.bias) > kBiasMax) check.reasons.push_back(ForecastReason::Biased);
  if (chosen.deviance >= check.everybody_alike->deviance) check.reasons.push_back(ForecastReason::NoBetterThanAlike);
  if (chosen.reliability_error > kUnreliableFrom) check.reasons.push_back(ForecastReason::Unreliable);
  check.verdict = check.reasons.empty() ? ForecastVerdict::Passed : ForecastVerdict::Failed;
}

}  // namespace

double calibrated_alive(const Learnt& learnt, const Expected& in_window) {
  if (!learnt.buys) return in_window.alive;
  const double if_alive = std::clamp(in_window.buys / std::max(in_window.alive, 1e-12), 1e-6, 1.0);
  return std::min(1.0, learnt.buys->at(in_window.buys) / if_alive);
}

Result<ForecastCheck> check_forecast(const Origin& last, Time time, Counted counted, const Learnt& learnt,
                                     const Zone& zone, double coverage, const Question& question,
                                     std::vector<ForecastScores>& scores) {
  const InTime& in = last.in(time);
  ForecastCheck check;
  check.origin = zone.day_of(last.cut);
  check.weeks = last.weeks;
  check.customers = last.customers;
  check.looked_at = last.rows.size();
  check.earlier_origins = static_cast<std::uint32_t>(learnt.origins);

  std::vector<double> observed, bought;
  double came = 0, bought_at_all = 0;
  for (const BacktestRow& row : last.rows) {
    observed.push_back(row.observed);
    bought.push_back(row.observed > 0 ? 1 : 0);
    came += row.observed;
    bought_at_all += bought.back();
  }
  for (std::size_t model = 0; model < in.candidates.size(); ++model) {
    Columns columns;
    for (std::size_t at = 0; at < last.rows.size(); ++at) {
      const Expected& expected = in.expected_of(at)[model];
      columns.purchases.push_back(expected.purchases);
      columns.buys.push_back(std::clamp(expected.buys, 0.0, 1.0));
      columns.chance.push_back(in.chances_of(at)[model]);
    }
    auto of_model = scores_of(columns, observed, bought);
    if (!of_model) return tl::unexpected(of_model.error());
    scores.push_back(*of_model);
  }
  Columns blend, alike;
  const auto people = static_cast<double>(last.rows.size());
  for (std::size_t at = 0; at < last.rows.size(); ++at) {
    const Expected expected = blended(learnt, in.expected_of(at));
    double chance = 0;
    for (std::size_t model = 0; model < in.candidates.size(); ++model)
      chance += learnt.weights[model] * in.chances_of(at)[model];
    blend.purchases.push_back(expected.purchases);
    blend.buys.push_back(std::clamp(learnt.buys ? learnt.buys->at(expected.buys) : expected.buys, 0.0, 1.0));
    blend.chance.push_back(std::min(chance, 1.0));
    // The hardest to beat of those who know nothing of anybody: the mean of what came.
    alike.purchases.push_back(came / people);
    alike.buys.push_back(bought_at_all / people);
  }
  auto chosen = scores_of(blend, observed, bought);
  if (!chosen) return tl::unexpected(chosen.error());
  auto same = scores_of(alike, observed, bought);
  if (!same) return tl::unexpected(same.error());
  check.chosen = *chosen;
  check.everybody_alike = *same;

  add_by_frequency(last, blend.purchases, check);
  const auto weeks = static_cast<std::size_t>(counted == Counted::Occasions ? in.weeks : std::ceil(last.weeks));
  const auto by_week = expected_by_week(last, time, learnt, counted, weeks);
  if (!by_week) return tl::unexpected(by_week.error());
  std::vector<ForecastByWeek> by;
  for (std::size_t week = 0; week < weeks; ++week)
    by.push_back({static_cast<std::uint32_t>(week), (*by_week)[week], 0});
  for (const auto& later : last.later)
    for (const std::uint16_t week : later)
      if (week < weeks) by[week].observed += 1;
  (counted == Counted::Occasions ? check.by_occasion : check.by_week) = std::move(by);
  const auto reliable = models::reliability(blend.buys, bought);
  if (!reliable) return tl::unexpected(reliable.error());
  for (const models::ReliabilityBin& bin : reliable->bins)
    check.reliability.push_back(
        {bin.lowest, bin.highest, bin.mean_forecast, bin.share_that_came, bin.low, bin.high, bin.people});
  if (auto added = add_intervals(last, time, learnt, coverage, question, blend.purchases, check); !added)
    return tl::unexpected(added.error());
  judge(check);
  return check;
}

}  // namespace habitue::insight::forecast
