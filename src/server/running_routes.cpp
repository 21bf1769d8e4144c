// GET and DELETE /api/v1/workspaces/{workspace}/running: the questions under way.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "server/api.hpp"

namespace habitue::server::handlers {

Response get_running(const Call& call) {
  boost::json::array running;
  for (const RunningQuestions::Shown& shown : call.api.running().of(call.workspace->id()))
    running.push_back(boost::json::object{
        {"id", shown.id},
        {"question", shown.question},
        {"started_at", format_moment(shown.started_at)},
        {"seconds", std::chrono::duration<double>(now() - shown.started_at).count()},
        {"pass", shown.pass},
        {"done", shown.done},
        {"total", shown.total},
        {"memory_bytes", shown.memory_bytes},
    });
  return reply(boost::json::object{{"running", std::move(running)}});
}

Response delete_running(const Call& call) {
  if (!call.api.running().stop(call.workspace->id(), call.path.at(1)))
    return problem({ErrorKind::NotFound, fmt::format("no question '{}' is under way", call.path.at(1))});
  return reply(boost::json::object{{"stopped", call.path.at(1)}});
}

}  // namespace habitue::server::handlers
