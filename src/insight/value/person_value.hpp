// What one person brings and costs; of the whole account where accounts are charged.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight {

/// Amounts are minor units of the business's currency, up to the moment asked for and as known then.
struct PersonValue {
  Currency currency;
  std::string_view account;        ///< Whose figures these are; empty: the person's own. Lives as the snapshot.
  std::int64_t revenue_minor = 0;  ///< Received, net.
  std::optional<std::int64_t> margin_minor;  ///< Nothing when it is not known of every payment.
  std::int64_t cost_minor = 0;               ///< Of serving, what was given away included.
  std::int64_t booked_minor = 0, written_off_minor = 0, open_minor = 0;  ///< Given away, by its state.
  std::optional<std::int64_t> profit_minor;           ///< Margin less cost. What being found cost is not in it.
  std::int64_t monthly_minor = 0, at_risk_minor = 0;  ///< What recurs a month, and what of it is in doubt.
  AmountsLeftOut not_added;
};
Result<PersonValue> value_of_person(const knowledge::Customers& customers, const journey::Journey& journey,
                                    UtcMicros as_of);

}  // namespace habitue::insight
