#include "intake/call.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace habitue::intake {
namespace {

using Refusal = tl::unexpected<std::string>;

constexpr std::array<std::string_view, 6> kTypeNames = {"track", "identify", "page", "screen", "group", "alias"};

std::string_view noun_of(JsonKind kind) {
  switch (kind) {
    case JsonKind::Null: return "null";
    case JsonKind::Bool: return "a boolean";
    case JsonKind::Number: return "a number";
    case JsonKind::Text: return "a text";
    case JsonKind::Object: return "an object";
    case JsonKind::Array: return "a list";
  }
  return "something else";
}

// Text, numbers and booleans as text. Null, "", white space and a missing member are the same: absent.
tl::expected<std::string, std::string> read_text(const JsonObject& call, std::string_view key, const Limits& limits) {
  const JsonMember* member = call.find(key);
  if (member == nullptr || member->kind == JsonKind::Null) return std::string();
  if (member->kind == JsonKind::Object || member->kind == JsonKind::Array)
    return Refusal(fmt::format("{} is {}, where a text is expected", key, noun_of(member->kind)));
  const std::string_view text = trimmed(member->text);
  if (text.size() > limits.name_bytes)
    return Refusal(fmt::format("{} has {} bytes, where at most {} are taken", key, text.size(), limits.name_bytes));
  return std::string(text);
}

tl::expected<std::string, std::string> read_object_text(const JsonObject& call, std::string_view key) {
  const JsonMember* member = call.find(key);
  if (member == nullptr || member->kind == JsonKind::Null) return std::string("{}");
  if (member->kind != JsonKind::Object)
    return Refusal(fmt::format("{} is {}, where an object is expected", key, noun_of(member->kind)));
  return member->text;
}

std::optional<UtcMicros> read_moment(const JsonObject& call, std::string_view key) {
  const JsonMember* member = call.find(key);
  if (member == nullptr || (member->kind != JsonKind::Text && member->kind != JsonKind::Number)) return std::nullopt;
  const auto moment = parse_moment(member->text, Zone::utc());
  return moment ? std::optional(*moment) : std::nullopt;
}

const JsonMember* moment_member(const JsonObject& call) {
  for (const std::string_view key : {"timestamp", "originalTimestamp"}) {
    const JsonMember* member = call.find(key);
    if (member != nullptr && member->kind != JsonKind::Null &&
        !(member->kind == JsonKind::Text && trimmed(member->text).empty()))
      return member;
  }
  return nullptr;
}

tl::expected<UtcMicros, std::string> happened_at(const JsonObject& call, const CallSetting& setting) {
  const JsonMember* member = moment_member(call);
  if (member == nullptr) return setting.received_at;
  const auto told = member->kind == JsonKind::Text || member->kind == JsonKind::Number
                        ? parse_moment(member->text, Zone::utc())
                        : Result<UtcMicros>(invalid({}));
  if (!told)
    return Refusal(fmt::format("{} is no date and time: write 2011-12-09T12:50:00Z, not {}", member->key,
                               member->text.substr(0, 64)));

  UtcMicros at = *told;
  if (setting.correct_skew) {
    const auto own = read_moment(call, "sentAt");
    const auto sent_at = own ? own : setting.sent_at;
    // Years like 9999 stand in for "never": shifting by them would move the event out of all time.
    if (sent_at && std::chrono::abs(*sent_at - setting.received_at) > kSkewDeadBand)
      at = setting.received_at - (*sent_at - *told);
  }
  if (at > setting.received_at + kFutureMax)
    return Refusal(fmt::format("{} lies in the future: {}, received at {}", member->key, format_moment(at),
                               format_moment(setting.received_at)));
  if (at < UtcMicros{}) return Refusal(fmt::format("{} is before 1970: {}", member->key, format_moment(at)));
  return at;
}

// The members of a JSON object's text. Bounds were checked when the call was read.
std::vector<JsonMember> members_of(JsonReader& reader, std::string_view object) {
  auto read = reader.read_object(object, {.depth = SIZE_MAX, .keys = SIZE_MAX, .bytes = SIZE_MAX});
  return read ? std::move(read->members) : std::vector<JsonMember>();
}

const JsonMember* find_in(const std::vector<JsonMember>& members, std::string_view key) {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const JsonMember& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

// Traits of an identify come at the top (the specification) and in context.traits (RudderStack, Jitsu); the top wins.
std::string merged_traits(JsonReader& reader, const std::string& top, const std::string& context_traits) {
  std::vector<JsonMember> merged = members_of(reader, top);
  for (JsonMember& member : members_of(reader, context_traits))
    if (find_in(merged, member.key) == nullptr) merged.push_back(std::move(member));
  return write_object(merged);
}

// The name of a page or screen, wherever an SDK puts it, and its category among the properties.
tl::expected<void, std::string> name_page(JsonReader& reader, const JsonObject& call, const Limits& limits,
                                          Event& event) {
  auto name = read_text(call, "name", limits);
  if (!name) return Refusal(name.error());
  event.name = std::move(*name);
  const auto category = read_text(call, "category", limits);
  if (!category) return Refusal(category.error());
  const bool name_inside = event.name.empty() && event.properties.find("\"name\":\"") != std::string::npos;
  if (!name_inside && category->empty()) return {};

  std::vector<JsonMember> properties = members_of(reader, event.properties);
  if (const JsonMember* inside = find_in(properties, "name");
      name_inside && inside != nullptr && inside->kind == JsonKind::Text) {
    if (inside->text.size() > limits.name_bytes) return Refusal("properties.name is too long");
    event.name = trimmed(inside->text);
  }
  if (!category->empty() && find_in(properties, "category") == nullptr) {
    properties.push_back({"category", JsonKind::Text, *category});
    event.properties = write_object(properties);
  }
  return {};
}

tl::expected<void, std::string> read_ids(const JsonObject& call, const Limits& limits, Event& event) {
  const std::pair<std::string_view, std::string*> ids[] = {{"messageId", &event.message_id},
                                                           {"userId", &event.user_id},
                                                           {"anonymousId", &event.anonymous_id},
                                                           {"previousId", &event.previous_id},
                                                           {"groupId", &event.group_id}};
  for (const auto& [key, into] : ids) {
    auto id = read_text(call, key, limits);
    if (!id) return Refusal(id.error());
    *into = std::move(*id);
  }
  return {};
}

// What the company did and nobody else, such as marketing spent. It must be said: a call that lacks its ids is most often a mistake.
bool is_of_nobody(JsonReader& reader, const Event& event) {
  if (event.type != EventType::Track || event.context.find("\"nobody\"") == std::string::npos) return false;
  const std::vector<JsonMember> members = members_of(reader, event.context);
  const JsonMember* said = find_in(members, "nobody");
  return said != nullptr && said->kind == JsonKind::Bool && said->text == "true";
}

// Who an event must name for it to say anything.
tl::expected<void, std::string> check_ids(JsonReader& reader, const Event& event) {
  const bool somebody = !event.user_id.empty() || !event.anonymous_id.empty();
  switch (event.type) {
    case EventType::Alias:
      if (event.user_id.empty()) return Refusal("alias without userId: it names who the previousId is");
      if (event.previous_id.empty()) return Refusal("alias without previousId: it names who is to become userId");
      return {};
    case EventType::Group:
      // Traits of an account may come from a server that speaks for nobody in it.
      if (event.group_id.empty()) return Refusal("group without groupId");
      return {};
    case EventType::Track:
    case EventType::Identify:
    case EventType::Page:
    case EventType::Screen:
      if (!somebody && !is_of_nobody(reader, event))
        return Refusal(fmt::format(
            R"({} without userId and anonymousId: one of them is needed (or "context":{{"nobody":true}} in a track call about nobody))",
            name_of(event.type)));
  }
  return {};
}

tl::expected<void, std::string> read_context(JsonReader& reader, const JsonObject& call, const Limits& limits,
                                             Event& event) {
  auto context = read_object_text(call, "context");
  if (!context) return Refusal(context.error());
  event.context = std::move(*context);
  const bool wants_group = event.group_id.empty() && event.context.find("\"groupId\"") != std::string::npos;
  const bool wants_traits = event.type == EventType::Identify && event.context.find("\"traits\"") != std::string::npos;
  if (!wants_group && !wants_traits) return {};

  const JsonObject members{members_of(reader, event.context), {}, {}};
  if (wants_group) {
    auto group = read_text(members, "groupId", limits);
    if (!group) return Refusal("context." + group.error());
    event.group_id = std::move(*group);
  }
  const JsonMember* traits = members.find("traits");
  if (wants_traits && traits != nullptr && traits->kind == JsonKind::Object)
    event.properties = merged_traits(reader, event.properties, traits->text);
  return {};
}

}  // namespace

std::optional<EventType> type_of_name(std::string_view name) {
  const auto found = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<EventType>(found - kTypeNames.begin());
}

std::string_view name_of(EventType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<std::string_view> told_moment(const JsonObject& call) {
  const JsonMember* member = moment_member(call);
  return member == nullptr ? std::nullopt : std::optional<std::string_view>(member->text);
}

tl::expected<Event, std::string> read_call(JsonReader& reader, const JsonObject& call, const CallSetting& setting,
                                           const Limits& limits) {
  if (!call.problem.empty()) return Refusal(call.problem);
  Event event;
  event.received_at = setting.received_at;

  const auto type_name = read_text(call, "type", limits);
  if (!type_name) return Refusal(type_name.error());
  const auto type = type_name->empty() ? setting.type : type_of_name(ascii_lower(*type_name));
  if (!type && type_name->empty())
    return Refusal("no type: one of track, identify, page, screen, group, alias is needed");
  if (!type)
    return Refusal(
        fmt::format("type is none of track, identify, page, screen, group, alias: {}", type_name->substr(0, 64)));
  event.type = *type;

  if (auto read = read_ids(call, limits, event); !read) return Refusal(read.error());
  const auto at = happened_at(call, setting);
  if (!at) return Refusal(at.error());
  event.at = *at;

  const bool has_traits = event.type == EventType::Identify || event.type == EventType::Group;
  auto properties = read_object_text(call, has_traits ? "traits" : "properties");
  if (!properties) return Refusal(properties.error());
  event.properties = std::move(*properties);
  if (auto read = read_context(reader, call, limits, event); !read) return Refusal(read.error());
  if (auto checked = check_ids(reader, event); !checked) return Refusal(checked.error());

  if (event.type == EventType::Track) {
    auto name = read_text(call, "event", limits);
    if (!name) return Refusal(name.error());
    if (name->empty()) return Refusal("track without event: the name of what was done is needed");
    event.name = std::move(*name);
  } else if (event.type == EventType::Page || event.type == EventType::Screen) {
    if (auto named = name_page(reader, call, limits, event); !named) return Refusal(named.error());
  }
  return event;
}

std::string digest(std::string_view text) {
  return fmt::format("{:016x}{:016x}", fingerprint(text, 0), fingerprint(text, 0x9E3779B97F4A7C15ULL));
}

std::string content_of(const Event& event) {
  std::string content;
  for (const std::string_view part :
       {name_of(event.type), std::string_view(event.name), std::string_view(event.user_id),
        std::string_view(event.anonymous_id), std::string_view(event.previous_id), std::string_view(event.group_id),
        std::string_view(event.properties), std::string_view(event.context)}) {
    content.append(part);
    content.push_back('\0');  // In none of the parts, so that no two contents run together to one text.
  }
  return content;
}

}  // namespace habitue::intake
