// A request body of anybody: whatever comes, what is kept is whole and within the limits, and nothing depends on luck.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.hpp"
#include "base/text.hpp"
#include "intake/segment.hpp"

#include <boost/json.hpp>

namespace {

void require(bool true_always) {
  if (!true_always) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace habitue;
  using namespace habitue::intake;
  if (size == 0) return 0;
  constexpr std::string_view kPaths[] = {"/v1/track", "/v1/identify", "/v1/page", "/v1/group",
                                         "/v1/alias", "/v1/batch",    "/v1/i/",   "/v1/import"};
  const std::string_view path = kPaths[data[0] % std::size(kPaths)];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const UtcMicros received = UtcMicros(std::chrono::seconds(1'772'366'400));
  Limits limits;
  limits.batch_events = 50;
  limits.properties = 40;
  limits.depth = 6;
  limits.name_bytes = 60;
  const auto first = read_segment({path, body, received}, limits);
  const auto again = read_segment({path, body, received}, limits);
  require(first.has_value() == again.has_value());
  if (!first) {
    require(!first.error().message.empty());
    return 0;
  }
  require(first->events.size() + first->rejected.size() <= limits.batch_events);
  require(first->events.size() == again->events.size());
  for (std::size_t i = 0; i < first->events.size(); ++i) {
    const Event& event = first->events[i];
    require(event.message_id == again->events[i].message_id && !event.message_id.empty());
    require(event.at >= UtcMicros{} && event.at <= received + std::chrono::hours(24));
    require(event.type != EventType::Track || !event.name.empty());
    for (const std::string* text :
         {&event.message_id, &event.name, &event.user_id, &event.anonymous_id, &event.previous_id, &event.group_id}) {
      require(text->size() <= limits.name_bytes);
      require(is_valid_utf8(*text) && text->find('\0') == std::string::npos);
    }
    for (const std::string* json : {&event.properties, &event.context}) {
      const auto value = parse_json(*json);
      require(value && value->is_object() && is_valid_utf8(*json) && json->find('\0') == std::string::npos);
    }
  }
  for (const Rejected& rejected : first->rejected) require(!rejected.reason.empty() && rejected.raw.size() <= 4096);
  return 0;
}
