// A fit of forecasts as bytes: "HBFF", the version of this layout (u8), the length of what follows the header and its fingerprint (u64 each),
// then the fields in the order below.
#include <algorithm>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "insight/fit_bytes.hpp"
#include "insight/forecast/fit.hpp"

// By the types' own namespaces, where a call that depends on the archive finds them.
namespace habitue::models {
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
  archive(of.name, of.fit);
}
template <class A>
void fields(A& archive, Learnt& of) {
  archive(of.weights, of.level, of.level_spread, of.buys, of.spend_bands, of.origins);
}
}  // namespace forecast

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
void fields(A& archive, ForecastReliability& of) {
  archive(of.lowest, of.highest, of.mean_forecast, of.share_that_bought, of.low, of.high, of.people);
}
template <class A>
void fields(A& archive, ForecastCheck& of) {
  // A day as the number of days since 1970-01-01.
  std::optional<std::int64_t> origin;
  if (of.origin) origin = of.origin->time_since_epoch().count();
  archive(of.verdict, of.reasons, origin, of.weeks, of.customers, of.looked_at, of.earlier_origins, of.everybody_alike,
          of.chosen, of.interval_held, of.by_frequency, of.by_week, of.reliability);
  of.origin.reset();
  if (origin) of.origin = LocalDay(std::chrono::days(*origin));
}
template <class A>
void fields(A& archive, ForecastFit& of) {
  std::int64_t as_of = of.as_of.time_since_epoch().count();
  archive(as_of, of.horizon_days, of.coverage, of.window_weeks, of.customers, of.purchases, of.candidates, of.spend,
          of.learnt, of.scores, of.check);
  of.as_of = UtcMicros(UtcMicros::duration(as_of));
}

namespace {

constexpr std::string_view kMagic = "HBFF";
constexpr std::uint8_t kVersion = 1;

struct Header {
  std::uint8_t version = kVersion;
  std::uint64_t size = 0, fingerprint = 0;
};
template <class A>
void fields(A& archive, Header& of) {
  archive(of.version, of.size, of.fingerprint);
}
constexpr std::size_t kHeaderBytes = 1 + 8 + 8;

}  // namespace

std::string bytes_of(const ForecastFit& fit) {
  FitWriter payload;
  payload(fit);
  const std::string body = std::move(payload).bytes();
  FitWriter header;
  header(Header{kVersion, body.size(), fingerprint(body)});
  return std::string(kMagic) + std::move(header).bytes() + body;
}

Result<ForecastFit> forecast_fit_of(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  if (bytes.size() < kMagic.size() + kHeaderBytes || !bytes.starts_with(kMagic))
    return corrupt("these bytes are not a fit of forecasts");
  Header header;
  FitReader{bytes.substr(kMagic.size(), kHeaderBytes)}(header);
  if (header.version != kVersion) return corrupt("the fit is of another version of the program: fit again");
  const std::string_view body = bytes.substr(kMagic.size() + kHeaderBytes);
  if (header.size != body.size() || header.fingerprint != fingerprint(body))
    return corrupt("the fit is damaged: its length or its checksum differ");
  ForecastFit fit;
  FitReader reader(body);
  reader(fit);
  if (!reader.is_whole()) return corrupt("the fit is damaged: it says more or less than a fit does");
  const bool learnt = !fit.scores.empty();
  if ((!fit.candidates.empty() && fit.candidates.size() != forecast::kCandidates) ||
      (learnt && (fit.candidates.empty() || fit.scores.size() != forecast::kCandidates)) ||
      (fit.is_usable() && !learnt))
    return corrupt("the fit is damaged: models are missing");
  for (const forecast::Candidate& candidate : fit.candidates)
    if (!models::check_model(candidate.fit.model)) return corrupt("the fit is damaged: a model cannot be");
  return fit;
}

}  // namespace habitue::insight
