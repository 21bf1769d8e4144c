// The types that questions are made of besides structs, enums and lists of them.
#include <array>
#include <charconv>
#include <cmath>

#include "insight/event_matcher.hpp"
#include "server/described/read.hpp"
#include "server/described/write.hpp"

namespace habitue::server::described {
namespace {

using std::chrono::microseconds;

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

struct DurationUnit {
  std::string_view name;
  std::int64_t seconds;
};
constexpr DurationUnit kUnits[] = {{"s", 1},        {"second", 1},     {"seconds", 1},    {"min", 60},
                                   {"minute", 60},  {"minutes", 60},   {"h", 3600},       {"hour", 3600},
                                   {"hours", 3600}, {"d", 86'400},     {"day", 86'400},   {"days", 86'400},
                                   {"w", 604'800},  {"week", 604'800}, {"weeks", 604'800}};

}  // namespace

boost::json::value write(const criteria::Expression& condition) {
  return boost::json::string(insight::event_test_text(condition));
}
boost::json::value write(std::chrono::weekday day) { return boost::json::string(kWeekdays[day.c_encoding()]); }
boost::json::value write(Currency currency) { return boost::json::string(currency.code()); }
boost::json::value write(microseconds duration) {
  const std::int64_t us = duration.count();
  return us % 1'000'000 == 0 ? boost::json::value(us / 1'000'000) : boost::json::value(static_cast<double>(us) / 1e6);
}

Result<microseconds> parse_duration(std::string_view text) {
  const std::string_view whole = trimmed(text);
  std::int64_t count = 0;
  const auto [end, code] = std::from_chars(whole.data(), whole.data() + whole.size(), count);
  const std::string_view unit = trimmed(whole.substr(static_cast<std::size_t>(end - whole.data())));
  constexpr std::int64_t kMost = std::int64_t{200} * 365 * 86'400;  // Two centuries: nobody waits longer.
  if (code == std::errc{} && count >= 0)
    for (const DurationUnit& known : kUnits)
      if (unit == known.name && count <= kMost / known.seconds) return std::chrono::seconds(count * known.seconds);
  return invalid(fmt::format("'{}' is no duration: write a whole number and s, min, h, d or w, as in `14 d`", text));
}

tl::unexpected<Error> wrong(const Place& place, std::string_view what) {
  return invalid(fmt::format("{} {}", place.pointer.empty() ? "the question" : place.pointer, what));
}

Result<void> read(const boost::json::value& json, const Place& place, criteria::Expression& into) {
  auto condition = json.is_string()   ? insight::parse_event_test(std::string_view(json.get_string()))
                   : json.is_object() ? criteria::from_json(json)
                                      : Result<criteria::Expression>(wrong(place, "must be a condition on events"));
  if (!condition) return wrong(place, "is wrong: " + condition.error().message);
  into = *std::move(condition);
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, std::chrono::weekday& into) {
  for (unsigned day = 0; day < kWeekdays.size(); ++day)
    if (json.is_string() && std::string_view(json.get_string()) == kWeekdays[day]) {
      into = std::chrono::weekday(day);
      return {};
    }
  return wrong(place, fmt::format("must be one of {}", fmt::join(kWeekdays, ", ")));
}

Result<void> read(const boost::json::value& json, const Place& place, microseconds& into) {
  if (json.is_string()) {
    const auto duration = parse_duration(std::string_view(json.get_string()));
    if (!duration) return wrong(place, "is wrong: " + duration.error().message);
    into = *duration;
    return {};
  }
  double seconds = 0;
  if (auto done = read(json, place, seconds); !done) return done;
  if (seconds < 0 || seconds > 6.4e9) return wrong(place, "must be from 0 s to 200 years");
  into = microseconds(std::llround(seconds * 1e6));
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, UtcMicros& into) {
  const auto moment = json.is_string()
                          ? parse_moment(std::string_view(json.get_string()), *place.zone)
                          : Result<UtcMicros>(wrong(place, "must be a moment, such as 2026-01-31T12:00:00Z"));
  if (!moment) return wrong(place, "is wrong: " + moment.error().message);
  into = *moment;
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, LocalDay& into) {
  const auto day = json.is_string() ? parse_day(std::string_view(json.get_string()))
                                    : Result<LocalDay>(wrong(place, "must be a day, such as 2026-01-31"));
  if (!day) return wrong(place, "is wrong: " + day.error().message);
  into = *day;
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, std::string& into) {
  if (!json.is_string()) return wrong(place, "must be a text");
  into = std::string(json.get_string());
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, bool& into) {
  if (!json.is_bool()) return wrong(place, "must be true or false");
  into = json.get_bool();
  return {};
}

Result<void> read(const boost::json::value& json, const Place& place, double& into) {
  if (!json.is_number()) return wrong(place, "must be a number");
  into = json.to_number<double>();
  if (!std::isfinite(into)) return wrong(place, "must be a finite number");
  return {};
}

}  // namespace habitue::server::described
