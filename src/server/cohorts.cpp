// Cohorts: kept, shown with how many they are, and made of whoever a question finds.
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "criteria/node.hpp"
#include "insight/reports.hpp"
#include "server/asking.hpp"
#include "server/json_of.hpp"
#include "server/saved.hpp"

namespace habitue::server {
namespace json = boost::json;
using workspace::SavedKind;

namespace {

// Text as it is canonical, from the text or the JSON form.
Result<criteria::Expression> read_criteria(const json::value& value) {
  auto expression =
      value.is_string() ? criteria::parse(std::string_view(value.get_string())) : criteria::from_json(value);
  if (!expression)
    return tl::unexpected(Error{expression.error().kind, fmt::format("/criteria: {}", expression.error().message)});
  return expression;
}

Result<void> only_known(const json::object& body) {
  const std::vector<std::string_view> names{"description", "criteria", "static"};
  for (const auto& [name, value] : body) {
    if (std::find(names.begin(), names.end(), std::string_view(name)) != names.end()) continue;
    const std::string_view nearest = nearest_word(name, names);
    return invalid(fmt::format("/{} is not known; {}", std::string_view(name),
                               nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                               : fmt::format("did you mean \"{}\"?", nearest)));
  }
  return {};
}

// The names that a live cohort's data lacks: warned of, as data may still come.
Result<std::vector<std::string>> warnings_of(const Call& call, const criteria::Expression& expression) {
  auto cohorts = call.workspace->cohorts(criteria::names_of(expression).cohorts);
  if (!cohorts) return tl::unexpected(cohorts.error());
  return criteria::with_cohorts(expression, *cohorts->cohorts)
      .and_then([&](const criteria::Expression& whole) { return cohorts->view.customers->evaluator(whole); })
      .map([](const criteria::Evaluator& bound) { return bound.warnings(); })
      .map_error([](const Error& error) {
        return Error{ErrorKind::InvalidInput, fmt::format("/criteria: {}", error.message)};
      });
}

// How many are in it through the lens of the request, with what is warned of.
Result<json::object> figures_of(const Call& call, const std::string& name) {
  auto asked = read_question(call);
  if (!asked) return tl::unexpected(asked.error());
  if (auto found = name_cohorts(call, *asked, {name}); !found) return tl::unexpected(found.error());
  auto member = criteria::with_cohorts(
      criteria::Expression(criteria::make_node({criteria::InCohort{name, {}, {}}}).node), *asked->question.cohorts);
  if (!member) return tl::unexpected(member.error());
  auto bound = asked->view.customers->evaluator(*member);
  if (!bound) return tl::unexpected(bound.error());
  std::vector<criteria::NodeRef> parts{criteria::NodeRef{member->shared_root()}};
  if (asked->question.filter) parts.push_back({asked->question.filter->shared_root()});
  insight::Question question = asked->question;
  question.filter = criteria::Expression(criteria::make_all(std::move(parts)).node);
  const auto people = insight::ask_people(*asked->view.customers, question,
                                          {asked->audience, insight::PeopleOrder::LastSeen, 0, 0, std::nullopt});
  if (!people) return tl::unexpected(people.error());
  json::array warnings;
  for (const std::string& warning : bound->warnings()) warnings.emplace_back(warning);
  return json::object{{"people", people->matched},
                      {"unknown", people->unknown},
                      {"as_of", moment_json(asked->question.as_of)},
                      {"warnings", std::move(warnings)}};
}

}  // namespace

Result<ReadyDraft> cohort_draft(const Call& call, const std::string& name, const json::value& value) {
  const json::object* body = value.if_object();
  if (body == nullptr) return invalid("a cohort is an object: {\"criteria\": \"...\"} or {\"static\": {...}}");
  if (auto right = only_known(*body); !right) return tl::unexpected(right.error());
  ReadyDraft ready;
  ready.draft.kind = SavedKind::Cohort;
  ready.draft.name = name;
  json::object kept{{"description", ""}};
  if (const json::value* description = body->if_contains("description")) {
    if (!description->is_string()) return invalid("/description must be a text");
    kept["description"] = *description;
  }
  const json::value* live = body->if_contains("criteria");
  const json::value* fixed = body->if_contains("static");
  if (live != nullptr && fixed != nullptr) return invalid("a cohort is live, by `criteria`, or `static`");
  if (live != nullptr) {
    const auto expression = read_criteria(*live);
    if (!expression) return tl::unexpected(expression.error());
    auto warnings = warnings_of(call, *expression);
    if (!warnings) return tl::unexpected(warnings.error());
    kept["criteria"] = criteria::to_text(*expression);
    ready.warnings = std::move(*warnings);
  } else if (fixed != nullptr) {
    auto made = make_static(call, *fixed);
    if (!made) return tl::unexpected(made.error());
    kept["made"] = std::move(made->made);
    ready.draft.members = std::move(made->keys);
    ready.draft.erasures = made->erasures;
    ready.told = std::move(made->told);
  } else {
    // Only what is said of it changes.
    const auto state = call.workspace->saved().state();
    const workspace::SavedThing* there = state->find(SavedKind::Cohort, name);
    if (there == nullptr) return invalid("say who is in it: `criteria`, or `static`");
    const auto before = parse_json(there->body);
    if (!before) return tl::unexpected(before.error());
    for (const char* member : {"criteria", "made"})
      if (const json::value* old = before->as_object().if_contains(member)) kept[member] = *old;
  }
  ready.draft.body = json::serialize(kept);
  return ready;
}

namespace handlers {

Response get_cohorts(const Call& call) {
  const auto state = call.workspace->saved().state();
  json::array cohorts;
  for (const auto& [name, thing] : state->all(SavedKind::Cohort)) cohorts.push_back(thing_json(*state, thing));
  return reply(json::object{{"cohorts", std::move(cohorts)}});
}

Response get_cohort(const Call& call) {
  const auto state = call.workspace->saved().state();
  const auto thing = state->get(SavedKind::Cohort, call.path[1]);
  if (!thing) return problem(thing.error());
  json::object whole = thing_json(*state, **thing);
  for (const char* figure : {"people", "unknown", "as_of"}) whole[figure] = nullptr;
  whole["warnings"] = json::array();
  if ((*thing)->broken.empty()) {
    auto figures = figures_of(call, call.path[1]);
    if (!figures) return problem(figures.error());
    for (auto& [name, value] : *figures) whole[name] = std::move(value);
  }
  return thing_response(**thing, std::move(whole));
}

Response put_cohort(const Call& call) { return put_thing(call, SavedKind::Cohort, cohort_draft); }
Response delete_cohort(const Call& call) { return delete_thing(call, SavedKind::Cohort); }

}  // namespace handlers
}  // namespace habitue::server
