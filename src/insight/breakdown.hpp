// A question told apart by the values of a property of events, or of a trait of people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "journey/cell.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

struct Breakdown {
  enum class Of : std::uint8_t {
    Property,  ///< Of the events that the question counts.
    Trait      ///< Of the person, as last known at as_of: one person, one value.
  };
  Of of = Of::Property;
  std::string name;
  /// How many values are shown, those of most people first; the rest are one value, "other", and the total is shown beside.
  std::size_t limit = 25;
};

/// Values in eight bytes, to count by; a missing one is a value of its own. Read-only; safe from any thread.
class ValueReader {
 public:
  /// Errors: NotFound when no event has such a property, with the nearest that exists.
  static Result<ValueReader> bind(const knowledge::Customers& customers, const Breakdown& breakdown);

  bool of_person() const { return identify_.has_value(); }
  /// For a breakdown by a property.
  journey::Cell at(const journey::Event& event) const { return property_.cell(event); }
  /// For a breakdown by a trait: its last value up to as_of.
  journey::Cell of(const journey::Journey& journey, UtcMicros as_of) const;
  /// For a breakdown by a trait: replaces `told` by the moments up to as_of at which it was told, in order, with what.
  void told(const journey::Journey& journey, UtcMicros as_of,
            std::vector<std::pair<UtcMicros, journey::Cell>>& told) const;
  /// As people read it: a text as it is, a number without needless zeros, `true`, `false`; nothing when missing.
  std::optional<std::string> text(journey::Cell cell) const;

 private:
  const journey::Snapshot* snapshot_ = nullptr;
  journey::Property property_;
  std::optional<journey::EventKind> identify_;
};

}  // namespace habitue::insight
