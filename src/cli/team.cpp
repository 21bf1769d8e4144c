// habitue team: who may sign in. On the server's own machine; a running server is asked, else the API answers here.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "workspace/workspace.hpp"

namespace habitue::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kNoWorkspace = ".";  // No folder of a workspace is called so.

struct TeamOptions {
  std::string who;  // An e-mail address, or the id.
  std::string role, name;
  std::vector<std::string> workspaces;
};

Result<server::Response> exchanged(const Globals& globals, server::Request request) {
  const std::string address = !globals.server.empty() ? globals.server : running_server(globals.root);
  if (!address.empty()) return http_exchange(address, globals.key, request);
  // The team is beside the workspaces: none of them need be opened.
  auto root = workspace::Root::open(globals.root, {}, {}, kNoWorkspace);
  if (!root) return tl::unexpected(root.error());
  server::Api api(**root, api_options_of(globals));
  request.trusted = true;
  return api.handle(request);
}

Result<json::value> asked(const Globals& globals, const std::string& method, const std::string& path,
                          const json::object& body = {}) {
  server::Request request;
  request.method = method;
  request.path = "/api/v1" + path;
  request.body = method == "GET" ? std::string() : json::serialize(body);
  const auto response = exchanged(globals, std::move(request));
  if (!response) return tl::unexpected(response.error());
  auto answer = parse_json(response->body);
  if (response->status < 300) return answer;
  const auto* detail = answer && answer->is_object() ? answer->as_object().if_contains("detail") : nullptr;
  return fail(response->status == 404   ? ErrorKind::NotFound
              : response->status == 409 ? ErrorKind::Conflict
                                        : ErrorKind::InvalidInput,
              detail != nullptr && detail->is_string() ? std::string(detail->as_string())
                                                       : fmt::format("the server answered {}", response->status));
}

std::string text_of(const json::value& object, std::string_view key) { return std::string(object.at(key).as_string()); }

Result<std::string> id_of(const Globals& globals, const std::string& who) {
  const auto team = asked(globals, "GET", "/team");
  if (!team) return tl::unexpected(team.error());
  for (const json::value& member : team->at("members").as_array())
    if (text_of(member, "id") == who || text_of(member, "email") == who) return text_of(member, "id");
  return fail(ErrorKind::NotFound, fmt::format("nobody in the team is '{}'", who));
}

int tell_invitation(const Result<json::value>& invitation) {
  if (!invitation) return report(invitation.error());
  fmt::print("{}\n", text_of(*invitation, "invitation"));
  fmt::print(stderr,
             "For {} only: open the page at /join, paste this code and choose a password. It works once, until {}.\n",
             text_of(*invitation, "email"), text_of(*invitation, "invitation_until").substr(0, 10));
  return 0;
}

json::object body_of(const TeamOptions& options) {
  json::object body;
  if (!options.role.empty()) body["role"] = options.role;
  if (!options.name.empty()) body["name"] = options.name;
  if (!options.workspaces.empty())
    body["workspaces"] = options.workspaces == std::vector<std::string>{"all"}
                             ? json::array()
                             : json::array(options.workspaces.begin(), options.workspaces.end());
  return body;
}

int add(const Globals& globals, const TeamOptions& options) {
  json::object body = body_of(options);
  body["email"] = options.who;
  if (!body.contains("name")) body["name"] = "";
  return tell_invitation(asked(globals, "POST", "/team", body));
}

int invite(const Globals& globals, const TeamOptions& options) {
  const auto id = id_of(globals, options.who);
  if (!id) return report(id.error());
  return tell_invitation(asked(globals, "POST", "/team/" + *id + "/invitation"));
}

int list(const Globals& globals) {
  const auto team = asked(globals, "GET", "/team");
  if (!team) return report(team.error());
  server::ReportTable table{"Team", {"e-mail", "name", "role", "workspaces", "since", "id"}, {}};
  for (const json::value& member : team->at("members").as_array()) {
    std::string workspaces;
    for (const json::value& each : member.at("workspaces").as_array())
      workspaces += (workspaces.empty() ? "" : ", ") + std::string(each.as_string());
    table.rows.push_back({text_of(member, "email"), text_of(member, "name"), text_of(member, "role"),
                          workspaces.empty() ? "all" : workspaces,
                          member.at("joined").as_bool() ? text_of(member, "created_at").substr(0, 10) : "invited",
                          text_of(member, "id")});
  }
  print_table(table);
  return 0;
}

int change(const Globals& globals, const TeamOptions& options) {
  const auto id = id_of(globals, options.who);
  if (!id) return report(id.error());
  const auto member = asked(globals, "PUT", "/team/" + *id, body_of(options));
  if (!member) return report(member.error());
  fmt::print("{} is {} now.\n", text_of(*member, "email"), text_of(*member, "role"));
  return 0;
}

int remove(const Globals& globals, const TeamOptions& options) {
  const auto id = id_of(globals, options.who);
  if (!id) return report(id.error());
  if (const auto removed = asked(globals, "DELETE", "/team/" + *id); !removed) return report(removed.error());
  fmt::print("{} is not in the team any more.\n", options.who);
  return 0;
}

}  // namespace

void add_team(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* team = app.add_subcommand("team", "Invite, list and remove the people who sign in to the page");
  team->require_subcommand(1);
  const auto subcommand = [&](const char* name, const char* about, bool roles, auto run) {
    auto options = std::make_shared<TeamOptions>();
    CLI::App* command = team->add_subcommand(name, about);
    command->add_option("who", options->who, "E-mail address")->required();
    if (roles) {
      command->add_option("--role", options->role, "owner, analyst or reader");
      command->add_option("--name", options->name, "What they are called");
      command->add_option("--only", options->workspaces, "Workspaces that they may open; all: every one");
    }
    command->callback(
        [&globals, &action, options, run] { action = [&globals, options, run] { return run(globals, *options); }; });
    return command;
  };
  subcommand("add", "Invite somebody; prints the code of the invitation", true, add)->get_option("--role")->required();
  subcommand("invite", "A new invitation for somebody who lost the code or the password", false, invite);
  subcommand("change", "Another role, name or other workspaces", true, change);
  subcommand("remove", "Take somebody out; their sessions end", false, remove);
  team->add_subcommand("list", "Who is in the team")->callback([&globals, &action] {
    action = [&globals] { return list(globals); };
  });
}

}  // namespace habitue::cli
