#include "insight/forecast/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/forecast/check.hpp"
#include "insight/forecast/for_rows.hpp"
#include "insight/forecast/words.hpp"
#include "insight/retention/sums.hpp"
#include "models/purchases/forecast.hpp"
#include "models/purchases/score.hpp"

namespace habitue::insight {
namespace {

using forecast::Candidate;
using forecast::Expected;
using forecast::kCandidates;
using forecast::Learnt;
using forecast::Origin;
using forecast::PurchaseRecord;
using forecast::PurchaseRecords;
using knowledge::Economics;
using std::chrono::days;

constexpr std::size_t kRowsOfOrigins = 5'000;
constexpr std::uint64_t kCustomersMin = 100;
constexpr std::int64_t kWindowWeeksMin = 4, kWindowWeeksMax = 52, kWindows = 5;
constexpr double kPanelWeeks = 6.6;  // A year has eight.
constexpr double kWeeksAYear = 365.25 / 7;

Result<void> check_spec(const ForecastSpec& spec) {
  if (spec.horizon_days < 7 || spec.horizon_days > 3'650)
    return invalid(fmt::format("horizon_days is from 7 to 3650; this is {}", spec.horizon_days));
  if (!(spec.discount_a_year >= 0 && spec.discount_a_year <= 1))
    return invalid(fmt::format("discount_a_year is a share from 0 to 1; this is {}", spec.discount_a_year));
  if (!(spec.coverage >= 0.5 && spec.coverage <= 0.99))
    return invalid(fmt::format("coverage is a share from 0.5 to 0.99; this is {}", spec.coverage));
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  return {};
}

std::vector<ForecastParameter> parameters_of(const models::FitReport& report) {
  std::vector<ForecastParameter> parameters;
  for (const models::Estimate& one : report.estimates) parameters.push_back({one.name, one.value, one.standard_error});
  return parameters;
}
std::vector<std::string> findings_of(const models::FitReport& report) {
  std::vector<std::string> findings;
  for (const models::FitFinding finding : report.findings) findings.emplace_back(models::name_of(finding));
  return findings;
}

// The forecast of a whole base, from fits of all that is known and from what the past has taught.
class Forecaster {
 public:
  Forecaster(const Economics& economics, const ForecastSpec& spec, const PurchaseRecords& records,
             std::span<const Candidate> candidates, const models::SpendFit& spend, const Learnt& learnt,
             double window_weeks)
      : spec_(spec),
        records_(records),
        candidates_(candidates),
        spend_(spend),
        learnt_(learnt),
        weeks_(spec.horizon_days / forecast::kDaysAWeek),
        window_weeks_(window_weeks),
        rate_(std::log1p(spec.discount_a_year) / kWeeksAYear),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())),
        margin_(economics.customers().business().margin.share.value_or(1)),
        currency_(economics.exchange().currency()) {}

  Result<void> foretell(const Question& question) {
    std::vector<models::PurchaseHistory> histories;
    for (const PurchaseRecord& customer : records_.customers) histories.push_back(customer.history);
    expected_.resize(histories.size());
    discounted_.resize(histories.size());
    for (std::size_t model = 0; model < kCandidates; ++model) {
      if (learnt_.weights[model] == 0) continue;
      std::vector<double> before(histories.size());
      // What is bought in a panel is discounted by its middle: at 10 % a year that errs by less than one in 100,000.
      const auto panels = static_cast<std::size_t>(std::ceil(weeks_ / kPanelWeeks));
      const double length = weeks_ / static_cast<double>(panels);
      for (std::size_t panel = 1; panel <= panels; ++panel) {
        const double end = length * static_cast<double>(panel), middle = end - length / 2;
        const auto scores =
            models::score_purchases(candidates_[model].fit.model, histories, end, forecast::threads_of(question));
        if (!scores) return tl::unexpected(scores.error());
        if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
        for (std::size_t at = 0; at < histories.size(); ++at) {
          const double purchases = (*scores)[at].expected;
          discounted_[at] +=
              learnt_.weights[model] * learnt_.level * (purchases - before[at]) * std::exp(-rate_ * middle);
          before[at] = purchases;
        }
      }
      for (std::size_t at = 0; at < histories.size(); ++at)
        expected_[at] += learnt_.weights[model] * learnt_.level * before[at];
    }
    alive_.resize(histories.size());
    spend_of_one_.resize(histories.size());
    return forecast::for_rows(question, histories.size(), [&](std::size_t at) -> Result<void> {
      const PurchaseRecord& customer = records_.customers[at];
      const auto alive = alive_of(customer.history);
      if (!alive) return tl::unexpected(alive.error());
      const auto spend = models::expected_spend(spend_.model, customer.spend);
      if (!spend) return tl::unexpected(spend.error());
      alive_[at] = *alive;
      spend_of_one_[at] = *spend;
      return {};
    });
  }

  ByAudience<ForecastTotals> totals() const {
    ByAudience<ForecastTotals> totals;
    ByAudience<double> spend, value;
    for (std::size_t at = 0; at < records_.customers.size(); ++at) {
      const criteria::Verdict side = records_.customers[at].audience;
      for (ForecastTotals* into : {&totals.of(side), &totals.all}) {
        ++into->customers;
        into->alive += alive_[at];
        into->purchases += expected_[at];
      }
      for (double* into : {&spend.of(side), &spend.all}) *into += expected_[at] * spend_of_one_[at];
      for (double* into : {&value.of(side), &value.all}) *into += discounted_[at] * spend_of_one_[at] * margin_;
    }
    const auto finish = [&](ForecastTotals& of, double spent, double worth) {
      of.spend_minor = minor(spent);
      of.value_minor = minor(worth);
      if (!learnt_.level_spread) return;
      // By how far the level missed from origin to origin, one more to come: 1.28 standard deviations hold 80 %.
      const double factor =
          std::exp(1.2816 * *learnt_.level_spread * std::sqrt(1 + 1 / static_cast<double>(learnt_.origins)));
      of.value_low_minor = minor(worth / factor);
      of.value_high_minor = minor(worth * factor);
    };
    finish(totals.inside, spend.inside, value.inside);
    finish(totals.outside, spend.outside, value.outside);
    finish(totals.unknown, spend.unknown, value.unknown);
    finish(totals.all, spend.all, value.all);
    return totals;
  }

  Result<std::vector<ForecastCustomer>> shown() const {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < records_.customers.size(); ++at)
      if (retention::on_side(records_.customers[at].audience, spec_.side)) places.push_back(at);
    const std::size_t first = std::min<std::size_t>(spec_.offset, places.size());
    const std::size_t last = std::min<std::size_t>(places.size(), first + spec_.limit);
    const auto worth = [&](std::size_t at) { return discounted_[at] * spend_of_one_[at]; };
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(last), places.end(),
                      [&](std::size_t left, std::size_t right) {
                        return worth(left) != worth(right) ? worth(left) > worth(right) : left < right;
                      });
    std::vector<ForecastCustomer> customers;
    for (std::size_t at = first; at < last; ++at) {
      auto customer = shown(places[at]);
      if (!customer) return tl::unexpected(customer.error());
      customers.push_back(*std::move(customer));
    }
    return customers;
  }

 private:
  std::int64_t minor(double amount) const { return std::llround(std::clamp(amount * units_, -9.2e18, 9.2e18)); }

  Result<double> alive_of(const models::PurchaseHistory& history) const {
    Expected blend;
    for (std::size_t model = 0; model < kCandidates; ++model) {
      if (learnt_.weights[model] == 0) continue;
      const models::PurchaseModel& fitted = candidates_[model].fit.model;
      const auto alive = models::alive(fitted, history);
      const auto buys = models::buys_within(fitted, history, window_weeks_);
      if (!alive) return tl::unexpected(alive.error());
      if (!buys) return tl::unexpected(buys.error());
      blend.alive += learnt_.weights[model] * *alive;
      blend.buys += learnt_.weights[model] * *buys;
    }
    return forecast::calibrated_alive(learnt_, blend);
  }

  Result<ForecastCustomer> shown(std::size_t at) const {
    const PurchaseRecord& record = records_.customers[at];
    ForecastCustomer customer;
    customer.person = record.person;
    customer.purchases = record.history.x + 1;
    customer.days_since_last = (record.history.T - record.history.t_x) * forecast::kDaysAWeek;
    customer.alive = alive_[at];
    customer.expected_purchases = expected_[at];
    const double of_one = spend_of_one_[at], spend = expected_[at] * of_one;
    customer.spend_minor = minor(spend);
    customer.value_minor = minor(discounted_[at] * of_one * margin_);
    double cycle = 0;
    for (std::size_t model = 0; model < kCandidates; ++model) {
      if (learnt_.weights[model] == 0) continue;
      const auto of_model = models::buying_cycle(candidates_[model].fit.model, record.history);
      if (!of_model) return tl::unexpected(of_model.error());
      cycle += learnt_.weights[model] * *of_model;
    }
    if (std::isfinite(cycle) && cycle * forecast::kDaysAWeek < 36'500)
      customer.cycle_days = cycle * forecast::kDaysAWeek;
    const std::array<double, 2> tails{(1 - spec_.coverage) / 2, (1 + spec_.coverage) / 2};
    const auto counts = forecast::count_quantiles(learnt_, candidates_, record.history, weeks_, tails);
    if (!counts) return tl::unexpected(counts.error());
    const double scale = forecast::scale_of(spend, of_one);
    double low = (*counts)[0] * of_one, high = (*counts)[1] * of_one;
    if (scale > 0)
      if (const auto interval =
              learnt_.spend_bands.around(low / scale, high / scale, forecast::band_of(record.history.x))) {
        low = interval->low * scale;
        high = interval->high * scale;
      }
    customer.spend_low_minor = minor(std::max(0.0, std::min(low, spend)));
    customer.spend_high_minor = minor(std::max(high, spend));
    customer.sentence_en = forecast::customer_sentence(customer, spec_, currency_, "en");
    customer.sentence_fr = forecast::customer_sentence(customer, spec_, currency_, "fr");
    return customer;
  }

  const ForecastSpec& spec_;
  const PurchaseRecords& records_;
  std::span<const Candidate> candidates_;
  const models::SpendFit& spend_;
  const Learnt& learnt_;
  double weeks_, window_weeks_, rate_, units_, margin_;
  Currency currency_;
  std::vector<double> expected_, discounted_, alive_, spend_of_one_;  // By customer.
};

// The moments as of which the past is foretold, the last first; none when it is too short.
std::vector<UtcMicros> origins_of(const Customers& customers, const PurchaseRecords& records, UtcMicros as_of,
                                  const ForecastSpec& spec, std::int64_t& window_days) {
  double longest = 0;
  for (const PurchaseRecord& customer : records.customers) longest = std::max(longest, customer.history.T);
  const auto observed = static_cast<std::int64_t>(longest);
  const std::int64_t window_max =
      std::min<std::int64_t>(kWindowWeeksMax, std::max<std::int64_t>(kWindowWeeksMin, spec.horizon_days / 7));
  const std::int64_t window = std::clamp(observed / kWindows, std::int64_t{0}, window_max);
  window_days = window * 7;
  std::vector<UtcMicros> origins;
  if (window < kWindowWeeksMin) return origins;
  const Zone& zone = customers.zone();
  for (std::int64_t back = 1; back <= kWindows - 2; ++back)
    origins.push_back(zone.start_of(zone.day_of(as_of) - days{back * window_days - 1}) - std::chrono::microseconds{1});
  return origins;
}

void refuse(ForecastReport& report, ForecastReason reason) {
  report.check.verdict = ForecastVerdict::NotPossible;
  report.check.reasons.push_back(reason);
}

void tell_spend(ForecastReport& report, const models::SpendFit& spend) {
  ForecastSpendModel& told = report.spend.emplace();
  told.name = std::holds_alternative<models::GammaGamma>(spend.model) ? "gamma-gamma" : "log-normal";
  told.verdict = models::name_of(spend.report.verdict);
  told.findings = findings_of(spend.report);
  told.parameters = parameters_of(spend.report);
  told.correlation = spend.correlation;
}

Result<void> fill(ForecastReport& report, const Economics& economics, const Question& question, const Lens& lens,
                  const ForecastSpec& spec) {
  const Customers& customers = economics.customers();
  const auto records = forecast::read_purchase_records(economics, question, lens, question.as_of, question.as_of);
  if (!records) return tl::unexpected(records.error());
  if (records->without_amount > 0)
    report.warnings.push_back(fmt::format(
        "{} day(s) of purchases tell no amount that can be added, and say nothing of spend", records->without_amount));
  if (records->customers.empty()) {
    refuse(report, ForecastReason::NoCustomers);
    return {};
  }
  auto candidates = forecast::fit_candidates(records->customers, question);
  if (!candidates) return tl::unexpected(candidates.error());
  for (const Candidate& one : *candidates)
    report.models.push_back({one.name, std::string(models::name_of(one.fit.report.verdict)),
                             findings_of(one.fit.report), parameters_of(one.fit.report), one.fit.report.log_likelihood,
                             0, std::nullopt});
  std::vector<models::SpendHistory> spends;
  for (const PurchaseRecord& customer : records->customers) spends.push_back(customer.spend);
  const auto spend = models::fit_spend(spends);
  if (!spend) return tl::unexpected(spend.error());
  tell_spend(report, *spend);

  if (records->customers.size() < kCustomersMin) {
    refuse(report, ForecastReason::TooFewCustomers);
    return {};
  }
  std::int64_t window_days = 0;
  const std::vector<UtcMicros> cuts = origins_of(customers, *records, question.as_of, spec, window_days);
  std::vector<Origin> origins;
  UtcMicros until = question.as_of;
  for (const UtcMicros cut : cuts) {
    auto origin = forecast::run_origin(economics, question, lens, cut, until, kRowsOfOrigins);
    if (!origin) return tl::unexpected(origin.error());
    // Each window follows the one before, so that none is learnt from twice.
    until = cut;
    if (origin->customers < kCustomersMin) break;
    origins.push_back(*std::move(origin));
  }
  if (origins.size() < 2) {
    refuse(report, cuts.empty() ? ForecastReason::TooShort : ForecastReason::TooFewCustomers);
    return {};
  }
  std::vector<const Origin*> all, earlier;
  for (const Origin& origin : origins) all.push_back(&origin);
  earlier.assign(all.begin() + 1, all.end());
  const auto learnt_before = forecast::learn(earlier, spec.coverage, question);
  if (!learnt_before) return tl::unexpected(learnt_before.error());
  std::vector<ForecastScores> scores;
  auto check =
      forecast::check_forecast(origins.front(), *learnt_before, customers.zone(), spec.coverage, question, scores);
  if (!check) return tl::unexpected(check.error());
  report.check = *std::move(check);
  const auto learnt = forecast::learn(all, spec.coverage, question);
  if (!learnt) return tl::unexpected(learnt.error());
  report.level = learnt->level;
  for (std::size_t model = 0; model < kCandidates; ++model) {
    report.models[model].weight = learnt->weights[model];
    report.models[model].scores = scores[model];
  }
  if (report.check.verdict != ForecastVerdict::Passed) return {};

  Forecaster forecaster(economics, spec, *records, *candidates, *spend, *learnt,
                        static_cast<double>(window_days) / forecast::kDaysAWeek);
  if (auto done = forecaster.foretell(question); !done) return done;
  report.totals = forecaster.totals();
  auto shown = forecaster.shown();
  if (!shown) return tl::unexpected(shown.error());
  report.customers = *std::move(shown);
  return {};
}

}  // namespace

Result<ForecastReport> ask_forecast(const Customers& customers, const Question& question, const ForecastSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  ForecastReport report;
  report.currency = customers.business().currency;
  report.margin_is_revenue = !customers.business().margin.share.has_value();
  if (auto filled = fill(report, *economics, question, *lens, spec); !filled) return tl::unexpected(filled.error());
  report.sentence_en = forecast::check_sentence(report, "en");
  report.sentence_fr = forecast::check_sentence(report, "fr");
  return report;
}

Result<std::vector<PersonId>> people_of_forecast(const Customers& customers, const Question& question,
                                                 const ForecastSpec& spec, const ForecastCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  return retention::people_who(customers, question, *lens, cell.side, [&](const Person& person) {
    return !customers.purchases(person.journey, question.as_of).empty();
  });
}

}  // namespace habitue::insight
