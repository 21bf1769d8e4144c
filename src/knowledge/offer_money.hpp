// The money of one offer among all that moved: which payments are for it, and what of them went back.
#pragma once

#include <optional>
#include <vector>

#include "criteria/criteria.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::knowledge {

/// Config's `payments` and `action` of an offer, bound.
struct OfferPayments {
  bool any_kind = true;
  journey::KindFilter kinds;
  std::optional<criteria::Evaluator> where;

  bool takes_all() const { return any_kind && !where; }
  bool has(const journey::Event& event) const {
    return (any_kind || kinds.contains(event.kind.value)) && (!where || where->matches(event));
  }
};

/// In order of time. An order is of the offer with all its money when one of its payments, or the order itself, is. What went back goes
/// with its order; where it names no order that was told, it may be of any offer and counts against each.
struct OfferMoney {
  std::vector<const MoneyLine*> lines;  ///< That moved something; of the settlement.
  std::vector<Balance> balances;
  bool received = false;  ///< Something came in.
  bool stands = false;    ///< What came in, less what went back, is above zero in some currency.
  /// Since when it last is above zero, and since when it last is not after it was.
  std::optional<UtcMicros> since, ended;
};
OfferMoney money_of_offer(const Settlement& settlement, const OfferPayments& payments);

}  // namespace habitue::knowledge
