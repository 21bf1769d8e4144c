// Who somebody was when money was spent on them.
#pragma once

#include <optional>
#include <vector>

#include "knowledge/economics.hpp"

namespace habitue::insight::value {

struct Standing {
  std::size_t side = 0;  ///< The first side that the person is surely on.
  knowledge::Role role = knowledge::Role::Unknown;
  bool has_paid = false;
  bool may_have_to_pay = true;    ///< Not surely not supposed to.
  std::string_view account = {};  ///< Empty when persons are charged.
};
/// As known at the moment.
Standing standing_at(const knowledge::Customers& customers, const journey::Journey& journey, UtcMicros at);

/// A cost for somebody who had not paid then and may have to.
struct GiveAway {
  UtcMicros at;
  std::int64_t cost_minor;
};
/// Those among costs, in order.
void give_aways_among(const knowledge::Customers& customers, const journey::Journey& journey,
                      std::span<const knowledge::Spent> costs, std::vector<GiveAway>& given);

enum class GiveAwayState : std::uint8_t { Open, Booked, WrittenOff };
/// The state at a moment of what was given up to it; `given` is not empty and begins at or before the moment.
GiveAwayState state_at(const knowledge::Economics& economics, const journey::Journey& journey,
                       std::span<const GiveAway> given, UtcMicros at);

}  // namespace habitue::insight::value
