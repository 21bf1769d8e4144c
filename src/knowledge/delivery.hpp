// May an order be delivered? Not before it is paid, but for credit terms or an override that somebody signed (product.md, WHO).
// Pure, as of a moment: whether a signature is good is asked of the caller, who has the secret.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/exchange.hpp"

namespace habitue::knowledge {

/// The event by which somebody answers for a delivery before payment. Anybody may send one of this name: only a good signature counts.
inline constexpr std::string_view kOverrideEvent = "Delivery Override Signed";

/// What such an event says. Texts live as long as the snapshot.
struct SignedOverride {
  EventSeq seq;
  UtcMicros at;
  PersonId person;           ///< Whose journey it is in; kNobody for an account's own.
  std::string_view account;  ///< Which the event names; empty when it names none.
  std::string_view order_id, subject, reason, author, author_id, signed_at, signature;
};
/// Whether it was signed here, for whom it stands with. Safe from any thread.
using OverrideCheck = std::function<bool(const SignedOverride&)>;

enum class DeliveryReason : std::uint8_t {
  Paid,
  Credit,
  Override,
  NotPaid,
  PartlyPaid,
  GivenBack,       ///< It was paid, and the money went back.
  ChargedBack,     ///< It was paid, and the payment was disputed.
  CreditEnded,     ///< Credit is given, but for this order its time is over.
  CreditExceeded,  ///< Credit is given, but more is owed than it goes.
  CreditUnknown,   ///< It cannot be told whether credit is given, or how much is owed.
  OrderUnknown,    ///< Nobody told of the order, and no payment that names it covers a total.
  TotalUnknown     ///< The order tells no amount.
};
inline constexpr std::size_t kDeliveryReasons = 12;
std::string_view name_of(DeliveryReason reason);  ///< "paid", "credit_ended", ...

/// An event behind the answer.
struct DeliveryRow {
  enum class What : std::uint8_t { Order, Payment, Refund, Chargeback };
  EventSeq seq;
  UtcMicros at;
  What what = What::Order;
  std::optional<Money> amount;  ///< Of an order what it costs, else what it moves. None: not told.
  std::string_view event;       ///< Lives as long as the snapshot.
};

struct DeliveryRequest {
  std::string_view order_id;     ///< Not empty.
  std::optional<Money> total{};  ///< As the caller knows it, above zero: the greater holds, the order's own or this.
};

struct DeliveryVerdict {
  bool may_deliver = false;
  DeliveryReason reason = DeliveryReason::OrderUnknown;
  std::string words;         ///< The reason, as a sentence.
  std::string_view account;  ///< That is charged; empty when the person is.
  bool told = false;         ///< Whether the order's own event came.
  std::optional<Money> total{}, paid{},
      due{};                           ///< `paid` is what came in less what went back. In the order's currency.
  Money given_back{}, charged_back{};  ///< Of the order.
  /// Of all orders together, in the business's currency; what was refunded is not owed, what was disputed is.
  Money owed{};
  std::vector<Balance> owed_without_rate{};               ///< Owed beside it, in currencies without a rate.
  criteria::Verdict credit = criteria::Verdict::Outside;  ///< Whether credit is given to them.
  std::optional<LocalDay> credit_until{};                 ///< The last day; none without credit or order.
  std::optional<Money> credit_max{};
  std::optional<SignedOverride> signed_override{};  ///< The latest for this order.
  std::vector<DeliveryRow> rows{};                  ///< In order of time.
};

/// Read-only after bind; safe from any thread as far as the check is. Holds the customers alive.
class DeliveryGate {
 public:
  /// Errors: those of binding config's `[delivery] credit`; InvalidInput when `check` is empty.
  static Result<DeliveryGate> bind(std::shared_ptr<const Customers> customers, OverrideCheck check);

  /// Of the account's orders where the person's side charges accounts. `language` is "fr" or "en"; the business's when empty.
  /// Errors: InvalidInput for a total in another currency than the order's.
  Result<DeliveryVerdict> of_person(const journey::Journey& journey, const DeliveryRequest& request, UtcMicros as_of,
                                    std::string_view language = {}) const;
  /// Errors: as above; InvalidInput when no side of the business charges accounts.
  Result<DeliveryVerdict> of_account(std::string_view account, const DeliveryRequest& request, UtcMicros as_of,
                                     std::string_view language = {}) const;

  /// Every event of the name up to as_of, in order of time: those that count, and how many do not.
  struct Overrides {
    std::vector<SignedOverride> good;
    std::uint64_t not_signed_here = 0;
  };
  Overrides overrides(UtcMicros as_of) const;

 private:
  struct Bound;
  explicit DeliveryGate(std::shared_ptr<const Bound> bound) : bound_(std::move(bound)) {}
  std::shared_ptr<const Bound> bound_;
};

}  // namespace habitue::knowledge
