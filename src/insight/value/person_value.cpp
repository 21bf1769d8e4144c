#include "insight/value/person_value.hpp"

#include "insight/value/standing.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using value::GiveAwayState;

void add_costs(const Economics& economics, const journey::Journey& journey, UtcMicros as_of, PersonValue& sums,
               knowledge::NotAdded& not_added) {
  std::vector<knowledge::Spent> costs;
  economics.spent(journey, as_of, costs, not_added);
  for (const knowledge::Spent& cost : costs) sums.cost_minor += cost.cost_minor;
  std::vector<value::GiveAway> given;
  value::give_aways_among(economics.customers(), journey, costs, given);
  if (given.empty()) return;
  const GiveAwayState state = value::state_at(economics, journey, given, as_of);
  std::int64_t& sum = state == GiveAwayState::Booked       ? sums.booked_minor
                      : state == GiveAwayState::WrittenOff ? sums.written_off_minor
                                                           : sums.open_minor;
  for (const value::GiveAway& one : given) sum += one.cost_minor;
}

void add_recurring(const knowledge::RecurringReader& reader, const journey::Journey& journey, UtcMicros as_of,
                   PersonValue& sums, knowledge::NotAdded& not_added) {
  std::vector<knowledge::RecurringStep> steps;
  knowledge::RecurringDoubts doubts;
  reader.read(journey, as_of, steps, doubts);
  const knowledge::RecurringStep present = knowledge::recurring_at(steps, as_of);
  sums.monthly_minor += present.monthly_minor;
  sums.at_risk_minor += present.at_risk_minor;
  not_added.merge(doubts.not_added);
}

}  // namespace

Result<PersonValue> value_of_person(const knowledge::Customers& customers, const journey::Journey& journey,
                                    UtcMicros as_of) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto reader = knowledge::RecurringReader::bind(*economics);

  PersonValue sums;
  sums.currency = customers.business().currency;
  sums.account = value::standing_at(customers, journey, as_of).account;
  knowledge::NotAdded money, rest;
  std::vector<knowledge::Earned> earned;
  std::vector<journey::Journey> journeys;
  if (sums.account.empty()) {
    economics->earned(journey, as_of, earned, money);
    journeys.push_back(journey);
  } else {
    economics->earned_of_account(sums.account, as_of, earned, money);
    for (const PersonId person : customers.people_of_account(sums.account, as_of))
      if (const auto other = customers.snapshot().find(person)) journeys.push_back(*other);
  }
  std::int64_t margin = 0;
  for (const knowledge::Earned& move : earned) {
    sums.revenue_minor += move.revenue_minor;
    margin += move.margin_minor.value_or(0);
  }
  for (const journey::Journey& each : journeys) {
    add_costs(*economics, each, as_of, sums, rest);
    add_recurring(reader, each, as_of, sums, rest);
  }
  if (money.without_margin == 0) {
    sums.margin_minor = margin;
    sums.profit_minor = margin - sums.cost_minor;
  }
  money.merge(rest);
  sums.not_added = left_out_of(money);
  return sums;
}

}  // namespace habitue::insight
