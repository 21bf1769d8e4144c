#include "cli/saving.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/connection.hpp"
#include "cli/document.hpp"
#include "cli/terminal.hpp"
#include "server/tables.hpp"

namespace habitue::cli {
namespace {
namespace json = boost::json;
using Query = std::vector<std::pair<std::string, std::string>>;

// `cohorts`, `questions`, `boards`.
std::string path_of(std::string_view list, const std::string& name = {}) {
  return name.empty() ? fmt::format("/{}", list) : fmt::format("/{}/{}", list, name);
}

Query query_of(const SavingOptions& options) {
  Query query;
  for (const auto& [name, value] : lens_of(options))
    query.emplace_back(std::string(name), std::string(value.as_string()));
  // The terminal speaks English, whatever the language of the company.
  if (!options.language.empty() || options.format != "json")
    query.emplace_back("lang", options.language.empty() ? "en" : options.language);
  if (!options.max_age.empty()) query.emplace_back("max_age", options.max_age);
  return query;
}

// One request; what is answered goes to `print`.
template <class Print>
int exchange(const Globals& globals, const std::string& method, const std::string& path, const std::string& body,
             const Query& query, const Print& print) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer = (*connection)->send(method, path, body, query);
  if (!answer) return report(answer.error());
  const auto read = parse_json(*answer);
  return read ? print(*read) : report(read.error());
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null()) return "";
  if (!value.is_array()) return json::serialize(value);
  std::string text;
  for (const json::value& each : value.get_array()) text += (text.empty() ? "" : ", ") + text_of(each);
  return text;
}

int print_document(const json::value& whole, const std::string& format) {
  fmt::print("{}", written(whole, format == "toml"));
  return 0;
}

}  // namespace

int list_saved(const Globals& globals, const std::string& of, const std::vector<std::string>& columns,
               const SavingOptions& options) {
  return exchange(globals, "GET", path_of(of), {}, {}, [&](const json::value& answer) {
    if (options.format == "json" || options.format == "toml") return print_document(answer, options.format);
    server::ReportTable table{of, columns, {}};
    for (const json::value& thing : answer.at(of).as_array()) {
      std::vector<std::string> row;
      for (const std::string& column : columns) {
        const json::value* cell = thing.as_object().if_contains(column == "used by" ? "used_by" : column);
        row.push_back(cell != nullptr ? text_of(*cell) : std::string());
      }
      table.rows.push_back(std::move(row));
    }
    print_tables({table}, options.format);
    return 0;
  });
}

int show_saved(const Globals& globals, const std::string& of, const SavingOptions& options) {
  return exchange(globals, "GET", path_of(of, options.name), {}, of == "cohorts" ? query_of(options) : Query{},
                  [&](const json::value& thing) {
                    if (options.format == "json" || options.format == "toml")
                      return print_document(thing, options.format);
                    server::ReportTable table{options.name, {"what", "is"}, {}};
                    for (const auto& [name, value] : thing.as_object())
                      if (const std::string text = text_of(value); !text.empty() && name != "name")
                        table.rows.push_back({std::string(name), text});
                    print_tables({table}, options.format);
                    return 0;
                  });
}

int delete_saved(const Globals& globals, const std::string& of, const SavingOptions& options) {
  Query query;
  if (!options.version.empty()) query.emplace_back("version", options.version);
  return exchange(globals, "DELETE", path_of(of, options.name), {}, query, [&](const json::value&) {
    fmt::print("Deleted {}.\n", options.name);
    return 0;
  });
}

int save(const Globals& globals, const std::string& of, const SavingOptions& options,
         const Result<json::object>& body) {
  if (!body) return report(body.error());
  Query query;
  if (options.replace) query.emplace_back("version", "*");
  if (!options.version.empty()) query.emplace_back("version", options.version);
  return exchange(globals, "PUT", path_of(of, options.name), json::serialize(*body), query,
                  [&](const json::value& saved) {
                    const json::object& thing = saved.as_object();
                    fmt::print("Saved {}, version {}.\n", options.name, text_of(thing.at("version")));
                    if (const json::value* made = thing.if_contains("made"); made != nullptr && made->is_object())
                      if (const json::value* people = made->get_object().if_contains("people"))
                        fmt::print("{} people are in it.\n", text_of(*people));
                    for (const auto& [member, words] :
                         {std::pair{"warnings", "note"}, std::pair{"unknown_identifiers", "nobody has yet"},
                          std::pair{"refused_identifiers", "no identifier"}}) {
                      const json::value* list = thing.if_contains(member);
                      if (list == nullptr || !list->is_array()) continue;
                      for (const json::value& each : list->get_array())
                        fmt::print(stderr, "{}: {}\n", words, text_of(each));
                    }
                    return 0;
                  });
}

namespace {

// The name by which tables know a question.
std::string report_of(std::string ask) {
  if (ask == "cohorts/overlap") return "overlap";
  std::replace(ask.begin(), ask.end(), '/', '-');
  return ask == "cohorts-history" ? "cohort-history" : ask;
}

int print_answer(const json::value& answer, const std::string& ask, const std::string& format) {
  if (format == "json") return print_document(answer, format);
  print_tables(server::tables_of(report_of(ask), answer.as_object()), format);
  return 0;
}

}  // namespace

int run_question(const Globals& globals, const SavingOptions& options) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto saved = (*connection)->get(path_of("questions", options.name));
  if (!saved) return report(saved.error());
  const auto answer = (*connection)->get(path_of("questions", options.name) + "/answer", query_of(options));
  if (!answer) return report(answer.error());
  const auto read = parse_json(*answer), question = parse_json(*saved);
  if (!read || !question) return report(read ? question.error() : read.error());
  return print_answer(*read, text_of(question->at("ask")), options.format);
}

int run_board(const Globals& globals, const SavingOptions& options) {
  return exchange(globals, "GET", path_of("boards", options.name) + "/answer", {}, query_of(options),
                  [&](const json::value& board) {
                    if (options.format == "json") return print_document(board, "json");
                    bool whole = true;
                    for (const json::value& tile : board.at("tiles").as_array()) {
                      const std::string title = text_of(tile.at("title")), name = text_of(tile.at("question"));
                      fmt::print("\n== {}\n", title.empty() ? name : title);
                      if (const std::string note = text_of(tile.at("note")); !note.empty()) fmt::print("{}\n", note);
                      if (tile.at("problem").is_object()) {
                        fmt::print(stderr, "habitue: {}: {}\n", name, text_of(tile.at("problem").at("detail")));
                        whole = false;
                      }
                      if (tile.at("answer").is_object())
                        print_answer(tile.at("answer"), text_of(tile.at("ask")), options.format);
                    }
                    return whole ? 0 : exit_code(ErrorKind::Unavailable);
                  });
}

int compare_cohorts(const Globals& globals, const SavingOptions& options) {
  const json::object body{{"cohorts", json::array(options.names.begin(), options.names.end())}};
  return exchange(globals, "POST", "/cohorts/overlap", json::serialize(body), query_of(options),
                  [&](const json::value& answer) { return print_answer(answer, "cohorts/overlap", options.format); });
}

int cohort_history(const Globals& globals, const SavingOptions& options) {
  json::object body{{"cohort", options.name}};
  if (!options.bucket.empty()) body["bucket"] = options.bucket;
  return exchange(globals, "POST", "/cohorts/history", json::serialize(body), query_of(options),
                  [&](const json::value& answer) { return print_answer(answer, "cohorts/history", options.format); });
}

int export_saved(const Globals& globals, const SavingOptions& options) {
  return exchange(globals, "GET", "/saved", {}, {}, [&](const json::value& document) {
    const bool toml = options.format == "toml" || options.file.ends_with(".toml");
    const std::string text = written(document, toml);
    if (options.file.empty() || options.file == "-") {
      fmt::print("{}", text);
      return 0;
    }
    const auto kept = write_file_atomically(options.file, text);
    return kept ? 0 : report(kept.error());
  });
}

int import_saved(const Globals& globals, const SavingOptions& options) {
  const auto document = read_document(options.file);
  if (!document) return report(document.error());
  Query query;
  if (options.replace) query.emplace_back("replace", "true");
  return exchange(globals, "POST", "/saved", json::serialize(*document), query, [&](const json::value& outcome) {
    for (const json::value& each : outcome.at("saved").as_array())
      fmt::print("Saved {} {}, version {}.\n", text_of(each.at("kind")), text_of(each.at("name")),
                 text_of(each.at("version")));
    for (const json::value& each : outcome.at("left_out").as_array())
      fmt::print(stderr, "habitue: left out {} {}: {}\n", text_of(each.at("kind")), text_of(each.at("name")),
                 text_of(each.at("reason")));
    return outcome.at("left_out").as_array().empty() ? 0 : exit_code(ErrorKind::Conflict);
  });
}

}  // namespace habitue::cli
