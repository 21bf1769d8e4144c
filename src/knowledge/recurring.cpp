#include "knowledge/recurring.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "knowledge/event_amount.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::knowledge {
namespace {

constexpr std::uint8_t kStarted = 1, kRenewed = 2, kChanged = 4, kFailed = 8, kAnnounced = 16, kEnded = 32;

struct Subscription {
  Reference id;
  std::int64_t monthly = 0;
  double months = 1;
  bool runs = false, at_risk = false;
};

}  // namespace

void RecurringDoubts::merge(const RecurringDoubts& other) {
  not_added.merge(other.not_added);
  without_price += other.without_price;
  unknown_interval += other.unknown_interval;
}

std::optional<double> months_in(std::string_view interval) {
  constexpr double kDaysAMonth = 365.25 / 12;
  const std::string word = ascii_lower(trimmed(interval));
  const auto begins = [&](std::string_view with) { return word.starts_with(with); };
  if (begins("day") || begins("dai")) return 1 / kDaysAMonth;
  if (begins("week")) return 7 / kDaysAMonth;
  if (begins("month")) return 1;
  if (begins("quarter")) return 3;
  if (begins("year") || begins("annual")) return 12;
  const auto number = journey::number_of_text(word);
  if (number && *number > 0 && *number <= 1'200) return number;
  return std::nullopt;
}

RecurringReader RecurringReader::bind(const Economics& economics) {
  const journey::Snapshot& snapshot = economics.customers().snapshot();
  const config::SubscriptionRules& rules = economics.customers().business().subscription;
  RecurringReader reader;
  reader.economics_ = &economics;
  reader.flags_.assign(snapshot.kinds().size(), 0);
  const auto mark = [&](const std::vector<std::string>& names, std::uint8_t flag) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) reader.flags_[kind->value] |= flag;
  };
  mark(rules.started, kStarted);
  mark(rules.renewed, kRenewed);
  mark(rules.changed, kChanged);
  mark(rules.payment_failed, kFailed);
  mark(rules.cancellation_announced, kAnnounced);
  mark(rules.ended, kEnded);
  reader.kinds_ = journey::KindFilter(reader.flags_);
  reader.price_ = properties_of(snapshot, rules.price);
  reader.currency_ = properties_of(snapshot, economics.customers().business().money.currency);
  reader.interval_ = properties_of(snapshot, rules.interval);
  reader.id_ = properties_of(snapshot, rules.subscription_id);
  return reader;
}

void RecurringReader::read(const journey::Journey& journey, UtcMicros as_of, std::vector<RecurringStep>& steps,
                           RecurringDoubts& doubts) const {
  thread_local std::vector<std::uint32_t> rows;
  thread_local std::vector<Subscription> subscriptions;
  subscriptions.clear();
  steps.clear();
  const Exchange& exchange = economics_->exchange();
  journey.until(as_of).visit_kinds(kinds_, rows, [&](const journey::Event& event) {
    const std::uint8_t flags = flags_[event.kind.value];
    Reference id;
    for (const journey::Property& property : id_)
      if (!id) id = Reference::of(property.at(event));
    auto found =
        std::find_if(subscriptions.begin(), subscriptions.end(), [&](const Subscription& one) { return one.id == id; });
    const bool sets_price = (flags & (kStarted | kRenewed | kChanged)) != 0;
    if (found == subscriptions.end() && sets_price) {
      subscriptions.push_back({.id = id});
      found = std::prev(subscriptions.end());
    }
    // An event that names no subscription is of all that run.
    const auto each = [&](const auto& change) {
      if (found != subscriptions.end()) return change(*found);
      if (!id) std::for_each(subscriptions.begin(), subscriptions.end(), change);
    };
    if (sets_price) {
      // What begins anew is another contract.
      if ((flags & kStarted) != 0 && !found->runs) *found = {.id = id};
      for (const journey::Property& property : interval_)
        if (const journey::Value value = property.at(event)) {
          const auto months = value.type == journey::Value::Type::Number && value.number > 0
                                  ? std::optional(value.number)
                                  : months_in(value.text);
          found->months = months.value_or(1);
          doubts.unknown_interval += months ? 0 : 1;
          break;
        }
      if (const auto price = first_number(price_, event); price && *price >= 0) {
        const Currency currency = first_currency(currency_, event, exchange.currency());
        const auto money = money_of(*price, currency);
        const auto minor = money ? exchange.in_business(*money, event.at) : std::nullopt;
        if (minor)
          found->monthly = std::llround(static_cast<double>(*minor) / found->months);
        else if (money)
          add_balance(doubts.not_added.without_rate, {.currency = currency, .received_minor = money->minor_units});
      } else if (!found->runs && found->monthly == 0) {
        ++doubts.without_price;
      }
      // A change of plan begins nothing: what has ended stays so.
      if ((flags & (kStarted | kRenewed)) != 0) {
        found->runs = true;
        found->at_risk = false;
      }
    }
    if ((flags & (kFailed | kAnnounced)) != 0) each([](Subscription& one) { one.at_risk = true; });
    if ((flags & kEnded) != 0) each([](Subscription& one) { one.runs = false; });

    RecurringStep now{.at = event.at};
    for (const Subscription& one : subscriptions) {
      if (!one.runs) continue;
      now.monthly_minor += one.monthly;
      now.at_risk_minor += one.at_risk ? one.monthly : 0;
    }
    if (!steps.empty() && steps.back().at == event.at)
      steps.back() = now;
    else
      steps.push_back(now);
    return true;
  });
}

RecurringStep recurring_at(std::span<const RecurringStep> steps, UtcMicros at) {
  const auto after =
      std::partition_point(steps.begin(), steps.end(), [&](const RecurringStep& step) { return step.at <= at; });
  return after == steps.begin() ? RecurringStep{.at = at} : *std::prev(after);
}

}  // namespace habitue::knowledge
