#include "insight/readiness/payback.hpp"

#include <cmath>

#include "insight/forecast/learning.hpp"
#include "insight/forecast/scoring.hpp"

namespace habitue::insight::readiness {
namespace {

std::int64_t minor_of(double amount) { return std::llround(std::clamp(amount, -9e15, 9e15)); }

// What is paid once: being found, as if it were today, and setting up.
double paid_at_first(const ReadinessSpec& spec, const Plan& plan, const ReadinessProfit& profit) {
  return static_cast<double>(profit.acquisition_of_one_minor.value_or(0)) * static_cast<double>(plan.buyers) +
         static_cast<double>(spec.set_up_minor);
}

// Of the year, counted from 0, paid when it begins.
double programme_of(const ReadinessSpec& spec, const Plan& plan, std::size_t year) {
  return static_cast<double>(spec.cost_of_one_minor) * static_cast<double>(plan.people) *
         std::pow(1 + spec.discount_a_year, -static_cast<double>(year));
}

std::optional<std::uint32_t> payback_at(const std::vector<double>& in_year, double at_first) {
  double balance = -at_first;
  for (std::size_t year = 0; year < in_year.size(); ++year) {
    balance += in_year[year];
    if (balance >= 0) return static_cast<std::uint32_t>(year + 1);
  }
  return std::nullopt;
}

}  // namespace

Result<ToCome> read_to_come(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                            const ReadinessSpec& spec, const std::unordered_set<std::uint32_t>& people,
                            const ForecastFit* kept) {
  const ForecastSpec asked;
  const Customers& customers = economics.customers();
  if (auto sound = forecast::check_kept(kept, question); !sound) return tl::unexpected(sound.error());
  const auto records = forecast::read_records(economics, question, lens, asked, question.as_of);
  if (!records) return tl::unexpected(records.error());
  const auto in_hand = forecast::FitInHand::of(kept, economics, question, lens, asked, *records);
  if (!in_hand) return tl::unexpected(in_hand.error());
  const ForecastFit& fit = **in_hand;
  const ForecastReport report = report_of(fit, customers);
  ToCome to_come{.told = fit.is_usable() && fit.tells_worth(),
                 .sentence_en = report.sentence_en,
                 .sentence_fr = report.sentence_fr,
                 .revenue_by_year = {},
                 .low_factor = {},
                 .high_factor = {}};
  if (fit.is_usable() && !fit.tells_worth()) {
    to_come.sentence_en = "Too few customers tell what they pay.";
    to_come.sentence_fr = "Trop peu de clients disent ce qu'ils paient.";
  }
  if (!to_come.told) return to_come;
  const double units = std::pow(10.0, customers.business().currency.minor_digits());
  double before = 0;
  for (std::uint32_t year = 1; year <= spec.horizon_years; ++year) {
    const auto foretold = forecast::foretell(customers, fit, *records,
                                             {year * kYear / forecast::kDaysAWeek, spec.discount_a_year}, question);
    if (!foretold) return tl::unexpected(foretold.error());
    double until = 0;
    for (std::size_t at = 0; at < records->customers.size(); ++at)
      if (people.contains(records->customers[at].person.value)) until += foretold->value(at, units);
    to_come.revenue_by_year.push_back(std::max(0.0, until - before));
    before = std::max(before, until);
  }
  if (const auto& spread = fit.learnt.level_spread) {
    // One origin more to come; 1.28 standard deviations hold 80 %.
    const double factor = std::exp(1.2816 * *spread * std::sqrt(1 + 1 / static_cast<double>(fit.learnt.origins)));
    to_come.low_factor = 1 / factor;
    to_come.high_factor = factor;
  }
  return to_come;
}

void tell_payback(const ToCome& to_come, const Plan& plan, const ReadinessSpec& spec, ReadinessProfit& profit) {
  const double lift = spec.lift.value_or(0), at_first = paid_at_first(spec, plan, profit);
  double margin_all = 0, programme_all = 0, balance = -at_first, contribution_all = 0;
  std::vector<double> in_year, at_low, by_programme;
  for (std::size_t year = 0; year < to_come.revenue_by_year.size(); ++year) {
    const double margin = to_come.revenue_by_year[year] * plan.margin_share, programme = programme_of(spec, plan, year);
    const double contribution = margin * plan.kept_share, more = margin * lift;
    in_year.push_back(contribution + more - programme);
    at_low.push_back((contribution + more) * to_come.low_factor.value_or(1) - programme);
    by_programme.push_back(more - programme);
    balance += in_year.back();
    margin_all += margin;
    contribution_all += contribution;
    programme_all += programme;
    profit.years.push_back({static_cast<std::uint32_t>(year + 1), minor_of(contribution), minor_of(more),
                            minor_of(programme), minor_of(balance)});
  }
  const double of_one = contribution_all / static_cast<double>(plan.people);
  profit.lifetime_of_one = ReadinessMean{minor_of(of_one), minor_of(of_one * to_come.low_factor.value_or(1)),
                                         minor_of(of_one * to_come.high_factor.value_or(1))};
  profit.payback_year = payback_at(in_year, at_first);
  const double programme_cost = programme_all + static_cast<double>(spec.set_up_minor);
  if (margin_all > 0) profit.break_even_lift = programme_cost / margin_all;
  if (spec.lift && programme_cost > 0)
    profit.programme_payback_year = payback_at(by_programme, static_cast<double>(spec.set_up_minor));

  if (!profit.payback_year)
    profit.reasons.push_back(ReadinessReason::NotPaidBack);
  else if (!payback_at(at_low, at_first))
    profit.reasons.push_back(ReadinessReason::PaidBackOnlyIfWell);
  if (programme_cost <= 0)
    profit.reasons.push_back(ReadinessReason::CostNotGiven);
  else if (!spec.lift)
    profit.reasons.push_back(profit.break_even_lift && *profit.break_even_lift <= 1 ? ReadinessReason::LiftNotGiven
                                                                                    : ReadinessReason::NeedsDoubling);
  else if (lift * margin_all < programme_cost)
    profit.reasons.push_back(ReadinessReason::LiftTooSmall);
  if (spec.lift && spec.lift_source.empty()) profit.reasons.push_back(ReadinessReason::LiftWithoutSource);
}

}  // namespace habitue::insight::readiness
