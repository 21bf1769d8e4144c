#include "knowledge/stages.hpp"

#include <algorithm>
#include <array>

namespace habitue::knowledge {
namespace {

constexpr std::array<std::string_view, kStages> kStageNames{"prospect", "trial", "new",        "active", "at_risk",
                                                            "dormant",  "back",  "occasional", "lost"};

// First rule that holds, in the order of the table of product.md.
Stage purchase_stage(const StageVerdict& facts, std::uint32_t recent_purchases, const config::StageRules& rules) {
  const std::optional<std::int64_t>& overdue_after = facts.overdue_after_days;
  if (facts.purchases == 0) return Stage::Prospect;
  const std::int64_t last = *facts.days_since_last;
  if (last >= rules.dormant_days) return Stage::Dormant;
  if (last >= rules.at_risk_days || (overdue_after && last > *overdue_after)) return Stage::AtRisk;
  if (facts.last_gap_days && *facts.last_gap_days >= rules.back_days) return Stage::Back;
  if (*facts.days_since_first < rules.new_days) return Stage::New;
  return recent_purchases >= rules.active_purchases ? Stage::Active : Stage::Occasional;
}

}  // namespace

std::string_view name_of(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }

std::optional<Stage> parse_stage(std::string_view name) {
  const auto found = std::find(kStageNames.begin(), kStageNames.end(), name);
  if (found == kStageNames.end()) return std::nullopt;
  return static_cast<Stage>(found - kStageNames.begin());
}

StageVerdict stage_of_days(std::span<const DatedPurchase> purchases, LocalDay today, const config::StageRules& rules,
                           std::optional<std::int64_t> overdue_after) {
  StageVerdict facts{.stage = Stage::Prospect};
  facts.overdue_after_days = overdue_after;
  facts.purchases = static_cast<std::uint32_t>(purchases.size());
  if (purchases.empty()) return facts;
  const LocalDay last = purchases.back().day;
  facts.first_purchase_at = purchases.front().at;
  facts.last_purchase_at = purchases.back().at;
  facts.days_since_last = (today - last).count();
  facts.days_since_first = (today - purchases.front().day).count();
  if (purchases.size() > 1) facts.last_gap_days = (last - purchases[purchases.size() - 2].day).count();

  // In the last 365 days: today and the 364 days before it, so that the day on which somebody becomes dormant is not in it.
  std::uint32_t recent = 0;
  for (auto purchase = purchases.rbegin(); purchase != purchases.rend() && recent < rules.active_purchases;
       ++purchase) {
    if ((today - purchase->day).count() >= rules.active_days) break;
    ++recent;
  }
  facts.stage = purchase_stage(facts, recent, rules);
  facts.repeat = facts.stage == Stage::New && facts.purchases >= 2;
  return facts;
}

StageVerdict stage_of_moments(std::span<const UtcMicros> purchases, UtcMicros as_of, const config::StageRules& rules,
                              const Zone& zone) {
  thread_local std::vector<DatedPurchase> dated;
  dated.clear();
  for (const UtcMicros at : purchases)
    if (at <= as_of) dated.push_back({at, zone.day_of(at)});
  return stage_of_days(dated, zone.day_of(as_of), rules);
}

StageVerdict stage_of_purchases(const std::vector<UtcMicros>& purchases, UtcMicros as_of,
                                const config::StageRules& rules, const Zone& zone) {
  if (std::is_sorted(purchases.begin(), purchases.end())) return stage_of_moments(purchases, as_of, rules, zone);
  std::vector<UtcMicros> sorted = purchases;
  std::sort(sorted.begin(), sorted.end());
  return stage_of_moments(sorted, as_of, rules, zone);
}

SubscriptionReader SubscriptionReader::bind(const journey::Snapshot& snapshot, const config::SubscriptionRules& rules,
                                            const config::MoneyRules& money) {
  SubscriptionReader reader;
  reader.flags_.assign(snapshot.kinds().size(), 0);
  const auto mark = [&](std::span<const std::string> names, std::uint8_t flag) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) reader.flags_[kind->value] |= flag;
  };
  mark(rules.trial_started, kTrial);
  mark(rules.started, kStarted);
  mark(rules.renewed, kRenewed);
  mark(rules.payment_failed, kFailed);
  mark(rules.cancellation_announced, kAnnounced);
  mark(rules.ended, kEnded);
  mark(rules.value_events, kValue);
  mark(money.payments, kPaid);
  reader.kinds_ = journey::KindFilter(reader.flags_);
  reader.value_days_ = rules.value_days;
  return reader;
}

SubscriptionState SubscriptionReader::read(const journey::Journey& journey, UtcMicros as_of, const Zone& zone) const {
  SubscriptionState state;
  // The first moment from which use counts as recent: today and the days before it, value_days in all.
  const UtcMicros recent_from =
      zone.start_of(zone.day_of(as_of) - std::chrono::days{static_cast<int>(value_days_) - 1});
  thread_local std::vector<std::uint32_t> rows;
  journey.visit_kinds(kinds_, rows, [&](const journey::Event& event) {
    const std::uint8_t flags = flags_[event.kind.value];
    if ((flags & kValue) != 0 && event.at >= recent_from) ++state.value_uses;
    if ((flags & kTrial) != 0 && !state.started_at) state.trial_at = event.at;
    if ((flags & (kStarted | kRenewed)) != 0) {
      // An import may begin in the middle of a subscription: a renewal without a start is its start.
      if (!state.started_at) state.started_at = event.at;
      if (!state.first_started_at) state.first_started_at = event.at;
      state.last_paid_at = event.at;
      state.trial_at.reset();
      ++state.periods;
      state.payment_failed = state.cancellation_announced = false;
    } else if ((flags & kPaid) != 0) {
      state.payment_failed = false;
    }
    if ((flags & kFailed) != 0) state.payment_failed = true;
    if ((flags & kAnnounced) != 0) state.cancellation_announced = true;
    if ((flags & kEnded) != 0) {
      // The end of a trial that nobody paid for is not the loss of a subscriber.
      if (state.started_at) state.ended_at = event.at;
      state.started_at.reset();
      state.trial_at.reset();
      state.payment_failed = state.cancellation_announced = false;
    }
    return true;
  });
  return state;
}

StageVerdict stage_of_subscription(const SubscriptionState& state, UtcMicros as_of, const config::StageRules& stages,
                                   const config::SubscriptionRules& rules, const Zone& zone) {
  StageVerdict facts{.stage = Stage::Prospect};
  facts.purchases = state.periods;
  facts.first_purchase_at = state.first_started_at;
  facts.last_purchase_at = state.last_paid_at;
  if (state.first_started_at) facts.days_since_first = days_between(*state.first_started_at, as_of, zone);
  if (state.last_paid_at) facts.days_since_last = days_between(*state.last_paid_at, as_of, zone);
  if (state.started_at && state.ended_at) facts.last_gap_days = days_between(*state.ended_at, *state.started_at, zone);

  if (!state.started_at) {
    const bool in_trial = state.trial_at && days_between(*state.trial_at, as_of, zone) < stages.new_days;
    facts.stage = in_trial ? Stage::Trial : state.first_started_at ? Stage::Lost : Stage::Prospect;
    return facts;
  }
  const std::int64_t age = days_between(*state.started_at, as_of, zone);
  // Whoever has just begun has not had the time to use it.
  const bool unused = !rules.value_events.empty() && age >= rules.value_days && state.value_uses < rules.value_minimum;
  if (state.payment_failed || state.cancellation_announced || unused)
    facts.stage = Stage::AtRisk;
  else if (age < stages.new_days)
    facts.stage = state.ended_at ? Stage::Back : Stage::New;
  else
    facts.stage = Stage::Active;
  facts.repeat = facts.stage == Stage::New && state.periods >= 2;
  return facts;
}

}  // namespace habitue::knowledge
