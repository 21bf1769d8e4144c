#include "identity/traits.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/identifier_table.hpp"

namespace habitue::identity {
namespace {

constexpr std::array<std::string_view, 4> kKindNames = {"user", "anonymous", "email", "external"};

bool is_space(char letter) { return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r'; }

// The end of the JSON string that opens at `at`, past its quote; npos when it does not end.
std::size_t past_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\')
      ++at;
    else if (json[at] == '"')
      return at + 1;
  }
  return std::string_view::npos;
}

std::optional<std::string> unescaped(std::string_view literal) {
  if (literal.find('\\') == std::string_view::npos) return std::string(literal.substr(1, literal.size() - 2));
  const auto parsed = parse_json(literal);
  if (!parsed || !parsed->is_string()) return std::nullopt;
  return std::string(parsed->get_string());
}

std::optional<Identifier> identifier_of(const boost::json::object& properties, std::string_view side) {
  const auto* kind = properties.if_contains(fmt::format("{}_kind", side));
  const auto* value = properties.if_contains(fmt::format("{}_value", side));
  if (kind == nullptr || value == nullptr || !kind->is_string() || !value->is_string()) return std::nullopt;
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), std::string_view(kind->get_string()));
  const std::string_view text(value->get_string());
  if (found == kKindNames.end() || text.empty() || text.size() > IdentifierTable::kBytesMax ||
      text.find('\0') != std::string_view::npos)
    return std::nullopt;
  return Identifier{static_cast<IdentifierKind>(found - kKindNames.begin()), std::string(text)};
}

void append_identifier(std::string& json, std::string_view side, const Identifier& identifier) {
  json +=
      fmt::format(R"("{}_kind":"{}","{}_value":)", side, kKindNames[static_cast<std::size_t>(identifier.kind)], side);
  append_json_string(json, identifier.value);
  json += ',';
}

}  // namespace

// Reads no more than it must: most identify calls are known already, and this is all that is asked of their traits.
std::optional<std::string> string_member(std::string_view json, std::string_view name) {
  if (json.find(name) == std::string_view::npos && json.find('\\') == std::string_view::npos) return std::nullopt;
  std::optional<std::string> found;
  std::size_t depth = 0;
  bool is_key = false;  // Whether the next string at the top level is a member's name.
  std::optional<std::string> key;
  for (std::size_t at = 0; at < json.size();) {
    const char letter = json[at];
    if (letter == '"') {
      const std::size_t end = past_string(json, at);
      if (end == std::string_view::npos) return std::nullopt;
      if (depth == 1 && is_key) {
        key = unescaped(json.substr(at, end - at));
        is_key = false;
      } else if (depth == 1 && key == name) {
        found = unescaped(json.substr(at, end - at));
        key.reset();
      }
      at = end;
      continue;
    }
    if (letter == '{' || letter == '[') {
      ++depth;
      is_key = depth == 1 && letter == '{';
    } else if (letter == '}' || letter == ']') {
      if (depth == 0) return std::nullopt;
      --depth;
    } else if (letter == ',' && depth == 1) {
      is_key = true;
    }
    // Another value under the same name takes its place, also when it is no string.
    if (depth >= 1 && key == name && letter != ':' && !is_space(letter) && letter != ',') {
      found.reset();
      key.reset();
    }
    ++at;
  }
  return depth == 0 ? found : std::nullopt;
}

IdentifierFilter::IdentifierFilter(const std::vector<std::string>& ignored_values) {
  for (const std::string& value : ignored_values) {
    ignored_.insert(ascii_lower(trimmed(value)));
    longest_ = std::max(longest_, value.size());
  }
}

std::string_view IdentifierFilter::accepted(std::string_view value) const {
  const std::string_view text = trimmed(value);
  if (text.empty() || text.size() > IdentifierTable::kBytesMax || text.find('\0') != std::string_view::npos) return {};
  if (text.size() <= longest_ && ignored_.contains(ascii_lower(text))) return {};
  return text;
}

std::string email_of(const intake::Event& event, const IdentifierFilter& filter) {
  if (event.type != intake::EventType::Identify) return {};
  const auto email = string_member(event.properties, "email");
  if (!email || email->find('@') == std::string::npos) return {};
  return ascii_lower(filter.accepted(*email));
}

std::vector<std::string> external_ids_of(const intake::Event& event, const IdentifierFilter& filter) {
  std::vector<std::string> ids;
  if (event.context.find("externalIds") == std::string::npos) return ids;
  const auto context = parse_json(event.context);
  if (!context || !context->is_object()) return ids;
  const auto* listed = context->get_object().if_contains("externalIds");
  if (listed == nullptr || !listed->is_array()) return ids;
  for (const boost::json::value& each : listed->get_array()) {
    if (!each.is_object() || ids.size() == kExternalIdsMax) continue;
    const auto text = [&](std::string_view name) -> std::string_view {
      const auto* member = each.get_object().if_contains(name);
      return member != nullptr && member->is_string() ? std::string_view(member->get_string()) : std::string_view{};
    };
    const std::string_view type = filter.accepted(text("type")), id = filter.accepted(text("id"));
    if (type.empty() || id.empty() || text("collection") == "accounts") continue;
    std::string whole = fmt::format("{}:{}", ascii_lower(type), id);
    if (filter.accepted(whole).empty() || std::find(ids.begin(), ids.end(), whole) != ids.end()) continue;
    ids.push_back(std::move(whole));
  }
  return ids;
}

std::optional<Decision> decision_of(const intake::Event& event) {
  const bool severed = event.name == kLinkSevered;
  if (event.type != intake::EventType::Track || (!severed && event.name != kLinkRestored)) return std::nullopt;
  if (!event.user_id.empty() || !event.anonymous_id.empty()) return std::nullopt;
  const auto properties = parse_json(event.properties);
  if (!properties || !properties->is_object()) return std::nullopt;
  auto left = identifier_of(properties->get_object(), "left");
  auto right = identifier_of(properties->get_object(), "right");
  if (!left || !right) return std::nullopt;
  return Decision{std::move(*left), std::move(*right), severed};
}

intake::Event event_of(const Decision& decision, std::string_view by, UtcMicros at) {
  intake::Event event;
  event.name = decision.severed ? kLinkSevered : kLinkRestored;
  event.at = event.received_at = at;
  event.provenance = intake::Provenance::Given;
  event.properties = "{";
  append_identifier(event.properties, "left", decision.left);
  append_identifier(event.properties, "right", decision.right);
  event.properties += "\"by\":";
  append_json_string(event.properties, by);
  event.properties += '}';
  const auto content = fmt::format("{} {} {}", event.name, at.time_since_epoch().count(), event.properties);
  event.message_id = fmt::format("identity-{:016x}{:016x}", fingerprint(content), fingerprint(content, 1));
  return event;
}

}  // namespace habitue::identity
