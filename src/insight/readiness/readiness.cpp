#include "insight/readiness/readiness.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/readiness/payback.hpp"
#include "insight/readiness/words.hpp"
#include "insight/value/acquisition_cost.hpp"

namespace habitue::insight {
namespace {

using readiness::Fact;
using readiness::Facts;
using readiness::kYear;
using Light = ReadinessLight;
using Reason = ReadinessReason;

constexpr std::uint64_t kPeopleLeast = 30;
constexpr std::uint32_t kDaysLeast = kYear / 2;
constexpr double kNormal95 = 1.959963984540054;
constexpr double kReadyGreen = 0.8, kReadyAmber = 0.5;

Result<void> check_spec(const ReadinessSpec& spec) {
  const auto in = [](double value, double low, double high) { return value >= low && value <= high; };
  if (spec.cost_of_one_minor < 0 || spec.cost_of_one_minor > 1'000'000'000'000)
    return invalid("cost_of_one_minor is from 0 to 10^12");
  if (spec.set_up_minor < 0 || spec.set_up_minor > 1'000'000'000'000'000)
    return invalid("set_up_minor is from 0 to 10^15");
  if (spec.lift && !in(*spec.lift, 0, 5))
    return invalid(fmt::format("lift is a share from 0 to 5; this is {}", *spec.lift));
  if (spec.lift_source.size() > 500) return invalid("lift_source is at most 500 bytes");
  if (spec.horizon_years < 1 || spec.horizon_years > 10)
    return invalid(fmt::format("horizon_years is from 1 to 10; this is {}", spec.horizon_years));
  if (!in(spec.discount_a_year, 0, 1))
    return invalid(fmt::format("discount_a_year is a share from 0 to 1; this is {}", spec.discount_a_year));
  if (spec.beyond_goods && spec.beyond_goods->size() > 20) return invalid("beyond_goods has at most 20 names");
  if (spec.beyond_goods)
    for (const std::string& name : *spec.beyond_goods)
      if (name.empty() || name.size() > 200) return invalid("beyond_goods: each name has 1 to 200 bytes");
  if (!(spec.low_purchases > 0 && spec.low_purchases <= 365))
    return invalid("low_purchases is above 0 and at most 365");
  if (!in(spec.low_margin_share, 0, 1)) return invalid("low_margin_share is a share from 0 to 1");
  return {};
}

// By what a light must not be better than.
Light light_of(Reason reason) {
  switch (reason) {
    case Reason::LosesMoney:
    case Reason::NotPaidBack:
    case Reason::LiftTooSmall:
    case Reason::NeedsDoubling:
    case Reason::NothingBeyond:
    case Reason::LowInvolvement:
    case Reason::FewKnown: return Light::Red;
    case Reason::TooFewPeople:
    case Reason::TooShort:
    case Reason::NoMargin:
    case Reason::NotForetold:
    case Reason::BeyondNotTold: return Light::Unknown;
    case Reason::MayLoseMoney:
    case Reason::PaidBackOnlyIfWell:
    case Reason::LiftNotGiven:
    case Reason::LiftWithoutSource:
    case Reason::CostNotGiven:
    case Reason::InvolvementNotKnown:
    case Reason::ManyNotKnown:
    case Reason::TooFewRepeats: break;
  }
  return Light::Amber;
}
// Red whatever else is not known; else unknown; else amber.
Light light_of(const std::vector<Reason>& reasons) {
  Light worst = Light::Green;
  for (const Reason reason : reasons) {
    const Light light = light_of(reason);
    if (light == Light::Red) return light;
    if (worst == Light::Green || light == Light::Unknown) worst = light;
  }
  return worst;
}

ReadinessMean contribution_of_one(const Facts& facts) {
  const double n = static_cast<double>(facts.segment.size()), scale = static_cast<double>(kYear) / facts.days;
  double sum = 0, squares = 0;
  for (const Fact& fact : facts.segment) sum += static_cast<double>(facts.contribution_minor(fact)) * scale;
  const double mean = sum / n;
  for (const Fact& fact : facts.segment) {
    const double off = static_cast<double>(facts.contribution_minor(fact)) * scale - mean;
    squares += off * off;
  }
  const double error = kNormal95 * std::sqrt(squares / (n - 1) / n);
  return {std::llround(mean), std::llround(mean - error), std::llround(mean + error)};
}

bool is_losing(const Facts& facts, const Fact& fact) { return facts.contribution_minor(fact) < 0; }

void tell_sums(const Facts& facts, ReadinessProfit& profit) {
  profit.days = facts.days;
  profit.margin_share = facts.margin_share;
  for (const Fact& fact : facts.segment) {
    profit.revenue_minor += fact.revenue_minor;
    profit.margin_minor += facts.margin_minor(fact);
    profit.serving_minor += fact.serving_minor;
    profit.losing += is_losing(facts, fact) ? 1 : 0;
  }
}

// Of new clients of the last year, on the side that is asked of; the segment narrows neither them nor what is spent on being found.
Result<std::optional<std::int64_t>> acquisition_of_one(const Customers& customers, const Question& question,
                                                       AudienceSide side) {
  Question of_year = question;
  of_year.period = {question.as_of - std::chrono::days{kYear}, question.as_of};
  const auto report = ask_acquisition(customers, of_year, AcquisitionSpec{});
  if (!report) return tl::unexpected(report.error());
  return report->total.figures.of(side).cost_of_one_minor;
}

Result<void> tell_profit(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                         const ReadinessSpec& spec, const Facts& facts, const ForecastFit* kept,
                         ReadinessProfit& profit) {
  tell_sums(facts, profit);
  if (facts.segment.size() < kPeopleLeast) {
    profit.reasons = {Reason::TooFewPeople};
  } else if (facts.days < kDaysLeast) {
    profit.reasons = {Reason::TooShort};
  } else if (!facts.margin_share) {
    profit.reasons = {Reason::NoMargin};
  }
  if (!profit.reasons.empty()) return {};
  profit.contribution_of_one = contribution_of_one(facts);
  if (profit.contribution_of_one->high_minor < 0) {
    profit.reasons = {Reason::LosesMoney};
    return {};
  }
  if (profit.contribution_of_one->low_minor < 0) profit.reasons.push_back(Reason::MayLoseMoney);
  auto acquisition = acquisition_of_one(economics.customers(), question, spec.side);
  if (!acquisition) return tl::unexpected(acquisition.error());
  profit.acquisition_of_one_minor = *acquisition;

  std::unordered_set<std::uint32_t> people;
  readiness::Plan plan{.people = facts.segment.size(), .margin_share = *facts.margin_share};
  for (const Fact& fact : facts.segment) {
    people.insert(fact.person.value);
    plan.buyers += fact.purchases > 0 ? 1 : 0;
  }
  // Without a margin in the year nothing tells what serving takes of one.
  plan.kept_share = profit.margin_minor > 0
                        ? 1 - static_cast<double>(profit.serving_minor) / static_cast<double>(profit.margin_minor)
                        : 1;
  const auto to_come = readiness::read_to_come(economics, question, lens, spec, people, kept);
  if (!to_come) return tl::unexpected(to_come.error());
  profit.forecast_en = to_come->sentence_en;
  profit.forecast_fr = to_come->sentence_fr;
  if (to_come->told)
    readiness::tell_payback(*to_come, plan, spec, profit);
  else
    profit.reasons.push_back(Reason::NotForetold);
  return {};
}

void tell_offer(const Facts& facts, const config::Business& business, const ReadinessSpec& spec,
                ReadinessReport& report) {
  ReadinessOffer& offer = report.offer;
  for (const config::Treatment& treatment : business.treatments)
    for (const std::string& perk : treatment.perks)
      if (std::find(offer.perks.begin(), offer.perks.end(), perk) == offer.perks.end()) offer.perks.push_back(perk);
  if (spec.beyond_goods) offer.beyond_goods = *spec.beyond_goods;
  if (!spec.beyond_goods)
    offer.reasons.push_back(Reason::BeyondNotTold);
  else if (spec.beyond_goods->empty())
    offer.reasons.push_back(Reason::NothingBeyond);

  std::uint64_t purchases = 0;
  for (const Fact& fact : facts.segment) {
    purchases += fact.recent;
    offer.buyers += fact.recent > 0 ? 1 : 0;
  }
  if (offer.buyers < kPeopleLeast || facts.days < kDaysLeast) {
    offer.reasons.push_back(Reason::InvolvementNotKnown);
    return;
  }
  offer.purchases_a_year =
      static_cast<double>(purchases) / static_cast<double>(offer.buyers) * static_cast<double>(kYear) / facts.days;
  if (!facts.margin_share) {
    offer.reasons.push_back(Reason::InvolvementNotKnown);
    return;
  }
  offer.low_involvement = *offer.purchases_a_year < spec.low_purchases && *facts.margin_share < spec.low_margin_share;
  if (*offer.low_involvement) offer.reasons.push_back(Reason::LowInvolvement);
}

void tell_data(const Facts& facts, const ReadinessSpec& spec, ReadinessData& data) {
  std::uint64_t ready = 0, reachable = 0, bought = 0, again = 0, consented = 0;
  for (const Fact& fact : facts.segment) {
    ready += fact.ready() ? 1 : 0;
    reachable += fact.reachable ? 1 : 0;
    bought += fact.purchases > 0 ? 1 : 0;
    again += fact.purchases > 1 ? 1 : 0;
    consented += fact.consented ? 1 : 0;
  }
  const std::uint64_t people = facts.segment.size();
  data.score = share_of(ready, people);
  data.reachable = share_of(reachable, people);
  data.bought = share_of(bought, people);
  if (spec.consent) data.consent = share_of(consented, people);
  data.bought_again = share_of(again, bought);
  if (people < kPeopleLeast)
    data.reasons.push_back(Reason::TooFewPeople);
  else if (data.score.value < kReadyAmber)
    data.reasons.push_back(Reason::FewKnown);
  else if (data.score.value < kReadyGreen)
    data.reasons.push_back(Reason::ManyNotKnown);
  if (people >= kPeopleLeast && again < kPeopleLeast) data.reasons.push_back(Reason::TooFewRepeats);
}

struct Asked {
  Lens lens;
  knowledge::Economics economics;
  Facts facts;
};
Result<Asked> read(const Customers& customers, const Question& question, const ReadinessSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto economics = knowledge::Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto facts = readiness::read_facts(*economics, question, *lens, spec);
  if (!facts) return tl::unexpected(facts.error());
  return Asked{*std::move(lens), *std::move(economics), *std::move(facts)};
}

bool is_in(const Facts& facts, const Fact& fact, ReadinessCell::Who who) {
  using Who = ReadinessCell::Who;
  switch (who) {
    case Who::Segment: return true;
    case Who::Losing: return is_losing(facts, fact);
    case Who::Ready: return fact.ready();
    case Who::NotReady: return !fact.ready();
    case Who::Reachable: return fact.reachable;
    case Who::NotReachable: return !fact.reachable;
    case Who::Bought: return fact.purchases > 0;
    case Who::NotBought: return fact.purchases == 0;
    case Who::BoughtAgain: return fact.purchases > 1;
    case Who::Consented: return fact.consented;
    case Who::NotConsented: return !fact.consented;
    case Who::CannotTell: break;
  }
  return false;
}

}  // namespace

Result<ReadinessReport> ask_readiness(const Customers& customers, const Question& question, const ReadinessSpec& spec,
                                      const ForecastFit* kept) {
  const auto asked = read(customers, question, spec);
  if (!asked) return tl::unexpected(asked.error());
  const Facts& facts = asked->facts;
  ReadinessReport report;
  report.currency = customers.business().currency;
  report.people = facts.segment.size();
  report.cannot_tell = facts.cannot_tell.size();
  report.warnings = facts.warnings;
  add_warnings(left_out_of(facts.not_added), report.warnings);
  if (auto told = tell_profit(asked->economics, question, asked->lens, spec, facts, kept, report.profit); !told)
    return tl::unexpected(told.error());
  tell_offer(facts, customers.business(), spec, report);
  tell_data(facts, spec, report.data);
  bool any_red = false;
  for (auto [light, reasons] :
       {std::pair{&report.profit.light, &report.profit.reasons}, std::pair{&report.offer.light, &report.offer.reasons},
        std::pair{&report.data.light, &report.data.reasons}}) {
    *light = light_of(*reasons);
    any_red = any_red || *light == Light::Red;
  }
  report.eligible = std::find(report.profit.reasons.begin(), report.profit.reasons.end(), Reason::LosesMoney) ==
                    report.profit.reasons.end();
  report.go = !any_red && report.people > 0;
  readiness::put_into_words(report, spec);
  return report;
}

Result<std::vector<PersonId>> people_of_readiness(const Customers& customers, const Question& question,
                                                  const ReadinessSpec& spec, const ReadinessCell& cell) {
  const auto asked = read(customers, question, spec);
  if (!asked) return tl::unexpected(asked.error());
  if (cell.who == ReadinessCell::Who::CannotTell) return asked->facts.cannot_tell;
  std::vector<PersonId> people;
  for (const Fact& fact : asked->facts.segment)
    if (is_in(asked->facts, fact, cell.who)) people.push_back(fact.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
