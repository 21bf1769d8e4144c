// The stage of the life cycle, of businesses of purchases (product.md's table) and of subscriptions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "config/config.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"

namespace habitue::knowledge {

struct DatedPurchase {
  UtcMicros at;
  LocalDay day;  ///< In the business's zone.
};
/// The same as stage_of_purchases of what was bought up to a moment of `today`, in order of time.
/// `overdue_after`: at risk too when more days than these have passed since the last, where the own rhythm drives.
StageVerdict stage_of_days(std::span<const DatedPurchase> purchases, LocalDay today, const config::StageRules& rules,
                           std::optional<std::int64_t> overdue_after = std::nullopt);
/// The same as stage_of_purchases on moments in order of time. Later ones than `as_of` are not seen.
StageVerdict stage_of_moments(std::span<const UtcMicros> purchases, UtcMicros as_of, const config::StageRules& rules,
                              const Zone& zone);

/// What happened to a subscription, read in order of time.
struct SubscriptionState {
  std::optional<UtcMicros> trial_at;          ///< A trial that was neither ended nor turned into a subscription.
  std::optional<UtcMicros> first_started_at;  ///< Of the first subscription.
  std::optional<UtcMicros> started_at;        ///< Of the one that runs now; nothing when none runs.
  std::optional<UtcMicros> ended_at;          ///< The last end of a subscription.
  std::optional<UtcMicros> last_paid_at;      ///< Last start or renewal.
  std::uint32_t periods = 0;                  ///< Starts and renewals.
  bool payment_failed = false, cancellation_announced = false;
  std::uint32_t value_uses = 0;  ///< Value events in the last value_days.
};

/// Names of config resolved in one snapshot.
class SubscriptionReader {
 public:
  static SubscriptionReader bind(const journey::Snapshot& snapshot, const config::SubscriptionRules& rules,
                                 const config::MoneyRules& money);
  /// `journey` ends at `as_of`.
  SubscriptionState read(const journey::Journey& journey, UtcMicros as_of, const Zone& zone) const;
  const journey::KindFilter& kinds() const { return kinds_; }

 private:
  static constexpr std::uint8_t kTrial = 1, kStarted = 2, kRenewed = 4, kFailed = 8, kAnnounced = 16, kEnded = 32,
                                kValue = 64, kPaid = 128;
  std::vector<std::uint8_t> flags_;  // By EventKind.
  journey::KindFilter kinds_;        // Those with flags.
  std::uint32_t value_days_ = 30;
};

/// First rule that holds: trial, prospect, lost, at_risk, back, new, active (docs/stages.md says each in words).
StageVerdict stage_of_subscription(const SubscriptionState& state, UtcMicros as_of, const config::StageRules& stages,
                                   const config::SubscriptionRules& rules, const Zone& zone);

}  // namespace habitue::knowledge
