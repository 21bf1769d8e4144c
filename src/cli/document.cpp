#include "cli/document.hpp"

#include <iostream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace habitue::cli {
namespace {
namespace json = boost::json;

json::value json_of(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    json::object object;
    for (const auto& [key, value] : *table) object[std::string_view(key.str())] = json_of(value);
    return object;
  }
  if (const auto* list = node.as_array()) {
    json::array array;
    for (const toml::node& each : *list) array.push_back(json_of(each));
    return array;
  }
  if (const auto* text = node.as_string()) return json::string(text->get());
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  // Days and moments are texts in questions.
  std::ostringstream text;
  if (const auto* day = node.as_date()) text << day->get();
  if (const auto* moment = node.as_date_time()) text << moment->get();
  if (const auto* time = node.as_time()) text << time->get();
  return json::string(text.str());
}

toml::table table_of(const json::object& object);

toml::array array_of(const json::array& list);

// Puts a value into a table or an array; null has no spelling in TOML.
template <class Put>
void put(const json::value& value, const Put& into) {
  switch (value.kind()) {
    case json::kind::object: into(table_of(value.get_object())); break;
    case json::kind::array: into(array_of(value.get_array())); break;
    case json::kind::string: into(std::string(value.get_string())); break;
    case json::kind::int64: into(value.get_int64()); break;
    case json::kind::uint64: into(static_cast<std::int64_t>(value.get_uint64())); break;
    case json::kind::double_: into(value.get_double()); break;
    case json::kind::bool_: into(value.get_bool()); break;
    case json::kind::null: break;
  }
}

toml::table table_of(const json::object& object) {
  toml::table table;
  for (const auto& [name, value] : object)
    put(value, [&, key = std::string(name)](auto&& made) { table.insert_or_assign(key, std::move(made)); });
  return table;
}

toml::array array_of(const json::array& list) {
  toml::array array;
  for (const json::value& each : list) put(each, [&](auto&& made) { array.push_back(std::move(made)); });
  return array;
}

// Objects and lists on lines of their own, as people read them and repositories compare them.
void write_json(std::string& text, const json::value& value, std::size_t depth) {
  const std::string margin(2 * depth + 2, ' '), end(2 * depth, ' ');
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    text += "{\n";
    for (auto member = object->begin(); member != object->end(); ++member) {
      text += margin + json::serialize(json::value(member->key())) + ": ";
      write_json(text, member->value(), depth + 1);
      text += std::next(member) == object->end() ? "\n" : ",\n";
    }
    text += end + "}";
  } else if (const json::array* list = value.if_array(); list != nullptr && !list->empty()) {
    text += "[\n";
    for (auto each = list->begin(); each != list->end(); ++each) {
      text += margin;
      write_json(text, *each, depth + 1);
      text += std::next(each) == list->end() ? "\n" : ",\n";
    }
    text += end + "]";
  } else {
    text += json::serialize(value);
  }
}

Result<json::value> read_text(const std::string& text, const std::string& name) {
  const std::string_view head = trimmed(std::string_view(text).substr(0, 200));
  const bool as_json = name.ends_with(".json") || (!name.ends_with(".toml") && (head.starts_with('{')));
  if (as_json) return parse_json(text);
  // The packaged library reports by exceptions.
  try {
    return json_of(toml::parse(text, std::string_view(name)));
  } catch (const toml::parse_error& error) {
    return invalid(fmt::format("{}, line {}: {}", name, error.source().begin.line, error.description()));
  }
}

std::string standard_input() { return {std::istreambuf_iterator<char>(std::cin), {}}; }

}  // namespace

Result<std::string> read_whole(const std::string& file) { return file == "-" ? standard_input() : read_file(file); }

Result<json::value> read_document(const std::string& file) {
  if (file == "-") return read_text(standard_input(), "standard input");
  const auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  return read_text(*text, file);
}

Result<json::value> read_argument(const std::string& text) {
  if (text == "-") return read_text(standard_input(), "standard input");
  return text.starts_with('@') ? read_document(text.substr(1)) : parse_json(text);
}

std::string written(const json::value& document, bool as_toml) {
  if (as_toml) {
    std::ostringstream text;
    text << (document.is_object() ? table_of(document.get_object()) : toml::table{}) << '\n';
    return text.str();
  }
  std::string text;
  write_json(text, document, 0);
  return text + "\n";
}

}  // namespace habitue::cli
