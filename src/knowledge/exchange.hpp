// Amounts of other currencies in the business's own, by dated rates.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "config/config.hpp"

namespace habitue::knowledge {

/// Safe from any thread.
class Exchange {
 public:
  explicit Exchange(const config::Business& business);

  /// Minor units of the business's currency, halves away from zero, by the rate of the moment's day in the business's zone; past
  /// the ends of 64 bits, the end. Nothing for another currency before its first rate, or without any.
  std::optional<std::int64_t> in_business(Money amount, UtcMicros at) const;
  /// The nearest amount to a number of the business's currency, as config writes it.
  std::int64_t minor_of(double amount) const;
  Currency currency() const { return own_; }

 private:
  struct Rate {
    Currency currency;
    UtcMicros from;
    double rate;  // Minor units of the business's currency for one of the other.
  };
  Currency own_;
  std::vector<Rate> rates_;  // In order of (currency, from).
};

}  // namespace habitue::knowledge
