#include "criteria/range.hpp"

#include <algorithm>

namespace habitue::criteria {
namespace {

using std::chrono::microseconds;

constexpr microseconds kTick{1};

bool is_elapsed(Unit unit) { return unit <= Unit::Hours; }

microseconds elapsed(const Span& span) {
  return span.unit == Unit::Minutes ? microseconds(std::chrono::minutes(span.n))
                                    : microseconds(std::chrono::hours(span.n));
}

// The calendar is read between the years 1 and 9999, whatever moment is asked for: kBeginning and kEnd lie outside it.
constexpr UtcMicros kFirstDay = std::chrono::sys_days{std::chrono::year{1} / 1 / 2};
constexpr UtcMicros kLastDay = std::chrono::sys_days{std::chrono::year{9999} / 12 / 30};

// From this moment on, an event is less than `span` before `as_of`.
UtcMicros start_of_last(const Span& span, UtcMicros as_of, const Zone& zone) {
  if (is_elapsed(span.unit)) return as_of - elapsed(span) + kTick;
  return zone.start_of(moved(zone.day_of(as_of), span, -1) + std::chrono::days(1));
}

// From this moment on, an event is at most `span` before `as_of`.
UtcMicros start_of_up_to(const Span& span, UtcMicros as_of, const Zone& zone) {
  if (is_elapsed(span.unit)) return as_of - elapsed(span);
  return zone.start_of(moved(zone.day_of(as_of), span, -1));
}

}  // namespace

LocalDay moved(LocalDay day, const Span& span, int direction) {
  using namespace std::chrono;
  const int n = static_cast<int>(span.n) * direction;
  if (span.unit == Unit::Days) return day + days(n);
  if (span.unit == Unit::Weeks) return day + days(7 * n);
  year_month_day date{day};
  date = span.unit == Unit::Months ? date + months(n) : date + years(n);
  if (!date.ok()) date = date.year() / date.month() / last;
  return local_days{date};
}

UtcMicros end_of_span(UtcMicros start, const Span& span, const Zone& zone) {
  if (is_elapsed(span.unit)) return start + elapsed(span) + kTick;
  const UtcMicros inside = std::clamp(start, kFirstDay, kLastDay);
  return zone.start_of(moved(zone.day_of(inside), span, 1) + std::chrono::days(1));
}

Range range_of(const Window& window, UtcMicros as_of, const Zone& zone, std::optional<UtcMicros> anchor) {
  using Kind = Window::Kind;
  Range range{kBeginning, as_of + kTick};
  const UtcMicros today = std::clamp(as_of, kFirstDay, kLastDay);
  const auto cut = [&](UtcMicros until) { range.until = std::min(range.until, until); };
  switch (window.kind) {
    case Kind::Always: break;
    case Kind::InLast: range.from = start_of_last(window.span, today, zone); break;
    case Kind::AtLeastAgo: cut(start_of_last(window.span, today, zone)); break;
    case Kind::MoreThanAgo: cut(start_of_up_to(window.span, today, zone)); break;
    case Kind::BetweenAgo:
      range.from = start_of_up_to({window.farthest, window.span.unit}, today, zone);
      cut(start_of_last(window.span, today, zone));
      break;
    case Kind::Between:
      range.from = zone.start_of(window.from);
      cut(zone.start_of(window.to + std::chrono::days(1)));
      break;
    case Kind::Before: cut(zone.start_of(window.from)); break;
    case Kind::Since: range.from = zone.start_of(window.from); break;
    case Kind::Within:
    case Kind::BeforeEdge:
    case Kind::SinceEdge:
      if (!anchor) {
        range.until = range.from;
      } else if (window.kind == Kind::BeforeEdge) {
        cut(*anchor);
      } else {
        range.from = *anchor;
        if (window.kind == Kind::Within) cut(end_of_span(*anchor, window.span, zone));
      }
      break;
  }
  return range;
}

}  // namespace habitue::criteria
