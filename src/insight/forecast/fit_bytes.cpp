// A fit of forecasts as bytes: see fit_bytes.hpp.
#include <algorithm>

#include <fmt/format.h>

#include "insight/fit_bytes.hpp"
#include "insight/forecast/fit.hpp"
#include "models/purchases/seasonal_clock.hpp"

// By the types' own namespaces, where a call that depends on the archive finds them.
namespace habitue::models {
constexpr FitVerdict last_of(FitVerdict) { return FitVerdict::TooFewData; }
constexpr FitFinding last_of(FitFinding) { return FitFinding::LessThanAYear; }
constexpr Leaving last_of(Leaving) { return Leaving::AtAnyTime; }
template <class A>
void fields(A& archive, Estimate& of) {
  archive(of.name, of.value, of.standard_error);
}
template <class A>
void fields(A& archive, FitReport& of) {
  archive(of.verdict, of.findings, of.estimates, of.log_likelihood, of.observations, of.distinct, of.evaluations);
}
template <class A>
void fields(A& archive, PurchaseLaw& of) {
  archive(of.leaving, of.k, of.r, of.alpha, of.a, of.b);
}
template <class A>
void fields(A& archive, PurchaseModel::Kind& of) {
  archive(of.share, of.law);
}
template <class A>
void fields(A& archive, PurchaseFit& of) {
  archive(of.model.kinds, of.report, of.covariance, of.nested);
}
template <class A>
void fields(A& archive, BetaBernoulli& of) {
  archive(of.alpha, of.beta, of.gamma, of.delta);
}
template <class A>
void fields(A& archive, BetaBernoulliFit& of) {
  archive(of.model, of.report);
}
template <class A>
void fields(A& archive, GammaGamma& of) {
  archive(of.p, of.q, of.v);
}
template <class A>
void fields(A& archive, LogNormalSpend& of) {
  archive(of.mu, of.sigma, of.tau, of.slope);
}
template <class A>
void fields(A& archive, SpendFit& of) {
  archive(of.model, of.report, of.correlation, of.left_out, of.covariance);
}
template <class A>
void fields(A& archive, RisingLine& of) {
  archive(of.x, of.y);
}
template <class A>
void fields(A& archive, ConformalBands::Width& of) {
  archive(of.by, of.people);
}
template <class A>
void fields(A& archive, ConformalBands& of) {
  archive(of.coverage, of.everybody, of.by_band);
}
}  // namespace habitue::models

namespace habitue::insight {
namespace forecast {
template <class A>
void fields(A& archive, Candidate& of) {
  archive(of.name, of.fit, of.rate, of.leaving);
}
template <class A>
void fields(A& archive, Covariate::Column& of) {
  archive(of.value, of.others, of.customers);
}
template <class A>
void fields(A& archive, Covariate& of) {
  archive(of.name, of.usual, of.columns);
}
template <class A>
void fields(A& archive, Learnt& of) {
  archive(of.weights, of.level, of.level_spread, of.buys, of.spend_bands, of.origins);
}
}  // namespace forecast

constexpr ForecastVerdict last_of(ForecastVerdict) { return ForecastVerdict::NotPossible; }
constexpr ForecastReason last_of(ForecastReason) { return ForecastReason::NoOccasions; }
template <class A>
void fields(A& archive, ForecastScores& of) {
  archive(of.deviance, of.log_score, of.root_mean_squared, of.bias, of.reliability_error);
}
template <class A>
void fields(A& archive, ForecastByFrequency& of) {
  archive(of.repeat_purchases, of.customers, of.expected, of.observed);
}
template <class A>
void fields(A& archive, ForecastByWeek& of) {
  archive(of.week, of.expected, of.observed);
}
template <class A>
void fields(A& archive, ForecastOccasions& of) {
  archive(of.of, of.days, of.last_day, of.ahead, of.until);
}
template <class A>
void fields(A& archive, ForecastReliability& of) {
  archive(of.lowest, of.highest, of.mean_forecast, of.share_that_bought, of.low, of.high, of.people);
}
template <class A>
void fields(A& archive, ForecastCheck& of) {
  archive(of.verdict, of.reasons, of.origin, of.weeks, of.customers, of.looked_at, of.earlier_origins,
          of.everybody_alike, of.chosen, of.interval_held, of.purchases_held, of.by_frequency, of.by_week,
          of.by_occasion, of.reliability);
}
constexpr ForecastSeasonVerdict last_of(ForecastSeasonVerdict) { return ForecastSeasonVerdict::Used; }
template <class A>
void fields(A& archive, ForecastOfPast& of) {
  archive(of.log_score, of.missed);
}
template <class A>
void fields(A& archive, ForecastSeason& of) {
  archive(of.verdict, of.origins, of.checked, of.without, of.with, of.intensities);
}
constexpr ForecastCovariatesVerdict last_of(ForecastCovariatesVerdict) { return ForecastCovariatesVerdict::Used; }
template <class A>
void fields(A& archive, ForecastCovariates& of) {
  archive(of.verdict, of.checked, of.without, of.with);
}
template <class A>
void fields(A& archive, ForecastFit& of) {
  archive(of.as_of, of.horizon_days, of.coverage, of.window_weeks, of.customers, of.purchases, of.candidates, of.spend,
          of.learnt, of.scores, of.check, of.season, of.known, of.covariates, of.occasions);
}

namespace {

constexpr std::string_view kMagic = "HBFF";
constexpr std::uint8_t kVersion = 3;

bool is_sound(const ForecastSeason& season) {
  const std::vector<double>& intensities = season.intensities;
  return intensities.size() == (intensities.empty() ? 0 : models::SeasonalClock::kParts) &&
         (season.verdict != ForecastSeasonVerdict::Used || !intensities.empty()) &&
         std::all_of(intensities.begin(), intensities.end(), [](double one) { return one > 0 && one < 1e6; });
}

bool is_sound(const forecast::Candidate& candidate, bool of_occasions) {
  if (const auto* fit = std::get_if<models::BetaBernoulliFit>(&candidate.fit))
    return of_occasions && !candidate.knows() && models::log_likelihood(fit->model, {0, 0, 0}).has_value();
  return !of_occasions && models::check_model(candidate.at_any_time().model).has_value();
}

}  // namespace

std::string bytes_of(const ForecastFit& fit) {
  FitWriter payload;
  payload(fit);
  return wrapped_fit(kMagic, kVersion, std::move(payload).bytes());
}

Result<ForecastFit> forecast_fit_of(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  const auto body = unwrapped_fit(kMagic, kVersion, bytes);
  if (!body) return tl::unexpected(body.error());
  ForecastFit fit;
  FitReader reader(*body);
  reader(fit);
  if (!reader.is_whole()) return corrupt("the fit is damaged: it says more or less than a fit does");
  const bool learnt = !fit.scores.empty();
  const bool of_occasions = fit.occasions.has_value();
  const std::size_t candidates =
      of_occasions ? forecast::kCandidatesOfOccasions : forecast::kCandidates + (fit.known.empty() ? 0 : 1);
  if ((!fit.candidates.empty() && fit.candidates.size() != candidates) ||
      (learnt && (fit.candidates.empty() || fit.scores.size() != candidates)) ||
      fit.learnt.weights.size() != (learnt ? fit.candidates.size() : 0) || (fit.is_usable() && !learnt))
    return corrupt("the fit is damaged: models are missing");
  std::size_t columns = 0;
  for (const forecast::Covariate& covariate : fit.known) columns += covariate.columns.size();
  for (const forecast::Candidate& candidate : fit.candidates)
    if (candidate.rate.size() != candidate.leaving.size() || (candidate.knows() && candidate.rate.size() != columns))
      return corrupt("the fit is damaged: what is known of customers does not fit its model");
  if (of_occasions && (fit.season || !fit.known.empty()))
    return corrupt("the fit is damaged: occasions have no season");
  if (fit.season && !is_sound(*fit.season)) return corrupt("the fit is damaged: a season cannot be");
  for (const forecast::Candidate& candidate : fit.candidates)
    if (!is_sound(candidate, of_occasions)) return corrupt("the fit is damaged: a model cannot be");
  return fit;
}

}  // namespace habitue::insight
