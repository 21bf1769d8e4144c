// habitue gate: may an order be delivered, who signed for it when it was not paid, and what became of that.
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

struct GateOptions {
  std::string order, user, person, account, currency, as_of, from, to, reason, language, format = "table";
  std::optional<double> total;
};

std::vector<std::pair<std::string, std::string>> query_of(const GateOptions& options) {
  // The terminal speaks English, whatever the language of the company.
  std::string language = options.language;
  if (language.empty() && options.format != "json") language = "en";
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] : {std::pair<const char*, const std::string*>{"lang", &language},
                                    std::pair{"from", &options.from}, std::pair{"to", &options.to}})
    if (!value->empty()) query.emplace_back(name, *value);
  return query;
}

std::string body_of(const GateOptions& options) {
  boost::json::object body;
  for (const auto& [name, value] : {std::pair{"order_id", &options.order}, std::pair{"user_id", &options.user},
                                    std::pair{"person", &options.person}, std::pair{"account", &options.account},
                                    std::pair{"currency", &options.currency}, std::pair{"as_of", &options.as_of},
                                    std::pair{"reason", &options.reason}})
    if (!value->empty()) body[name] = *value;
  if (options.total) body["total"] = *options.total;
  return boost::json::serialize(body);
}

std::string cell(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return value.is_null() ? std::string() : boost::json::serialize(value);
}

// Of `check`, a script reads from the exit code whether the order may go: 0 or 4.
int ask_gate(const Globals& globals, const GateOptions& options, bool signs) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer =
      (*connection)
          ->send("POST", signs ? "/delivery-gate/overrides" : "/delivery-gate", body_of(options), query_of(options));
  if (!answer) return report(answer.error());
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  if (options.format == "json") {
    fmt::print("{}\n", *answer);
  } else {
    fmt::print("{}\n\n", cell(json->at("words")));
    for (const server::ReportTable& table : server::tables_of("delivery-gate", json->as_object())) print_table(table);
  }
  return json->at("may_deliver").as_bool() ? 0 : exit_code(ErrorKind::Conflict);
}

int list_overrides(const Globals& globals, const GateOptions& options) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  auto query = query_of(options);
  if (!options.as_of.empty()) query.emplace_back("as_of", options.as_of);
  const auto answer = (*connection)->get("/delivery-gate/overrides", query);
  if (!answer) return report(answer.error());
  if (options.format == "json") {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  const auto tables = server::tables_of("overrides", json->as_object());
  print_tables(tables, options.format);
  return 0;
}

void add_subject(CLI::App& command, GateOptions& options) {
  command.add_option("order", options.order, "The order")->required();
  auto* user = command.add_option("--user", options.user, "Whose: a user id");
  auto* person = command.add_option("--person", options.person, "Or a person's key, as lists give it")->excludes(user);
  command.add_option("--account", options.account, "Or an account, where accounts are charged")
      ->excludes(user)
      ->excludes(person);
  command.add_option("--total", options.total, "What it costs, where nobody told of it or it costs more by now");
  command.add_option("--currency", options.currency, "Of the total; default the business's");
  command.add_option("--language", options.language, "en (default) or fr: of the sentence");
  command.add_option("--format", options.format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

}  // namespace

void add_gate(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* gate = app.add_subcommand("gate", "May an order be delivered before it is paid, and who signed for it");
  gate->require_subcommand(1);

  auto checked = std::make_shared<GateOptions>();
  CLI::App* check = gate->add_subcommand("check", "May this order be delivered? Exit code 0: yes; 4: no");
  add_subject(*check, *checked);
  check->add_option("--as-of", checked->as_of, "Nothing later is seen: a day (its end) or a moment; default now");
  check->callback(
      [&globals, &action, checked] { action = [&globals, checked] { return ask_gate(globals, *checked, false); }; });

  auto answered = std::make_shared<GateOptions>();
  CLI::App* override_one = gate->add_subcommand("override", "Sign for a delivery before payment");
  add_subject(*override_one, *answered);
  override_one->add_option("--reason", answered->reason, "Why")->required();
  override_one->callback(
      [&globals, &action, answered] { action = [&globals, answered] { return ask_gate(globals, *answered, true); }; });

  auto listed = std::make_shared<GateOptions>();
  CLI::App* overrides = gate->add_subcommand("overrides", "Who signed for what, and whether it was paid since");
  overrides->add_option("--from", listed->from, "Signed from this day on");
  overrides->add_option("--to", listed->to, "Last day of the period");
  overrides->add_option("--as-of", listed->as_of, "Nothing later is seen; default now");
  overrides->add_option("--format", listed->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  overrides->callback(
      [&globals, &action, listed] { action = [&globals, listed] { return list_overrides(globals, *listed); }; });
}

}  // namespace habitue::cli
