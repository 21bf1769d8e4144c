#include "insight/relative_period.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::insight {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month_day;

enum class Unit : std::uint8_t { Day, Week, Month, Quarter, Year };
constexpr std::uint32_t kUnitsMax = 10'000;

std::optional<Unit> unit_of(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  if (word == "day") return Unit::Day;
  if (word == "week") return Unit::Week;
  if (word == "month") return Unit::Month;
  if (word == "quarter") return Unit::Quarter;
  if (word == "year") return Unit::Year;
  return std::nullopt;
}

LocalDay first_of_month(LocalDay day, unsigned months_of_unit) {
  const year_month_day date{day};
  const unsigned month = static_cast<unsigned>(date.month()) - 1;
  const std::chrono::month first{month - month % months_of_unit + 1};
  return LocalDay{year_month_day{date.year(), first, std::chrono::day{1}}};
}

// The first day of the unit that holds the day.
LocalDay start_of(Unit unit, LocalDay day) {
  switch (unit) {
    case Unit::Day: break;
    case Unit::Week: return day - (std::chrono::weekday{day} - std::chrono::Monday);
    case Unit::Month: return first_of_month(day, 1);
    case Unit::Quarter: return first_of_month(day, 3);
    case Unit::Year: return first_of_month(day, 12);
  }
  return day;
}

// So many units later, from a first day to a first day.
LocalDay later(Unit unit, LocalDay start, int units) {
  if (unit == Unit::Day) return start + days{units};
  if (unit == Unit::Week) return start + days{7 * units};
  const int length = unit == Unit::Month ? 1 : unit == Unit::Quarter ? 3 : 12;
  return LocalDay{year_month_day{start} + months{length * units}};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view rest = trimmed(text); !rest.empty(); rest = trimmed(rest)) {
    const std::size_t end = std::min(rest.find_first_of(" \t\n"), rest.size());
    words.push_back(ascii_lower(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return words;
}

// `last 30 days`, `last 30 full days`, `last month`: how many units, and whether the present one is among them.
struct Last {
  Unit unit;
  int units;
  bool with_present;
};
std::optional<Last> last_of(const std::vector<std::string>& words) {
  if (words.size() < 2 || words.size() > 4 || words[0] != "last") return std::nullopt;
  const auto unit = unit_of(words.back());
  if (!unit) return std::nullopt;
  if (words.size() == 2) return words[1].ends_with('s') ? std::nullopt : std::optional(Last{*unit, 1, false});
  std::uint32_t number = 0;
  const char* const end = words[1].data() + words[1].size();
  const auto [stopped, code] = std::from_chars(words[1].data(), end, number);
  if (code != std::errc{} || stopped != end || number == 0 || number > kUnitsMax) return std::nullopt;
  if (words.size() == 4 && words[2] != "full") return std::nullopt;
  return Last{*unit, static_cast<int>(number), words.size() == 3};
}

}  // namespace

Result<Period> period_of(std::string_view text, UtcMicros as_of, const Zone& zone) {
  const std::vector<std::string> words = words_of(text);
  const LocalDay today = zone.day_of(as_of);
  const auto between = [&](LocalDay from, LocalDay to) { return Period{zone.start_of(from), zone.start_of(to)}; };
  const auto one = [&](std::string_view word) { return words.size() == 1 && words[0] == word; };
  if (one("all")) return Period{};
  if (one("today")) return between(today, today + days{1});
  if (one("yesterday")) return between(today - days{1}, today);
  if (words.size() == 2 && words[0] == "since")
    if (const auto day = parse_day(words[1])) return Period{zone.start_of(*day), kEnd};
  if (words.size() == 2 && words[0] == "this" && !words[1].ends_with('s'))
    if (const auto unit = unit_of(words[1])) {
      const LocalDay start = start_of(*unit, today);
      return between(start, later(*unit, start, 1));
    }
  // A century is as far back as calendars of zones are of use.
  if (const auto last = last_of(words); last && (last->unit <= Unit::Week || last->units <= 1'200)) {
    const LocalDay present = start_of(last->unit, today);
    const LocalDay end = last->with_present ? later(last->unit, present, 1) : present;
    return between(later(last->unit, end, -last->units), end);
  }
  return invalid(
      fmt::format("'{}' is no period: write last 30 days, last 12 weeks, last 6 full months, this month, last month, "
                  "today, yesterday, since 2025-01-01 or all",
                  text.substr(0, 100)));
}

}  // namespace habitue::insight
