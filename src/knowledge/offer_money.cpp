#include "knowledge/offer_money.hpp"

#include <algorithm>

namespace habitue::knowledge {
namespace {

bool is_payment(const MoneyLine& line) { return !line.superseded && line.move == MoneyMove::Payment; }

bool moves(const MoneyLine& line) {
  return !line.superseded && (line.moves_money || line.move != MoneyMove::Payment) && line.settled != 0;
}

}  // namespace

OfferMoney money_of_offer(const Settlement& settlement, const OfferPayments& payments) {
  OfferMoney money;
  // Of each order that was told, 1 when it is of the offer.
  ReferenceIndex orders;
  std::vector<std::uint8_t> of_offer;
  const bool all = payments.takes_all();
  if (!all)
    for (const MoneyLine& line : settlement.lines()) {
      if (!is_payment(line) || !line.order) continue;
      const auto next = static_cast<std::uint32_t>(of_offer.size());
      const std::uint32_t place = orders.find_or_add(line.order, next);
      if (place == next) of_offer.push_back(0);
      if (of_offer[place] == 0 && payments.has(line.event)) of_offer[place] = 1;
    }
  const auto counts = [&](const MoneyLine& line) {
    if (all) return true;
    if (line.order)
      if (const auto place = orders.find(line.order)) return of_offer[*place] != 0;
    return line.move != MoneyMove::Payment || payments.has(line.event);
  };
  for (const MoneyLine& line : settlement.lines())
    if (moves(line) && counts(line)) money.lines.push_back(&line);
  std::stable_sort(money.lines.begin(), money.lines.end(),
                   [](const MoneyLine* left, const MoneyLine* right) { return left->at < right->at; });

  for (const MoneyLine* line : money.lines) {
    Balance moved{.currency = line->currency};
    (line->move == MoneyMove::Payment  ? moved.received_minor
     : line->move == MoneyMove::Refund ? moved.refunded_minor
                                       : moved.charged_back_minor) = line->settled;
    money.received = money.received || line->move == MoneyMove::Payment;
    add_balance(money.balances, moved);
    const bool stands = std::any_of(money.balances.begin(), money.balances.end(),
                                    [](const Balance& balance) { return balance.net_minor() > 0; });
    if (stands && !money.stands) money.since = line->at;
    if (!stands && money.stands) money.ended = line->at;
    money.stands = stands;
  }
  return money;
}

}  // namespace habitue::knowledge
