#include "insight/value/standing.hpp"

#include <algorithm>

namespace habitue::insight::value {

using criteria::Verdict;
using knowledge::Customers;

Standing standing_at(const Customers& customers, const journey::Journey& journey, UtcMicros at) {
  std::optional<Standing> perhaps;
  for (std::size_t side = 0; side < customers.business().sides.size(); ++side) {
    const auto fact = customers.role_on(side, journey, at);
    if (!fact) continue;
    const Standing standing{side, fact->role, fact->has_paid, fact->supposed_to_pay != Verdict::Outside, fact->account};
    if (fact->surely_on_side) return standing;
    if (!perhaps) perhaps = standing;
  }
  return perhaps.value_or(Standing{});
}

void give_aways_among(const Customers& customers, const journey::Journey& journey,
                      std::span<const knowledge::Spent> costs, std::vector<GiveAway>& given) {
  given.clear();
  std::optional<UtcMicros> judged;
  bool is_given = false;
  for (const knowledge::Spent& cost : costs) {
    if (judged != cost.at) {
      const Standing standing = standing_at(customers, journey, cost.at);
      is_given = !standing.has_paid && standing.may_have_to_pay;
      judged = cost.at;
    }
    if (is_given) given.push_back({cost.at, cost.cost_minor});
  }
}

GiveAwayState state_at(const knowledge::Economics& economics, const journey::Journey& journey,
                       std::span<const GiveAway> given, UtcMicros at) {
  const Customers& customers = economics.customers();
  if (standing_at(customers, journey, at).has_paid) return GiveAwayState::Booked;
  const journey::Journey known = journey.until(at);
  std::optional<UtcMicros> alive;
  for (std::size_t index = known.size(); index-- > 0 && !alive;)
    if (const journey::Event event = known[index]; economics.is_sign_of_life(event.kind)) alive = event.at;
  if (!alive)
    for (const GiveAway& one : given)
      if (one.at <= at) alive = one.at;
  const Zone& zone = customers.zone();
  const auto idle = std::chrono::days(zone.day_of(at) - zone.day_of(alive.value_or(at))).count();
  const bool lost = idle >= static_cast<std::int64_t>(customers.business().acquisition.lost_after_days);
  return lost ? GiveAwayState::WrittenOff : GiveAwayState::Open;
}

}  // namespace habitue::insight::value
