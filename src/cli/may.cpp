// habitue may: whether something may be done for somebody before an offer.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"

namespace habitue::cli {
namespace {

struct MayOptions {
  std::string action, offer, user, person, as_of, language, format = "table";
};

std::string text_in(const boost::json::value& answer, const char* field) {
  const boost::json::value& value = answer.at(field);
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

// A script reads the answer from the exit code, as of the delivery gate: 0 or 4.
int ask_may(const Globals& globals, const MayOptions& options) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  boost::json::object body{{"action", options.action}};
  for (const auto& [name, value] : {std::pair{"offer", &options.offer}, std::pair{"user_id", &options.user},
                                    std::pair{"person", &options.person}, std::pair{"as_of", &options.as_of}})
    if (!value->empty()) body[name] = *value;
  // The terminal speaks English, whatever the language of the company.
  std::vector<std::pair<std::string, std::string>> query;
  if (const std::string language = options.language.empty() && options.format != "json" ? "en" : options.language;
      !language.empty())
    query.emplace_back("lang", language);
  const auto answer = (*connection)->send("POST", "/aida/may", boost::json::serialize(body), query);
  if (!answer) return report(answer.error());
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  if (options.format == "json")
    fmt::print("{}\n", *answer);
  else
    fmt::print("{}\n{}\n", text_in(*json, "words"), text_in(*json, "standing"));
  return json->at("may").as_bool() ? 0 : exit_code(ErrorKind::Conflict);
}

}  // namespace

void add_may(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<MayOptions>();
  CLI::App* command =
      app.add_subcommand("may", "May something be done for somebody before an offer? Exit code 0: yes; 4: no");
  command->add_option("action", options->action, "Which of the configuration's actions: message, delivery, ...")
      ->required();
  command->add_option("--offer", options->offer, "Before which of its offers; may be left out where there is one");
  auto* user = command->add_option("--user", options->user, "For whom: a user id");
  command->add_option("--person", options->person, "Or a person's key, as lists give it")->excludes(user);
  command->add_option("--as-of", options->as_of, "Nothing later is seen: a day (its end) or a moment; default now");
  command->add_option("--language", options->language, "en (default) or fr: of the sentences");
  command->add_option("--format", options->format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->callback(
      [&globals, &action, options] { action = [&globals, options] { return ask_may(globals, *options); }; });
}

}  // namespace habitue::cli
