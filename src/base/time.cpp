#include "base/time.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>
#include <vector>

#include <date/tz.h>
#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using Wall = std::chrono::local_time<microseconds>;

constexpr microseconds kDay = std::chrono::hours(24);

// A cursor over text that is being read from the left.
struct Cursor {
  std::string_view rest;

  bool take(char wanted) {
    if (rest.empty() || rest.front() != wanted) return false;
    rest.remove_prefix(1);
    return true;
  }
  // Exactly `digits` decimal digits.
  std::optional<int> number(std::size_t digits) {
    if (rest.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(digits);
    return value;
  }
};

std::optional<std::chrono::year_month_day> read_date(Cursor& cursor) {
  const auto year = cursor.number(4);
  if (!year || !cursor.take('-')) return std::nullopt;
  const auto month = cursor.number(2);
  if (!month || !cursor.take('-')) return std::nullopt;
  const auto day = cursor.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

// `hh:mm`, `hh:mm:ss`, with a fraction of any length of which six digits count.
std::optional<microseconds> read_time_of_day(Cursor& cursor) {
  const auto hour = cursor.number(2);
  if (!hour || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.number(2);
  if (!minute || *hour > 24 || *minute > 59) return std::nullopt;
  microseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (cursor.take(':')) {
    const auto second = cursor.number(2);
    if (!second || *second > 60) return std::nullopt;  // 60: a leap second, which UTC microseconds fold into the next.
    time += seconds(*second);
    if (cursor.take('.') || cursor.take(',')) {
      int scale = 100'000;
      std::size_t digits = 0;
      while (const auto digit = cursor.number(1)) {
        time += microseconds(*digit * scale);
        scale /= 10;
        ++digits;
      }
      if (digits == 0) return std::nullopt;
    }
  }
  return time <= kDay ? std::optional(time) : std::nullopt;
}

// `Z`, `+01:00`, `+0100`, `+01`; nothing is left to the zone.
std::optional<std::optional<microseconds>> read_offset(Cursor& cursor) {
  if (cursor.rest.empty()) return std::optional<microseconds>();
  if (cursor.take('Z') || cursor.take('z')) return std::optional(microseconds(0));
  const bool west = cursor.rest.front() == '-';
  if (!cursor.take('+') && !cursor.take('-')) return std::nullopt;
  const auto hours = cursor.number(2);
  if (!hours) return std::nullopt;
  int minutes = 0;
  if (cursor.take(':') || !cursor.rest.empty()) {
    const auto read = cursor.number(2);
    if (!read) return std::nullopt;
    minutes = *read;
  }
  const microseconds offset = std::chrono::hours(*hours) + std::chrono::minutes(minutes);
  return std::optional(west ? -offset : offset);
}

std::optional<UtcMicros> read_unix(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  // 1e11 seconds is the year 5138; 1e11 milliseconds is 1973. Between the two nobody writes seconds.
  const double micros = std::abs(value) >= 1e11 ? value * 1e3 : value * 1e6;
  if (std::abs(micros) > 9e15) return std::nullopt;
  return UtcMicros(microseconds(std::llround(micros)));
}

}  // namespace

// The zone's whole history as two sorted columns: finding the offset of a moment is a binary search, where the
// library walks rules. Journeys ask for the day of every purchase.
struct Zone::Transitions {
  std::string name;
  std::vector<microseconds> starts;   // Since 1970, UTC; the first is before everything.
  std::vector<microseconds> offsets;  // Of the time from starts[i] on.

  std::size_t index_of(microseconds utc) const {
    return static_cast<std::size_t>(std::upper_bound(starts.begin() + 1, starts.end(), utc) - starts.begin()) - 1;
  }
};

Zone::Zone(std::shared_ptr<const Transitions> transitions) : transitions_(std::move(transitions)) {}

Result<Zone> Zone::find(std::string_view name) {
  static std::mutex guard;
  static std::map<std::string, std::shared_ptr<const Transitions>, std::less<>> known;
  const std::lock_guard lock(guard);
  if (const auto found = known.find(name); found != known.end()) return Zone(found->second);

  auto transitions = std::make_shared<Transitions>();
  transitions->name = name;
  try {
    const date::time_zone* zone = date::locate_zone(std::string(name));
    const auto last = date::sys_days{date::year{2200} / 1 / 1};
    date::sys_seconds at = date::sys_days{date::year{1900} / 1 / 1};
    while (at < last) {
      const date::sys_info info = zone->get_info(at);
      const microseconds start =
          transitions->starts.empty() ? microseconds(INT64_MIN / 2) : microseconds(at.time_since_epoch());
      if (transitions->offsets.empty() || transitions->offsets.back() != microseconds(info.offset)) {
        transitions->starts.push_back(start);
        transitions->offsets.emplace_back(info.offset);
      }
      at = info.end;
    }
  } catch (const std::exception&) {
    return invalid(fmt::format("no time zone is called '{}': use an IANA name such as Europe/Paris", name));
  }
  known.emplace(std::string(name), transitions);
  return Zone(transitions);
}

Zone Zone::utc() {
  static const auto transitions =
      std::make_shared<const Transitions>(Transitions{"UTC", {microseconds(INT64_MIN / 2)}, {microseconds(0)}});
  return Zone(transitions);
}

const std::string& Zone::name() const { return transitions_->name; }

Wall Zone::wall_of(UtcMicros moment) const {
  const microseconds utc = moment.time_since_epoch();
  return Wall(utc + transitions_->offsets[transitions_->index_of(utc)]);
}

LocalDay Zone::day_of(UtcMicros moment) const { return std::chrono::floor<std::chrono::days>(wall_of(moment)); }

UtcMicros Zone::moment_of(Wall wall) const {
  const Transitions& zone = *transitions_;
  const microseconds local = wall.time_since_epoch();
  // The first stretch that shows this wall-clock time or, where a gap swallows it, the first that begins after it.
  std::size_t index = zone.index_of(local - kDay);
  for (; index + 1 < zone.starts.size(); ++index)
    if (local < zone.starts[index + 1] + zone.offsets[index]) break;
  return UtcMicros(std::max(local - zone.offsets[index], zone.starts[index]));
}

UtcMicros Zone::start_of(LocalDay day) const { return moment_of(Wall(day)); }

std::int64_t days_between(UtcMicros from, UtcMicros to, const Zone& zone) {
  return (zone.day_of(to) - zone.day_of(from)).count();
}

Result<UtcMicros> parse_moment(std::string_view text, const Zone& zone) {
  const std::string_view all = trimmed(text);
  const auto refuse = [&] {
    return invalid(
        fmt::format("'{}' is no date and time: write 2011-12-09 or 2011-12-09T12:50:00Z", text.substr(0, 64)));
  };
  Cursor cursor{all};
  const auto date = read_date(cursor);
  if (!date) {
    const auto moment = read_unix(all);
    return moment ? Result<UtcMicros>(*moment) : refuse();
  }
  Wall wall{std::chrono::local_days{*date}};
  if (cursor.rest.empty()) return zone.moment_of(wall);
  if (!cursor.take('T') && !cursor.take(' ') && !cursor.take('t')) return refuse();
  const auto time = read_time_of_day(cursor);
  if (!time) return refuse();
  wall += *time;
  cursor.take(' ');
  const auto offset = read_offset(cursor);
  if (!offset || !cursor.rest.empty()) return refuse();
  return *offset ? UtcMicros(wall.time_since_epoch() - **offset) : zone.moment_of(wall);
}

Result<LocalDay> parse_day(std::string_view text) {
  Cursor cursor{trimmed(text)};
  const auto date = read_date(cursor);
  if (!date || !cursor.rest.empty())
    return invalid(fmt::format("'{}' is no day: write it as 2011-12-09", text.substr(0, 64)));
  return LocalDay{*date};
}

std::string format_day(LocalDay day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string format_moment(UtcMicros moment) {
  const Wall wall{moment.time_since_epoch()};
  const LocalDay day = std::chrono::floor<std::chrono::days>(wall);
  const std::int64_t rest = (wall - day).count();
  const std::int64_t second = rest / 1'000'000;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_day(day), second / 3600, second / 60 % 60, second % 60);
  if (const std::int64_t fraction = rest % 1'000'000; fraction % 1000 != 0) {
    text += fmt::format(".{:06}", fraction);
  } else if (fraction != 0) {
    text += fmt::format(".{:03}", fraction / 1000);
  }
  return text + "Z";
}

UtcMicros now() { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

}  // namespace habitue
