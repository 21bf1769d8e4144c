#include "knowledge/accounts.hpp"

#include <algorithm>

#include "knowledge/delivery.hpp"

namespace habitue::knowledge {

AccountBook AccountBook::build(const journey::Snapshot& snapshot, const MoneyReader& money) {
  AccountBook book;
  const auto group_id = snapshot.find_property(journey::kGroupIdProperty);
  if (!group_id) return book;
  const auto group = snapshot.find_kind(journey::kGroupKind), signed_override = snapshot.find_kind(kOverrideEvent);

  const auto gather = [&](const journey::Journey& journey) {
    std::string_view current;
    for (const journey::Event event : journey) {
      const auto named = group_id->text(event);
      if (group && event.kind == *group && named) {
        current = *named;
        if (journey.person() != kNobody && !current.empty()) book.accounts_[current].people.push_back(journey.person());
      }
      const bool is_override = signed_override && event.kind == *signed_override;
      if (!money.concerns(event.kind) && !is_override) continue;
      const std::string_view account = named && !named->empty() ? *named : current;
      if (account.empty()) continue;
      if (is_override) book.accounts_[account].overrides.push_back({event, journey.person()});
      if (money.concerns(event.kind)) book.accounts_[account].events.push_back(event);
    }
  };
  snapshot.for_each_journey(gather);
  gather(snapshot.nobody());

  for (auto& [name, account] : book.accounts_) {
    std::sort(account.people.begin(), account.people.end());
    account.people.erase(std::unique(account.people.begin(), account.people.end()), account.people.end());
    std::sort(account.events.begin(), account.events.end(),
              [&](const journey::Event& left, const journey::Event& right) {
                return left.at != right.at ? left.at < right.at : snapshot.seq_of(left) < snapshot.seq_of(right);
              });
    for (const journey::Event& event : account.events) {
      const MoneyLine line = money.read(event);
      if (line.move != MoneyMove::Payment || line.order || line.own) account.only_received = false;
      if (!account.paid_from && line.moves_money && line.amount.value_or(0) > 0) account.paid_from = event.at;
    }
  }
  return book;
}

void AccountBook::settle(std::string_view name, UtcMicros as_of, const MoneyReader& money,
                         Settlement& settlement) const {
  settlement.clear();
  const auto found = accounts_.find(name);
  if (found != accounts_.end()) {
    for (const journey::Event& event : found->second.events) {
      if (event.at > as_of) break;
      settlement.add(money.read(event));
    }
  }
  settlement.settle();
}

std::span<const AccountBook::Override> AccountBook::overrides_of(std::string_view name) const {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? std::span<const Override>() : std::span<const Override>(found->second.overrides);
}

std::span<const PersonId> AccountBook::people_of(std::string_view name) const {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? std::span<const PersonId>() : std::span<const PersonId>(found->second.people);
}

bool AccountBook::has_paid(std::string_view name, UtcMicros as_of, const MoneyReader& money,
                           Settlement& scratch) const {
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return false;
  const Account& account = found->second;
  if (!account.paid_from || *account.paid_from > as_of) return false;
  if (account.only_received) return true;
  settle(name, as_of, money, scratch);
  return scratch.has_paid();
}

}  // namespace habitue::knowledge
