// The team: who may sign in and as what; and the record of who saw whom.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "server/api.hpp"
#include "server/team_json.hpp"

namespace habitue::server::handlers {
namespace {

namespace json = boost::json;

constexpr std::size_t kAuditMax = 10'000;

// A key of one workspace does not decide about people who open others too.
std::optional<Response> only_for_all(const Call& call) {
  if (call.access.workspaces.empty()) return std::nullopt;
  return problem(403, "forbidden", "The team is of all workspaces",
                 "An owner who may open every workspace changes it, or somebody at the server: habitue team");
}

Response invitation(const Result<workspace::Invitation>& made, int status) {
  if (!made) return problem(made.error());
  json::object body = member_json(made->member);
  body["invitation"] = made->code;
  body["invitation_until"] = format_moment(made->until);
  return reply(body, status);
}

// The list of workspaces in a body, each of which must be known.
Result<std::optional<std::vector<std::string>>> workspaces_of(const Call& call, const json::object& body) {
  const json::value* list = body.if_contains("workspaces");
  if (list == nullptr) return std::optional<std::vector<std::string>>();
  const std::vector<std::string> known = workspace::Root::names_in(call.api.root().folder());
  std::vector<std::string> names;
  if (!list->is_array()) return invalid("workspaces is a list of names; an empty one means all");
  for (const json::value& name : list->as_array()) {
    if (!name.is_string()) return invalid("workspaces is a list of names; an empty one means all");
    names.emplace_back(name.as_string());
    if (std::find(known.begin(), known.end(), names.back()) == known.end())
      return invalid(fmt::format("there is no workspace '{}'", names.back()));
  }
  return std::optional(std::move(names));
}

Result<json::object> object_of(const Call& call) {
  auto body = parse_json(call.request.body);
  if (!body) return tl::unexpected(body.error());
  if (!body->is_object()) return invalid("the body must be a JSON object");
  return std::move(body->as_object());
}

}  // namespace

Response get_team(const Call& call) {
  if (auto refused = only_for_all(call)) return *std::move(refused);
  json::array members;
  for (const workspace::Member& member : call.api.root().team().members()) members.push_back(member_json(member));
  return reply(json::object{{"members", std::move(members)}});
}

Response post_team(const Call& call) {
  if (auto refused = only_for_all(call)) return *std::move(refused);
  const auto body = object_of(call);
  if (!body) return problem(body.error());
  const auto email = text_field(*body, "email"), role_name = text_field(*body, "role");
  if (!email || !role_name) return problem((!email ? email : role_name).error());
  const auto role = workspace::parse_team_role(*role_name);
  if (!role) return problem(role.error());
  const auto workspaces = workspaces_of(call, *body);
  if (!workspaces) return problem(workspaces.error());
  return invitation(call.api.root().team().invite({*email, text_field(*body, "name").value_or(""), *role,
                                                   workspaces->value_or(std::vector<std::string>())}),
                    201);
}

Response put_member(const Call& call) {
  if (auto refused = only_for_all(call)) return *std::move(refused);
  const auto body = object_of(call);
  if (!body) return problem(body.error());
  workspace::MemberChange change;
  if (body->contains("name")) {
    auto name = text_field(*body, "name");
    if (!name) return problem(name.error());
    change.name = *std::move(name);
  }
  if (body->contains("role")) {
    const auto name = text_field(*body, "role");
    if (!name) return problem(name.error());
    const auto role = workspace::parse_team_role(*name);
    if (!role) return problem(role.error());
    change.role = *role;
  }
  auto workspaces = workspaces_of(call, *body);
  if (!workspaces) return problem(workspaces.error());
  change.workspaces = *std::move(workspaces);
  const auto member = call.api.root().team().change(call.path.front(), change);
  return member ? reply(member_json(*member)) : problem(member.error());
}

Response delete_member(const Call& call) {
  if (auto refused = only_for_all(call)) return *std::move(refused);
  if (auto removed = call.api.root().team().remove(call.path.front()); !removed) return problem(removed.error());
  return reply(json::object{{"removed", call.path.front()}});
}

Response post_invitation(const Call& call) {
  if (auto refused = only_for_all(call)) return *std::move(refused);
  return invitation(call.api.root().team().invite_again(call.path.front()), 200);
}

Response get_audit(const Call& call) {
  workspace::AuditWanted wanted;
  wanted.person = call.request.parameter("person");
  wanted.by = call.request.parameter("by");
  const Zone& zone = call.workspace->view().customers->zone();
  for (const auto& [name, into] : {std::pair{"from", &wanted.from}, std::pair{"to", &wanted.to}}) {
    const std::string_view text = call.request.parameter(name);
    if (text.empty()) continue;
    const auto moment = parse_moment(text, zone);
    if (!moment) return problem({ErrorKind::InvalidInput, fmt::format("{}: '{}' is no day or moment", name, text)});
    *into = *moment;
  }
  if (const std::string_view text = call.request.parameter("limit"); !text.empty()) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), wanted.limit);
    if (code != std::errc{} || end != text.data() + text.size() || wanted.limit == 0 || wanted.limit > kAuditMax)
      return problem({ErrorKind::InvalidInput, fmt::format("limit: a whole number from 1 to {} is needed", kAuditMax)});
  }
  const auto found = call.workspace->audit().find(wanted);
  if (!found) return problem(found.error());
  json::array entries;
  for (const workspace::AuditEntry& entry : *found) {
    const auto member = entry.kind == "session" ? call.api.root().team().find(entry.by) : std::nullopt;
    json::object row{{"at", format_moment(entry.at)},
                     {"kind", entry.kind},
                     {"by", entry.by},
                     {"name", member ? (member->name.empty() ? member->email : member->name) : std::string()},
                     {"what", entry.what},
                     {"whole", entry.whole},
                     {"people", json::array(entry.people.begin(), entry.people.end())},
                     {"signed", nullptr}};
    if (const auto& of = entry.signature)
      row["signed"] = json::object{
          {"programme", of->programme}, {"reason", of->reason}, {"red", json::array(of->red.begin(), of->red.end())}};
    entries.push_back(std::move(row));
  }
  return reply(json::object{{"entries", std::move(entries)}});
}

}  // namespace habitue::server::handlers
