// The money of each account: of all who acted for it, whoever paid.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journey/journey.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::knowledge {

/// Which account an event's money belongs to: that which the event names, else that of its person at the moment.
class AccountBook {
 public:
  AccountBook() = default;
  /// One pass over all journeys and over the events of nobody (a bank transfer names an account and no person).
  static AccountBook build(const journey::Snapshot& snapshot, const MoneyReader& money);

  /// Settles into `settlement` what is known of the account at `as_of`.
  void settle(std::string_view account, UtcMicros as_of, const MoneyReader& money, Settlement& settlement) const;
  bool has_paid(std::string_view account, UtcMicros as_of, const MoneyReader& money, Settlement& scratch) const;

  /// An event that says that somebody answers for a delivery, and in whose journey it is.
  struct Override {
    journey::Event event;
    PersonId person;
  };
  std::span<const Override> overrides_of(std::string_view account) const;  ///< In no order.
  /// Everybody who ever was of the account, in order of id.
  std::span<const PersonId> people_of(std::string_view account) const;

 private:
  struct Account {
    std::vector<journey::Event> events;  // In order of (time, seq).
    /// Where money only came in, when it first did: then no settling is needed to know. Nothing when it also went back.
    std::optional<UtcMicros> paid_from;
    bool only_received = true;
    std::vector<Override> overrides;
    std::vector<PersonId> people;
  };
  std::unordered_map<std::string_view, Account> accounts_;  // Names live as long as the snapshot.
};

}  // namespace habitue::knowledge
