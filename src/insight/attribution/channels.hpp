// Which channels an answer shows, and the touches of conversions by them.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/attribution/credit.hpp"
#include "insight/attribution/gather.hpp"

namespace habitue::insight::attribution {

/// The channels that are shown: a slot for every name.
struct Channels {
  std::vector<ShownValue> shown;
  std::vector<std::uint32_t> slot_of;  ///< By number of name.
  std::uint32_t direct = 0;
  std::uint64_t others = 0;  ///< Names in "other".
};

/// Calls `visit(member, first touch, first conversion)` for everybody, until the watch stops.
template <class Visit>
void for_each_member(const Gathered& from, CancellationWatch& watch, const Visit& visit) {
  std::size_t touches = 0, conversions = 0;
  for (const Member& member : from.people) {
    if (watch.stopped()) return;
    visit(member, touches, conversions);
    touches = member.touches_end;
    conversions = member.conversions_end;
  }
}

/// By people with a touch that some journey of theirs holds, then by name. Direct is never in "other".
/// Cut short when the watch stops.
Channels rank(Gathered& from, const AttributionSpec& spec, CancellationWatch& watch);

/// Replaces `steps` by the touches of a conversion; direct when there is none.
void steps_of(const Gathered& from, const Conversion& conversion, const AttributionSpec& spec, const Channels& channels,
              std::vector<Step>& steps);

}  // namespace habitue::insight::attribution
