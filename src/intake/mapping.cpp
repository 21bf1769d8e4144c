// Mappings as JSON: what the command line saves, the page edits and a person may write by hand.
#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "intake/date_reader.hpp"
#include "intake/mapping_words.hpp"

namespace habitue::intake {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kKinds = {"csv", "ndjson", "parquet"};
constexpr std::array<std::string_view, 6> kShapes = {"event", "order", "order_line", "person", "account", "call"};

template <std::size_t N>
std::string listed(const std::array<std::string_view, N>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

template <class T, std::size_t N>
Result<void> read_word(const json::value& value, std::string_view key, const std::array<std::string_view, N>& words,
                       T& into) {
  const auto* text = value.if_string();
  const auto found = text == nullptr ? words.end() : std::find(words.begin(), words.end(), std::string_view(*text));
  if (found == words.end()) return invalid(fmt::format("mapping: {} is one of {}", key, listed(words)));
  into = static_cast<T>(found - words.begin());
  return {};
}

Result<void> read_text(const json::value& value, std::string_view key, std::string& into) {
  if (!value.is_string()) return invalid(fmt::format("mapping: {} is a text", key));
  into = value.get_string();
  return {};
}

Result<void> read_flag(const json::value& value, std::string_view key, bool& into) {
  if (!value.is_bool()) return invalid(fmt::format("mapping: {} is true or false", key));
  into = value.get_bool();
  return {};
}

Result<void> read_character(const json::value& value, std::string_view key, char& into) {
  const auto* text = value.if_string();
  if (text == nullptr || text->size() != 1 || static_cast<unsigned char>((*text)[0]) >= 0x80 || (*text)[0] == '\n' ||
      (*text)[0] == '\r' || (*text)[0] == '\0')
    return invalid(fmt::format("mapping: {} is a text of one plain character", key));
  into = (*text)[0];
  return {};
}

Result<void> read_list(const json::value& value, std::string_view key, std::vector<std::string>& into) {
  const auto* list = value.if_array();
  if (list == nullptr) return invalid(fmt::format("mapping: {} is a list of column names", key));
  for (const json::value& name : *list) {
    if (!name.is_string()) return invalid(fmt::format("mapping: {} is a list of column names", key));
    into.emplace_back(name.get_string());
  }
  return {};
}

Result<void> read_texts(const json::value& value, std::string_view key, std::map<std::string, std::string>& into) {
  const auto* object = value.if_object();
  if (object == nullptr) return invalid(fmt::format("mapping: {} is an object of texts", key));
  for (const auto& [name, text] : *object) {
    if (!text.is_string()) return invalid(fmt::format("mapping: {}.{} is a text", key, std::string_view(name)));
    into[std::string(name)] = text.get_string();
  }
  return {};
}

Result<void> unknown_key(std::string_view where, std::string_view key, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest_word(key, known);
  return invalid(fmt::format("mapping: {} has no '{}'{}", where, key.substr(0, 64),
                             near.empty() ? "" : fmt::format(": did you mean {}?", near)));
}

Result<void> read_format(const json::value& value, FileFormat& format) {
  const auto* object = value.if_object();
  if (object == nullptr) return invalid("mapping: format is an object");
  for (const auto& [name, member] : *object) {
    const std::string_view key = name;
    Result<void> read;
    if (key == "kind") {
      read = read_word(member, "format.kind", kKinds, format.kind);
    } else if (key == "encoding") {
      read = read_text(member, "format.encoding", format.encoding);
    } else if (key == "delimiter") {
      read = read_character(member, "format.delimiter", format.delimiter);
    } else if (key == "quote") {
      read = read_character(member, "format.quote", format.quote);
    } else if (key == "header") {
      read = read_flag(member, "format.header", format.header);
    } else if (key == "decimal_comma") {
      read = read_flag(member, "format.decimal_comma", format.decimal_comma);
    } else {
      read = unknown_key("format", key, {"kind", "encoding", "delimiter", "quote", "header", "decimal_comma"});
    }
    if (!read) return read;
  }
  if (format.delimiter == format.quote)
    return invalid("mapping: format.delimiter and format.quote cannot be the same character");
  return {};
}

Result<void> check(const Mapping& mapping) {
  for (const auto& [field, column] : mapping.fields)
    if (std::find(kMappingFields.begin(), kMappingFields.end(), field) == kMappingFields.end())
      return unknown_key("fields", field, {kMappingFields.begin(), kMappingFields.end()});
  if (const auto dates = DateReader::make(mapping.date_format, Zone::utc()); !dates)
    return invalid("mapping: date_format: " + dates.error().message);
  if (const auto zone = Zone::find(mapping.zone); !zone) return invalid("mapping: zone: " + zone.error().message);
  if (!mapping.currency.empty())
    if (const auto currency = Currency::parse(mapping.currency); !currency)
      return invalid("mapping: currency: " + currency.error().message);
  if (mapping.shape == RowShape::Call && mapping.format.kind != FileKind::Ndjson)
    return invalid("mapping: shape call needs a file of JSON objects: format.kind ndjson");
  return {};
}

Result<void> read_member(std::string_view key, const json::value& value, Mapping& mapping) {
  if (key == "format") return read_format(value, mapping.format);
  if (key == "shape") return read_word(value, "shape", kShapes, mapping.shape);
  if (key == "fields") return read_texts(value, key, mapping.fields);
  if (key == "line_kinds") return read_texts(value, key, mapping.line_kinds);
  if (key == "traits") return read_list(value, key, mapping.traits);
  if (key == "ignored") return read_list(value, key, mapping.ignored);
  const std::pair<std::string_view, std::string*> texts[] = {{"event_name", &mapping.event_name},
                                                             {"date_format", &mapping.date_format},
                                                             {"zone", &mapping.zone},
                                                             {"currency", &mapping.currency},
                                                             {"source", &mapping.source},
                                                             {"cancellation_prefix", &mapping.cancellation_prefix}};
  for (const auto& [name, into] : texts)
    if (key == name) return read_text(value, key, *into);
  return unknown_key("it", key,
                     {"format", "shape", "fields", "line_kinds", "traits", "ignored", "event_name", "date_format",
                      "zone", "currency", "source", "cancellation_prefix"});
}

json::array list_of(const std::vector<std::string>& names) {
  json::array list;
  for (const std::string& name : names) list.emplace_back(name);
  return list;
}
json::object object_of(const std::map<std::string, std::string>& texts) {
  json::object object;
  for (const auto& [name, text] : texts) object[name] = text;
  return object;
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return invalid("mapping: " + value.error().message);
  const auto* object = value->if_object();
  if (object == nullptr) return invalid("mapping: an object is expected");
  Mapping mapping;
  for (const auto& [key, member] : *object)
    if (auto read = read_member(key, member, mapping); !read) return tl::unexpected(read.error());
  if (auto checked = check(mapping); !checked) return tl::unexpected(checked.error());
  return mapping;
}

std::string write_mapping(const Mapping& mapping) {
  const FileFormat& format = mapping.format;
  json::object object;
  object["format"] = {{"kind", kKinds[static_cast<std::size_t>(format.kind)]},
                      {"encoding", format.encoding},
                      {"delimiter", std::string(1, format.delimiter)},
                      {"quote", std::string(1, format.quote)},
                      {"header", format.header},
                      {"decimal_comma", format.decimal_comma}};
  object["shape"] = kShapes[static_cast<std::size_t>(mapping.shape)];
  object["fields"] = object_of(mapping.fields);
  object["traits"] = list_of(mapping.traits);
  object["ignored"] = list_of(mapping.ignored);
  object["event_name"] = mapping.event_name;
  object["date_format"] = mapping.date_format;
  object["zone"] = mapping.zone;
  object["currency"] = mapping.currency;
  object["cancellation_prefix"] = mapping.cancellation_prefix;
  object["line_kinds"] = object_of(mapping.line_kinds);
  object["source"] = mapping.source;
  return json::serialize(object);
}

}  // namespace habitue::intake
