// The business's rules with every name resolved in one snapshot. Only this module's sources see it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "criteria/criteria.hpp"
#include "knowledge/accounts.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/first_touch.hpp"
#include "knowledge/settlement.hpp"
#include "knowledge/stages.hpp"

namespace habitue::knowledge {

/// An expression bound to the snapshot; nothing when it is `everyone`, which needs no reading.
using BoundCriterion = std::optional<criteria::Evaluator>;

inline criteria::Verdict evaluate(const BoundCriterion& criterion, const journey::Journey& journey, UtcMicros as_of) {
  return criterion ? criterion->evaluate(journey, as_of) : criteria::Verdict::Inside;
}

struct BoundSide {
  BoundCriterion members, supposed_to_pay, payer;
  bool charges_accounts = false;
};

struct Customers::Rules {
  std::shared_ptr<const journey::Snapshot> snapshot;
  config::Business business;
  std::shared_ptr<OrderLines> order_lines;
  MoneyReader money;
  SubscriptionReader subscription;
  FirstTouch first_touch;
  AccountBook accounts;
  std::vector<BoundSide> sides;           // In the order of config.
  std::vector<BoundCriterion> audiences;  // By hypothesis, in the order of config.
  BoundCriterion wanted_act;              // Only read when config defines one.
  std::optional<journey::EventKind> identify, group;
  journey::KindFilter group_calls;  // The kind `group` alone.
  std::optional<journey::Property> group_id, provenance;
  std::optional<RhythmTrait> rhythm_trait;
  bool rhythm_drives = false;

  /// The text of a reference that was sent as a number; lives as long as the rules.
  std::string_view text_of(const Reference& reference);

  /// Replaces `lines` by what the journey's events say of money, in order of time.
  void read_money(const journey::Journey& journey, std::vector<MoneyLine>& lines) const;
  /// Settles what the journey says up to its end into the thread's own settlement, which the next call reuses.
  const Settlement& settle(const journey::Journey& journey) const;
  /// The same of the account.
  const Settlement& settle_account(std::string_view account, UtcMicros as_of) const;
  std::string_view account_of(const journey::Journey& journey) const;
  std::vector<Movement> movements_of(const Settlement& settlement);
  /// Learnt by whoever asks first; null when cancelled.
  const RhythmBook* rhythms(const Cancellation* cancellation);
  /// Where rhythm drives stages: the days after the last purchase beyond which it is overdue. `purchases` up to a moment of `today`.
  std::optional<std::int64_t> overdue_after(std::span<const DatedPurchase> purchases, LocalDay today,
                                            const journey::Journey& known);

 private:
  std::mutex rhythms_mutex_;
  std::atomic<const RhythmBook*> rhythms_known_{nullptr};
  std::unique_ptr<const RhythmBook> rhythms_;
  std::mutex texts_mutex_;
  std::unordered_set<std::string> texts_;
};

}  // namespace habitue::knowledge
