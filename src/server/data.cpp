// What comes in by file, what is asked in words or SQL.
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "criteria/cohorts.hpp"
#include "insight/criteria_counts.hpp"
#include "server/asking.hpp"
#include "server/json_of.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;

constexpr std::size_t kValuesShown = 20;
constexpr std::size_t kDistinctMax = 200;

// A refusal of the language names its place as `line 1, column 7`; the page underlines the word there.
Response criteria_problem(const Error& error) {
  Response response = problem(error);
  const auto number_after = [&](std::string_view word) -> std::optional<std::uint64_t> {
    const std::size_t at = error.message.find(word);
    if (at == std::string::npos) return std::nullopt;
    std::uint64_t number = 0;
    const char* first = error.message.data() + at + word.size();
    const auto [end, code] = std::from_chars(first, error.message.data() + error.message.size(), number);
    return code == std::errc{} ? std::optional(number) : std::nullopt;
  };
  auto body = json::parse(response.body);
  if (const auto line = number_after("line ")) body.as_object()["line"] = *line;
  if (const auto column = number_after("column ")) body.as_object()["column"] = *column;
  response.body = json::serialize(body);
  return response;
}

Result<std::uint32_t> import_id(const std::string& text) {
  std::uint32_t id = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (code != std::errc{} || end != text.data() + text.size())
    return fail(ErrorKind::NotFound, fmt::format("there is no import '{}'", text));
  return id;
}

}  // namespace

Response post_criteria_check(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* object = body->if_object();
  const json::value* text = object != nullptr ? object->if_contains("text") : nullptr;
  const json::value* tree = object != nullptr ? object->if_contains("json") : nullptr;
  if ((text == nullptr || !text->is_string()) && tree == nullptr)
    return problem({ErrorKind::InvalidInput, "the body must be {\"text\": \"...\"} or {\"json\": {...}}"});
  const auto expression = text != nullptr && text->is_string() ? criteria::parse(std::string_view(text->as_string()))
                                                               : criteria::from_json(*tree);
  if (!expression) return criteria_problem(expression.error());

  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  auto whole = *expression;
  if (const auto names = criteria::names_of(*expression).cohorts; !names.empty()) {
    if (auto found = name_cohorts(call, *asked, names); !found) return criteria_problem(found.error());
    auto resolved = criteria::with_cohorts(*expression, *asked->question.cohorts);
    if (!resolved) return criteria_problem(resolved.error());
    whole = std::move(*resolved);
  }
  const auto evaluator = asked->view.customers->evaluator(whole);
  if (!evaluator) return criteria_problem(evaluator.error());
  return kept_answer(call, *asked, "criteria", criteria::to_text(*expression), [&] {
    const auto counts = insight::count_criteria(*asked->view.customers, asked->question, *evaluator);
    if (!counts) return problem(counts.error());
    json::array warnings;
    for (const std::string& warning : evaluator->warnings()) warnings.emplace_back(warning);
    return answer(call, *asked, "criteria",
                  {{"text", criteria::to_text(*expression)},
                   {"json", criteria::to_json(*expression)},
                   {"words", criteria::describe(*expression, call.language())},
                   {"warnings", std::move(warnings)},
                   {"inside", counts->inside},
                   {"outside", counts->outside},
                   {"unknown", counts->unknown}});
  });
}

Response get_criteria_names(const Call& call) {
  const workspace::View view = call.workspace->view();
  const journey::Snapshot& snapshot = view.customers->snapshot();
  json::array events, properties, cohorts;
  json::object values;
  const auto saved = call.workspace->saved().state();
  for (const auto& [name, cohort] : saved->all(workspace::SavedKind::Cohort)) cohorts.emplace_back(name);
  for (const std::string& kind : snapshot.kinds()) events.emplace_back(kind);
  for (const std::string& name : snapshot.property_names()) {
    properties.emplace_back(name);
    const auto property = snapshot.find_property(name);
    if (!property) continue;
    // A property of very many values (an order's number) helps nobody to choose from a list.
    const auto frequent = snapshot.frequent_values(*property, kDistinctMax + 1);
    if (frequent.empty() || frequent.size() > kDistinctMax) continue;
    json::array shown;
    for (std::size_t i = 0; i < std::min(frequent.size(), kValuesShown); ++i)
      shown.push_back(json::array{frequent[i].first, frequent[i].second});
    values[name] = std::move(shown);
  }
  return reply(json::object{{"events", std::move(events)},
                            {"properties", std::move(properties)},
                            {"values", std::move(values)},
                            {"cohorts", std::move(cohorts)}});
}

Response get_imports(const Call& call) {
  const auto imports = call.workspace->ledger().imports();
  if (!imports) return problem(imports.error());
  json::array array;
  for (const ledger::ImportRecord& record : *imports) array.push_back(import_json(record));
  return reply(json::object{{"imports", std::move(array)}});
}

// Reads a file of the server's own machine, so it is for this machine's own command line and for nobody else.
Response post_import(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* object = body->if_object();
  const json::value* file = object != nullptr ? object->if_contains("file") : nullptr;
  const json::value* mapping_json = object != nullptr ? object->if_contains("mapping") : nullptr;
  if (file == nullptr || !file->is_string() || mapping_json == nullptr)
    return problem({ErrorKind::InvalidInput, "the body must be {\"file\": \"/path\", \"mapping\": {...}}"});
  if (!call.request.from_loopback && !call.request.trusted)
    return problem(403, "forbidden", "Only from this machine",
                   "Files of the server are imported from its own machine.");
  auto mapping = intake::parse_mapping(json::serialize(*mapping_json));
  if (!mapping) return problem(mapping.error());
  const json::value* again = object->if_contains("again");
  workspace::ImportRequest import{std::string(file->as_string()), std::move(*mapping),
                                  again != nullptr && again->is_bool() && again->as_bool()};
  return reply(json::object{{"job", call.api.start_import(*call.workspace, std::move(import))}}, 202);
}

Response get_import_job(const Call& call) {
  const auto number = import_id(call.path[1]);
  return number ? call.api.import_state(*call.workspace, *number) : problem(number.error());
}

Response post_import_undo(const Call& call) {
  const auto id = import_id(call.path[1]);
  if (!id) return problem(id.error());
  const auto undone = call.workspace->undo_import(*id);
  call.api.answers().forget(call.workspace->id());
  return undone ? reply(json::object{{"id", *id}, {"events_removed", *undone}}) : problem(undone.error());
}

Response post_sql(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* object = body->if_object();
  const json::value* sql = object != nullptr ? object->if_contains("sql") : nullptr;
  if (sql == nullptr || !sql->is_string())
    return problem({ErrorKind::InvalidInput, "the body must be {\"sql\": \"select ...\"}"});
  std::size_t rows_max = 1'000;
  if (const json::value* rows = object->if_contains("rows");
      rows != nullptr && rows->is_int64() && rows->as_int64() > 0)
    rows_max = std::min(static_cast<std::size_t>(rows->as_int64()), call.api.options().sql_rows_max);
  const auto table = call.workspace->ledger().query(std::string_view(sql->as_string()), rows_max);
  if (!table) return problem(table.error());
  json::array columns, rows;
  for (std::size_t i = 0; i < table->columns.size(); ++i)
    columns.push_back(
        json::object{{"name", table->columns[i]}, {"type", i < table->types.size() ? table->types[i] : std::string()}});
  for (const auto& cells : table->rows) {
    json::array row;
    for (const auto& cell : cells) row.push_back(cell ? json::value(*cell) : json::value(nullptr));
    rows.push_back(std::move(row));
  }
  return reply(
      json::object{{"columns", std::move(columns)}, {"rows", std::move(rows)}, {"truncated", table->truncated}});
}

}  // namespace habitue::server::handlers
