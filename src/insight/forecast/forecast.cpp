#include "insight/forecast/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/forecast/learning.hpp"
#include "insight/forecast/scoring.hpp"
#include "insight/forecast/words.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {

using forecast::Foretold;
using forecast::PurchaseRecord;
using forecast::PurchaseRecords;
using knowledge::Economics;

Result<void> forecast::check_spec(const ForecastSpec& spec) {
  if (spec.horizon_days < 7 || spec.horizon_days > 3'650)
    return invalid(fmt::format("horizon_days is from 7 to 3650; this is {}", spec.horizon_days));
  if (!(spec.discount_a_year >= 0 && spec.discount_a_year <= 1))
    return invalid(fmt::format("discount_a_year is a share from 0 to 1; this is {}", spec.discount_a_year));
  if (!(spec.coverage >= 0.5 && spec.coverage <= 0.99))
    return invalid(fmt::format("coverage is a share from 0.5 to 0.99; this is {}", spec.coverage));
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  if (auto sound = check_names(spec.covariates); !sound) return sound;
  if (spec.occasions.empty()) return {};
  if (!spec.covariates.empty())
    return invalid(
        "covariates: purchases at occasions are foretold by what was bought alone; leave out one of the two");
  return Occasions::check(spec.occasions);
}

Result<void> forecast::check_kept(const ForecastFit* kept, const Question& question) {
  if (kept != nullptr && kept->as_of > question.as_of)
    return invalid("a fit that has seen more than as_of cannot answer");
  return {};
}

namespace {

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

// The answer about a base, from a fit and what it foretells.
class Teller {
 public:
  Teller(const Economics& economics, UtcMicros as_of, const ForecastSpec& spec, const PurchaseRecords& records,
         const ForecastFit& fit, const Foretold& foretold, const ForecastReport& report)
      : spec_(spec),
        report_(report),
        records_(records),
        fit_(fit),
        foretold_(foretold),
        pace_(fit.pace(records)),
        weeks_(pace_.weeks_after(records.cut_day,
                                 pace_.whole_weeks(records.cut_day, spec.horizon_days / forecast::kDaysAWeek))),
        today_(economics.customers().zone().day_of(as_of)),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())),
        margin_(economics.customers().business().margin.share.value_or(1)) {}

  ByAudience<ForecastTotals> totals() const {
    ByAudience<ForecastTotals> totals;
    ByAudience<double> spend, value;
    for (std::size_t at = 0; at < records_.customers.size(); ++at) {
      const criteria::Verdict side = records_.customers[at].audience;
      for (ForecastTotals* into : {&totals.of(side), &totals.all}) {
        ++into->customers;
        into->alive += foretold_.alive[at];
        into->purchases += foretold_.purchases[at];
      }
      for (double* into : {&spend.of(side), &spend.all}) *into += foretold_.spend(at);
      for (double* into : {&value.of(side), &value.all}) *into += foretold_.value(at, margin_);
    }
    const auto finish = [&](ForecastTotals& of, double spent, double worth) {
      if (!fit_.tells_worth()) return;
      of.spend_minor = minor(spent);
      of.value_minor = minor(worth);
      if (!fit_.learnt.level_spread) return;
      // By how far the level missed from origin to origin, one more to come: 1.28 standard deviations hold 80 %.
      const double factor =
          std::exp(1.2816 * *fit_.learnt.level_spread * std::sqrt(1 + 1 / static_cast<double>(fit_.learnt.origins)));
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
    const auto worth = [&](std::size_t at) { return foretold_.value(at, margin_); };
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
  std::int64_t minor(double amount) const { return forecast::in_minor(amount, units_); }

  // Of the number of purchases and, where they have a worth, of what they bring.
  Result<void> tell_intervals(std::size_t at, const models::PurchaseHistory& history,
                              ForecastCustomer& customer) const {
    const std::array<double, 2> tails{(1 - spec_.coverage) / 2, (1 + spec_.coverage) / 2};
    const auto counts = forecast::count_quantiles(fit_.learnt, fit_.candidates, history,
                                                  forecast::row_of(foretold_.known, at), weeks_, tails);
    if (!counts) return tl::unexpected(counts.error());
    customer.purchases_low = (*counts)[0];
    customer.purchases_high = (*counts)[1];
    if (!fit_.tells_worth()) return {};
    const double of_one = foretold_.spend_of_one[at], spend = foretold_.spend(at);
    customer.spend_minor = minor(spend);
    customer.value_minor = minor(foretold_.value(at, margin_));
    const double scale = forecast::scale_of(spend, of_one);
    double low = (*counts)[0] * of_one, high = (*counts)[1] * of_one;
    if (scale > 0)
      if (const auto interval =
              fit_.learnt.spend_bands.around(low / scale, high / scale, forecast::band_of(history.x))) {
        low = interval->low * scale;
        high = interval->high * scale;
      }
    customer.spend_low_minor = minor(std::max(0.0, std::min(low, spend)));
    customer.spend_high_minor = minor(std::max(high, spend));
    return {};
  }

  Result<ForecastCustomer> shown(std::size_t at) const {
    const PurchaseRecord& record = records_.customers[at];
    ForecastCustomer customer;
    customer.person = record.person;
    customer.purchases = record.history.x + 1;
    if (records_.occasions) customer.occasions_since_first = static_cast<std::uint32_t>(record.history.T);
    customer.days_since_last = static_cast<double>((today_ - record.last_day).count());
    customer.alive = foretold_.alive[at];
    customer.expected_purchases = foretold_.purchases[at];
    customer.discounted_purchases = foretold_.discounted[at];
    const auto history = pace_.history(records_, record);
    if (!history) return tl::unexpected(history.error());
    double cycle = 0;
    for (std::size_t model = 0; model < fit_.candidates.size(); ++model) {
      if (fit_.learnt.weights[model] == 0) continue;
      const auto law = fit_.candidates[model].law_for(forecast::row_of(foretold_.known, at));
      if (!law) return tl::unexpected(law.error());
      const auto of_model = law->cycle(*history);
      if (!of_model) return tl::unexpected(of_model.error());
      cycle += fit_.learnt.weights[model] * *of_model;
    }
    if (std::isfinite(cycle) && cycle * pace_.unit_days() < 36'500) customer.cycle_days = cycle * pace_.unit_days();
    if (auto told = tell_intervals(at, *history, customer); !told) return tl::unexpected(told.error());
    customer.sentence_en = forecast::customer_sentence(customer, report_, spec_, "en");
    customer.sentence_fr = forecast::customer_sentence(customer, report_, spec_, "fr");
    return customer;
  }

  const ForecastSpec& spec_;
  const ForecastReport& report_;
  const PurchaseRecords& records_;
  const ForecastFit& fit_;
  const Foretold& foretold_;
  forecast::Pace pace_;
  double weeks_;  // Of the horizon, in the fit's time.
  LocalDay today_;
  double units_, margin_;
};

void tell_spend(ForecastReport& report, const models::SpendFit& spend) {
  ForecastSpendModel& told = report.spend.emplace();
  told.name = std::holds_alternative<models::GammaGamma>(spend.model) ? "gamma-gamma" : "log-normal";
  told.verdict = models::name_of(spend.report.verdict);
  told.findings = findings_of(spend.report);
  told.parameters = parameters_of(spend.report);
  told.correlation = spend.correlation;
}

// What was learnt, as an answer shows it.
void tell_fit(ForecastReport& report, const ForecastFit& fit) {
  report.fitted_as_of = fit.as_of;
  report.fitted_customers = fit.customers;
  for (const forecast::Candidate& one : fit.candidates)
    report.models.push_back({one.name, std::string(models::name_of(one.report().verdict)), findings_of(one.report()),
                             parameters_of(one.report()), one.report().log_likelihood, 0, std::nullopt});
  if (!fit.candidates.empty() && fit.tells_worth()) tell_spend(report, fit.spend);
  report.check = fit.check;
  report.occasions = fit.occasions;
  if (report.occasions) forecast::tell_occasions(*report.occasions);
  report.season = fit.season;
  if (report.season) forecast::tell_season(*report.season);
  report.covariates = fit.covariates;
  if (report.covariates) {
    report.covariates->effects = forecast::effects_of(fit);
    forecast::tell_covariates(*report.covariates);
  }
  if (fit.scores.empty()) return;
  report.level = fit.learnt.level;
  for (std::size_t model = 0; model < fit.candidates.size(); ++model) {
    report.models[model].weight = fit.learnt.weights[model];
    report.models[model].scores = fit.scores[model];
  }
}

ForecastReport begun(const Customers& customers) {
  ForecastReport report;
  report.currency = customers.business().currency;
  report.margin_is_revenue = !customers.business().margin.share.has_value();
  return report;
}

void tell_check(ForecastReport& report) {
  report.sentence_en = forecast::check_sentence(report, "en");
  report.sentence_fr = forecast::check_sentence(report, "fr");
}

Result<void> fill(ForecastReport& report, const Economics& economics, const Question& question, const Lens& lens,
                  const ForecastSpec& spec, const ForecastFit* kept) {
  const auto records = forecast::read_records(economics, question, lens, spec, question.as_of);
  if (!records) return tl::unexpected(records.error());
  if (records->without_amount > 0)
    report.warnings.push_back(fmt::format(
        "{} day(s) of purchases tell no amount that can be added, and say nothing of spend", records->without_amount));
  const auto in_hand = forecast::FitInHand::of(kept, economics, question, lens, spec, *records);
  if (!in_hand) return tl::unexpected(in_hand.error());
  const ForecastFit& fit = **in_hand;
  tell_fit(report, fit);
  if (records->occasions) {
    report.warnings.insert(report.warnings.end(), records->occasions->warnings().begin(),
                           records->occasions->warnings().end());
    // Of the question's moment, which may be later than the fit's.
    report.occasions = forecast::occasions_told(*records, spec);
    forecast::tell_occasions(*report.occasions);
  }
  if (!fit.candidates.empty() && !fit.tells_worth())
    report.warnings.push_back("too few customers tell what they pay: purchases are foretold, what they bring is not");
  if (!fit.is_usable()) return {};
  const auto foretold = forecast::foretell(economics.customers(), fit, *records,
                                           {spec.horizon_days / forecast::kDaysAWeek, spec.discount_a_year}, question);
  if (!foretold) return tl::unexpected(foretold.error());
  const Teller teller(economics, question.as_of, spec, *records, fit, *foretold, report);
  report.totals = teller.totals();
  auto shown = teller.shown();
  if (!shown) return tl::unexpected(shown.error());
  report.customers = *std::move(shown);
  return {};
}

}  // namespace

Result<ForecastReport> ask_forecast(const Customers& customers, const Question& question, const ForecastSpec& spec,
                                    const ForecastFit* kept) {
  if (auto sound = forecast::check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  ForecastReport report = begun(customers);
  if (auto filled = fill(report, *economics, question, *lens, spec, kept); !filled)
    return tl::unexpected(filled.error());
  tell_check(report);
  return report;
}

ForecastReport report_of(const ForecastFit& fit, const Customers& customers) {
  ForecastReport report = begun(customers);
  tell_fit(report, fit);
  tell_check(report);
  return report;
}

Result<std::vector<PersonId>> people_of_forecast(const Customers& customers, const Question& question,
                                                 const ForecastSpec& spec, const ForecastCell& cell) {
  if (auto sound = forecast::check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto records = forecast::read_records(*economics, question, *lens, spec, question.as_of);
  if (!records) return tl::unexpected(records.error());
  std::vector<PersonId> people;
  for (const PurchaseRecord& customer : records->customers)
    if (retention::on_side(customer.audience, cell.side)) people.push_back(customer.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
