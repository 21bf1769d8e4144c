// Moments are UTC microseconds; days are days of the business's own zone, through daylight saving.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace habitue {

/// A moment. On the wire and on disk: an integer whose name ends in `_us`, or ISO 8601 text.
using UtcMicros = std::chrono::sys_time<std::chrono::microseconds>;

/// A calendar day in some zone, as days since 1970-01-01 there. Subtracting two gives whole calendar days.
using LocalDay = std::chrono::local_days;

/// Before and after every event that can be stored.
inline constexpr UtcMicros kBeginning{std::chrono::microseconds{INT64_MIN / 4}};
inline constexpr UtcMicros kEnd{std::chrono::microseconds{INT64_MAX / 4}};

/// A time zone of the IANA database. Cheap to copy; safe from any thread.
class Zone {
 public:
  /// Errors: InvalidInput when the database has no such zone.
  static Result<Zone> find(std::string_view name);
  static Zone utc();

  const std::string& name() const;
  LocalDay day_of(UtcMicros moment) const;
  /// The first moment of a day. Where midnight is skipped by daylight saving, the first moment that exists.
  UtcMicros start_of(LocalDay day) const;
  /// The moment of a wall-clock time; of two, the earlier; of none, the first after the gap.
  UtcMicros moment_of(std::chrono::local_time<std::chrono::microseconds> wall) const;
  std::chrono::local_time<std::chrono::microseconds> wall_of(UtcMicros moment) const;

 private:
  struct Transitions;
  explicit Zone(std::shared_ptr<const Transitions> transitions);
  std::shared_ptr<const Transitions> transitions_;
};

/// Whole calendar days from `from` to `to` in the zone; negative when `to` is earlier.
std::int64_t days_between(UtcMicros from, UtcMicros to, const Zone& zone);

/// Reads ISO 8601: `2011-12-09`, `2011-12-09 12:50`, `2011-12-09T12:50:00.123456Z`, with an offset `+01:00`, or a
/// number of seconds or milliseconds since 1970 told apart by magnitude. Text without an offset is wall-clock time in `zone`.
/// Errors: InvalidInput, naming the text.
Result<UtcMicros> parse_moment(std::string_view text, const Zone& zone);
/// Reads `2011-12-09`. Errors: InvalidInput.
Result<LocalDay> parse_day(std::string_view text);

/// `2011-12-09T12:50:00.123Z`; the fraction has three or six digits and is left out when it is zero.
std::string format_moment(UtcMicros moment);
/// `2011-12-09`.
std::string format_day(LocalDay day);

/// The present. Only the edges call it: everything behind them is told the moment.
UtcMicros now();

}  // namespace habitue
