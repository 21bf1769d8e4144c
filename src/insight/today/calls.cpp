#include "insight/today/calls.hpp"

#include <algorithm>
#include <utility>

#include "insight/rhythm/rhythm.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight::today {
namespace {

// Whose own rhythm said that they would have come by now, since these days.
Result<Calls> calls_of_purchases(const Asked& asked) {
  const LocalDay since = asked.customers.zone().day_of(asked.periods().from());
  const auto late = newly_late(asked.customers, asked.question, asked.spec.side, since);
  if (!late) return tl::unexpected(late.error());
  Calls calls;
  for (const LateCustomer& customer : *late) {
    if (customer.spent_minor <= 0) break;  // Who spent most is first.
    ++calls.overdue;
    if (calls.people.size() == kCallsMax) continue;
    calls.people.push_back(customer.person);
    calls.spent_minor = knowledge::saturated_sum(calls.spent_minor, customer.spent_minor);
  }
  return calls;
}

Result<Calls> calls_of_subscriptions(const Asked& asked, const knowledge::Economics& economics) {
  auto people = asked.movements.people_of_move(asked.question, asked.lens, TodayMove::AtRisk, asked.spec.side);
  if (!people) return tl::unexpected(people.error());
  std::vector<std::pair<std::int64_t, PersonId>> by_money;
  std::vector<knowledge::Earned> moves;
  knowledge::NotAdded not_added;
  for (const PersonId person : *people) {
    economics.earned(*asked.customers.snapshot().find(person), asked.question.as_of, moves, not_added);
    std::int64_t spent = 0;
    for (const knowledge::Earned& move : moves) spent = knowledge::saturated_sum(spent, move.revenue_minor);
    if (spent > 0) by_money.emplace_back(-spent, person);
  }
  std::sort(by_money.begin(), by_money.end());
  Calls calls;
  calls.overdue = by_money.size();
  for (const auto& [spent, person] : by_money) {
    if (calls.people.size() == kCallsMax) break;
    calls.people.push_back(person);
    calls.spent_minor = knowledge::saturated_sum(calls.spent_minor, -spent);
  }
  return calls;
}

}  // namespace

Result<Calls> calls_of(const Asked& asked, const knowledge::Economics& economics) {
  return asked.customers.business().model == config::BusinessModel::Subscription
             ? calls_of_subscriptions(asked, economics)
             : calls_of_purchases(asked);
}

}  // namespace habitue::insight::today
