// Everything saved as one document, out and in: to be kept in a repository, or taken to another workspace.
#include <fmt/format.h>

#include "base/json.hpp"
#include "server/json_of.hpp"
#include "server/saved.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using workspace::SavedKind;

constexpr SavedKind kKinds[] = {SavedKind::Cohort, SavedKind::Question, SavedKind::Board};

std::string list_name(SavedKind kind) { return fmt::format("{}s", workspace::name_of(kind)); }

// What was said of it and no more, so that the document changes only when somebody changes something. The people of a
// static cohort stay here: a file in a repository would outlive their erasure.
json::value said_of(const workspace::SavedThing& thing) {
  json::object whole{{"name", thing.name}};
  const auto body = parse_json(thing.body);
  if (body && body->is_object())
    for (const auto& [name, value] : body->get_object()) whole[name] = value;
  return whole;
}

Result<ReadyDraft> draft_of(const Call& call, SavedKind kind, const std::string& name, json::object body) {
  body.erase("name");
  if (kind == SavedKind::Question) return question_draft(call, name, body);
  if (kind == SavedKind::Board) return board_draft(call, name, body);
  return cohort_draft(call, name, body);
}

}  // namespace

Response get_saved(const Call& call) {
  const auto state = call.workspace->saved().state();
  json::object whole{{"version", 1}};
  for (const SavedKind kind : kKinds) {
    json::array& list = whole[list_name(kind)].emplace_array();
    for (const auto& [name, thing] : state->all(kind)) list.push_back(said_of(thing));
  }
  return reply(whole);
}

// One kind after the other, as each may name what comes before it. What was said before is replaced only when asked for.
Response post_saved(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* whole = body->if_object();
  if (whole == nullptr)
    return problem(
        {ErrorKind::InvalidInput, "the body must be {\"cohorts\": [...], \"questions\": [...], \"boards\": [...]}"});
  const bool replace = call.request.parameter("replace") == "true" || call.request.parameter("replace") == "1";
  json::array saved, left_out;
  for (const SavedKind kind : kKinds) {
    const json::value* list = whole->if_contains(list_name(kind));
    if (list == nullptr) continue;
    if (!list->is_array())
      return problem({ErrorKind::InvalidInput, fmt::format("/{} must be a list", list_name(kind))});
    // Things of one kind may name each other in any order: what is refused is tried again once others are in.
    std::vector<const json::value*> waiting;
    for (const json::value& each : list->get_array()) waiting.push_back(&each);
    while (!waiting.empty()) {
      std::vector<const json::value*> refused;
      std::vector<json::value> reasons;
      for (const json::value* each : waiting) {
        const json::object* thing = each->if_object();
        const json::value* name = thing != nullptr ? thing->if_contains("name") : nullptr;
        if (name == nullptr || !name->is_string())
          return problem({ErrorKind::InvalidInput, fmt::format("/{}: each has a `name`", list_name(kind))});
        const std::string text(name->get_string());
        json::object said = *thing;
        const auto state = call.workspace->saved().state();
        if (kind == SavedKind::Cohort) said.erase("made");
        auto ready = draft_of(call, kind, text, std::move(said));
        Result<workspace::SavedThing> done = tl::unexpected(ready ? Error{} : ready.error());
        if (ready) {
          ready->draft.expected.what =
              replace ? workspace::Expected::What::Anything : workspace::Expected::What::Nothing;
          done = call.workspace->saved().put(std::move(ready->draft));
        }
        json::object told{{"kind", workspace::name_of(kind)}, {"name", text}};
        if (done) {
          told["version"] = done->version;
          saved.push_back(std::move(told));
        } else {
          told["reason"] = done.error().message;
          refused.push_back(each);
          reasons.push_back(std::move(told));
        }
      }
      if (refused.size() == waiting.size()) {
        for (json::value& reason : reasons) left_out.push_back(std::move(reason));
        break;
      }
      waiting = std::move(refused);
    }
  }
  return reply(json::object{{"saved", std::move(saved)}, {"left_out", std::move(left_out)}});
}

}  // namespace habitue::server::handlers
