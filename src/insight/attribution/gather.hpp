// What the pass over the journeys leaves of each person: touches and conversions, in plain arrays. Evaluation reads these alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/attribution/attribution.hpp"
#include "insight/retention/values.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::attribution {

struct Touch {
  std::int64_t at_us = 0;
  std::uint32_t channel = 0;  ///< In Gathered::names.
  std::uint32_t row = 0;      ///< Of the event in the journey's segment.
  bool is_purchase = false;   ///< By its kind.
};
struct Conversion {
  std::int64_t at_us = 0, value_minor = 0;
  std::uint32_t row = 0;
  bool has_value = false, in_other_currency = false;
  /// Places in Gathered::touches of those in its window.
  std::size_t first = 0, last = 0;
  journey::Cell told_apart = journey::Cell::missing();  ///< By the breakdown.
  std::size_t slot = 0;                                 ///< Of its value among those shown, when there is a breakdown.
};
struct Member {
  PersonId person;
  criteria::Verdict audience = criteria::Verdict::Unknown;
  std::size_t touches_end = 0, conversions_end = 0;  ///< They begin where those of the person before end.
  /// Where the touches begin that led to no conversion; touches_end when there is none.
  std::size_t open_from = 0;
};

/// People with a touch or a conversion.
struct Gathered {
  std::vector<Member> people;
  std::vector<Touch> touches;  ///< Of a person in order of time, at one instant of name.
  std::vector<Conversion> conversions;
  Texts names;
  Remembered number_of_cell;  ///< By property and code, while events are read.

  void merge(const Gathered& other);
  void reserve(std::span<const Gathered> parts);
};

/// Whether a touch of the window counts for the conversion.
inline bool leads(const Touch& touch, const Conversion& conversion, const AttributionSpec& spec) {
  if (spec.own_touch == AttributionOwnTouch::Counts) return true;
  return touch.row != conversion.row && !(!spec.conversion && touch.is_purchase && touch.at_us == conversion.at_us);
}

struct Read {
  Gathered gathered;
  retention::ShownValues values;
  std::vector<std::string> warnings;
};
/// Errors: those of ask_attribution, but for models and limits.
Result<Read> gather(const Customers& customers, const Question& question, const AttributionSpec& spec);

}  // namespace habitue::insight::attribution
