// Events as lines of NDJSON.
#include <array>

#include "simulate/render.hpp"

namespace habitue::simulate {

using intake::Event;
using intake::EventType;
using std::chrono::microseconds;

void MomentWriter::append(std::string& out, UtcMicros moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  if (day != day_) {
    day_ = day;
    day_text_ = format_day(LocalDay(day.time_since_epoch())) + "T";
  }
  std::int64_t rest = (moment - day).count();
  char text[] = "00:00:00.000000Z";
  for (int place = 14; place >= 9; --place, rest /= 10) text[place] = static_cast<char>('0' + rest % 10);
  for (const auto& [place, base] : {std::pair{6, 60}, std::pair{3, 60}, std::pair{0, 24}}) {
    const auto part = rest % base;
    rest /= base;
    text[place] = static_cast<char>('0' + part / 10);
    text[place + 1] = static_cast<char>('0' + part % 10);
  }
  out += day_text_;
  out.append(text, 16);
}

void append_segment_call(std::string& out, const Event& event, microseconds skew, MomentWriter& moments) {
  static constexpr std::array<const char*, 6> kTypes = {"track", "identify", "page", "screen", "group", "alias"};
  out += R"({"type":")";
  out += kTypes[static_cast<std::size_t>(event.type)];
  out += '"';
  const auto text = [&out](const char* key, const std::string& value) {
    if (value.empty()) return;
    out += ",\"";
    out += key;
    out += R"(":")";
    out += value;
    out += '"';
  };
  // Names and ids are ours and need no escape.
  text(event.type == EventType::Track ? "event" : "name", event.name);
  text("userId", event.user_id);
  text("anonymousId", event.anonymous_id);
  if (event.type == EventType::Group) text("groupId", event.group_id);
  text("messageId", event.message_id);
  out += R"(,"timestamp":")";
  moments.append(out, event.at);
  if (skew.count() != 0) {
    out += R"(","originalTimestamp":")";
    moments.append(out, event.at + skew);
    out += R"(","sentAt":")";
    moments.append(out, event.received_at + skew);
  }
  out += R"(","receivedAt":")";
  moments.append(out, event.received_at);
  out += '"';
  out += event.type == EventType::Identify || event.type == EventType::Group ? R"(,"traits":)" : R"(,"properties":)";
  out += event.properties;
  if (event.context != "{}") {
    out += R"(,"context":)";
    out += event.context;
  }
  out += "}\n";
}

}  // namespace habitue::simulate
