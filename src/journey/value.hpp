// What an event is made of, as readers see it: a kind and cells.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/id.hpp"

namespace habitue::journey {

/// Which kind of event: an index into Snapshot::kinds(). Track events are of the kind of their name; the other calls are
/// of the kinds named in journey.hpp.
using EventKind = Id<struct EventKindTag, std::uint16_t>;

/// A cell. Text lives as long as the snapshot.
struct Value {
  enum class Type : std::uint8_t { Missing, Bool, Number, Text };
  Type type = Type::Missing;
  bool boolean = false;
  double number = 0;
  std::string_view text;
  explicit operator bool() const { return type != Type::Missing; }
};

}  // namespace habitue::journey
