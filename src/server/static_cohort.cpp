// The people of a static cohort: whoever criteria find, whoever is behind a number of a question, or a list of identifiers.
#include <algorithm>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/identifier_list.hpp"
#include "server/asking.hpp"
#include "server/json_of.hpp"
#include "server/saved.hpp"

namespace habitue::server {
namespace json = boost::json;

namespace {

constexpr std::size_t kUnknownTold = 1'000;

Result<void> only(const json::object& from, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : from)
    if (std::find(names.begin(), names.end(), std::string_view(name)) == names.end())
      return invalid(
          fmt::format("/static/{} is not known here; there are: {}", std::string_view(name), fmt::join(names, ", ")));
  return {};
}

// Whoever the question finds; its keys are taken from the view in which they were found.
Result<StaticCohort> from_question(const Call& call, const SavedQuestion& question, std::string_view pointer,
                                   json::object made) {
  StaticCohort cohort;
  cohort.erasures = call.workspace->saved().erasures();
  const bool behind = question.ask != "people";
  const auto asked = route_of(question.ask);
  if (!asked) return tl::unexpected(Error{ErrorKind::InvalidInput, "/static" + asked.error().message});
  const Route* route = *asked;
  if (behind) {
    const std::string people = std::string(route->pattern) + "/people";
    const auto& routes = Api::routes();
    const auto found = std::find_if(routes.begin(), routes.end(),
                                    [&](const Route& each) { return each.method == "POST" && each.pattern == people; });
    if (found == routes.end()) return invalid(fmt::format("/static/ask: the numbers of {} list nobody", question.ask));
    route = &*found;
  }
  Errand errand;
  errand.wants_people = true;
  errand.pointer = pointer;
  const Response response = ask_saved(call, *route, question, question.lens, &errand);
  if (response.status >= 400 || !errand.people) {
    const auto told = parse_json(response.body);
    const json::value* detail = told && told->is_object() ? told->get_object().if_contains("detail") : nullptr;
    return invalid(detail != nullptr && detail->is_string() ? std::string(detail->get_string()) : response.body);
  }
  cohort.keys = workspace::keys_of(*errand.view.people, *errand.people);
  made["people"] = errand.people->size();
  made["up_to_seq"] = errand.view.customers->snapshot().up_to().value;
  cohort.made = std::move(made);
  return cohort;
}

Result<StaticCohort> from_criteria(const Call& call, const json::object& from) {
  if (auto right = only(from, {"criteria", "as_of"}); !right) return tl::unexpected(right.error());
  const json::value& criteria_value = from.at("criteria");
  const auto expression = criteria_value.is_string() ? criteria::parse(std::string_view(criteria_value.get_string()))
                                                     : criteria::from_json(criteria_value);
  if (!expression) return invalid(fmt::format("/static/criteria: {}", expression.error().message));
  SavedQuestion question;
  question.ask = "people";
  question.lens.filter = criteria::to_text(*expression);
  // The moment is fixed here, and kept: "now" would say nothing later.
  std::string as_of = format_moment(now());
  if (const json::value* given = from.if_contains("as_of")) {
    if (!given->is_string()) return invalid("/static/as_of must be a day or a moment");
    as_of = std::string(given->get_string());
  }
  question.lens.as_of = as_of;
  return from_question(call, question, "",
                       {{"from", "criteria"}, {"criteria", *question.lens.filter}, {"as_of", std::move(as_of)}});
}

Result<StaticCohort> from_number(const Call& call, const json::object& from) {
  if (auto right = only(from, {"ask", "body", "cell", "parameters", "lens"}); !right)
    return tl::unexpected(right.error());
  SavedQuestion question;
  if (!from.at("ask").is_string()) return invalid("/static/ask must be the name of a question, such as \"funnel\"");
  question.ask = std::string(from.at("ask").get_string());
  json::object made{{"from", "question"}, {"ask", question.ask}};
  if (const json::value* given = from.if_contains("lens")) {
    auto lens = read_lens(*given, "/static/lens");
    if (!lens) return tl::unexpected(lens.error());
    question.lens = std::move(*lens);
    made["lens"] = *given;
  }
  if (const json::value* given = from.if_contains("parameters")) {
    auto parameters = read_parameters(*given, "/static/parameters");
    if (!parameters) return tl::unexpected(parameters.error());
    question.parameters = std::move(*parameters);
  }
  // Periods said from now and what is left open are of this moment.
  if (!question.lens.as_of) question.lens.as_of = format_moment(now());
  made["as_of"] = *question.lens.as_of;
  if (question.ask != "people") {
    const json::value* body = from.if_contains("body");
    const json::value* cell = from.if_contains("cell");
    if (cell == nullptr)
      return invalid("/static/cell says which number: as the question's own list of people takes it");
    question.body = json::object{{"ask", body != nullptr ? *body : json::value(json::object{})}, {"cell", *cell}};
    made["body"] = question.body.at("ask");
    made["cell"] = *cell;
  }
  return from_question(call, question, "/static", std::move(made));
}

// Identifiers to keys. Those that nobody has (yet) are kept, too: who comes with one later is in.
Result<StaticCohort> from_list(const Call& call, const json::object& from) {
  if (auto right = only(from, {"list", "kind", "format", "column"}); !right) return tl::unexpected(right.error());
  StaticCohort cohort;
  cohort.erasures = call.workspace->saved().erasures();
  const auto listed = identity::read_identifier_list(from);
  if (!listed) return tl::unexpected(Error{listed.error().kind, "/static" + listed.error().message});
  const workspace::View view = call.workspace->view();
  std::vector<PersonId> people;
  json::array unknown, refused;
  std::size_t unknown_count = 0, refused_count = 0;
  for (const identity::ListedIdentifier& each : *listed) {
    bool known = false;
    std::vector<PersonKey> keys;
    for (const identity::IdentifierKind kind : each.kinds) {
      const identity::Identifier identifier{kind, each.value};
      const auto key = view.people->key_of(identifier);
      if (!key) continue;
      const auto person = view.people->find(identifier);
      if (person && view.customers->snapshot().find(*person)) {
        people.push_back(*person);
        keys.assign(1, *key);
        known = true;
        break;
      }
      keys.push_back(*key);
    }
    cohort.keys.insert(cohort.keys.end(), keys.begin(), keys.end());
    if (keys.empty() && ++refused_count <= kUnknownTold) refused.emplace_back(each.value);
    if (!keys.empty() && !known && ++unknown_count <= kUnknownTold) unknown.emplace_back(each.value);
  }
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  std::sort(cohort.keys.begin(), cohort.keys.end());
  cohort.keys.erase(std::unique(cohort.keys.begin(), cohort.keys.end()), cohort.keys.end());
  cohort.made = {{"from", "list"},           {"listed", listed->size()}, {"people", people.size()},
                 {"unknown", unknown_count}, {"refused", refused_count}, {"as_of", format_moment(now())}};
  cohort.told = {{"unknown_identifiers", std::move(unknown)}, {"refused_identifiers", std::move(refused)}};
  return cohort;
}

}  // namespace

Result<StaticCohort> make_static(const Call& call, const json::value& value) {
  const json::object* from = value.if_object();
  if (from == nullptr) return invalid("/static must be an object with `criteria`, `ask` or `list`");
  if (from->contains("criteria")) return from_criteria(call, *from);
  if (from->contains("ask")) return from_number(call, *from);
  if (from->contains("list")) return from_list(call, *from);
  return invalid("/static: say who is in it: `criteria` with `as_of`, `ask` with `cell`, or `list`");
}

}  // namespace habitue::server
