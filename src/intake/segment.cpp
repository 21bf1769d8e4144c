#include "intake/segment.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "intake/call.hpp"

namespace habitue::intake {
namespace {

constexpr std::size_t kRawBytes = 4096;

struct Route {
  std::string_view name;
  std::optional<EventType> type;  // None: the calls tell themselves.
};
constexpr std::array<Route, 15> kRoutes = {{{"track", EventType::Track},
                                            {"t", EventType::Track},
                                            {"identify", EventType::Identify},
                                            {"i", EventType::Identify},
                                            {"page", EventType::Page},
                                            {"p", EventType::Page},
                                            {"screen", EventType::Screen},
                                            {"s", EventType::Screen},
                                            {"group", EventType::Group},
                                            {"g", EventType::Group},
                                            {"alias", EventType::Alias},
                                            {"a", EventType::Alias},
                                            {"batch", {}},
                                            {"b", {}},
                                            {"import", {}}}};

const Route* find_route(std::string_view path) {
  constexpr std::string_view kPrefix = "/v1/";
  if (path.size() > kPrefix.size() && path.back() == '/') path.remove_suffix(1);
  if (path.substr(0, kPrefix.size()) != kPrefix) return nullptr;
  for (const Route& route : kRoutes)
    if (route.name == path.substr(kPrefix.size())) return &route;
  return nullptr;
}

// Cut where no character is cut.
std::string shortened(std::string_view raw) {
  if (raw.size() > kRawBytes) {
    std::size_t end = kRawBytes;
    while (end > 0 && (static_cast<unsigned char>(raw[end]) & 0xC0U) == 0x80U) --end;
    raw = raw.substr(0, end);
  }
  return std::string(raw);
}

std::optional<UtcMicros> sent_at_of(const JsonObject& envelope) {
  const JsonMember* member = envelope.find("sentAt");
  if (member == nullptr || (member->kind != JsonKind::Text && member->kind != JsonKind::Number)) return std::nullopt;
  const auto moment = parse_moment(member->text, Zone::utc());
  return moment ? std::optional(*moment) : std::nullopt;
}

}  // namespace

bool is_segment_path(std::string_view path) { return find_route(path) != nullptr; }

Result<Received> read_segment(const Request& request, const Limits& limits) {
  const Route* route = find_route(request.path);
  if (route == nullptr) return fail(ErrorKind::NotFound, fmt::format("no such address: {}", request.path));
  if (request.body.size() > limits.body_bytes)
    return invalid(fmt::format("the body has {} bytes, where at most {} are taken: send smaller batches",
                               request.body.size(), limits.body_bytes));

  // One of each per thread: the buffers grow to the largest body seen and are then reused. The second reads inside a
  // call while the first still holds the body that the call lies in.
  thread_local JsonReader body_reader;
  thread_local JsonReader call_reader;
  const JsonLimits json_limits{limits.depth, limits.properties, limits.event_bytes};
  auto body = body_reader.read_body(request.body, "batch", limits.batch_events, json_limits);
  if (!body) return tl::unexpected(body.error());
  if (body->too_many)
    return invalid(fmt::format("the batch has more than {} events: send smaller batches", limits.batch_events));

  CallSetting setting{.received_at = request.received_at, .type = route->type, .sent_at = sent_at_of(body->envelope)};
  if (!body->has_list) {
    if (body->envelope.find("batch") != nullptr) return invalid("batch is not a list of events");
    body->items.push_back(std::move(body->envelope));
  } else {
    setting.type.reset();
  }

  Received received;
  received.events.reserve(body->items.size());
  for (std::size_t index = 0; index < body->items.size(); ++index) {
    const JsonObject& call = body->items[index];
    auto event = read_call(call_reader, call, setting, limits);
    if (!event) {
      received.rejected.push_back({index, event.error(), shortened(call.raw)});
      continue;
    }
    if (event->message_id.empty()) {
      // The moment as it was told: set right against our clock it would differ from one retry to the next.
      const auto told = told_moment(call);
      const std::string moment =
          told ? std::string(*told) : fmt::format("{} {}", request.received_at.time_since_epoch().count(), index);
      event->message_id = "derived-" + digest(content_of(*event) + moment);
    }
    received.events.push_back(std::move(*event));
  }
  return received;
}

}  // namespace habitue::intake
