// habitue ask, habitue sql: questions in, tables out.
#include <atomic>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "cli/behaviour_options.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "server/tables.hpp"

namespace habitue::cli {
namespace {

struct AskOptions {
  std::string report, who, as_of, from, to, period, audience = "all", hypothesis, filter, bucket, events, birth, search,
                                                    format = "table", language;
  std::string limit = "50";  ///< Or "all".
  BehaviourOptions behaviour;
};

std::vector<std::pair<std::string, std::string>> query_of(const AskOptions& options) {
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] :
       {std::pair{"as_of", &options.as_of}, std::pair{"from", &options.from}, std::pair{"to", &options.to},
        std::pair{"period", &options.period}, std::pair{"audience", &options.audience},
        std::pair{"hypothesis", &options.hypothesis}, std::pair{"filter", &options.filter},
        std::pair{"bucket", &options.bucket}, std::pair{"events", &options.events}, std::pair{"birth", &options.birth},
        std::pair{"search", &options.search}, std::pair{"lang", &options.language}})
    if (!value->empty()) query.emplace_back(name, *value);
  // The terminal speaks English, whatever the language of the company: headings and sentences are of one language.
  if (options.language.empty() && options.format != "json") query.emplace_back("lang", "en");
  if (options.report == "people" && !options.behaviour.order.empty())
    query.emplace_back("order", options.behaviour.order);
  if (options.report == "growth" && !options.behaviour.by.empty())
    query.emplace_back("by", options.behaviour.by.find(':') == std::string::npos ? "property:" + options.behaviour.by
                                                                                 : options.behaviour.by);
  if (options.report == "recommendations" && !options.behaviour.by.empty())
    query.emplace_back("by", options.behaviour.by);
  if (options.report == "people" || !options.behaviour.cell.empty()) query.emplace_back("limit", options.limit);
  return query;
}

bool is_of_person(std::string_view report) {
  return report == "person" || report == "treatment" || report == "acquisition-share" || report == "recommendations" ||
         report == "offers";
}

// A person by key, or by whatever finds exactly one.
Result<std::string> person_path(Connection& connection, const std::string& who) {
  if (who.size() == 16 && who.find_first_not_of("0123456789abcdef") == std::string::npos) return "/people/" + who;
  const auto found = connection.get("/people", {{"search", who}, {"limit", "2"}});
  if (!found) return tl::unexpected(found.error());
  const auto json = parse_json(*found);
  const auto& people = json->at("people").as_array();
  if (people.empty()) return fail(ErrorKind::NotFound, fmt::format("nobody is called '{}'", who));
  const auto exact = [&](const boost::json::value& person) {
    for (const auto& identifier : person.at("identifiers").as_array())
      if (identifier.at("value").as_string() == who) return true;
    return false;
  };
  if (people.size() > 1 && !exact(people.front()))
    return invalid(
        fmt::format("{} people match '{}': name one by its key, as `habitue ask people --search {}` shows it",
                    json->at("matched").to_number<std::uint64_t>(), who, who));
  return "/people/" + std::string(people.front().at("key").as_string());
}

// People as they come, straight to standard output: however many there are, none is waited for or kept.
int print_list(Connection& connection, const std::string& path, const std::string& body, const AskOptions& options) {
  auto query = query_of(options);
  query.emplace_back("format", options.format);
  std::atomic<bool> begun = false;
  Result<void> done;
  {
    ProgressLine line;
    done = connection.ask_in_pieces(
        body.empty() ? "GET" : "POST", path, body, query,
        [&](const Progress& progress) {
          if (!begun) line.show(progress);
        },
        [&](std::string_view piece) -> Result<void> {
          begun = true;
          if (std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size() && std::fflush(stdout) == 0) return {};
          return fail(ErrorKind::Unavailable, "standard output takes no more");
        });
  }
  if (!done) return report(done.error());
  if (options.format == "json") fmt::print("\n");
  return 0;
}

int ask(const Globals& globals, const AskOptions& options) {
  auto connection = [&] {
    ProgressLine line;
    return Connection::open(globals, line.function());
  }();
  if (!connection) return report(connection.error());
  std::string path = options.report == "stage-history" ? "/stages/history" : "/" + options.report;
  if (is_of_person(options.report)) {
    auto found = person_path(**connection, options.who);
    if (!found) return report(found.error());
    path = options.report == "person"              ? std::move(*found)
           : options.report == "acquisition-share" ? *found + "/acquisition"
           : options.report == "offers"            ? *found + "/aida"
                                                   : *found + "/" + options.report;
  }
  const bool behaviour = is_behaviour(options.report), people = !options.behaviour.cell.empty();
  const bool listed = (people || options.report == "people") && (options.limit == "all" || options.format == "ndjson");
  Result<std::string> answer;
  std::optional<ProgressLine> line(std::in_place);
  if (behaviour || people) {
    const auto body =
        behaviour ? behaviour_body(options.report, options.bucket, options.behaviour)
                  : people_body(options.report, options.bucket, options.events, options.birth, options.behaviour);
    if (!body) return report(body.error());
    if (people) path += "/people";
    if (listed) return print_list(**connection, path, boost::json::serialize(*body), options);
    answer = (*connection)->ask("POST", path, boost::json::serialize(*body), query_of(options), line->function());
  } else {
    if (listed) return print_list(**connection, path, {}, options);
    answer = (*connection)->ask("GET", path, {}, query_of(options), line->function());
  }
  line.reset();
  if (!answer) return report(answer.error());
  if (options.format == "json") {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  const auto tables = server::tables_of(people ? "people" : options.report, json->as_object());
  if (options.format == "csv") {
    fmt::print("{}", server::csv_of(tables));
    return 0;
  }
  const auto& question = json->at("question").as_object();
  fmt::print("{}, as of {}", (*connection)->workspace(), std::string(question.at("as_of").as_string()));
  if (question.at("hypothesis").is_string())
    fmt::print(", audience of hypothesis {}", std::string(question.at("hypothesis").as_string()));
  fmt::print("\n\n");
  for (const server::ReportTable& table : tables) print_table(table);
  return 0;
}

struct SqlOptions {
  std::string sql, format = "table";
  std::size_t rows = 1'000;
};

int sql(const Globals& globals, const SqlOptions& options) {
  std::string text = options.sql;
  if (text == "-") {
    text.clear();
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, stdin)) text.append(buffer, got);
  }
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer =
      (*connection)
          ->send("POST", "/sql", boost::json::serialize(boost::json::object{{"sql", text}, {"rows", options.rows}}));
  if (!answer) return report(answer.error());
  if (options.format == "json") {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  server::ReportTable table;
  for (const auto& column : json->at("columns").as_array()) table.columns.emplace_back(column.at("name").as_string());
  for (const auto& row : json->at("rows").as_array()) {
    std::vector<std::string> cells;
    for (const auto& cell : row.as_array())
      cells.push_back(cell.is_string() ? std::string(cell.as_string()) : std::string());
    table.rows.push_back(std::move(cells));
  }
  table.title = fmt::format("{} row{}", table.rows.size(), table.rows.size() == 1 ? "" : "s");
  print_tables({table}, options.format);
  if (json->at("truncated").as_bool())
    fmt::print(stderr, "Only the first {} rows are shown; ask for more with --rows.\n", options.rows);
  return 0;
}

}  // namespace

void add_ask(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<AskOptions>();
  std::vector<std::string> reports{"roles",  "stages",    "stage-history",     "flows",           "growth",
                                   "aarrr",  "pollution", "channels",          "spikes",          "people",
                                   "person", "treatment", "acquisition-share", "recommendations", "offers"};
  for (const std::string_view report : behaviour_reports()) reports.emplace_back(report);
  CLI::App* command = app.add_subcommand("ask", fmt::format("Ask a question: {}", fmt::join(reports, ", ")));
  command->add_option("report", options->report, "Which question")->required()->check(CLI::IsMember(reports));
  command->add_option("who", options->who,
                      "person, treatment, offers, acquisition-share, recommendations: a key, or an identifier that "
                      "only one person has");
  command->add_option("--as-of", options->as_of, "Nothing later is seen: a day (its end) or a moment; default now");
  command->add_option("--from", options->from, "First day of the period");
  command->add_option("--to", options->to, "Last day of the period");
  command->add_option("--period", options->period, "Instead: last 30 days, last 12 full weeks, this month, last month");
  command->add_option("--audience", options->audience, "all, inside, outside, unknown")->capture_default_str();
  command->add_option("--hypothesis", options->hypothesis,
                      "Version whose audience is the lens; default: the one in force");
  command->add_option("--filter", options->filter, "Criteria: only people who match");
  command->add_option("--bucket", options->bucket,
                      "growth, stage-history, questions about money: hour, day, week or month");
  command->add_option("--events", options->events, "growth: what counts as active, with commas; default purchases");
  command->add_option("--birth", options->birth, "growth: new by first_activity (default) or by creation");
  command->add_option("--search", options->search, "people: part of an identifier");
  command->add_option("--limit", options->limit, "people, --people: how many rows, or all as csv, ndjson or json")
      ->check(CLI::NonNegativeNumber | CLI::IsMember({"all"}))
      ->capture_default_str();
  command->add_option("--language", options->language, "en (default) or fr: of sentences; of all of contrast");
  command->add_option("--format", options->format, "table, json or csv; of people ndjson too")
      ->check(CLI::IsMember({"table", "json", "csv", "ndjson"}))
      ->capture_default_str();
  add_behaviour_options(*command, options->behaviour);
  command->callback([&globals, &action, options] {
    if (is_of_person(options->report) && options->who.empty())
      throw CLI::ValidationError("ask " + options->report, "name the person: habitue ask " + options->report + " KEY");
    const bool people = options->report == "people" || !options->behaviour.cell.empty();
    if (options->format == "ndjson" && !people)
      throw CLI::ValidationError("--format", "only people are listed as ndjson");
    if (options->limit == "all" && options->format == "table" && people)
      throw CLI::ValidationError("--limit", "all people are listed with --format csv, ndjson or json");
    action = [&globals, options] { return ask(globals, *options); };
  });

  auto sql_options = std::make_shared<SqlOptions>();
  CLI::App* query = app.add_subcommand("sql", "Read the ledger with SQL (DuckDB's); nothing can be changed by it");
  query->add_option("sql", sql_options->sql, "The statement, or - to read it from standard input")->required();
  query->add_option("--rows", sql_options->rows, "Rows at most")->capture_default_str();
  query->add_option("--format", sql_options->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  query->callback(
      [&globals, &action, sql_options] { action = [&globals, sql_options] { return sql(globals, *sql_options); }; });
}

}  // namespace habitue::cli
