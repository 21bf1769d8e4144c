// Sums of balances by currency.
#pragma once

#include <span>
#include <vector>

#include "knowledge/settlement.hpp"

namespace habitue::insight {

/// `into` stays sorted by currency.
inline void add_to(std::vector<knowledge::Balance>& into, std::span<const knowledge::Balance> added) {
  knowledge::add_balances(into, added);
}

/// Net money in one currency; 0 when there is none.
inline std::int64_t net_in(std::span<const knowledge::Balance> balances, Currency currency) {
  for (const knowledge::Balance& balance : balances)
    if (balance.currency == currency) return balance.net_minor();
  return 0;
}

}  // namespace habitue::insight
