#include "insight/scenario/base.hpp"

#include <algorithm>
#include <cmath>

#include "insight/forecast/learning.hpp"
#include "insight/forecast/scoring.hpp"

namespace habitue::insight::scenario {
namespace {

constexpr std::uint64_t kReturningLeast = 30;

std::uint32_t days_of_data(const Books& books, UtcMicros as_of) {
  UtcMicros first = as_of;
  for (const Bought& one : books.bought) first = std::min(first, one.at);
  for (const Money& one : books.money) first = std::min(first, one.at);
  const auto days = std::chrono::duration_cast<std::chrono::days>(as_of - first).count() + 1;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(days, 1, 100'000));
}

// Who bought in the days before the last `days`, and who of them again in those.
void tell_returning(const Books& books, UtcMicros as_of, std::uint32_t days, std::vector<SegmentBase>& bases) {
  const UtcMicros recent = as_of - std::chrono::days{days}, earlier = recent - std::chrono::days{days};
  std::vector<ScenarioReturning> told(books.segments, ScenarioReturning{.days = days});
  // Segments of one customer may be several, as those of categories are.
  std::vector<std::uint8_t> before(books.segments), again(books.segments);
  std::vector<std::uint32_t> touched;
  for (std::size_t at = 0; at < books.bought.size();) {
    const std::uint32_t customer = books.bought[at].customer;
    touched.clear();
    for (; at < books.bought.size() && books.bought[at].customer == customer; ++at) {
      const Bought& one = books.bought[at];
      touched.push_back(one.segment);
      if (one.at > earlier && one.at <= recent) before[one.segment] = 1;
      if (one.at > recent) again[one.segment] = 1;
    }
    for (const std::uint32_t segment : touched) {
      told[segment].customers += before[segment];
      told[segment].came_back += before[segment] != 0 && again[segment] != 0 ? 1 : 0;
      before[segment] = again[segment] = 0;
    }
  }
  for (std::size_t segment = 0; segment < books.segments; ++segment) {
    ScenarioReturning& returning = told[segment];
    if (returning.customers < kReturningLeast || returning.came_back == 0) continue;
    returning.share = static_cast<double>(returning.came_back) / static_cast<double>(returning.customers);
    returning.then = returning.share;
    bases[segment].returning = returning;
  }
}

std::int64_t minor_of(double amount) { return std::llround(std::clamp(amount, -9e15, 9e15)); }

}  // namespace

std::vector<SegmentBase> bases_of_last_period(const Books& books, UtcMicros as_of, const ScenarioSpec& spec) {
  std::vector<SegmentBase> bases(books.segments);
  if (books.bought.empty() && books.money.empty()) return bases;
  const std::uint32_t data = days_of_data(books, as_of), days = std::min(spec.horizon_days, data);
  const UtcMicros from = as_of - std::chrono::days{days};
  const double scale = static_cast<double>(spec.horizon_days) / days;
  std::vector<double> revenue(books.segments), known(books.segments), margin(books.segments), fresh(books.segments);
  for (const Money& one : books.money) {
    if (one.at <= from) continue;
    revenue[one.segment] += static_cast<double>(one.revenue_minor);
    if (one.margin_minor) {
      known[one.segment] += static_cast<double>(one.revenue_minor);
      margin[one.segment] += static_cast<double>(*one.margin_minor);
    } else {
      bases[one.segment].revenue_without_margin += static_cast<double>(one.revenue_minor);
    }
  }
  std::vector<std::uint32_t> last(books.segments, UINT32_MAX);
  std::vector<std::uint8_t> is_fresh(books.segments);  // Of the customer in hand: first bought within the days.
  for (const Bought& one : books.bought) {
    ScenarioBase& base = bases[one.segment].base;
    if (last[one.segment] != one.customer) {
      last[one.segment] = one.customer;
      is_fresh[one.segment] = one.at > from ? 1 : 0;
      ++base.customers;
    }
    if (one.at <= from) continue;
    base.purchases += 1;
    fresh[one.segment] += is_fresh[one.segment];
  }
  for (std::size_t segment = 0; segment < books.segments; ++segment) {
    SegmentBase& of = bases[segment];
    if (known[segment] > 0) of.margin_share = margin[segment] / known[segment];
    of.base.basis = of.base.customers > 0 ? ScenarioBasis::LastPeriod : ScenarioBasis::Nothing;
    of.base.days = days;
    of.by_returning = of.base.purchases > 0 ? 1 - fresh[segment] / of.base.purchases : 0;
    of.base.purchases *= scale;
    of.base.revenue_minor = minor_of(revenue[segment] * scale);
    if (of.margin_share) of.base.margin_minor = minor_of(revenue[segment] * scale * *of.margin_share);
  }
  if (spec.retention_change != 0 && data >= 2)
    tell_returning(books, as_of, std::min(spec.horizon_days, data / 2), bases);
  return bases;
}

Result<ForecastBase> read_forecast(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                                   const ScenarioSpec& spec, const ForecastFit* kept) {
  ForecastSpec asked;
  asked.horizon_days = spec.horizon_days;
  if (auto sound = forecast::check_spec(asked); !sound) return tl::unexpected(sound.error());
  const auto records = forecast::read_records(economics, question, lens, asked, question.as_of);
  if (!records) return tl::unexpected(records.error());
  const auto in_hand = forecast::FitInHand::of(kept, economics, question, lens, asked, *records);
  if (!in_hand) return tl::unexpected(in_hand.error());
  const ForecastFit& fit = **in_hand;
  const ForecastReport report = report_of(fit, economics.customers());
  ForecastBase base{fit.is_usable() && fit.tells_worth(), report.sentence_en, report.sentence_fr, {}};
  if (!base.told) return base;
  const auto foretold = forecast::foretell(economics.customers(), fit, *records,
                                           {spec.horizon_days / forecast::kDaysAWeek, 0.0}, question);
  if (!foretold) return tl::unexpected(foretold.error());
  const double units = std::pow(10.0, economics.exchange().currency().minor_digits());
  for (std::size_t at = 0; at < records->customers.size(); ++at)
    base.people.push_back({records->customers[at].person.value, foretold->purchases[at], foretold->spend(at) * units});
  return base;
}

void take_forecast(std::vector<SegmentBase>& bases, const ForecastBase& forecast,
                   const std::unordered_map<std::uint32_t, std::uint32_t>& segment_of) {
  std::vector<double> purchases(bases.size()), revenue(bases.size());
  for (const ForecastBase::Of& one : forecast.people) {
    const auto segment = segment_of.find(one.person);
    if (segment == segment_of.end()) continue;
    purchases[segment->second] += one.purchases;
    revenue[segment->second] += one.revenue_minor;
  }
  for (std::size_t at = 0; at < bases.size(); ++at) {
    SegmentBase& of = bases[at];
    if (of.base.customers == 0) continue;
    of.base.basis = ScenarioBasis::Forecast;
    of.base.days = 0;
    of.base.purchases = purchases[at];
    of.base.revenue_minor = minor_of(revenue[at]);
    of.by_returning = 1;
    of.base.margin_minor.reset();
    if (of.margin_share) of.base.margin_minor = minor_of(revenue[at] * *of.margin_share);
  }
}

}  // namespace habitue::insight::scenario
