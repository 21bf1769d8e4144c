// Rhythms as the customers' rules know them: learnt once for a snapshot, by whoever asks first.
#include "knowledge/rules.hpp"

namespace habitue::knowledge {

const RhythmBook* Customers::Rules::rhythms(const Cancellation* cancellation) {
  if (const RhythmBook* known = rhythms_known_.load(std::memory_order_acquire)) return known;
  const std::lock_guard lock(rhythms_mutex_);
  if (rhythms_ == nullptr) {
    rhythms_ = RhythmBook::build(*snapshot, money, business.zone, rhythm_trait, cancellation);
    rhythms_known_.store(rhythms_.get(), std::memory_order_release);
  }
  return rhythms_.get();
}

std::optional<std::int64_t> Customers::Rules::overdue_after(std::span<const DatedPurchase> purchases, LocalDay today,
                                                            const journey::Journey& known) {
  // Where the rule for all holds already, one's own changes nothing.
  if (purchases.empty() || (today - purchases.back().day).count() >= business.stages.at_risk_days) return std::nullopt;
  const std::string alike = rhythm_trait ? rhythm_trait->value(known) : std::string();
  const RhythmLearnt* const learnt = rhythms(nullptr)->learnt_at(today, alike);
  if (learnt == nullptr) return std::nullopt;
  std::uint32_t intervals = 0;
  for (std::size_t at = 1; at < purchases.size(); ++at) intervals += purchases[at].day != purchases[at - 1].day ? 1 : 0;
  return learnt->days_to(RhythmLearnt::Point::Late, intervals, (purchases.back().day - purchases.front().day).count());
}

bool Customers::rhythm_drives() const { return rules_->rhythm_drives; }

Result<const RhythmBook*> Customers::rhythms(const Cancellation* cancellation) const {
  const RhythmBook* const book = rules_->rhythms(cancellation);
  if (book == nullptr) return fail(ErrorKind::Conflict, "the question was cancelled");
  return book;
}

std::string Customers::rhythm_group_of(const journey::Journey& journey, UtcMicros as_of) const {
  return rules_->rhythm_trait ? rules_->rhythm_trait->value(journey.until(as_of)) : std::string();
}

std::optional<Rhythm> Customers::rhythm_of(const journey::Journey& journey, UtcMicros as_of) const {
  const journey::Journey known = journey.until(as_of);
  thread_local std::vector<LocalDay> days;
  days.clear();
  const Zone& zone = rules_->business.zone;
  for (const Purchase& purchase : rules_->settle(known).purchases()) days.push_back(zone.day_of(purchase.at));
  if (days.empty()) return std::nullopt;
  return rules_->rhythms(nullptr)->rhythm(days, zone.day_of(as_of), rhythm_group_of(journey, as_of));
}

}  // namespace habitue::knowledge
