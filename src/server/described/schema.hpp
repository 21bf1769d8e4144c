// Described types as JSON Schema, for the API's description.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/money.hpp"
#include "base/time.hpp"
#include "criteria/criteria.hpp"
#include "insight/question.hpp"
#include "server/described/describe.hpp"

namespace habitue::server::described {

/// `RetentionSpec::Clock` as `RetentionSpecClock`.
std::string schema_name(std::string_view described_name);
/// What the docs say of a field, `Funnel.window`; empty when its name says it all.
std::string_view field_note(const std::string& field);

/// Gathers the schemas of structs by name.
class SchemaWriter {
 public:
  /// `input`: fields may be left out. Answers have them all. What was seen first stays.
  explicit SchemaWriter(std::map<std::string, boost::json::value>& schemas) : schemas_(schemas) {}

  template <class T>
  boost::json::value of(bool input) {
    return schema(static_cast<const T*>(nullptr), input);
  }

 private:
  template <class T>
  boost::json::value schema(const std::optional<T>*, bool input) {
    boost::json::value inner = of<T>(input);
    boost::json::object& object = inner.as_object();
    if (boost::json::value* type = object.if_contains("type"); type != nullptr && !object.contains("enum")) {
      boost::json::array types = type->is_array() ? type->as_array() : boost::json::array{*type};
      types.emplace_back("null");
      *type = std::move(types);
      return inner;
    }
    return boost::json::object{{"oneOf", boost::json::array{inner, boost::json::object{{"type", "null"}}}}};
  }
  template <class T>
  boost::json::value schema(const std::vector<T>*, bool input) {
    return boost::json::object{{"type", "array"}, {"items", of<T>(input)}};
  }
  template <class T>
  boost::json::value schema(const insight::ByAudience<T>*, bool input) {
    boost::json::object parts;
    for (const char* part : {"inside", "outside", "unknown", "all"}) parts[part] = of<T>(input);
    return boost::json::object{{"type", "object"},
                               {"properties", std::move(parts)},
                               {"required", boost::json::array{"inside", "outside", "unknown", "all"}}};
  }
  boost::json::value schema(const criteria::Expression*, bool input) {
    if (input) return boost::json::object{{"type", boost::json::array{"string", "object"}}};
    return typed("string");
  }
  boost::json::value schema(const std::chrono::weekday*, bool) {
    return boost::json::object{
        {"type", "string"},
        {"enum", boost::json::array{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}}};
  }
  boost::json::value schema(const std::chrono::microseconds*, bool input) {
    if (input) return boost::json::object{{"type", boost::json::array{"number", "string"}}};
    return typed("number");
  }
  template <class T>
  boost::json::value schema(const T*, bool input) {
    if constexpr (is_enum<T>) {
      boost::json::array names;
      for_each_enumerator<T>([&](const std::string& name, T) { names.emplace_back(name); });
      return boost::json::object{{"type", "string"}, {"enum", std::move(names)}};
    } else if constexpr (is_struct<T>) {
      const std::string name = schema_name(described_name(static_cast<const T*>(nullptr)));
      if (!schemas_.contains(name)) add<T>(name, input);
      return boost::json::object{{"$ref", "#/components/schemas/" + name}};
    } else if constexpr (std::is_same_v<T, bool>) {
      return typed("boolean");
    } else if constexpr (std::is_integral_v<T>) {
      return typed("integer");
    } else if constexpr (std::is_same_v<T, double>) {
      return typed("number");
    } else {
      static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, Currency> || std::is_same_v<T, UtcMicros> ||
                        std::is_same_v<T, LocalDay>,
                    "this type is not described");
      return typed("string");
    }
  }

  template <class T>
  void add(const std::string& name, bool input) {
    schemas_[name];  // So that a type that holds itself ends.
    boost::json::object properties;
    boost::json::array required;
    for_each_field<T>([&](std::string_view field, auto pointer) {
      using Field = std::remove_cvref_t<decltype(std::declval<T>().*pointer)>;
      boost::json::value inner = of<Field>(input);
      if (const std::string_view note = field_note(name + "." + std::string(field)); !note.empty())
        inner.as_object()["description"] = note;
      properties[field] = std::move(inner);
      if (!input) required.emplace_back(field);
    });
    boost::json::object object{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) object["required"] = std::move(required);
    schemas_[name] = std::move(object);
  }
  static boost::json::value typed(const char* type) { return boost::json::object{{"type", type}}; }

  std::map<std::string, boost::json::value>& schemas_;
};

}  // namespace habitue::server::described
