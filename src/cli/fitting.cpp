// habitue fit: what models have learnt of a workspace, kept.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "server/tables.hpp"

namespace habitue::cli {
namespace {
namespace json = boost::json;

struct FitOptions {
  std::string kind = "forecast", question, as_of, format = "table";
  std::uint64_t id = 0;
};

std::string text(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return value.is_null() ? std::string() : json::serialize(value);
}

server::ReportTable heads(const json::array& fits) {
  server::ReportTable table{
      "Fits", {"fit", "kind", "question", "as of", "made at", "why", "usable", "customers", "purchases", "print"}, {}};
  for (const json::value& fit : fits)
    table.rows.push_back({text(fit.at("id")), text(fit.at("kind")), text(fit.at("ask")), text(fit.at("as_of")),
                          text(fit.at("made_at")), text(fit.at("why")), fit.at("usable").as_bool() ? "yes" : "no",
                          text(fit.at("customers")), text(fit.at("purchases")), text(fit.at("fingerprint"))});
  return table;
}

int print(const std::string& answer, const std::string& format, const std::vector<server::ReportTable>& tables) {
  if (format == "json")
    fmt::print("{}\n", answer);
  else
    print_tables(tables, format);
  return 0;
}

// What is sent, and what is shown of the answer.
template <class Show>
int exchange(const Globals& globals, const FitOptions& options, const char* method, const std::string& path,
             const std::string& body, const Show& show) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  std::vector<std::pair<std::string, std::string>> query{{"lang", "en"}};
  if (!options.as_of.empty()) query.emplace_back("as_of", options.as_of);
  Result<std::string> answer;
  {
    ProgressLine line;
    answer = (*connection)->ask(method, path, body, query, line.function());
  }
  if (!answer) return report(answer.error());
  const auto read = parse_json(*answer);
  return read ? show(*answer, read->get_object()) : report(read.error());
}

int make(const Globals& globals, const FitOptions& options) {
  json::object body{{"kind", options.kind}};
  if (!options.question.empty()) {
    auto question = parse_json(options.question);
    if (!question) return report(question.error());
    body["ask"] = *std::move(question);
  }
  return exchange(globals, options, "POST", "/fits", json::serialize(body),
                  [&](const std::string& answer, const json::object& head) {
                    return print(answer, options.format, {heads({head})});
                  });
}

int list(const Globals& globals, const FitOptions& options) {
  return exchange(globals, options, "GET", "/fits", {}, [&](const std::string& answer, const json::object& body) {
    return print(answer, options.format, {heads(body.at("fits").as_array())});
  });
}

int show(const Globals& globals, const FitOptions& options) {
  return exchange(globals, options, "GET", fmt::format("/fits/{}", options.id), {},
                  [&](const std::string& answer, const json::object& body) {
                    std::vector<server::ReportTable> tables{heads({body})};
                    json::object of = body.at("fit").as_object();
                    of["language"] = body.at("language");
                    for (server::ReportTable& table : server::tables_of(text(body.at("kind")), of))
                      tables.push_back(std::move(table));
                    return print(answer, options.format, tables);
                  });
}

// A script reads from the exit code whether the same came out: 0 or 4.
int check(const Globals& globals, const FitOptions& options) {
  return exchange(globals, options, "POST", fmt::format("/fits/{}/check", options.id), "{}",
                  [&](const std::string& answer, const json::object& body) {
                    const bool same = body.at("same").as_bool();
                    if (options.format == "json")
                      fmt::print("{}\n", answer);
                    else if (same)
                      fmt::print("Made again as of {}: the same, to the last bit.\n", text(body.at("as_of")));
                    else
                      fmt::print("Made again as of {}: another one ({} instead of {}). {}{}\n", text(body.at("as_of")),
                                 text(body.at("again")), text(body.at("fingerprint")),
                                 body.at("data_changed").as_bool() ? "Events have arrived since it was made. " : "",
                                 body.at("rules_changed").as_bool() ? "The configuration has changed since." : "");
                    return same ? 0 : exit_code(ErrorKind::Conflict);
                  });
}

int remove(const Globals& globals, const FitOptions& options) {
  return exchange(globals, options, "DELETE", fmt::format("/fits/{}", options.id), {},
                  [&](const std::string&, const json::object&) {
                    fmt::print("Fit {} is removed.\n", options.id);
                    return 0;
                  });
}

void add_format(CLI::App& command, FitOptions& options) {
  command.add_option("--format", options.format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
}

}  // namespace

void add_fit(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* fit = app.add_subcommand("fit", "What models have learnt of this company, kept: made, listed, checked");
  fit->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const Globals&, const FitOptions&)) {
    auto options = std::make_shared<FitOptions>();
    CLI::App* command = fit->add_subcommand(name, help);
    command->callback(
        [&globals, &action, options, run] { action = [&globals, options, run] { return run(globals, *options); }; });
    return std::pair(command, options);
  };
  {
    auto [command, options] = add("make", "Learn now, and keep it: questions are answered by it from then on", make);
    command->add_option("kind", options->kind, "What is learnt")->capture_default_str();
    command->add_option("--question", options->question, "The question it is for, as JSON: {\"horizon_days\": 90}");
    command->add_option("--as-of", options->as_of, "Nothing later is seen: a day (its end) or a moment; default now");
    add_format(*command, *options);
  }
  {
    auto [command, options] = add("list", "What is kept, the oldest first", list);
    add_format(*command, *options);
  }
  const auto add_of_one = [&](const char* name, const char* help, int (*run)(const Globals&, const FitOptions&)) {
    const auto added = add(name, help, run);
    added.first->add_option("id", added.second->id, "Its number, as the list gives it")->required();
    return added;
  };
  for (const auto& added :
       {add_of_one("show", "What a fit says of itself: parameters, verdicts, its check", show),
        add_of_one("check", "Make it again and compare. Exit code 0: the same to the last bit; 4: another", check)})
    add_format(*added.first, *added.second);
  add_of_one("remove", "Remove a fit for good", remove);
}

}  // namespace habitue::cli
