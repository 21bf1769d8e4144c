// habitue tail: what comes in over the wire, as it comes, with the reason for what was refused.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"

namespace habitue::cli {
namespace {
namespace json = boost::json;

struct TailOptions {
  bool as_json = false;
  bool once = false;
  std::uint32_t lines = 20;
};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

void print(const json::object& arrival) {
  const std::string fate = text_of(arrival, "fate");
  const std::string at = text_of(arrival, "received_at");
  const std::string key = text_of(arrival, "key");
  if (fate == "refused") {
    fmt::print("{}  refused    {}{}\n", at, text_of(arrival, "reason"), key.empty() ? "" : "  (key " + key + ")");
    return;
  }
  const std::string name = text_of(arrival, "event");
  const std::string user = text_of(arrival, "user_id");
  const auto* properties = arrival.if_contains("properties");
  fmt::print("{}  {:<9}  {}  {}  {}{}\n", at, fate, name.empty() ? text_of(arrival, "type") : name,
             user.empty() ? text_of(arrival, "anonymous_id") : user,
             properties != nullptr && properties->is_object() ? json::serialize(*properties).substr(0, 200) : "",
             key.empty() ? "" : "  (key " + key + ")");
}

int tail(const Globals& globals, const TailOptions& options) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  if ((*connection)->local() != nullptr)
    return report(
        {ErrorKind::Conflict, fmt::format("no server runs on {}: nothing can come in. Start one with: habitue serve",
                                          globals.root.string())});
  std::vector<std::pair<std::string, std::string>> query{{"limit", std::to_string(options.lines)}};
  while (true) {
    const auto answer = (*connection)->get("/arrivals", query);
    if (!answer) return report(answer.error());
    const auto body = parse_json(*answer);
    if (!body) return report(body.error());
    if (const auto missed = body->at("missed").to_number<std::uint64_t>(); missed > 0)
      fmt::print(stderr, "{} more came than can be shown\n", missed);
    for (const auto& each : body->at("arrivals").as_array()) {
      if (options.as_json)
        fmt::print("{}\n", json::serialize(each));
      else
        print(each.as_object());
    }
    std::fflush(stdout);
    if (options.once) return 0;
    query = {{"after", std::to_string(body->at("next").to_number<std::uint64_t>())}, {"limit", "500"}, {"wait", "10"}};
  }
}

}  // namespace

void add_tail(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<TailOptions>();
  CLI::App* command = app.add_subcommand("tail", "Show what comes in as it comes, and why what was refused was");
  command->add_flag("--json", options->as_json, "One JSON object a line");
  command->add_flag("--once", options->once, "Show what came of late and end");
  command->add_option("-n,--lines", options->lines, "How much of what came before to begin with")
      ->check(CLI::Range(0, 500))
      ->capture_default_str();
  command->callback([&globals, &action, options] { action = [&globals, options] { return tail(globals, *options); }; });
}

}  // namespace habitue::cli
