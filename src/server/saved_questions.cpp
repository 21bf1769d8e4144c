// Questions that are saved, and their answers.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "server/described/describe.hpp"
#include "server/json_of.hpp"
#include "server/saved.hpp"

namespace habitue::server {
namespace json = boost::json;
using workspace::SavedKind;
using workspace::SavedThing;

namespace {

constexpr std::string_view kWorkspace = "/api/v1/workspaces/{workspace}/";
// Everything that asks of customers and changes nothing.
constexpr auto kQuestions = std::to_array<std::string_view>(
    {"roles",           "stages",    "stages/history",  "flows",       "growth",     "aarrr",
     "pollution",       "channels",  "spikes",          "people",      "funnel",     "retention",
     "stickiness",      "frequency", "intervals",       "attribution", "paths",      "cohorts/overlap",
     "cohorts/history", "contrast",  "second-purchase", "costs",       "give-aways", "acquisition",
     "recurring",       "forecast",  "contracts",       "uplift",      "propensity", "equity",
     "cross-sell",      "products",  "assortment",      "aida",

     "rhythm",          "map",       "scenario",        "readiness",   "today"});

const Route* find_route(std::string_view method, std::string_view under) {
  for (const Route& route : Api::routes())
    if (route.method == method && route.pattern.starts_with(kWorkspace) &&
        route.pattern.substr(kWorkspace.size()) == under)
      return &route;
  return nullptr;
}

std::string detail_of(const Response& response) {
  const auto body = parse_json(response.body);
  const json::value* detail = body && body->is_object() ? body->get_object().if_contains("detail") : nullptr;
  return detail != nullptr && detail->is_string() ? std::string(detail->get_string()) : response.body.substr(0, 500);
}

void add_warnings(std::vector<std::string>& warnings, const Response& response) {
  const auto body = parse_json(response.body);
  const json::value* told = body && body->is_object() ? body->get_object().if_contains("warnings") : nullptr;
  if (told == nullptr || !told->is_array()) return;
  for (const json::value& each : told->get_array())
    if (each.is_string()) warnings.emplace_back(each.get_string());
}

json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& each : list) array.emplace_back(each);
  return array;
}

// A saved question with what would stand in its way now. What was found is kept for as long as nothing changes.
json::object checked_json(const Call& call, const workspace::SavedState& state, const SavedThing& thing) {
  json::object whole = thing_json(state, thing);
  whole["warnings"] = json::array();
  if (!thing.broken.empty()) return whole;
  const workspace::View view = call.workspace->view();
  const AnswerStamp stamp{.version = view.version,
                          .removals = view.removals,
                          .cohorts = state.cohorts_version(),
                          .as_of = {},
                          .from = {},
                          .to = {}};
  const auto check = [&] {
    const auto body = parse_json(thing.body);
    const auto question = body ? read_saved_question(*body) : Result<SavedQuestion>(tl::unexpected(body.error()));
    const auto warnings =
        question ? check_saved(call, *question) : Result<std::vector<std::string>>(tl::unexpected(question.error()));
    return reply(json::object{{"warnings", warnings ? texts(*warnings) : json::array()},
                              {"broken", warnings ? json::value(nullptr) : json::value(warnings.error().message)}});
  };
  const auto given = call.api.answers().get(
      call.workspace->id(), fmt::format("check question {} {}", thing.version, thing.name), stamp, {}, check);
  const json::value found = json::parse(given.response->body);
  for (const auto& [name, value] : found.as_object()) whole[name] = value;
  return whole;
}

Result<SavedQuestion> saved_question(const Call& call, std::string_view name) {
  const auto state = call.workspace->saved().state();
  const auto thing = state->get(SavedKind::Question, name);
  if (!thing) return tl::unexpected(thing.error());
  const auto body = parse_json((*thing)->body);
  return body ? read_saved_question(*body) : tl::unexpected(body.error());
}

}  // namespace

Result<const Route*> route_of(std::string_view ask) {
  std::vector<std::string_view> names;
  for (const std::string_view name : kQuestions) {
    const Route* route = find_route("POST", name);
    if (route == nullptr) route = find_route("GET", name);
    if (route == nullptr) continue;
    if (name == ask) return route;
    names.push_back(name);
  }
  const std::string_view nearest = nearest_word(ask, names);
  return invalid(nearest.empty() ? fmt::format("/ask: '{}' is no question; there are: {}", ask.substr(0, 60),
                                               fmt::join(names, ", "))
                                 : fmt::format("/ask: '{}' is no question; did you mean \"{}\"?", ask, nearest));
}

Response ask_saved(const Call& call, const Route& route, const SavedQuestion& question, const SavedLens& lens,
                   Errand* errand) {
  Request request;
  request.method = route.method;
  request.path = call.request.path;
  request.headers = call.request.headers;
  request.query = question.parameters;
  described::for_each_field<SavedLens>([&](std::string_view name, auto pointer) {
    if (const auto& value = lens.*pointer) request.query.emplace_back(std::string(name), *value);
  });
  for (const char* name : {"max_age", "lang", "format"})
    if (const std::string_view value = call.request.parameter(name); !value.empty())
      request.query.emplace_back(name, std::string(value));
  if (route.method == "POST") request.body = json::serialize(question.body.is_null() ? json::object{} : question.body);
  return route.handler(Call{call.api, request, {call.path.front()}, call.workspace, call.access, errand});
}

Result<std::vector<std::string>> check_saved(const Call& call, const SavedQuestion& question) {
  const auto route = route_of(question.ask);
  if (!route) return tl::unexpected(route.error());
  if ((*route)->method == "GET" && !question.body.is_null())
    return invalid(fmt::format("/body: {} takes none, but parameters", question.ask));
  Errand errand;
  errand.only_check = true;
  errand.pointer = "/body";
  const Response response = ask_saved(call, **route, question, question.lens, &errand);
  if (response.status >= 400) return invalid(detail_of(response));
  add_warnings(errand.warnings, response);
  return std::move(errand.warnings);
}

Result<ReadyDraft> question_draft(const Call& call, const std::string& name, const json::value& body) {
  auto question = read_saved_question(body);
  if (!question) return tl::unexpected(question.error());
  auto warnings = check_saved(call, *question);
  if (!warnings) return tl::unexpected(warnings.error());
  ReadyDraft ready;
  ready.draft.kind = SavedKind::Question;
  ready.draft.name = name;
  ready.draft.body = json::serialize(saved_json(*question));
  ready.warnings = std::move(*warnings);
  return ready;
}

Result<ReadyDraft> board_draft(const Call& call, const std::string& name, const json::value& body) {
  auto board = read_saved_board(body);
  if (!board) return tl::unexpected(board.error());
  // The lens is read by asking the least of all questions through it.
  SavedQuestion through;
  through.ask = "roles";
  through.lens = board->lens;
  auto warnings = check_saved(call, through);
  if (!warnings)
    return tl::unexpected(Error{warnings.error().kind, fmt::format("/lens: {}", warnings.error().message)});
  ReadyDraft ready;
  ready.draft.kind = SavedKind::Board;
  ready.draft.name = name;
  ready.draft.body = json::serialize(saved_json(*board));
  ready.warnings = std::move(*warnings);
  return ready;
}

namespace handlers {

Response get_questions(const Call& call) {
  const auto state = call.workspace->saved().state();
  json::array questions;
  for (const auto& [name, thing] : state->all(SavedKind::Question))
    questions.push_back(checked_json(call, *state, thing));
  return reply(json::object{{"questions", std::move(questions)}});
}

Response get_question(const Call& call) {
  const auto state = call.workspace->saved().state();
  const auto thing = state->get(SavedKind::Question, call.path[1]);
  if (!thing) return problem(thing.error());
  return thing_response(**thing, checked_json(call, *state, **thing));
}

Response put_question(const Call& call) { return put_thing(call, SavedKind::Question, question_draft); }
Response delete_question(const Call& call) { return delete_thing(call, SavedKind::Question); }

Response get_question_answer(const Call& call) {
  const auto question = saved_question(call, call.path[1]);
  if (!question) return problem(question.error());
  const auto route = route_of(question->ask);
  if (!route) return problem(route.error());
  return ask_saved(call, **route, *question, laid_over(question->lens, lens_of(call.request)), nullptr);
}

Response get_boards(const Call& call) {
  const auto state = call.workspace->saved().state();
  json::array boards;
  for (const auto& [name, thing] : state->all(SavedKind::Board)) boards.push_back(thing_json(*state, thing));
  return reply(json::object{{"boards", std::move(boards)}});
}

Response get_board(const Call& call) {
  const auto state = call.workspace->saved().state();
  const auto thing = state->get(SavedKind::Board, call.path[1]);
  return thing ? thing_response(**thing, thing_json(*state, **thing)) : problem(thing.error());
}

Response put_board(const Call& call) { return put_thing(call, SavedKind::Board, board_draft); }
Response delete_board(const Call& call) { return delete_thing(call, SavedKind::Board); }

// Every tile with its answer, or with what is wrong: one that fails does not keep the others from being shown.
Response get_board_answer(const Call& call) {
  const auto state = call.workspace->saved().state();
  const auto thing = state->get(SavedKind::Board, call.path[1]);
  if (!thing) return problem(thing.error());
  const auto body = parse_json((*thing)->body);
  const auto board = body ? read_saved_board(*body) : Result<SavedBoard>(tl::unexpected(body.error()));
  if (!board) return problem(board.error());
  const SavedLens lens = laid_over(board->lens, lens_of(call.request));
  // Answers are large and written already: they are put together as texts.
  std::string tiles;
  std::vector<std::string> shown;
  for (const SavedTile& tile : board->tiles) {
    const auto text = [](const std::optional<std::string>& value) {
      return value ? json::value(*value) : json::value(nullptr);
    };
    json::object head{{"question", text(tile.question)}, {"title", text(tile.title)}, {"note", text(tile.note)}};
    std::string answer = "null", wrong = "null";
    if (tile.question) {
      const auto question = saved_question(call, *tile.question);
      const auto route = question ? route_of(question->ask) : Result<const Route*>(tl::unexpected(question.error()));
      Response response = route ? ask_saved(call, **route, *question, laid_over(question->lens, lens), nullptr)
                                : problem(route.error());
      // A list that comes in pieces has no end that a board could wait for.
      if (response.next_piece)
        response = problem({ErrorKind::InvalidInput, "a board shows a page of a list: give the question a limit"});
      (response.status == 200 ? answer : wrong) = response.body;
      shown.insert(shown.end(), response.shown.begin(), response.shown.end());
      if (question) {
        head["ask"] = question->ask;
        head["shown_as"] = question->shown_as;
      }
      for (const auto& [name, value] : response.headers) {
        if (name == "X-Habitue-Cache") head["cache"] = value;
        if (name == "X-Habitue-Computed-At") head["computed_at"] = value;
      }
    }
    std::string whole = json::serialize(head);
    whole.pop_back();
    tiles += fmt::format("{}{},\"answer\":{},\"problem\":{}}}", tiles.empty() ? "" : ",", whole, answer, wrong);
  }
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  std::string head = json::serialize(thing_json(*state, **thing));
  Response response;
  response.body = fmt::format("{{\"board\":{},\"tiles\":[{}]}}", head, tiles);
  response.shown = std::move(shown);
  return response;
}

}  // namespace handlers
}  // namespace habitue::server
