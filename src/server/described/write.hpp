// Described values as JSON. Durations are seconds, moments ISO 8601 in UTC, conditions their text.
#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "criteria/criteria.hpp"
#include "insight/question.hpp"
#include "server/described/describe.hpp"
#include "server/json_of.hpp"

namespace habitue::server::described {

boost::json::value write(const criteria::Expression& condition);
boost::json::value write(std::chrono::weekday day);
boost::json::value write(std::chrono::microseconds duration);
boost::json::value write(Currency currency);

template <class T>
boost::json::value write(const T& value);
template <class T>
boost::json::value write(const std::vector<T>& values);
template <class T>
boost::json::value write(const insight::ByAudience<T>& parts);

template <class T>
boost::json::value write(const std::optional<T>& value) {
  return value ? write(*value) : boost::json::value(nullptr);
}
template <class T>
boost::json::value write(const std::vector<T>& values) {
  boost::json::array array;
  array.reserve(values.size());
  for (const T& value : values) array.push_back(write(value));
  return array;
}
template <class T>
boost::json::value write(const insight::ByAudience<T>& parts) {
  return by_audience(parts, [](const T& part) { return write(part); });
}

template <class T>
boost::json::value write(const T& value) {
  if constexpr (is_enum<T>) {
    std::string name;
    for_each_enumerator<T>([&](const std::string& each, T enumerator) {
      if (enumerator == value) name = each;
    });
    return boost::json::string(name);
  } else if constexpr (is_struct<T>) {
    boost::json::object object;
    for_each_field<T>([&](std::string_view name, auto pointer) { object[name] = write(value.*pointer); });
    return object;
  } else if constexpr (std::is_same_v<T, UtcMicros>) {
    return moment_json(value);
  } else if constexpr (std::is_same_v<T, LocalDay>) {
    return boost::json::string(format_day(value));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::isfinite(value) ? boost::json::value(value) : boost::json::value(nullptr);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    return boost::json::string(value);
  } else {
    static_assert(std::is_same_v<T, bool> || std::is_integral_v<T>, "this type is not described");
    return value;
  }
}

}  // namespace habitue::server::described
