#include "identity/identifier_list.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace habitue::identity {
namespace {
namespace json = boost::json;

constexpr std::size_t kListedMax = 5'000'000;
constexpr std::array<std::pair<std::string_view, IdentifierKind>, 4> kKinds{{{"user", IdentifierKind::User},
                                                                             {"email", IdentifierKind::Email},
                                                                             {"anonymous", IdentifierKind::Anonymous},
                                                                             {"external", IdentifierKind::External}}};
// What a column of identifiers is called by others.
constexpr std::array<std::string_view, 9> kColumns{"user_id",     "userid", "email",        "identifier", "id",
                                                   "customer_id", "userId", "anonymous_id", "e-mail"};

// One record of RFC 4180, taken off the text; the separator is a comma, a semicolon or a tab.
std::vector<std::string> take_record(std::string_view& rest, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char letter = rest[at];
    if (quoted) {
      if (letter != '"') {
        cells.back() += letter;
      } else if (at + 1 < rest.size() && rest[at + 1] == '"') {
        cells.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (letter == '"' && cells.back().empty()) {
      quoted = true;
    } else if (letter == separator) {
      cells.emplace_back();
    } else if (letter == '\n') {
      break;
    } else if (letter != '\r') {
      cells.back() += letter;
    }
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return cells;
}

char separator_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (const char each : {'\t', ';'})
    if (line.find(each) != std::string_view::npos) return each;
  return ',';
}

std::optional<std::size_t> place_of(const std::vector<std::string>& names, std::string_view wanted) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return ascii_lower(trimmed(name)) == ascii_lower(wanted);
  });
  return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
}

// Without a header that is known, the first line is a person, too.
Result<std::vector<std::string>> from_csv(std::string_view text, std::string_view column) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char separator = separator_of(text);
  std::string_view rest = text;
  const std::vector<std::string> head = take_record(rest, separator);
  std::optional<std::size_t> place;
  if (!column.empty()) {
    place = place_of(head, column);
    if (!place)
      return invalid(fmt::format("/column: the file has no column '{}'; it has: {}", column, fmt::join(head, ", ")));
  }
  for (const std::string_view name : kColumns)
    if (!place) place = place_of(head, name);
  if (!place) rest = text;
  std::vector<std::string> values;
  while (!rest.empty()) {
    const auto cells = take_record(rest, separator);
    if (place.value_or(0) < cells.size()) values.push_back(cells[place.value_or(0)]);
  }
  return values;
}

// A text or number alone, or the member of an object that holds the identifier.
Result<std::string> from_value(const json::value& value, std::string_view column, std::size_t line) {
  const json::value* held = &value;
  if (const json::object* object = value.if_object()) {
    held = column.empty() ? nullptr : object->if_contains(column);
    for (const std::string_view name : kColumns)
      if (held == nullptr && column.empty()) held = object->if_contains(name);
  }
  if (held != nullptr && held->is_string()) return std::string(held->get_string());
  if (held != nullptr && held->is_int64()) return std::to_string(held->get_int64());
  if (held != nullptr && held->is_null()) return std::string();
  return invalid(fmt::format("/list: the {}. entry holds no identifier{}", line,
                             column.empty() ? std::string() : fmt::format(" in '{}'", column)));
}

Result<std::vector<std::string>> from_array(const json::value& list, std::string_view column) {
  if (!list.is_array()) return invalid("/list: the JSON is no list");
  std::vector<std::string> values;
  for (const json::value& each : list.get_array()) {
    auto value = from_value(each, column, values.size() + 1);
    if (!value) return tl::unexpected(value.error());
    values.push_back(std::move(*value));
  }
  return values;
}

Result<std::vector<std::string>> from_lines(std::string_view text, std::string_view column) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const auto read = parse_json(std::string(line));
    if (!read) return invalid(fmt::format("/list: line {}: {}", values.size() + 1, read.error().message));
    auto value = from_value(*read, column, values.size() + 1);
    if (!value) return tl::unexpected(value.error());
    values.push_back(std::move(*value));
  }
  return values;
}

Result<std::string> text_member(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return invalid(fmt::format("/{} must be a text", name));
  return std::string(value->get_string());
}

Result<std::vector<std::string>> values_of(const json::object& from) {
  const auto format = text_member(from, "format"), column = text_member(from, "column");
  if (!format) return tl::unexpected(format.error());
  if (!column) return tl::unexpected(column.error());
  const json::value& list = from.at("list");
  if (list.is_array()) return from_array(list, *column);
  if (!list.is_string()) return invalid("/list must be a list of identifiers, or the text of a file");
  const std::string_view text = list.get_string();
  const std::string_view head = trimmed(text.substr(0, 100));
  const std::string_view told = !format->empty()        ? std::string_view(*format)
                                : head.starts_with('[') ? "json"
                                : head.starts_with('{') ? "ndjson"
                                                        : "csv";
  if (told == "csv") return from_csv(text, *column);
  if (told == "ndjson") return from_lines(text, *column);
  if (told != "json") return invalid(fmt::format("/format: '{}' is none of csv, ndjson, json", told));
  const auto read = parse_json(std::string(text));
  if (!read) return invalid(fmt::format("/list: {}", read.error().message));
  return from_array(*read, *column);
}

}  // namespace

Result<std::vector<ListedIdentifier>> read_identifier_list(const json::object& from) {
  const auto kind = text_member(from, "kind");
  if (!kind) return tl::unexpected(kind.error());
  const auto* known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& each) { return each.first == *kind; });
  if (!kind->empty() && known == kKinds.end())
    return invalid(fmt::format("/kind: '{}' is none of user, email, anonymous, external", *kind));
  auto values = values_of(from);
  if (!values) return tl::unexpected(values.error());
  if (values->size() > kListedMax) return invalid(fmt::format("/list: more than {} identifiers", kListedMax));
  std::vector<ListedIdentifier> listed;
  for (const std::string& value : *values) {
    const std::string_view text = trimmed(value);
    if (text.empty()) continue;
    std::vector<IdentifierKind> kinds;
    if (!kind->empty())
      kinds = {known->second};
    else if (text.find('@') != std::string_view::npos)
      kinds = {IdentifierKind::User, IdentifierKind::Email};
    else
      kinds = {IdentifierKind::User};
    listed.push_back({std::string(text), std::move(kinds)});
  }
  return listed;
}

}  // namespace habitue::identity
