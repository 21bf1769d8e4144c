#include "server/saved.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "server/json_of.hpp"

namespace habitue::server {
namespace json = boost::json;
using workspace::Expected;
using workspace::SavedKind;

namespace {

json::array names_json(const std::vector<std::string>& names) {
  json::array array;
  for (const std::string& name : names) array.emplace_back(name);
  return array;
}

bool is_met(const Expected& expected, const workspace::SavedThing* there) {
  switch (expected.what) {
    case Expected::What::Anything: return true;
    case Expected::What::Nothing: return there == nullptr;
    case Expected::What::Version: break;
  }
  return there != nullptr && there->version == expected.version;
}

bool has_condition(const Request& request) {
  return !request.header("if-match").empty() || !request.header("if-none-match").empty();
}

}  // namespace

json::object thing_json(const workspace::SavedState& state, const workspace::SavedThing& thing) {
  json::object whole{{"name", thing.name},
                     {"version", thing.version},
                     {"created_at", moment_json(thing.created_at)},
                     {"updated_at", moment_json(thing.updated_at)},
                     {"used_by", names_json(state.users_of(thing.kind, thing.name))},
                     {"cohorts", names_json(thing.cohorts)},
                     {"broken", thing.broken.empty() ? json::value(nullptr) : json::value(thing.broken)}};
  if (thing.kind == SavedKind::Cohort) whole["kind"] = thing.members ? "static" : "live";
  if (const auto body = parse_json(thing.body); body && body->is_object())
    for (const auto& [name, value] : body->get_object())
      if (!whole.contains(name)) whole[name] = value;
  return whole;
}

Result<Expected> read_expected(const Request& request, Expected::What otherwise) {
  if (request.header("if-none-match") == "*") return Expected{Expected::What::Nothing, 0};
  std::string_view text = request.header("if-match");
  if (text.empty()) text = request.parameter("version");
  if (text.empty()) return Expected{otherwise, 0};
  if (text == "*") return Expected{Expected::What::Anything, 0};
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  Expected expected{Expected::What::Version, 0};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), expected.version);
  if (code != std::errc{} || end != text.data() + text.size())
    return invalid(
        fmt::format("version: '{}' is none: send the number that was read, or * for whatever is there", text));
  return expected;
}

Response refused_change(const Call& call, SavedKind kind, const Expected& expected, const Error& error) {
  if (error.kind == ErrorKind::Conflict && has_condition(call.request) &&
      !is_met(expected, call.workspace->saved().state()->find(kind, call.path[1])))
    return problem(412, "precondition_failed", "It is not what was expected", error.message);
  return problem(error);
}

Response thing_response(const workspace::SavedThing& thing, json::object body, int status) {
  Response response = reply(body, status);
  response.headers.emplace_back("ETag", fmt::format("\"{}\"", thing.version));
  return response;
}

Response delete_thing(const Call& call, SavedKind kind) {
  const auto expected = read_expected(call.request, Expected::What::Anything);
  if (!expected) return problem(expected.error());
  if (auto done = call.workspace->saved().remove(kind, call.path[1], *expected); !done)
    return refused_change(call, kind, *expected, done.error());
  return reply(json::object{{"deleted", call.path[1]}});
}

Response put_thing(const Call& call, SavedKind kind,
                   Result<ReadyDraft> (*read)(const Call&, const std::string&, const json::value&)) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto expected = read_expected(call.request, Expected::What::Nothing);
  if (!expected) return problem(expected.error());
  auto ready = read(call, call.path[1], *body);
  if (!ready) return problem(ready.error());
  ready->draft.expected = *expected;
  const bool is_new = call.workspace->saved().state()->find(kind, call.path[1]) == nullptr;
  const auto saved = call.workspace->saved().put(std::move(ready->draft));
  if (!saved) return refused_change(call, kind, *expected, saved.error());
  json::object whole = thing_json(*call.workspace->saved().state(), *saved);
  whole["warnings"] = names_json(ready->warnings);
  for (auto& [name, value] : ready->told) whole[name] = std::move(value);
  return thing_response(*saved, std::move(whole), is_new ? 201 : 200);
}

}  // namespace habitue::server
