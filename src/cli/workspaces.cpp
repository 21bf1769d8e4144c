// habitue init, config, key, demo: making workspaces and setting them right.
#include <iostream>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "config/config.hpp"
#include "server/tables.hpp"
#include "workspace/keys.hpp"
#include "workspace/workspace.hpp"

namespace habitue::cli {
namespace {

struct InitOptions {
  std::string name, business, currency, zone = "UTC", model = "purchases", language = "en";
  std::filesystem::path config;
};

int init(const Globals& globals, const InitOptions& options) {
  std::string toml;
  if (!options.config.empty()) {
    auto read = read_file(options.config, 1U << 20U);
    if (!read) return report(read.error());
    toml = std::move(*read);
  } else {
    // The words of the command go through the same reader as a file would, so both are refused alike.
    std::string head = fmt::format(
        "name = {}\nmodel = {}\nzone = {}\nlanguage = {}\n",
        boost::json::serialize(boost::json::value(options.business.empty() ? options.name : options.business)),
        boost::json::serialize(boost::json::value(options.model)),
        boost::json::serialize(boost::json::value(options.zone)),
        boost::json::serialize(boost::json::value(options.language)));
    if (!options.currency.empty())
      head += fmt::format("currency = {}\n", boost::json::serialize(boost::json::value(options.currency)));
    const auto business = config::parse(head, "the options of init");
    if (!business) return report(business.error());
    toml = config::write(*business);
  }
  const std::filesystem::path folder = globals.root / options.name;
  if (auto made = workspace::create(folder, toml); !made) return report(made.error());
  if (const std::string server = running_server(globals.root); !server.empty())
    fmt::print("Restart the server at {} to have it serve this workspace.\n", server);
  fmt::print(
      "Made workspace '{}' in {}.\nNext: look through {}, then import what you have:\n  habitue import FILE "
      "--workspace {}\n",
      options.name, folder.string(), (folder / workspace::kConfigFile).string(), options.name);
  return 0;
}

std::filesystem::path config_file(const Globals& globals, const std::filesystem::path& given) {
  if (!given.empty()) return given;
  const auto names = workspace::Root::names_in(globals.root);
  const std::string name = !globals.workspace.empty() ? globals.workspace
                           : names.size() == 1        ? names.front()
                                                      : std::string();
  return name.empty() ? std::filesystem::path() : globals.root / name / workspace::kConfigFile;
}

int config_check(const Globals& globals, const std::filesystem::path& given) {
  const std::filesystem::path file = config_file(globals, given);
  if (file.empty())
    return report({ErrorKind::InvalidInput, "say which: habitue config check FILE, or --workspace NAME"});
  const auto business = config::load(file);
  if (!business) return report(business.error());
  fmt::print("{} is right: {}, {}, {} hypothes{}, {} steps.\n", file.string(), business->name,
             business->currency.code(), business->hypotheses.size(), business->hypotheses.size() == 1 ? "is" : "es",
             business->steps.size());
  return 0;
}

int config_show(const Globals& globals, const std::filesystem::path& given) {
  const std::filesystem::path file = config_file(globals, given);
  const auto business = file.empty() ? Result<config::Business>(config::Business{}) : config::load(file);
  if (!business) return report(business.error());
  fmt::print("{}", config::write(*business));
  return 0;
}

int config_explain(const std::string& key) {
  std::vector<config::Explanation> all;
  if (key.empty()) {
    all = config::explain_all();
  } else {
    auto one = config::explain(key);
    if (!one) return report(one.error());
    all.push_back(std::move(*one));
  }
  for (const config::Explanation& each : all)
    fmt::print("{} ({}, default {})\n  {}\n", each.key, each.type,
               each.default_value.empty() ? "none" : each.default_value, each.meaning);
  return 0;
}

struct PreviewOptions {
  std::string file, as_of, filter, audience = "all", format = "table", language;
};

// What the file would change in the workspace, asked where its people are; nothing is saved.
int config_preview(const Globals& globals, const PreviewOptions& options) {
  const auto toml = read_file(options.file, 1U << 20U);
  if (!toml) return report(toml.error());
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] :
       {std::pair{"as_of", &options.as_of}, std::pair{"filter", &options.filter}, std::pair{"lang", &options.language}})
    if (!value->empty()) query.emplace_back(name, *value);
  if (options.language.empty() && options.format != "json") query.emplace_back("lang", "en");
  const boost::json::object body{{"toml", *toml}, {"side", options.audience}};
  std::optional<ProgressLine> line(std::in_place);
  const auto answer =
      (*connection)->ask("POST", "/config/preview", boost::json::serialize(body), query, line->function());
  line.reset();
  if (!answer) return report(answer.error());
  if (options.format == "json") {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto json = parse_json(*answer);
  if (!json) return report(json.error());
  const auto tables = server::tables_of("config/preview", json->as_object());
  print_tables(tables, options.format);
  return 0;
}

int key_create(const Globals& globals, const std::string& name, const std::vector<std::string>& scopes) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  boost::json::array list(scopes.begin(), scopes.end());
  const auto answer =
      (*connection)
          ->send("POST", "/keys", boost::json::serialize(boost::json::object{{"name", name}, {"scopes", list}}));
  if (!answer) return report(answer.error());
  const auto json = parse_json(*answer);
  fmt::print("{}\n", std::string(json->at("key").as_string()));
  fmt::print(stderr, "This is shown once; only its hash is kept. Revoke it with: habitue key revoke {}\n",
             std::string(json->at("id").as_string()));
  return 0;
}

int key_list(const Globals& globals) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer = (*connection)->get("/keys");
  if (!answer) return report(answer.error());
  server::ReportTable table{"Keys", {"id", "name", "scopes", "made at"}, {}};
  for (const auto& key : parse_json(*answer)->at("keys").as_array()) {
    std::string scopes;
    for (const auto& scope : key.at("scopes").as_array())
      scopes += (scopes.empty() ? "" : ", ") + std::string(scope.as_string());
    table.rows.push_back({std::string(key.at("id").as_string()), std::string(key.at("name").as_string()), scopes,
                          std::string(key.at("created_at").as_string())});
  }
  print_table(table);
  return 0;
}

int key_revoke(const Globals& globals, const std::string& id) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer = (*connection)->send("DELETE", "/keys/" + id, {});
  if (!answer) return report(answer.error());
  fmt::print("Key {} opens nothing any more.\n", id);
  return 0;
}

void add_config(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* config = app.add_subcommand("config", "Check, show, explain or preview habitue.toml");
  config->require_subcommand(1);
  auto file = std::make_shared<std::filesystem::path>();
  CLI::App* check = config->add_subcommand("check", "Say what is wrong in the configuration, with line and column");
  check->add_option("file", *file, "A habitue.toml; default: the workspace's");
  check->callback([&globals, &action, file] { action = [&globals, file] { return config_check(globals, *file); }; });
  CLI::App* show = config->add_subcommand("show", "Print the whole configuration, defaults included");
  show->add_option("file", *file, "A habitue.toml; default: the workspace's");
  show->callback([&globals, &action, file] { action = [&globals, file] { return config_show(globals, *file); }; });
  auto asked = std::make_shared<PreviewOptions>();
  CLI::App* preview = config->add_subcommand(
      "preview", "Say what a habitue.toml would change: roles, stages, sides of the audience. Nothing is saved");
  preview->add_option("file", asked->file, "The habitue.toml proposed")->required();
  preview->add_option("--as-of", asked->as_of, "As known then; default: now");
  preview->add_option("--filter", asked->filter, "Only people who match this criteria expression");
  preview->add_option("--audience", asked->audience, "all, inside, outside or unknown, by the definitions that hold")
      ->capture_default_str();
  preview->add_option("--format", asked->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  preview->add_option("--language", asked->language, "en or fr");
  preview->callback(
      [&globals, &action, asked] { action = [&globals, asked] { return config_preview(globals, *asked); }; });
  auto key = std::make_shared<std::string>();
  CLI::App* explain = config->add_subcommand("explain", "What a key means, its default, and what moving it costs");
  explain->add_option("key", *key, "Such as stages.new_days; default: all keys");
  explain->callback([&action, key] { action = [key] { return config_explain(*key); }; });
}

void add_key(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* key = app.add_subcommand("key", "Make, list and revoke keys");
  key->require_subcommand(1);
  struct Words {
    std::string name = "unnamed", id;
    std::vector<std::string> scopes;
  };
  auto words = std::make_shared<Words>();
  CLI::App* create = key->add_subcommand("create", "Make a key and print it once");
  create->add_option("--name", words->name, "What it is for")->capture_default_str();
  create
      ->add_option("--scope", words->scopes,
                   "write (send events), read (ask), sql, save (questions and boards), admin; may be repeated")
      ->required();
  create->callback([&globals, &action, words] {
    action = [&globals, words] { return key_create(globals, words->name, words->scopes); };
  });
  CLI::App* list = key->add_subcommand("list", "Keys without their secrets");
  list->callback([&globals, &action] { action = [&globals] { return key_list(globals); }; });
  CLI::App* revoke = key->add_subcommand("revoke", "Make a key open nothing");
  revoke->add_option("id", words->id, "As list shows it")->required();
  revoke->callback(
      [&globals, &action, words] { action = [&globals, words] { return key_revoke(globals, words->id); }; });
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput: return 2;
    case ErrorKind::NotFound: return 3;
    case ErrorKind::Conflict: return 4;
    case ErrorKind::Unavailable: return 5;
    case ErrorKind::Corrupt: return 6;
  }
  return 1;
}

int report(const Error& error) {
  fmt::print(stderr, "habitue: {}\n", error.message);
  return exit_code(error.kind);
}

void add_workspaces(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand("init", "Make a workspace");
  command->add_option("name", options->name, "Small letters, digits, - and _")->required();
  command->add_option("--business", options->business, "The company's name");
  command->add_option("--currency", options->currency, "ISO 4217 letters, such as EUR");
  command->add_option("--zone", options->zone, "IANA time zone, such as Europe/Paris")->capture_default_str();
  command->add_option("--model", options->model, "purchases or subscription")->capture_default_str();
  command->add_option("--language", options->language, "en or fr")->capture_default_str();
  command->add_option("--config", options->config, "Take this habitue.toml instead");
  command->callback([&globals, &action, options] { action = [&globals, options] { return init(globals, *options); }; });
  add_config(app, globals, action);
  add_key(app, globals, action);
  CLI::App* demo = app.add_subcommand(
      "demo", "Make the example workspaces: shop (real orders) and atelier (a simulated subscription business)");
  demo->callback([&globals, &action] { action = [&globals] { return make_demo(globals); }; });
}

}  // namespace habitue::cli
