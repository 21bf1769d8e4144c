// From the words of a window to two moments.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

/// [from, until): half open.
struct Range {
  UtcMicros from = kBeginning;
  UtcMicros until = kEnd;
  bool has(UtcMicros at) const { return from <= at && at < until; }
  bool empty() const { return until <= from; }
};

/// The same day that many units later or earlier; a month's missing day is its last. Only for units of whole days.
LocalDay moved(LocalDay day, const Span& span, int direction);

/// Never past `as_of`. `anchor` is when the window's anchor was: nothing is in a window whose anchor never was.
Range range_of(const Window& window, UtcMicros as_of, const Zone& zone, std::optional<UtcMicros> anchor);

/// The first moment too late for `span` counted from `start`: elapsed time, or the end of the last calendar day.
UtcMicros end_of_span(UtcMicros start, const Span& span, const Zone& zone);

}  // namespace habitue::criteria
