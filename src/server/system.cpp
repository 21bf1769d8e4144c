// The server itself and its workspaces: health, metrics, configuration, keys.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "server/api.hpp"
#include "server/json_of.hpp"
#include "server/openapi.hpp"

#ifndef HABITUE_VERSION
#error "the build names the version"
#endif

namespace habitue::server {
namespace json = boost::json;

std::string_view Call::language() const {
  std::string_view wanted = request.parameter("lang");
  if (wanted.empty()) wanted = request.header("accept-language").substr(0, 2);
  if (wanted == "fr" || wanted == "en") return wanted == "fr" ? "fr" : "en";
  return workspace != nullptr && workspace->view().customers->business().language == "fr" ? "fr" : "en";
}

namespace handlers {
namespace {

json::object summary(const workspace::Workspace& workspace) {
  const workspace::View view = workspace.view();
  const config::Business& business = view.customers->business();
  const journey::Snapshot& snapshot = view.customers->snapshot();
  return {{"id", workspace.id()},
          {"name", business.name.empty() ? workspace.id() : business.name},
          {"language", business.language},
          {"currency", business.currency.code()},
          {"zone", business.zone.name()},
          {"model", business.model == config::BusinessModel::Subscription ? "subscription" : "purchases"},
          {"events", snapshot.event_count()},
          {"people", snapshot.person_count()},
          {"first_event_at", json_of(snapshot.first_event_at())},
          {"last_event_at", json_of(snapshot.last_event_at())}};
}

json::value key_json(const workspace::Key& key) {
  json::array scopes;
  for (const std::string& scope : workspace::scope_names(key.scopes)) scopes.emplace_back(scope);
  return json::object{
      {"id", key.id}, {"name", key.name}, {"scopes", std::move(scopes)}, {"created_at", key.created_at}};
}

}  // namespace

Response get_health(const Call&) { return reply(json::object{{"status", "ok"}, {"version", HABITUE_VERSION}}); }

Response get_openapi(const Call&) {
  Response response;
  response.body = openapi_text();
  return response;
}

Response get_metrics(const Call& call) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = call.api.metrics(call.access);
  return response;
}

Response get_workspaces(const Call& call) {
  json::array workspaces, failures;
  for (const auto& each : call.api.root().workspaces())
    if (call.access.opens(each->id())) workspaces.push_back(summary(*each));
  if (call.access.workspaces.empty())
    for (const auto& [name, error] : call.api.root().failures())
      failures.push_back(json::object{{"id", name}, {"kind", habitue::name_of(error.kind)}, {"detail", error.message}});
  return reply(json::object{{"workspaces", std::move(workspaces)}, {"failures", std::move(failures)}});
}

Response get_workspace(const Call& call) {
  json::object body = summary(*call.workspace);
  const workspace::View view = call.workspace->view();
  const config::Business& business = view.customers->business();
  const journey::Snapshot& snapshot = view.customers->snapshot();
  json::array hypotheses, steps, kinds, notices;
  for (const config::Hypothesis& hypothesis : business.hypotheses)
    hypotheses.push_back(json::object{{"version", hypothesis.version},
                                      {"from", format_day(hypothesis.from)},
                                      {"product", hypothesis.product},
                                      {"message", hypothesis.message},
                                      {"audience", criteria::to_text(hypothesis.audience)}});
  for (const config::Step& step : business.steps) steps.emplace_back(step.name);
  for (std::size_t i = 0; i < snapshot.kinds().size(); ++i)
    kinds.push_back(json::object{{"name", snapshot.kinds()[i]},
                                 {"count", snapshot.count_of(journey::EventKind(static_cast<std::uint16_t>(i)))}});
  for (const std::string& notice : call.workspace->notices()) notices.emplace_back(notice);
  body["hypotheses"] = std::move(hypotheses);
  body["steps"] = std::move(steps);
  body["wanted_act"] = business.wanted_act.criterion ? business.wanted_act.name : std::string();
  body["kinds"] = std::move(kinds);
  body["notices"] = std::move(notices);
  body["up_to_seq"] = snapshot.up_to().value;
  return reply(body);
}

Response get_keys(const Call& call) {
  const auto keys = workspace::list_keys(call.workspace->ledger());
  if (!keys) return problem(keys.error());
  json::array array;
  for (const workspace::Key& key : *keys) array.push_back(key_json(key));
  return reply(json::object{{"keys", std::move(array)}});
}

Response post_key(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* object = body->if_object();
  const json::value* name = object != nullptr ? object->if_contains("name") : nullptr;
  const json::value* scopes = object != nullptr ? object->if_contains("scopes") : nullptr;
  if (name == nullptr || !name->is_string() || name->as_string().size() > 200 || scopes == nullptr ||
      !scopes->is_array())
    return problem({ErrorKind::InvalidInput, "the body must be {\"name\": \"...\", \"scopes\": [\"write\"]}"});
  std::vector<std::string> names;
  for (const json::value& scope : scopes->as_array())
    names.emplace_back(scope.is_string() ? std::string(scope.as_string()) : std::string());
  const auto parsed = workspace::parse_scopes(names);
  if (!parsed) return problem(parsed.error());
  const auto made = workspace::create_key(call.workspace->ledger(), std::string_view(name->as_string()), *parsed);
  if (!made) return problem(made.error());
  call.api.forget_keys();
  json::value answer = key_json(made->key);
  answer.as_object()["key"] = made->secret;
  return reply(answer, 201);
}

Response delete_key(const Call& call) {
  if (auto revoked = workspace::revoke_key(call.workspace->ledger(), call.path[1]); !revoked)
    return problem(revoked.error());
  call.api.forget_keys();
  return reply(json::object{{"revoked", call.path[1]}});
}

}  // namespace handlers
}  // namespace habitue::server
