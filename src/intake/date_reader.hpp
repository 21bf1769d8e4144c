// Dates as files write them. One column has one convention, told by its format's name or pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace habitue::intake {

/// Reads the dates of one column. Cheap to copy; safe from any thread.
///
/// Formats: `iso` (with or without time and offset), `unix_s`, `unix_ms`, `excel` (days since 1899-12-30), `fr_long` (lundi
/// 17 octobre 2013 à 12h30), `en_long` (Dec 9, 2011 12:50 PM), or a pattern of yyyy yy MM dd HH hh mm ss a, such as
/// `dd/MM/yyyy HH:mm`. One or two digits are taken where the pattern has MM, dd, HH or hh; the time may be missing, and so may
/// the seconds or a fraction.
class DateReader {
 public:
  /// Errors: InvalidInput when the format is none of these.
  static Result<DateReader> make(std::string_view format, const Zone& zone);
  /// Nothing when the text is no such date, or no day of the calendar.
  std::optional<UtcMicros> read(std::string_view text) const;

 private:
  enum class Kind : std::uint8_t { Iso, UnixSeconds, UnixMillis, Excel, FrenchLong, EnglishLong, Pattern };
  DateReader(Kind kind, std::string pattern, Zone zone)
      : kind_(kind), pattern_(std::move(pattern)), zone_(std::move(zone)) {}
  std::optional<UtcMicros> read_iso(std::string_view text) const;
  std::optional<UtcMicros> read_number(std::string_view text) const;
  std::optional<UtcMicros> read_long(std::string_view text) const;
  std::optional<UtcMicros> read_pattern(std::string_view text) const;

  Kind kind_;
  std::string pattern_;
  Zone zone_;
};

/// What the samples of a column say about its convention.
struct DateGuess {
  std::string format;       ///< Empty when they are no dates.
  std::string alternative;  ///< Not empty when day and month cannot be told apart: the other reading.
  std::string reason;
  double share = 0;  ///< Of the samples that are read.
};
/// `samples` in the order of the file, empty ones left out. `likely_french` decides where nothing else does.
DateGuess guess_date_format(const std::vector<std::string>& samples, bool likely_french);

}  // namespace habitue::intake
