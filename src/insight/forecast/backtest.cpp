#include "insight/forecast/backtest.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "insight/forecast/for_rows.hpp"
#include "models/calibration/scores.hpp"
#include "models/calibration/stacking.hpp"

namespace habitue::insight::forecast {
namespace {

// Weights below this change nothing and would only cost time.
constexpr double kLeastWeight = 0.01;

Result<void> forecast_row(InTime& in, std::size_t at, double observed) {
  const models::PurchaseHistory& history = in.histories[at];
  const auto came = static_cast<std::size_t>(observed);
  const std::size_t models = in.candidates.size();
  for (std::size_t model = 0; model < models; ++model) {
    const auto law = in.candidates[model].law_for(row_of(in.known, at));
    if (!law) return tl::unexpected(law.error());
    auto expected = expected_of(*law, history, in.weeks);
    if (!expected) return tl::unexpected(expected.error());
    auto counts = law->counts(history, in.weeks, 1e-12, came + 1);
    if (!counts) return tl::unexpected(counts.error());
    in.expected[at * models + model] = *expected;
    in.chance_of_what_came[at * models + model] =
        std::clamp(came < counts->size() ? (*counts)[came] : 0.0, models::kLeastProbability, 1.0);
  }
  return {};
}

// Fits the models in one time and asks them of every `step`th customer.
Result<InTime> run_in(Pace pace, const PurchaseRecords& records, const models::Covariates* known,
                      std::span<const BacktestRow> rows, std::size_t step, const Question& question) {
  InTime in;
  in.pace = std::move(pace);
  in.weeks = in.pace.weeks_after(records.cut_day, records.weeks_after);
  const auto histories = in.pace.histories(records);
  if (!histories) return tl::unexpected(histories.error());
  auto candidates = fit_candidates(*histories, known, records.counted(), question);
  if (!candidates) return tl::unexpected(candidates.error());
  in.candidates = *std::move(candidates);
  if (known != nullptr) in.known.columns = known->columns;
  for (std::size_t at = 0; at < histories->size(); at += step) {
    in.histories.push_back((*histories)[at]);
    if (known == nullptr) continue;
    const auto row = row_of(*known, at);
    in.known.values.insert(in.known.values.end(), row.begin(), row.end());
  }
  in.expected.resize(rows.size() * in.candidates.size());
  in.chance_of_what_came.resize(rows.size() * in.candidates.size());
  auto done = for_rows(question, rows.size(), [&](std::size_t at) { return forecast_row(in, at, rows[at].observed); });
  if (!done) return tl::unexpected(done.error());
  return in;
}

// The chances of what came of the first `models` candidates, all origins together.
std::vector<double> chances_of(std::span<const Origin* const> origins, Time time, std::size_t models) {
  std::vector<double> chances;
  for (const Origin* origin : origins)
    for (std::size_t at = 0; at < origin->rows.size(); ++at) {
      const auto of_row = origin->in(time).chances_of(at).first(models);
      chances.insert(chances.end(), of_row.begin(), of_row.end());
    }
  return chances;
}

// The logarithm of what came over what was expected. Half a purchase keeps it finite where nothing came.
double log_ratio(const Origin& origin, Time time, std::span<const double> weights) {
  double expected = 0, came = 0;
  for (std::size_t at = 0; at < origin.rows.size(); ++at) {
    const auto of_row = origin.in(time).expected_of(at);
    for (std::size_t model = 0; model < weights.size(); ++model) expected += weights[model] * of_row[model].purchases;
    came += origin.rows[at].observed;
  }
  return std::log((came + 0.5) / (expected + 0.5));
}

// Weights by what came, and what of all origins together they would have missed.
struct Weighed {
  std::vector<double> weights;
  double log_score = 0;
  std::vector<double> log_ratios;  // Origin by origin.
};
Result<Weighed> weigh(std::span<const Origin* const> origins, Time time, std::size_t models = kCandidates) {
  Weighed weighed;
  const std::vector<double> chances = chances_of(origins, time, models);
  const auto stacked = models::stack({chances, models});
  if (!stacked) return tl::unexpected(stacked.error());
  weighed.log_score = stacked->log_score;
  double kept = 0;
  for (const double weight : stacked->weights) {
    weighed.weights.push_back(weight >= kLeastWeight ? weight : 0);
    kept += weighed.weights.back();
  }
  for (double& weight : weighed.weights) weight /= kept;
  for (const Origin* origin : origins) weighed.log_ratios.push_back(log_ratio(*origin, time, weighed.weights));
  return weighed;
}

}  // namespace

Result<Origin> run_origin(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                          std::shared_ptr<const Occasions> occasions, UtcMicros cut, UtcMicros until,
                          std::size_t rows_max, Seasons seasons, std::span<const std::string> covariates) {
  auto records = read_purchase_records(economics, question, lens, std::move(occasions), cut, until);
  if (!records) return tl::unexpected(records.error());
  auto texts = read_known(economics.customers(), question, *records, covariates);
  if (!texts) return tl::unexpected(texts.error());
  order_by_known(*records, *texts);
  Origin origin;
  origin.cut = records->cut;
  origin.cut_day = records->cut_day;
  origin.weeks = records->weeks_after;
  origin.customers = records->customers.size();

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
    origin.rows.push_back(
        {customer.history.x, *mean, static_cast<double>(customer.later.size()), std::max(0.0, customer.later_spend)});
    origin.later.push_back(std::move(customer.later));
  }
  const models::Covariates numbers = numbers_of(covariates_of(covariates, *texts), *texts);
  const models::Covariates* known = covariates.empty() ? nullptr : &numbers;
  auto calendar = run_in(Pace(records->occasions), *records, known, origin.rows, step, question);
  if (!calendar) return tl::unexpected(calendar.error());
  origin.calendar = *std::move(calendar);
  if (seasons == Seasons::Ignored) return origin;
  const auto clock = learn_clock(*records, origin.calendar.candidates[kLawOfSeasons].at_any_time().model);
  if (!clock) return tl::unexpected(clock.error());
  if (clock->intensities.empty()) return origin;
  auto seasonal = run_in(Pace(clock->intensities), *records, known, origin.rows, step, question);
  if (!seasonal) return tl::unexpected(seasonal.error());
  origin.seasonal = *std::move(seasonal);
  return origin;
}

namespace {

// A season is judged, and learnt by, where it was known.
std::vector<const Origin*> known_in(std::span<const Origin* const> origins, Time time) {
  std::vector<const Origin*> known;
  for (const Origin* origin : origins)
    if (time == Time::Calendar || origin->seasonal) known.push_back(origin);
  if (known.empty()) known.assign(origins.begin(), origins.end());
  return known;
}

}  // namespace

Result<ForecastSeason> compare_times(std::span<const Origin* const> origins) {
  ForecastSeason compared;
  std::vector<const Origin*> known;
  for (const Origin* origin : origins)
    if (origin->seasonal) known.push_back(origin);
  compared.origins = static_cast<std::uint32_t>(known.size());
  if (known.empty()) return compared;
  for (const auto& [time, into] :
       {std::pair(Time::Calendar, &compared.without), std::pair(Time::Season, &compared.with)}) {
    const auto weighed = weigh(known, time);
    if (!weighed) return tl::unexpected(weighed.error());
    double squares = 0;
    for (const double ratio : weighed->log_ratios) squares += std::pow(std::expm1(-ratio), 2);
    *into = ForecastOfPast{weighed->log_score, std::sqrt(squares / static_cast<double>(known.size()))};
  }
  return compared;
}

Result<std::optional<InformedCompared>> compare_informed(std::span<const Origin* const> all, Time time) {
  const std::vector<const Origin*> origins = known_in(all, time);
  if (origins.size() < 2) return std::nullopt;
  InformedCompared compared;
  std::vector<double> gains;
  const auto count = static_cast<double>(origins.size());
  for (const Origin* left_out : origins) {
    std::vector<const Origin*> others;
    for (const Origin* origin : origins)
      if (origin != left_out) others.push_back(origin);
    const auto without = weigh(others, time, kCandidates), with = weigh(others, time, kCandidates + 1);
    if (!without) return tl::unexpected(without.error());
    if (!with) return tl::unexpected(with.error());
    const auto ln_chance = [&](const Weighed& by, std::size_t row) {
      const auto chances = left_out->in(time).chances_of(row);
      return std::log(std::inner_product(by.weights.begin(), by.weights.end(), chances.begin(), 0.0));
    };
    for (std::size_t at = 0; at < left_out->rows.size(); ++at) {
      const double plain = ln_chance(*without, at), informed = ln_chance(*with, at);
      compared.without.log_score -= plain;
      compared.with.log_score -= informed;
      gains.push_back(informed - plain);
    }
    compared.without.missed += std::pow(std::expm1(-log_ratio(*left_out, time, without->weights)), 2) / count;
    compared.with.missed += std::pow(std::expm1(-log_ratio(*left_out, time, with->weights)), 2) / count;
  }
  const auto rows = static_cast<double>(gains.size());
  compared.without.log_score /= rows;
  compared.with.log_score /= rows;
  compared.without.missed = std::sqrt(compared.without.missed);
  compared.with.missed = std::sqrt(compared.with.missed);
  const double mean = std::accumulate(gains.begin(), gains.end(), 0.0) / rows;
  double squares = 0;
  for (const double gain : gains) squares += (gain - mean) * (gain - mean);
  compared.better = mean > std::sqrt(squares) / rows;
  return compared;
}

bool season_is_better(const ForecastSeason& compared) {
  return compared.with && compared.with->log_score < compared.without->log_score &&
         compared.with->missed < compared.without->missed;
}

std::uint32_t band_of(std::uint32_t repeat_purchases) {
  if (repeat_purchases < 2) return repeat_purchases;
  return repeat_purchases < 4 ? 2 : repeat_purchases < 7 ? 3 : 4;
}

Expected blended(const Learnt& learnt, std::span<const Expected> of_candidates) {
  Expected blend;
  for (std::size_t model = 0; model < of_candidates.size(); ++model) {
    blend.alive += learnt.weights[model] * of_candidates[model].alive;
    blend.purchases += learnt.weights[model] * of_candidates[model].purchases;
    blend.buys += learnt.weights[model] * of_candidates[model].buys;
  }
  blend.purchases *= learnt.level;
  return blend;
}

Result<std::vector<double>> count_quantiles(const Learnt& learnt, std::span<const Candidate> candidates,
                                            const models::PurchaseHistory& history, std::span<const double> known,
                                            double weeks, std::span<const double> chances) {
  std::vector<double> blend;
  for (std::size_t model = 0; model < candidates.size(); ++model) {
    if (learnt.weights[model] == 0) continue;
    const auto law = candidates[model].law_for(known);
    if (!law) return tl::unexpected(law.error());
    const auto counts = law->counts(history, weeks, 1e-6);
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

Result<Learnt> learn(std::span<const Origin* const> all, Time time, Knowing knowing, double coverage,
                     const Question& question) {
  const std::vector<const Origin*> origins = known_in(all, time);
  Learnt learnt;
  learnt.origins = origins.size();
  const std::size_t models = origins.front()->calendar.candidates.size();
  auto weighed = weigh(origins, time, knowing == Knowing::Covariates ? models : std::min(models, kCandidates));
  if (!weighed) return tl::unexpected(weighed.error());
  learnt.weights = std::move(weighed->weights);
  learnt.weights.resize(models, 0.0);
  const std::vector<double>& log_ratios = weighed->log_ratios;

  std::vector<double> buys, bought, low, high, spent;
  std::vector<std::uint32_t> bands;
  for (const Origin* origin : origins)
    for (std::size_t at = 0; at < origin->rows.size(); ++at) {
      buys.push_back(blended(learnt, origin->in(time).expected_of(at)).buys);
      bought.push_back(origin->rows[at].observed > 0 ? 1 : 0);
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
    const InTime& in = origin->in(time);
    const std::size_t step = step_for(origin->rows.size(), kRowsOfIntervals);
    std::vector<std::array<double, 2>> counts((origin->rows.size() + step - 1) / step);
    auto done = for_rows(question, counts.size(), [&](std::size_t place) -> Result<void> {
      const auto of_row = count_quantiles(learnt, in.candidates, in.histories[place * step],
                                          row_of(in.known, place * step), in.weeks, tails);
      if (!of_row) return tl::unexpected(of_row.error());
      counts[place] = {(*of_row)[0], (*of_row)[1]};
      return {};
    });
    if (!done) return tl::unexpected(done.error());
    for (std::size_t place = 0; place < counts.size(); ++place) {
      const std::size_t at = place * step;
      const BacktestRow& row = origin->rows[at];
      const Expected blend = blended(learnt, in.expected_of(at));
      const double scale = scale_of(blend.purchases * row.mean_spend, row.mean_spend);
      if (!(scale > 0)) continue;
      low.push_back(counts[place][0] * row.mean_spend / scale);
      high.push_back(counts[place][1] * row.mean_spend / scale);
      spent.push_back(row.observed_spend / scale);
      bands.push_back(band_of(row.repeat_purchases));
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
