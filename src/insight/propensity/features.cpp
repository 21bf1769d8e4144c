#include "insight/propensity/features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace habitue::insight::propensity {
namespace {

using Fact = PropensityFact;
using knowledge::Economics;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kActiveDays = 90;

double days_between(UtcMicros from, UtcMicros to) {
  return static_cast<double>((to - from).count()) / (24.0 * 3600 * 1e6);
}
bool within(UtcMicros at, UtcMicros cut, std::uint32_t days) { return days == 0 || at > cut - std::chrono::days{days}; }

}  // namespace

double squeezed(double number) { return std::copysign(std::log1p(std::min(std::abs(number), 1e15)), number); }
double unsqueezed(double number) { return std::copysign(std::expm1(std::abs(number)), number); }

struct FeatureReader::Scratch {
  std::vector<UtcMicros> acts;  // Signs of life, in order.
  std::vector<UtcMicros> purchases;
  std::vector<knowledge::Earned> earned;
  std::vector<knowledge::Spent> spent;
  std::vector<knowledge::RecurringStep> steps;
  std::vector<contracts::Spell> spells;
  std::vector<std::uint32_t> of_kind, of_kind_lately;  // By kind.
  std::vector<UtcMicros> last_of_kind;
  std::vector<journey::Value> traits;  // The last word of each.
  std::uint32_t active_days = 0;
  std::string_view stage, role, channel;
};

FeatureReader FeatureReader::bind(const Economics& economics, std::span<const PropensityColumn> columns) {
  FeatureReader reader;
  const Customers& customers = economics.customers();
  const journey::Snapshot& snapshot = customers.snapshot();
  reader.economics_ = &economics;
  reader.recurring_ = knowledge::RecurringReader::bind(economics);
  reader.spells_ = contracts::SpellReader::bind(economics);
  reader.identify_ = snapshot.find_kind(journey::kIdentifyKind);
  reader.alias_ = snapshot.find_kind(journey::kAliasKind);
  reader.group_ = snapshot.find_kind(journey::kGroupKind);
  reader.subscription_ = customers.business().model == config::BusinessModel::Subscription;
  reader.units_ = std::pow(10.0, economics.exchange().currency().minor_digits());
  for (const PropensityColumn& column : columns) {
    Column bound{column};
    if (column.fact == Fact::Kind || column.fact == Fact::DaysSinceKind) bound.kind = snapshot.find_kind(column.name);
    if (column.fact == Fact::Trait || column.fact == Fact::TraitNumber) {
      // One that the data have no more: a property that no event has.
      const journey::Property property = snapshot.find_property(column.name).value_or(journey::Property());
      if (reader.traits_.empty() || reader.traits_.back() != property) reader.traits_.push_back(property);
      bound.trait = reader.traits_.size() - 1;
    }
    reader.costs_ |= column.fact == Fact::Costs || column.fact == Fact::CostMoney;
    reader.columns_.push_back(std::move(bound));
  }
  return reader;
}

void FeatureReader::gather(const journey::Journey& known, UtcMicros cut, Scratch& scratch) const {
  const Customers& customers = economics_->customers();
  const std::size_t kinds = customers.snapshot().kinds().size();
  scratch.acts.clear();
  scratch.of_kind.assign(kinds, 0);
  scratch.of_kind_lately.assign(kinds, 0);
  scratch.last_of_kind.assign(kinds, kBeginning);
  scratch.traits.assign(traits_.size(), {});
  std::optional<LocalDay> last_day;
  scratch.active_days = 0;
  const LocalDay active_from = customers.zone().day_of(cut) - std::chrono::days{static_cast<int>(kActiveDays)};
  for (const journey::Event event : known) {
    ++scratch.of_kind[event.kind.value];
    scratch.of_kind_lately[event.kind.value] += within(event.at, cut, 90) ? 1 : 0;
    scratch.last_of_kind[event.kind.value] = event.at;
    if (event.kind == identify_)
      for (std::size_t at = 0; at < traits_.size(); ++at)
        if (const journey::Value value = traits_[at].at(event)) scratch.traits[at] = value;
    // To be told who somebody is, is no act of theirs.
    if (event.kind == identify_ || event.kind == alias_ || event.kind == group_) continue;
    if (!economics_->is_sign_of_life(event.kind)) continue;
    scratch.acts.push_back(event.at);
    const LocalDay day = customers.zone().day_of(event.at);
    if (day > active_from && day != last_day) ++scratch.active_days;
    last_day = day;
  }
  knowledge::NotAdded not_added;
  scratch.purchases = customers.purchases(known, cut);
  economics_->earned(known, cut, scratch.earned, not_added);
  scratch.spent.clear();
  if (costs_) economics_->spent(known, cut, scratch.spent, not_added);
  scratch.steps.clear();
  scratch.spells.clear();
  if (subscription_) {
    knowledge::RecurringDoubts doubts;
    recurring_.read(known, cut, scratch.steps, doubts);
    spells_.read(known, cut, scratch.spells);
  }
  scratch.stage = name_of(customers.stage_of(known, cut).stage);
  scratch.role = name_of(customers.role_of(known, cut));
  scratch.channel = customers.channel_of(known, cut);
}

double FeatureReader::read(const Column& column, UtcMicros first, UtcMicros cut, const Scratch& scratch) const {
  const PropensityColumn& of = column.of;
  const std::vector<UtcMicros>& bought = scratch.purchases;
  const auto since = [&](const std::vector<UtcMicros>& from) {
    return static_cast<double>(from.end() - std::partition_point(from.begin(), from.end(), [&](UtcMicros at) {
                                 return !within(at, cut, of.days);
                               }));
  };
  const auto money = [&] {
    double sum = 0;
    for (const knowledge::Earned& move : scratch.earned)
      if (within(move.at, cut, of.days)) sum += static_cast<double>(move.revenue_minor);
    return sum / units_;
  };
  const double gaps = bought.size() < 2 ? 0 : static_cast<double>(bought.size() - 1);
  const double mean_gap = gaps == 0 ? kMissing : days_between(bought.front(), bought.back()) / gaps;
  const double last_gap = gaps == 0 ? kMissing : days_between(bought[bought.size() - 2], bought.back());
  const contracts::Spell* const spell =
      scratch.spells.empty() || !scratch.spells.back().runs_at(cut) ? nullptr : &scratch.spells.back();
  switch (of.fact) {
    case Fact::DaysSinceFirst: return days_between(first, cut);
    case Fact::DaysSinceLastEvent: return scratch.acts.empty() ? kMissing : days_between(scratch.acts.back(), cut);
    case Fact::Events: return since(scratch.acts);
    case Fact::ActiveDays:
      return scratch.active_days / std::clamp(std::ceil(days_between(first, cut)), 1.0, kActiveDays);
    case Fact::Purchases: return since(bought);
    case Fact::DaysSincePurchase: return bought.empty() ? kMissing : days_between(bought.back(), cut);
    case Fact::DaysSinceFirstPurchase: return bought.empty() ? kMissing : days_between(bought.front(), cut);
    case Fact::MeanGap: return mean_gap;
    case Fact::LastGap: return last_gap;
    case Fact::GapTrend: {
      if (gaps < 2) return kMissing;
      const double before = (mean_gap * gaps - last_gap) / (gaps - 1);
      return before > 0 ? last_gap / before : kMissing;
    }
    case Fact::Overdue: return mean_gap > 0 ? days_between(bought.back(), cut) / mean_gap : kMissing;
    case Fact::Money: return money();
    case Fact::MeanMoney: return bought.empty() ? kMissing : money() / static_cast<double>(bought.size());
    case Fact::Costs:
      return static_cast<double>(std::count_if(
          scratch.spent.begin(), scratch.spent.end(),
          [&](const knowledge::Spent& each) { return each.cost_minor > 0 && within(each.at, cut, of.days); }));
    case Fact::CostMoney: {
      double sum = 0;
      for (const knowledge::Spent& each : scratch.spent) sum += static_cast<double>(each.cost_minor);
      return sum / units_;
    }
    case Fact::Monthly: return static_cast<double>(knowledge::recurring_at(scratch.steps, cut).monthly_minor) / units_;
    case Fact::MonthlyGrowth: {
      if (spell == nullptr) return kMissing;
      const auto now = static_cast<double>(knowledge::recurring_at(scratch.steps, cut).monthly_minor);
      const auto then = static_cast<double>(knowledge::recurring_at(scratch.steps, spell->from).monthly_minor);
      return then > 0 ? now / then - 1 : kMissing;
    }
    case Fact::AtRisk: return knowledge::recurring_at(scratch.steps, cut).at_risk_minor > 0 ? 1 : 0;
    case Fact::SubscriberDays: return spell == nullptr ? kMissing : days_between(spell->from, cut);
    case Fact::Kind:
      if (!column.kind) return 0;
      return of.days == 0 ? scratch.of_kind[column.kind->value] : scratch.of_kind_lately[column.kind->value];
    case Fact::DaysSinceKind:
      if (!column.kind || scratch.of_kind[column.kind->value] == 0) return kMissing;
      return days_between(scratch.last_of_kind[column.kind->value], cut);
    case Fact::Stage: return scratch.stage == of.value ? 1 : 0;
    case Fact::Role: return scratch.role == of.value ? 1 : 0;
    case Fact::Channel: return scratch.channel == of.value ? 1 : 0;
    case Fact::Trait:
    case Fact::TraitNumber: break;
  }
  const journey::Value& last = scratch.traits[column.trait];
  if (of.fact == Fact::Trait) return last.type == journey::Value::Type::Text && last.text == of.value ? 1 : 0;
  if (last.type == journey::Value::Type::Number) return last.number;
  if (last.type == journey::Value::Type::Bool) return last.boolean ? 1 : 0;
  return last.type == journey::Value::Type::Text ? journey::number_of_text(last.text).value_or(kMissing) : kMissing;
}

void FeatureReader::read(const journey::Journey& known, UtcMicros cut, std::span<double> row) const {
  thread_local Scratch scratch;
  // Whoever asks has cut it; once more costs nothing, and nothing can be read past the moment.
  const journey::Journey before = known.until(cut);
  if (before.empty()) return std::fill(row.begin(), row.end(), kMissing);
  gather(before, cut, scratch);
  for (std::size_t at = 0; at < columns_.size(); ++at)
    row[at] = squeezed(read(columns_[at], before[0].at, cut, scratch));
}

}  // namespace habitue::insight::propensity
