// The first reading of a file of order lines: which orders there are, over how many stretches of rows each is spread, and
// which purchases are given back anywhere.
#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "intake/binding.hpp"
#include "intake/interner.hpp"
#include "intake/refunds.hpp"

namespace habitue::intake {

struct OrderScan {
  Interner ids;
  std::vector<OrderEntry> orders;  ///< By the numbers of `ids`.
  FingerprintCounter
      given_back;  ///< Keys of purchases of which something is given back somewhere, and maybe of others.

  /// Errors: Unavailable when `stop` was set; InvalidInput when there are more orders than numbers.
  Result<void> read(TableReader& reader, const Binding& binding, const std::atomic<bool>& stop);
};

/// The order that a row belongs to; empty for none.
std::string_view order_id_of(const Binding& binding, const Row& row);

}  // namespace habitue::intake
