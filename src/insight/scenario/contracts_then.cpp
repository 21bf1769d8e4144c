#include "insight/scenario/contracts_then.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "insight/contracts/projection.hpp"
#include "insight/fold_lists.hpp"
#include "insight/scenario/learn.hpp"
#include "knowledge/event_amount.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight::scenario {
namespace {

using contracts::Spell;

constexpr double kLeastRise = 0.005, kMostRise = 2;
constexpr std::size_t kEndedLeast = 20;
constexpr std::uint32_t kPeriodsMost = 9'000;
constexpr double kDaysAMonth = 365.25 / 12;

struct Lists {
  std::vector<Contract> all;
  void merge(Lists& other) { std::move(other.all.begin(), other.all.end(), std::back_inserter(all)); }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.all.size();
    all.reserve(size);
  }
};

// Moments at which subscriptions were renewed, and nothing else was decided.
class Renewals {
 public:
  explicit Renewals(const knowledge::Economics& economics) {
    const journey::Snapshot& snapshot = economics.customers().snapshot();
    const config::SubscriptionRules& rules = economics.customers().business().subscription;
    flags_.assign(snapshot.kinds().size(), 0);
    const auto mark = [&](const std::vector<std::string>& names, std::uint8_t flag) {
      for (const std::string& name : names)
        if (const auto kind = snapshot.find_kind(name)) flags_[kind->value] |= flag;
    };
    mark(rules.renewed, kRenewed);
    mark(rules.started, kChosen);
    mark(rules.changed, kChosen);
    mark(rules.ended, kChosen);
    kinds_ = journey::KindFilter(flags_);
    interval_ = knowledge::properties_of(snapshot, rules.interval);
  }

  std::vector<UtcMicros> of(const journey::Journey& journey, UtcMicros as_of) const {
    thread_local std::vector<std::uint32_t> rows;
    std::vector<UtcMicros> renewed, chosen;
    std::string interval;
    journey.until(as_of).visit_kinds(kinds_, rows, [&](const journey::Event& event) {
      const std::string told = text_of(event);
      const bool other = !told.empty() && !interval.empty() && told != interval;
      if (!told.empty()) interval = told;
      const bool is_choice = (flags_[event.kind.value] & kChosen) != 0 || other;
      (is_choice ? chosen : renewed).push_back(event.at);
      return true;
    });
    std::erase_if(renewed, [&](UtcMicros at) { return std::binary_search(chosen.begin(), chosen.end(), at); });
    return renewed;
  }

 private:
  static constexpr std::uint8_t kRenewed = 1, kChosen = 2;
  std::string text_of(const journey::Event& event) const {
    for (const journey::Property& property : interval_) {
      const journey::Value value = property.at(event);
      if (value.type == journey::Value::Type::Text) return std::string(value.text);
      if (value.type == journey::Value::Type::Number) return std::to_string(value.number);
    }
    return {};
  }
  std::vector<std::uint8_t> flags_;  // By EventKind.
  journey::KindFilter kinds_;
  knowledge::Properties interval_;
};

bool is_in(const Contract& contract, std::optional<std::uint32_t> segment) {
  return !segment || contract.segment == *segment;
}
const Spell* running(const Contract& contract, UtcMicros as_of) {
  for (const Spell& spell : contract.spells)
    if (spell.runs_at(as_of)) return &spell;
  return nullptr;
}

// Contracts of about the same age leave alike; later on age says less.
std::uint32_t age_band(std::uint32_t period) {
  std::uint32_t band = 0;
  for (const std::uint32_t end : {1U, 2U, 3U, 6U, 12U, 24U, 48U}) band += period > end ? 1 : 0;
  return band;
}

}  // namespace

Result<std::vector<Contract>> read_contracts(const knowledge::Economics& economics, const Question& question,
                                             const Lens& lens, const Segments& segments) {
  const auto spells = contracts::SpellReader::bind(economics);
  const auto recurring = knowledge::RecurringReader::bind(economics);
  const Renewals renewals(economics);
  auto lists = fold_lists<Lists>(economics.customers(), question, lens, [&](Lists& into, const Person& person) {
    const auto segment = segments.of.find(person.journey.person().value);
    if (segment == segments.of.end()) return;
    Contract contract{person.journey.person(), segment->second, {}, {}, 0};
    spells.read(person.journey, question.as_of, contract.spells);
    if (contract.spells.empty()) return;
    thread_local std::vector<knowledge::RecurringStep> steps;
    knowledge::RecurringDoubts doubts;
    recurring.read(person.journey, question.as_of, steps, doubts);
    contract.monthly_minor = knowledge::recurring_at(steps, question.as_of).monthly_minor;
    for (const UtcMicros at : renewals.of(person.journey, question.as_of)) {
      const auto before = knowledge::recurring_at(steps, at - std::chrono::microseconds{1}).monthly_minor;
      const auto after = knowledge::recurring_at(steps, at).monthly_minor;
      if (before <= 0 || after <= 0) continue;
      const double times = static_cast<double>(after) / static_cast<double>(before);
      if (times >= 1 + kLeastRise && times <= kMostRise) contract.rises.push_back({at, std::log(times)});
    }
    into.all.push_back(std::move(contract));
  });
  if (!lists) return tl::unexpected(lists.error());
  std::sort(lists->all.begin(), lists->all.end(), [](const Contract& left, const Contract& right) {
    const auto deeds = [](const Contract& of) {
      return std::tuple(of.spells.front().from, of.spells.size(), of.spells.back().to, of.rises.size(),
                        of.monthly_minor, of.person);
    };
    return deeds(left) < deeds(right);
  });
  return std::move(lists->all);
}

Result<models::RiseFit> learn_rises(const std::vector<Contract>& all, const Zone& zone, UtcMicros as_of,
                                    const ScenarioSpec& spec) {
  // By stratum and change in thousandths: identical cells are one.
  std::map<std::pair<std::uint32_t, std::int64_t>, models::RiseCell> cells;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::uint32_t> strata;
  const auto period_long = std::chrono::days{spec.period_days};
  for (const Contract& contract : all)
    for (const Spell& spell : contract.spells) {
      const UtcMicros until = spell.to.value_or(as_of);
      for (std::uint32_t period = 1; period <= kPeriodsMost; ++period) {
        const UtcMicros from = spell.from + (period - 1) * period_long, to = from + period_long;
        const bool ends = spell.to && *spell.to <= to;
        if (from >= until || (!ends && to > as_of)) break;
        // A rise counts from the middle of the period in which it came: renewals by the month drift against periods of days.
        double change = 0;
        for (const Rise& rise : contract.rises)
          if (rise.at >= spell.from && rise.at <= from + period_long / 2 &&
              rise.at > from - spec.felt_periods * period_long + period_long / 2)
            change += rise.ln_change;
        const std::chrono::year_month_day day{zone.day_of(from)};
        const std::int64_t month =
            static_cast<int>(day.year()) * 12 + static_cast<int>(static_cast<unsigned>(day.month()));
        const std::pair key{month, age_band(period)};
        const auto stratum = strata.try_emplace(key, static_cast<std::uint32_t>(strata.size())).first->second;
        const std::int64_t thousandths = std::llround(change * 1'000);
        models::RiseCell& cell = cells[{stratum, thousandths}];
        cell.stratum = stratum;
        cell.ln_change = static_cast<double>(thousandths) / 1'000;
        ++cell.at_risk;
        cell.ended += ends ? 1 : 0;
        if (ends) break;
      }
    }
  std::vector<models::RiseCell> list;
  for (const auto& [place, cell] : cells) list.push_back(cell);
  return models::fit_rise_risk(list);
}

ScenarioRises told_rises(const models::RiseFit& fit, const ScenarioSpec& spec) {
  ScenarioRises told;
  told.verdict = verdict_of(fit.verdict);
  told.contract_periods = fit.contract_periods;
  told.changed = fit.changed;
  told.ended = fit.ended;
  told.largest = std::expm1(fit.largest);
  if (told.verdict != ScenarioVerdict::Told) return told;
  const double change = std::log1p(spec.price_change);
  // What a price that falls does was not looked at.
  if (change < 0 || change > 3 * fit.largest) {
    told.verdict = ScenarioVerdict::TooFar;
    return told;
  }
  double widened = 1;
  if (change > fit.largest) {
    told.extrapolated = true;
    widened = change / fit.largest;
  }
  const auto times = [&](double slope) { return std::exp(std::clamp(slope * change, -20.0, 20.0)); };
  told.risk = ScenarioNumber{times(fit.value), times(fit.value + widened * (fit.low - fit.value)),
                             times(fit.value + widened * (fit.high - fit.value))};
  return told;
}

Result<std::optional<Leaving>> Leaving::learn(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                                              UtcMicros as_of, const ScenarioSpec& spec) {
  std::vector<models::PeriodTenure> tenures;
  std::size_t ended = 0;
  std::uint32_t longest = 0;
  for (const Contract& contract : all)
    for (const Spell& spell : contract.spells) {
      if (!is_in(contract, segment)) continue;
      const bool ends = spell.to.has_value();
      const std::uint32_t periods =
          contracts::periods_between(spell.from, spell.to.value_or(as_of), spec.period_days) + (ends ? 1 : 0);
      tenures.push_back({periods, ends});
      ended += ends ? 1 : 0;
      longest = std::max(longest, periods);
    }
  if (ended < kEndedLeast) return std::optional<Leaving>();
  std::sort(tenures.begin(), tenures.end(), [](const auto& left, const auto& right) {
    return std::pair(left.periods, left.ended) < std::pair(right.periods, right.ended);
  });
  const auto fit = models::fit_discrete_hazard(tenures, {}, {}, models::HazardLink::Logit);
  if (!fit) return tl::unexpected(fit.error());
  if (fit->report.verdict == models::FitVerdict::TooFewData) return std::optional<Leaving>();
  Leaving leaving;
  leaving.as_of_ = as_of;
  leaving.spec_ = spec;
  // Of ages beyond all that were seen the last one's, whatever the curve says.
  for (std::uint32_t period = 1; period <= std::max(longest, 1U); ++period)
    leaving.hazard_.push_back(fit->hazard({}, period));
  return std::optional(std::move(leaving));
}

Leaving::Ahead Leaving::ahead(std::uint32_t age, double risk, double times) const {
  const double periods = static_cast<double>(spec_.horizon_days) / spec_.period_days;
  double left = 1, paid = 0;
  for (std::uint32_t k = 1; static_cast<double>(k - 1) < periods; ++k) {
    const std::size_t at = std::min<std::size_t>(age + k - 1, hazard_.size() - 1);
    const double ends = std::min(1.0, hazard_[at] * times * (k <= spec_.felt_periods ? risk : 1));
    const double part = std::min(1.0, periods - (k - 1));
    // Within a period contracts end evenly on the scale of the logarithm. The month that runs is paid.
    paid += left * part;
    left *= std::pow(1 - ends, part);
  }
  return {1 - left, paid * spec_.period_days / kDaysAMonth};
}

ScenarioSubscriptions Leaving::tell(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                                    const std::optional<ScenarioNumber>& risk,
                                    std::optional<double> margin_share) const {
  struct Stock {
    std::uint64_t people = 0;
    double monthly = 0;
  };
  std::map<std::uint32_t, Stock> by_age;
  ScenarioSubscriptions told;
  for (const Contract& contract : all) {
    const Spell* spell = is_in(contract, segment) ? running(contract, as_of_) : nullptr;
    if (spell == nullptr) continue;
    Stock& stock = by_age[contracts::periods_between(spell->from, as_of_, spec_.period_days)];
    ++stock.people;
    stock.monthly += static_cast<double>(contract.monthly_minor);
    ++told.subscribers;
    told.monthly_minor += contract.monthly_minor;
  }
  if (told.subscribers == 0) return told;
  struct Sum {
    double leave = 0, months = 0;  // A mean; and what is paid of today's prices.
  };
  const auto sum = [&](double felt, double times) {
    Sum total;
    for (const auto& [age, stock] : by_age) {
      const Ahead one = ahead(age, felt, times);
      total.leave += static_cast<double>(stock.people) * one.leaves / static_cast<double>(told.subscribers);
      total.months += stock.monthly * one.paid;
    }
    return total;
  };
  const auto minor = [](double amount) { return std::llround(std::clamp(amount, -9e15, 9e15)); };
  const Sum now = sum(1, 1);
  told.leave = now.leave;
  told.revenue_minor = minor(now.months);
  const double factor = 1 + spec_.price_change, times = 1 + spec_.retention_change;
  if (risk) {
    // More leave at a higher risk, and less is paid.
    const Sum then = sum(risk->value, times), few = sum(risk->low, times), many = sum(risk->high, times);
    told.leave_then = ScenarioNumber{then.leave, few.leave, many.leave};
    const auto money = [&](double unit) {
      ScenarioMoney of{minor(then.months * unit), minor(many.months * unit), minor(few.months * unit)};
      if (of.low_minor > of.high_minor) std::swap(of.low_minor, of.high_minor);
      return of;
    };
    told.revenue_then = money(factor);
    if (margin_share) told.margin_then = money(spec_.price_change + *margin_share + spec_.margin_change);
    told.likely = likely(all, segment, risk->value).size();
  }
  if (!margin_share) return told;
  told.margin_minor = minor(now.months * *margin_share);
  const double unit_then = spec_.price_change + *margin_share + spec_.margin_change;
  if (!(*margin_share > 0) || !(unit_then > 0)) return told;
  // By how much each renewal's chance to end may grow, found by halving: what is paid falls as it grows.
  const double wanted = now.months * *margin_share / unit_then;
  double low = 0, high = 1'000;
  if (sum(1, high).months < wanted && sum(1, low).months >= wanted) {
    for (int step = 0; step < 60; ++step) {
      const double middle = (low + high) / 2;
      (sum(1, middle).months >= wanted ? low : high) = middle;
    }
    told.more_may_leave = low - 1;
  }
  return told;
}

std::vector<PersonId> Leaving::likely(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                                      double risk) const {
  std::vector<PersonId> people;
  for (const Contract& contract : all) {
    const Spell* spell = is_in(contract, segment) ? running(contract, as_of_) : nullptr;
    if (spell == nullptr) continue;
    const auto age = contracts::periods_between(spell->from, as_of_, spec_.period_days);
    if (ahead(age, risk, 1 + spec_.retention_change).leaves >= spec_.likely) people.push_back(contract.person);
  }
  return people;
}

}  // namespace habitue::insight::scenario
