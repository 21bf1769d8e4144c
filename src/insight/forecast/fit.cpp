#include "insight/forecast/fit.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/forecast/check.hpp"
#include "insight/forecast/learning.hpp"

namespace habitue::insight {

using forecast::Origin;
using forecast::PurchaseRecord;
using forecast::PurchaseRecords;
using knowledge::Economics;
using std::chrono::days;

namespace {

constexpr std::size_t kRowsOfOrigins = 5'000;
constexpr std::uint64_t kCustomersMin = 100;
constexpr std::int64_t kWindowWeeksMin = 4, kWindowWeeksMax = 156, kWindows = 5;
constexpr std::uint64_t kMovedLeast = 20, kMovedPart = 20;
constexpr days kAged{28};

// The same of occasions: the ends of occasions.
std::vector<UtcMicros> origins_by_occasion(const Zone& zone, const PurchaseRecords& records, const ForecastSpec& spec,
                                           double& window_weeks) {
  double longest = 0;
  for (const PurchaseRecord& customer : records.customers) longest = std::max(longest, customer.history.T);
  const forecast::Occasions& occasions = *records.occasions;
  const double window_max = std::min(std::round(spec.horizon_days / occasions.length_days()),
                                     std::floor(kWindowWeeksMax * 7 / occasions.length_days()));
  const auto window = static_cast<std::int32_t>(std::min(std::floor(longest / kWindows), std::max(1.0, window_max)));
  window_weeks = window * occasions.length_days() / forecast::kDaysAWeek;
  std::vector<UtcMicros> origins;
  if (window < 1) return origins;
  for (std::int32_t back = 1; back <= kWindows - 2; ++back)
    origins.push_back(zone.start_of(occasions.last_day(records.occasions_over - 1 - back * window) + days{1}) -
                      std::chrono::microseconds{1});
  return origins;
}

// The moments as of which the past is foretold, the last first; none when it is too short.
std::vector<UtcMicros> origins_of(const Customers& customers, const PurchaseRecords& records, UtcMicros as_of,
                                  const ForecastSpec& spec, double& window_weeks) {
  if (records.occasions) return origins_by_occasion(customers.zone(), records, spec, window_weeks);
  double longest = 0;
  for (const PurchaseRecord& customer : records.customers) longest = std::max(longest, customer.history.T);
  const auto observed = static_cast<std::int64_t>(longest);
  const std::int64_t window_max =
      std::min<std::int64_t>(kWindowWeeksMax, std::max<std::int64_t>(kWindowWeeksMin, spec.horizon_days / 7));
  const std::int64_t window = std::clamp(observed / kWindows, std::int64_t{0}, window_max);
  window_weeks = static_cast<double>(window);
  std::vector<UtcMicros> origins;
  if (window < kWindowWeeksMin) return origins;
  const Zone& zone = customers.zone();
  for (std::int64_t back = 1; back <= kWindows - 2; ++back)
    origins.push_back(zone.start_of(zone.day_of(as_of) - days{back * window * 7 - 1}) - std::chrono::microseconds{1});
  return origins;
}

// Whether what is known of customers foretells better than their histories alone.
struct Helps {
  forecast::Knowing knowing = forecast::Knowing::Histories;
  ForecastCovariates told;
};
Result<Helps> what_helps(const models::Covariates* known, std::span<const Origin* const> origins, forecast::Time time) {
  Helps helps;
  if (known == nullptr || known->columns == 0) return helps;
  const auto compared = forecast::compare_informed(origins, time);
  if (!compared) return tl::unexpected(compared.error());
  helps.told.verdict = ForecastCovariatesVerdict::NotChecked;
  if (!*compared) return helps;
  const auto& [without, with, better] = **compared;
  helps.told.without = without;
  helps.told.with = with;
  helps.told.verdict = better ? ForecastCovariatesVerdict::Used : ForecastCovariatesVerdict::NotBetter;
  if (better) helps.knowing = forecast::Knowing::Covariates;
  return helps;
}

// What only records can tell of a question about occasions.
Result<void> check_occasions(const ForecastSpec& spec, const PurchaseRecords& records) {
  if (!records.occasions || std::llround(spec.horizon_days / records.occasions->length_days()) >= 1) return {};
  return invalid(
      fmt::format("horizon_days {} is less than one occasion, which lasts {:.0f} days ({}): ask for {:.0f} or more",
                  spec.horizon_days, records.occasions->length_days(), records.occasions->of(),
                  std::floor(records.occasions->length_days())));
}

}  // namespace

ForecastOccasions forecast::occasions_told(const PurchaseRecords& records, const ForecastSpec& spec) {
  const Occasions& occasions = *records.occasions;
  ForecastOccasions told;
  told.of = occasions.of();
  told.days = occasions.length_days();
  if (records.occasions_over == 0) return told;
  const double ahead = occasions.whole_days(records.cut_day, spec.horizon_days);
  told.last_day = records.cut_day;
  told.ahead = static_cast<std::uint32_t>(occasions.within(records.cut_day, ahead));
  told.until = records.cut_day + days{std::llround(ahead)};
  return told;
}

namespace {

void refuse(ForecastFit& fit, ForecastReason reason) {
  fit.check.verdict = ForecastVerdict::NotPossible;
  fit.check.reasons.push_back(reason);
}

}  // namespace

Result<ForecastFit> forecast::learn_from(const Economics& economics, const Question& question, const Lens& lens,
                                         const ForecastSpec& spec, const PurchaseRecords& records) {
  const Customers& customers = economics.customers();
  ForecastFit fit;
  fit.as_of = question.as_of;
  fit.horizon_days = spec.horizon_days;
  fit.coverage = spec.coverage;
  fit.customers = records.customers.size();
  if (records.occasions) fit.occasions = occasions_told(records, spec);
  for (const PurchaseRecord& customer : records.customers) fit.purchases += customer.history.x + 1;
  if (records.customers.empty()) {
    const bool none_over = records.occasions && records.occasions_over == 0;
    refuse(fit, none_over ? ForecastReason::NoOccasions : ForecastReason::NoCustomers);
    return fit;
  }
  if (auto sound = check_occasions(spec, records); !sound) return tl::unexpected(sound.error());
  const auto histories = Pace(records.occasions).histories(records);
  if (!histories) return tl::unexpected(histories.error());
  const auto texts = read_known(customers, question, records, spec.covariates);
  if (!texts) return tl::unexpected(texts.error());
  fit.known = covariates_of(spec.covariates, *texts);
  const models::Covariates numbers = numbers_of(fit.known, *texts);
  const models::Covariates* known = spec.covariates.empty() ? nullptr : &numbers;
  auto candidates = fit_candidates(*histories, known, records.counted(), question);
  if (!candidates) return tl::unexpected(candidates.error());
  fit.candidates = *std::move(candidates);
  std::vector<models::SpendHistory> spends;
  spends.reserve(records.customers.size());
  for (const PurchaseRecord& customer : records.customers) spends.push_back(customer.spend);
  auto spend = models::fit_spend(spends);
  if (!spend) return tl::unexpected(spend.error());
  fit.spend = *std::move(spend);

  if (records.customers.size() < kCustomersMin) {
    refuse(fit, ForecastReason::TooFewCustomers);
    return fit;
  }
  const std::vector<UtcMicros> cuts = origins_of(customers, records, question.as_of, spec, fit.window_weeks);
  const auto clock = spec.seasons == ForecastSeasons::LeftOut || records.occasions
                         ? LearntClock{.intensities = {}, .verdict = ForecastSeasonVerdict::NotSought}
                         : learn_clock(records, fit.candidates[kLawOfSeasons].at_any_time().model);
  if (!clock) return tl::unexpected(clock.error());
  // What cannot be seen now was not known before.
  const Seasons seasons = clock->intensities.empty() ? Seasons::Ignored : Seasons::Sought;
  std::vector<Origin> origins;
  UtcMicros until = question.as_of;
  for (const UtcMicros cut : cuts) {
    auto origin =
        run_origin(economics, question, lens, records.occasions, cut, until, kRowsOfOrigins, seasons, spec.covariates);
    if (!origin) return tl::unexpected(origin.error());
    // Each window follows the one before, so that none is learnt from twice.
    until = cut;
    if (origin->customers < kCustomersMin) break;
    origins.push_back(*std::move(origin));
  }
  if (origins.size() < 2) {
    refuse(fit, cuts.empty() ? ForecastReason::TooShort : ForecastReason::TooFewCustomers);
    return fit;
  }
  std::vector<const Origin*> all, earlier;
  for (const Origin& origin : origins) all.push_back(&origin);
  earlier.assign(all.begin() + 1, all.end());
  const auto compared_before = compare_times(earlier);
  if (!compared_before) return tl::unexpected(compared_before.error());
  const Time checked = season_is_better(*compared_before) ? Time::Season : Time::Calendar;
  const auto knowing_before = what_helps(known, earlier, checked);
  if (!knowing_before) return tl::unexpected(knowing_before.error());
  const auto learnt_before = learn(earlier, checked, knowing_before->knowing, spec.coverage, question);
  if (!learnt_before) return tl::unexpected(learnt_before.error());
  auto check = check_forecast(origins.front(), checked, records.counted(), *learnt_before, customers.zone(),
                              spec.coverage, question, fit.scores);
  if (!check) return tl::unexpected(check.error());
  fit.check = *std::move(check);

  if (records.occasions) {
    auto learnt = learn(all, Time::Calendar, Knowing::Histories, spec.coverage, question);
    if (!learnt) return tl::unexpected(learnt.error());
    fit.learnt = *std::move(learnt);
    return fit;
  }
  auto compared = compare_times(all);
  if (!compared) return tl::unexpected(compared.error());
  fit.season = *std::move(compared);
  fit.season->intensities = clock->intensities;
  fit.season->checked = checked == Time::Season && origins.front().seasonal;
  // Where the check could not have gone by a season, neither does the forecast.
  const bool could_be_checked = compared_before->origins > 0;
  fit.season->verdict = clock->verdict != ForecastSeasonVerdict::NotChecked || !could_be_checked ? clock->verdict
                        : season_is_better(*fit.season) ? ForecastSeasonVerdict::Used
                                                        : ForecastSeasonVerdict::NotBetter;
  const bool seasonal = fit.season->verdict == ForecastSeasonVerdict::Used;
  if (seasonal) {
    const auto clocked = fit.pace(records).histories(records);
    if (!clocked) return tl::unexpected(clocked.error());
    auto in_season = fit_candidates(*clocked, known, Counted::Days, question);
    if (!in_season) return tl::unexpected(in_season.error());
    fit.candidates = *std::move(in_season);
  }
  const Time time = seasonal ? Time::Season : Time::Calendar;
  const auto helps = what_helps(known, all, time);
  if (!helps) return tl::unexpected(helps.error());
  if (known != nullptr) {
    fit.covariates = helps->told;
    fit.covariates->checked = knowing_before->knowing == Knowing::Covariates;
  }
  auto learnt = learn(all, time, helps->knowing, spec.coverage, question);
  if (!learnt) return tl::unexpected(learnt.error());
  fit.learnt = *std::move(learnt);
  return fit;
}

Result<forecast::FitInHand> forecast::FitInHand::of(const ForecastFit* kept, const Economics& economics,
                                                    const Question& question, const Lens& lens,
                                                    const ForecastSpec& spec, const PurchaseRecords& records) {
  if (auto sound = check_kept(kept, question); !sound) return tl::unexpected(sound.error());
  FitInHand fit;
  fit.kept_ = kept;
  if (kept != nullptr) {
    if ((kept->occasions ? kept->occasions->of : "") != (records.occasions ? records.occasions->of() : ""))
      return invalid("a fit that has counted other occasions cannot answer");
    return fit;
  }
  auto made = learn_from(economics, question, lens, spec, records);
  if (!made) return tl::unexpected(made.error());
  fit.made_ = *std::move(made);
  return fit;
}

Result<ForecastFit> fit_forecast(const Customers& customers, const Question& question, const ForecastSpec& spec) {
  if (auto sound = forecast::check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto records = forecast::read_records(*economics, question, *lens, spec, question.as_of);
  if (!records) return tl::unexpected(records.error());
  return forecast::learn_from(*economics, question, *lens, spec, *records);
}

Result<std::optional<FitMoved>> has_moved(const Customers& customers, const Question& question,
                                          const ForecastFit& fit) {
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto records = forecast::read_records(*economics, question, *lens,
                                              {.occasions = fit.occasions ? fit.occasions->of : ""}, question.as_of);
  if (!records) return tl::unexpected(records.error());
  std::uint64_t purchases = 0;
  for (const PurchaseRecord& customer : records->customers) purchases += customer.history.x + 1;
  const std::uint64_t by = purchases > fit.purchases ? purchases - fit.purchases : fit.purchases - purchases;
  if (by >= kMovedLeast && by * kMovedPart >= fit.purchases) return FitMoved::Moved;
  if (by > 0 && question.as_of - fit.as_of >= kAged) return FitMoved::Aged;
  return std::nullopt;
}

}  // namespace habitue::insight
