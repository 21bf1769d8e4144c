#include "intake/date_reader.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::intake {
namespace {

using std::chrono::microseconds;
using Wall = std::chrono::local_time<microseconds>;

constexpr std::array<std::string_view, 12> kFrenchMonths = {"janvier",   "fevrier", "mars",     "avril",
                                                            "mai",       "juin",    "juillet",  "aout",
                                                            "septembre", "octobre", "novembre", "decembre"};
constexpr std::array<std::string_view, 12> kEnglishMonths = {"january",   "february", "march",    "april",
                                                             "may",       "june",     "july",     "august",
                                                             "september", "october",  "november", "december"};

struct Parts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t micros = 0;
  std::optional<bool> afternoon;
};

std::optional<Wall> wall_of(Parts parts) {
  if (parts.afternoon) {
    if (parts.hour < 1 || parts.hour > 12) return std::nullopt;
    parts.hour = parts.hour % 12 + (*parts.afternoon ? 12 : 0);
  }
  const std::chrono::year_month_day date{std::chrono::year{parts.year},
                                         std::chrono::month{static_cast<unsigned>(parts.month)},
                                         std::chrono::day{static_cast<unsigned>(parts.day)}};
  if (!date.ok() || parts.hour > 24 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const auto time = std::chrono::hours(parts.hour) + std::chrono::minutes(parts.minute) +
                    std::chrono::seconds(parts.second) + microseconds(parts.micros);
  if (time > std::chrono::hours(24)) return std::nullopt;
  return Wall(std::chrono::local_days{date}) + time;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One to `most` digits at the front; -1 when there is none.
int take_number(std::string_view& text, std::size_t most) {
  int value = 0;
  std::size_t at = 0;
  for (; at < most && at < text.size() && is_digit(text[at]); ++at) value = value * 10 + (text[at] - '0');
  text.remove_prefix(at);
  return at == 0 ? -1 : value;
}

void take_fraction(std::string_view& text, Parts& parts) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !is_digit(text[1])) return;
  text.remove_prefix(1);
  std::int64_t unit = 100'000;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), unit /= 10)
    parts.micros += unit * (text.front() - '0');
}

bool take_half_day(std::string_view& text, Parts& parts) {
  const std::string_view front = text.substr(0, 4);
  const std::string lower = ascii_lower(front);
  for (const auto& [word, afternoon] :
       {std::pair("a.m.", false), std::pair("p.m.", true), std::pair("am", false), std::pair("pm", true)}) {
    if (!lower.starts_with(word)) continue;
    text.remove_prefix(std::string_view(word).size());
    parts.afternoon = afternoon;
    return true;
  }
  return false;
}

// `12:30`, `12:30:05.5`, `12h30`, `12 h`, with am or pm behind.
bool take_time(std::string_view& text, Parts& parts) {
  parts.hour = take_number(text, 2);
  if (parts.hour < 0 || text.empty() || (text.front() != ':' && text.front() != 'h' && text.front() != 'H'))
    return false;
  text.remove_prefix(1);
  parts.minute = take_number(text, 2);
  if (parts.minute < 0) parts.minute = 0;
  if (!text.empty() && text.front() == ':') {
    text.remove_prefix(1);
    parts.second = take_number(text, 2);
    if (parts.second < 0) return false;
    take_fraction(text, parts);
  }
  return true;
}

// A whole name or its beginning of at least three letters, as in `oct`, `janv`, `sept`.
int month_named(std::string_view word, const std::array<std::string_view, 12>& names) {
  if (word.size() < 3) return 0;
  int found = 0;
  for (std::size_t month = 0; month < names.size(); ++month) {
    if (!names[month].starts_with(word)) continue;
    if (found != 0) return 0;  // "jui" may be June or July.
    found = static_cast<int>(month) + 1;
  }
  return found;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  const auto separates = [](char c) { return c == ' ' || c == ',' || c == '\t' || c == '-' || c == '/'; };
  while (at < text.size()) {
    while (at < text.size() && separates(text[at])) ++at;
    const std::size_t from = at;
    while (at < text.size() && !separates(text[at])) ++at;
    if (at > from) words.push_back(text.substr(from, at - from));
  }
  return words;
}

bool is_pattern_letter(char c) { return std::string_view("yMdHhmsa").find(c) != std::string_view::npos; }

}  // namespace

Result<DateReader> DateReader::make(std::string_view format, const Zone& zone) {
  constexpr std::pair<std::string_view, Kind> kNamed[] = {{"iso", Kind::Iso},
                                                          {"", Kind::Iso},
                                                          {"unix_s", Kind::UnixSeconds},
                                                          {"unix_ms", Kind::UnixMillis},
                                                          {"excel", Kind::Excel},
                                                          {"fr_long", Kind::FrenchLong},
                                                          {"en_long", Kind::EnglishLong}};
  for (const auto& [name, kind] : kNamed)
    if (format == name) return DateReader(kind, {}, zone);
  if (format.size() < 64 && format.find('M') != std::string_view::npos && format.find('d') != std::string_view::npos &&
      format.find("yy") != std::string_view::npos)
    return DateReader(Kind::Pattern, std::string(format), zone);
  return invalid(
      fmt::format("'{}' is no date format: use iso, unix_s, unix_ms, excel, fr_long, en_long or a pattern such as "
                  "dd/MM/yyyy HH:mm",
                  format.substr(0, 64)));
}

std::optional<UtcMicros> DateReader::read(std::string_view text) const {
  if (text.empty() || text.size() > 128) return std::nullopt;
  switch (kind_) {
    case Kind::Iso: return read_iso(text);
    case Kind::UnixSeconds:
    case Kind::UnixMillis:
    case Kind::Excel: return read_number(text);
    case Kind::FrenchLong:
    case Kind::EnglishLong: return read_long(text);
    case Kind::Pattern: return read_pattern(trimmed(text));
  }
  return std::nullopt;
}

std::optional<UtcMicros> DateReader::read_iso(std::string_view text) const {
  // Most files have exactly `2011-12-09 12:50:00`; the rest is left to the slower reader that knows all of ISO 8601.
  if (text.size() == 19 && text[4] == '-' && text[7] == '-' && (text[10] == ' ' || text[10] == 'T') &&
      text[13] == ':' && text[16] == ':') {
    Parts parts;
    bool digits = true;
    const auto number = [&](std::size_t from, std::size_t to) {
      int value = 0;
      for (std::size_t at = from; at < to; ++at) {
        digits = digits && is_digit(text[at]);
        value = value * 10 + (text[at] - '0');
      }
      return value;
    };
    parts.year = number(0, 4);
    parts.month = number(5, 7);
    parts.day = number(8, 10);
    parts.hour = number(11, 13);
    parts.minute = number(14, 16);
    parts.second = number(17, 19);
    const auto wall = digits ? wall_of(parts) : std::nullopt;
    return wall ? std::optional(zone_.moment_of(*wall)) : std::nullopt;
  }
  // A bare number would be taken for seconds since 1970, which this format is not.
  const std::string_view bare = trimmed(text);
  if (bare.size() < 10 || bare[4] != '-') return std::nullopt;
  const auto moment = parse_moment(bare, zone_);
  return moment ? std::optional(*moment) : std::nullopt;
}

std::optional<UtcMicros> DateReader::read_number(std::string_view text) const {
  text = trimmed(text);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  constexpr double kMicrosMax = 2.5e17;  // The year 9900.
  if (kind_ == Kind::Excel) {
    // Whole seconds: the fraction of a day is a binary fraction that misses them by a little.
    const double seconds = std::round((value - 25569.0) * 86400.0);
    if (!(std::abs(seconds) < kMicrosMax / 1e6)) return std::nullopt;
    return zone_.moment_of(Wall(std::chrono::seconds(static_cast<std::int64_t>(seconds))));
  }
  const double micros = std::round(value * (kind_ == Kind::UnixSeconds ? 1e6 : 1e3));
  if (!(std::abs(micros) < kMicrosMax)) return std::nullopt;
  return UtcMicros(microseconds(static_cast<std::int64_t>(micros)));
}

std::optional<UtcMicros> DateReader::read_long(std::string_view text) const {
  const auto& months = kind_ == Kind::FrenchLong ? kFrenchMonths : kEnglishMonths;
  const std::string lower = folded(text);
  Parts parts;
  bool has_time = false;
  for (std::string_view word : words_of(lower)) {
    while (!word.empty() && (word.back() == '.' || word.back() == ',')) word.remove_suffix(1);
    if (word.empty()) continue;
    if (!is_digit(word.front())) {
      if (parts.month == 0) parts.month = month_named(word, months);
      if (has_time) take_half_day(word, parts);
      continue;
    }
    std::string_view rest = word;
    Parts time;
    if (!has_time && take_time(rest, time)) {
      parts.hour = time.hour;
      parts.minute = time.minute;
      parts.second = time.second;
      parts.micros = time.micros;
      has_time = true;
      if (!rest.empty() && !take_half_day(rest, parts)) return std::nullopt;
      continue;
    }
    rest = word;
    const int number = take_number(rest, 4);
    if (word.size() == 4 && rest.empty() && parts.year == 0) {
      parts.year = number;
    } else if (parts.day == 0 && word.size() - rest.size() <= 2 &&
               (rest.empty() || rest == "er" || rest == "st" || rest == "nd" || rest == "rd" || rest == "th")) {
      parts.day = number;
    } else {
      return std::nullopt;
    }
  }
  const auto wall = parts.year > 0 ? wall_of(parts) : std::nullopt;
  return wall ? std::optional(zone_.moment_of(*wall)) : std::nullopt;
}

std::optional<UtcMicros> DateReader::read_pattern(std::string_view text) const {
  Parts parts;
  bool hour_read = false, minutes_read = false;
  const std::string_view pattern = pattern_;
  for (std::size_t at = 0; at < pattern.size();) {
    const char letter = pattern[at];
    std::size_t length = 1;
    while (at + length < pattern.size() && pattern[at + length] == letter && is_pattern_letter(letter)) ++length;
    // A date without its time, or a time without its seconds; but no hour alone.
    if (text.empty() && parts.year > 0 && parts.month > 0 && parts.day > 0 && hour_read == minutes_read) break;
    if (!is_pattern_letter(letter)) {
      const bool space = letter == ' ' || letter == 'T';
      if (text.empty() || !(text.front() == letter || (space && (text.front() == 'T' || text.front() == ' ')))) {
        // Between the minutes and `a` some write no space.
        if (letter == ' ' && at + 1 < pattern.size() && pattern[at + 1] == 'a') {
          ++at;
          continue;
        }
        return std::nullopt;
      }
      text.remove_prefix(1);
      while (letter == ' ' && !text.empty() && text.front() == ' ') text.remove_prefix(1);
      ++at;
      continue;
    }
    const bool packed = at + length < pattern.size() && is_pattern_letter(pattern[at + length]);
    const std::size_t before = text.size();
    const auto take = [&](int& into, std::size_t most) {
      into = take_number(text, most);
      return into >= 0 && (!packed || before - text.size() == most);
    };
    bool read = true;
    switch (letter) {
      case 'y':
        read = take(parts.year, length == 2 ? 2 : 4) && before - text.size() == (length == 2 ? 2 : 4);
        if (length == 2) parts.year += parts.year < 70 ? 2000 : 1900;
        break;
      case 'M': read = take(parts.month, 2); break;
      case 'd': read = take(parts.day, 2); break;
      case 'H':
      case 'h':
        read = take(parts.hour, 2);
        hour_read = true;
        break;
      case 'm':
        read = take(parts.minute, 2);
        minutes_read = true;
        break;
      case 's':
        read = take(parts.second, 2);
        take_fraction(text, parts);
        break;
      default: read = take_half_day(text, parts);
    }
    if (!read) return std::nullopt;
    at += length;
  }
  if (text.size() >= 3 && text.front() == ':' &&
      pattern.find('s') == std::string_view::npos) {  // Seconds that it has none for.
    text.remove_prefix(1);
    parts.second = take_number(text, 2);
    if (parts.second < 0) return std::nullopt;
    take_fraction(text, parts);
  }
  if (!text.empty()) return std::nullopt;
  const auto wall = wall_of(parts);
  return wall ? std::optional(zone_.moment_of(*wall)) : std::nullopt;
}

}  // namespace habitue::intake
