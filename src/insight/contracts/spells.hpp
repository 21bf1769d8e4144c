// From when to when somebody was a subscriber: what their subscriptions together say.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "knowledge/economics.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight::contracts {

/// A time during which at least one subscription ran. One that ends in the very moment in which another begins is a change of plan.
struct Spell {
  UtcMicros from;
  std::optional<UtcMicros> to = {};  ///< Nothing while it runs.
  bool runs_at(UtcMicros at) const { return from <= at && (!to || *to > at); }
};

/// Read-only after bind; safe from any thread. `economics` outlives it.
class SpellReader {
 public:
  static SpellReader bind(const knowledge::Economics& economics);
  /// Replaces `spells` by those begun up to `as_of`, in order of time, as known then.
  void read(const journey::Journey& journey, UtcMicros as_of, std::vector<Spell>& spells) const;
  /// Kinds that begin or end one: who has none of them was never a subscriber.
  const std::vector<std::uint8_t>& kinds() const { return flags_; }

 private:
  std::vector<std::uint8_t> flags_;  // By EventKind.
  journey::KindFilter filter_;
  std::vector<journey::Property> id_;
};

}  // namespace habitue::insight::contracts
