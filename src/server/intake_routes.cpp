// Events from outside. A protocol turns bytes into events; here they get their workspace, are stored, and are answered.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "intake/segment.hpp"
#include "server/api.hpp"
#include "server/arrivals.hpp"

namespace habitue::server::handlers {
namespace {

// A write key names its workspace. Callers with every right name it themselves.
workspace::Workspace* workspace_of(const Call& call) {
  if (call.access.kind == "key") return call.api.root().find(call.access.workspaces.front());
  return call.api.root().find(call.request.parameter("workspace"));
}

Response receive(const Call& call, intake::Protocol protocol) {
  workspace::Workspace* workspace = workspace_of(call);
  if (workspace == nullptr) return problem({ErrorKind::NotFound, "this key's workspace is not open"});
  auto received = protocol({call.request.path, call.request.body, now()}, call.api.options().limits);
  const std::string_view key = call.access.kind == "key" ? std::string_view(call.access.by) : std::string_view();
  if (!received) {
    call.api.counters.events_rejected.fetch_add(1, std::memory_order_relaxed);
    call.api.arrivals().refuse(workspace->id(), key, received.error().message);
    return problem(received.error());
  }
  Api::Counters& counters = call.api.counters;
  counters.events_rejected.fetch_add(received->rejected.size(), std::memory_order_relaxed);
  if (!received->rejected.empty()) {
    if (auto kept = workspace->keep_rejected(received->rejected); !kept) return problem(kept.error());
    call.api.arrivals().refuse(workspace->id(), key, received->rejected);
  }
  if (!received->events.empty()) {
    const std::size_t events = received->events.size();
    std::vector<Arrival> noted = Arrivals::noted(received->events, key);
    const auto appended = workspace->accept(std::move(received->events));
    if (!appended) return problem(appended.error());
    call.api.arrivals().add(workspace->id(), std::move(noted), events, *appended);
    counters.events_accepted.fetch_add(appended->added, std::memory_order_relaxed);
    counters.events_duplicate.fetch_add(appended->duplicates, std::memory_order_relaxed);
  }
  boost::json::object body{{"success", true}};
  if (!received->rejected.empty()) {
    boost::json::array rejected;
    for (const intake::Rejected& each : received->rejected)
      rejected.push_back(boost::json::object{{"index", each.index}, {"reason", each.reason}});
    body["rejected"] = std::move(rejected);
  }
  return reply(body);
}

}  // namespace

Response post_segment(const Call& call) { return receive(call, intake::read_segment); }

}  // namespace habitue::server::handlers
