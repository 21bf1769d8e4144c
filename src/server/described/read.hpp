// JSON to described values, strictly: what is not known, of another type or out of range is refused with its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/result.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "criteria/criteria.hpp"
#include "server/described/describe.hpp"

namespace habitue::server::described {

/// `14 days`, `2 h`, `90 s`, `45 minutes`; a number is of seconds. Errors: InvalidInput.
Result<std::chrono::microseconds> parse_duration(std::string_view text);

/// Where a value lies in the document, and whose zone its days are of.
struct Place {
  std::string pointer;  ///< RFC 6901: `/steps/1/event`.
  const Zone* zone;
  Place at(std::string_view name) const { return {fmt::format("{}/{}", pointer, name), zone}; }
};

/// The error that `what` is wrong at this place.
tl::unexpected<Error> wrong(const Place& place, std::string_view what);

Result<void> read(const boost::json::value& json, const Place& place, criteria::Expression& into);
Result<void> read(const boost::json::value& json, const Place& place, std::chrono::weekday& into);
Result<void> read(const boost::json::value& json, const Place& place, std::chrono::microseconds& into);
Result<void> read(const boost::json::value& json, const Place& place, UtcMicros& into);
Result<void> read(const boost::json::value& json, const Place& place, LocalDay& into);
Result<void> read(const boost::json::value& json, const Place& place, std::string& into);
Result<void> read(const boost::json::value& json, const Place& place, bool& into);
Result<void> read(const boost::json::value& json, const Place& place, double& into);

template <class T>
Result<void> read(const boost::json::value& json, const Place& place, T& into);

template <class T>
Result<void> read(const boost::json::value& json, const Place& place, std::optional<T>& into) {
  into.reset();
  if (json.is_null()) return {};
  return read(json, place, into.emplace());
}

template <class T>
Result<void> read(const boost::json::value& json, const Place& place, std::vector<T>& into) {
  if (!json.is_array()) return wrong(place, "must be a list");
  into.clear();
  for (const boost::json::value& each : json.get_array()) {
    const Place inside = place.at(std::to_string(into.size()));
    if (auto done = read(each, inside, into.emplace_back()); !done) return done;
  }
  return {};
}

template <class T>
Result<void> read_struct(const boost::json::value& json, const Place& place, T& into) {
  if (!json.is_object()) return wrong(place, "must be an object");
  for (const auto& [name, value] : json.get_object()) {
    Result<void> done;
    bool known = false;
    std::vector<std::string_view> names;
    for_each_field<T>([&, &member = name, &given = value](std::string_view field, auto pointer) {
      names.push_back(field);
      if (field != std::string_view(member)) return;
      known = true;
      done = read(given, place.at(field), into.*pointer);
    });
    if (!done) return done;
    if (known) continue;
    const std::string_view nearest = nearest_word(name, names);
    return wrong(place.at(name), nearest.empty() ? fmt::format("is not known; there are: {}", fmt::join(names, ", "))
                                                 : fmt::format("is not known; did you mean \"{}\"?", nearest));
  }
  return {};
}

template <class E>
Result<void> read_enum(const boost::json::value& json, const Place& place, E& into) {
  std::vector<std::string> names;
  bool found = false;
  for_each_enumerator<E>([&](const std::string& name, E enumerator) {
    names.push_back(name);
    if (!json.is_string() || std::string_view(json.get_string()) != name) return;
    into = enumerator;
    found = true;
  });
  if (!found) return wrong(place, fmt::format("must be one of {}", fmt::join(names, ", ")));
  return {};
}

template <class T>
Result<void> read_integer(const boost::json::value& json, const Place& place, T& into) {
  const bool fits = (json.is_int64() && std::in_range<T>(json.get_int64())) ||
                    (json.is_uint64() && std::in_range<T>(json.get_uint64()));
  if (!fits)
    return wrong(place, fmt::format("must be a whole number from {} to {}", std::numeric_limits<T>::min(),
                                    std::numeric_limits<T>::max()));
  into = json.is_int64() ? static_cast<T>(json.get_int64()) : static_cast<T>(json.get_uint64());
  return {};
}

template <class T>
Result<void> read(const boost::json::value& json, const Place& place, T& into) {
  if constexpr (is_enum<T>) {
    return read_enum(json, place, into);
  } else if constexpr (is_struct<T>) {
    return read_struct(json, place, into);
  } else {
    return read_integer(json, place, into);
  }
}

}  // namespace habitue::server::described
