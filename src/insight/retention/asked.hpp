// What the questions of acts share in what they are asked and in what they answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "criteria/criteria.hpp"

namespace habitue::insight {

/// A condition on one event (parse_event_test), or nothing: purchases as the company counts them, each at its first moment, once
/// however often it was said, and not when it was refunded.
using ActTest = std::optional<criteria::Expression>;

/// A value of a breakdown, as people read it. The total is a value too: that of everybody.
struct ShownValue {
  enum class Kind : std::uint8_t { Total, Value, Missing, Other };
  Kind kind = Kind::Total;
  std::string text = {};  ///< Of Kind::Value.
  friend bool operator==(const ShownValue&, const ShownValue&) = default;
};

}  // namespace habitue::insight
