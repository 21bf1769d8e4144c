// Money as moves in order of time, and since when there is some.
#include <algorithm>

#include "knowledge/rules.hpp"

namespace habitue::knowledge {
namespace {

void read_moves(const Settlement& settlement, std::vector<SettledMove>& moves) {
  moves.clear();
  for (const MoneyLine& line : settlement.lines()) {
    if (line.superseded || !line.moves_money || line.settled == 0) continue;
    moves.push_back(
        {line.at, line.move == MoneyMove::Payment ? line.settled : -line.settled, line.currency, line.event});
  }
  // A line that was said again stands at its first moment, wherever it is in the list.
  std::stable_sort(moves.begin(), moves.end(),
                   [](const SettledMove& left, const SettledMove& right) { return left.at < right.at; });
}

}  // namespace

void Customers::settled_moves(const journey::Journey& journey, UtcMicros as_of, std::vector<SettledMove>& moves) const {
  read_moves(rules_->settle(journey.until(as_of)), moves);
}

void Customers::settled_moves_of_account(std::string_view account, UtcMicros as_of,
                                         std::vector<SettledMove>& moves) const {
  read_moves(rules_->settle_account(account, as_of), moves);
}

std::optional<UtcMicros> Customers::paying_since(std::size_t side, const journey::Journey& journey,
                                                 UtcMicros as_of) const {
  const journey::Journey known = journey.until(as_of);
  const std::string_view account =
      rules_->sides[side].charges_accounts ? rules_->account_of(known) : std::string_view{};
  const Settlement& settlement = account.empty() ? rules_->settle(known) : rules_->settle_account(account, as_of);
  if (!settlement.has_paid()) return std::nullopt;
  thread_local std::vector<SettledMove> moves;
  read_moves(settlement, moves);
  thread_local std::vector<Balance> balances;
  balances.clear();
  for (const SettledMove& move : moves) {
    add_balance(balances, {.currency = move.currency, .received_minor = move.minor});
    if (std::any_of(balances.begin(), balances.end(),
                    [](const Balance& balance) { return balance.received_minor > 0; }))
      return move.at;
  }
  return std::nullopt;
}

}  // namespace habitue::knowledge
