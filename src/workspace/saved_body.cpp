#include "workspace/saved_body.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"

namespace habitue::workspace {
namespace {
namespace json = boost::json;

const json::value* member(const json::value* of, std::string_view name) {
  const json::object* object = of != nullptr ? of->if_object() : nullptr;
  return object != nullptr ? object->if_contains(name) : nullptr;
}

void add(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

void add_names(std::vector<std::string>& names, const json::value* list) {
  const json::array* array = list != nullptr ? list->if_array() : nullptr;
  if (array == nullptr) return;
  for (const json::value& each : *array)
    if (each.is_string()) add(names, std::string_view(each.get_string()));
}

// The cohorts that a lens names by its filter. A filter that cannot be read names nobody: whoever asks is told.
void read_lens(SavedThing& thing, const json::value* lens) {
  const json::value* filter = member(lens, "filter");
  if (filter == nullptr || !filter->is_string()) return;
  const auto expression = criteria::parse(std::string_view(filter->get_string()));
  if (!expression) {
    thing.broken = fmt::format("/lens/filter: {}", expression.error().message);
    return;
  }
  for (const std::string& name : criteria::names_of(*expression).cohorts) add(thing.cohorts, name);
}

void read_cohort(SavedThing& thing, const json::value& body) {
  const json::value* criteria_text = member(&body, "criteria");
  if (criteria_text == nullptr) return;  // A static one: its people are beside it.
  if (!criteria_text->is_string()) {
    thing.broken = "/criteria: must be a text";
    return;
  }
  auto expression = criteria::parse(std::string_view(criteria_text->get_string()));
  if (!expression) {
    thing.broken = fmt::format("/criteria: {}", expression.error().message);
    return;
  }
  thing.cohorts = criteria::names_of(*expression).cohorts;
  thing.live = std::move(*expression);
}

void read_question(SavedThing& thing, const json::value& body) {
  read_lens(thing, member(&body, "lens"));
  const json::value* asked = member(&body, "ask");
  if (asked == nullptr || !asked->is_string()) {
    thing.broken = "/ask: says which question it is, such as \"funnel\"";
    return;
  }
  if (!std::string_view(asked->get_string()).starts_with("cohorts/")) return;
  add_names(thing.cohorts, member(member(&body, "body"), "cohorts"));
  if (const json::value* name = member(member(&body, "body"), "cohort"); name != nullptr && name->is_string())
    add(thing.cohorts, std::string_view(name->get_string()));
}

void read_board(SavedThing& thing, const json::value& body) {
  read_lens(thing, member(&body, "lens"));
  const json::value* tiles = member(&body, "tiles");
  if (tiles == nullptr || !tiles->is_array()) {
    thing.broken = "/tiles: must be a list";
    return;
  }
  for (const json::value& tile : tiles->get_array())
    if (const json::value* name = member(&tile, "question"); name != nullptr && name->is_string())
      add(thing.questions, std::string_view(name->get_string()));
}

}  // namespace

SavedThing read_thing(SavedKind kind, const ledger::SavedRecord& record) {
  SavedThing thing{.id = record.id,
                   .kind = kind,
                   .name = record.name,
                   .body = record.body,
                   .version = record.version,
                   .created_at = record.created_at,
                   .updated_at = record.updated_at,
                   .live = {},
                   .members = {},
                   .broken = {},
                   .cohorts = {},
                   .questions = {}};
  const auto body = parse_json(record.body);
  if (!body || !body->is_object()) {
    thing.broken = body ? "its body is no JSON object" : body.error().message;
    return thing;
  }
  if (kind == SavedKind::Cohort) read_cohort(thing, *body);
  if (kind == SavedKind::Question) read_question(thing, *body);
  if (kind == SavedKind::Board) read_board(thing, *body);
  return thing;
}

}  // namespace habitue::workspace
