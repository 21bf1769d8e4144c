// What a customer brings and costs, move by move, in the business's currency: revenue and margin, resources spent on serving, and
// money spent on being found. Every sum of the value questions is made of these moves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/exchange.hpp"

namespace habitue::knowledge {

/// Money received, or given back when below zero.
struct Earned {
  UtcMicros at;
  std::int64_t revenue_minor;
  /// What is left once the goods are paid for: revenue less the cost that the event tells, else config's share of revenue. What is
  /// given back takes the share back with it; without a share, where an earlier payment told its cost, the whole, as the goods are taken
  /// for lost. Nothing when not known.
  std::optional<std::int64_t> margin_minor;
  journey::Event event;
};

/// A resource spent on somebody; below zero when the event takes an earlier one back.
struct Spent {
  UtcMicros at;
  std::uint32_t rule;  ///< Index into config's costs.
  std::int64_t cost_minor;
};

/// Money spent on being found.
struct MarketingSpent {
  UtcMicros at;
  std::string_view channel;  ///< As first touches are written; empty when none is told. Lives as long as the Economics.
  std::int64_t cost_minor;
};

/// What could not be added, for a warning beside the sums.
struct NotAdded {
  std::vector<Balance> without_rate;  ///< Of other currencies, by currency; what was received, or spent.
  std::uint64_t without_amount = 0;   ///< Events of costs that tell none.
  std::uint64_t without_margin = 0;   ///< Payments whose margin is not known.
  void merge(const NotAdded& other);
};

/// The business's rules of money bound to a snapshot. Read-only after bind; safe from any thread. `customers` outlives it.
class Economics {
 public:
  /// Errors: InvalidInput for a condition that is not of one event.
  static Result<Economics> bind(const Customers& customers);
  Economics(Economics&&) noexcept;
  ~Economics();

  /// Replaces `moves` by those up to `as_of`, in order of time, as settled with what was known then. Instalments, retries and
  /// refunds are settled as settlement.hpp says.
  void earned(const journey::Journey& journey, UtcMicros as_of, std::vector<Earned>& moves, NotAdded& not_added) const;
  /// The same of all who acted for the account.
  void earned_of_account(std::string_view account, UtcMicros as_of, std::vector<Earned>& moves,
                         NotAdded& not_added) const;
  void spent(const journey::Journey& journey, UtcMicros as_of, std::vector<Spent>& moves, NotAdded& not_added) const;
  void marketing(const journey::Journey& journey, UtcMicros as_of, std::vector<MarketingSpent>& moves,
                 NotAdded& not_added) const;
  /// What a purchase was sold for, as its event tells; nothing when it tells none or its currency has no rate.
  std::optional<std::int64_t> price_of(const PurchaseEvent& purchase) const;
  /// Whether a journey can have costs of serving at all: kinds that some rule names.
  const journey::KindFilter& kinds_of_costs() const;
  /// Events that are no sign of life: costs, marketing, money that goes back, and overrides of the delivery gate.
  bool is_sign_of_life(journey::EventKind kind) const;
  const Exchange& exchange() const;
  const Customers& customers() const;

 private:
  struct Bound;
  explicit Economics(std::unique_ptr<Bound> bound);
  void add_earned(const std::vector<SettledMove>& settled, std::vector<Earned>& moves, NotAdded& not_added) const;
  std::unique_ptr<Bound> bound_;
};

}  // namespace habitue::knowledge
