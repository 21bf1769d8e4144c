// Signing in and out: as a member of the team, or with a key.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "server/api.hpp"
#include "server/team_json.hpp"

namespace habitue::server {
namespace json = boost::json;

json::object member_json(const workspace::Member& member) {
  return {{"id", member.id},
          {"email", member.email},
          {"name", member.name},
          {"role", name_of(member.role)},
          {"workspaces", json::array(member.workspaces.begin(), member.workspaces.end())},
          {"created_at", member.created_at},
          {"joined", member.joined}};
}

Result<std::string> text_field(const json::value& body, std::string_view field) {
  const json::value* value = body.is_object() ? body.as_object().if_contains(field) : nullptr;
  if (value == nullptr || !value->is_string())
    return invalid(fmt::format("the body needs the text field \"{}\"", field));
  return std::string(value->as_string());
}

namespace handlers {
namespace {

json::object access_json(const Call& call, const Access& access) {
  json::array scopes;
  for (const std::string& scope : workspace::scope_names(access.scopes)) scopes.emplace_back(scope);
  return {
      {"access", access.kind},
      {"scopes", std::move(scopes)},
      {"workspaces", json::array(access.workspaces.begin(), access.workspaces.end())},
      {"member", access.member ? json::value(member_json(*access.member)) : json::value(nullptr)},
      {"has_team", !call.api.root().team().empty()},
      {"provider", call.api.oidc() == nullptr ? json::value(nullptr) : json::value(call.api.oidc()->options().name)}};
}

// Over HTTPS the browser is told never to send it in the clear.
std::string cookie(const Call& call, std::string_view value, std::int64_t seconds) {
  const bool https = call.request.header("x-forwarded-proto") == "https";
  return fmt::format("habitue_session={}; Path=/; HttpOnly; SameSite=Strict{}{}", value,
                     seconds < 0 ? "" : fmt::format("; Max-Age={}", seconds), https ? "; Secure" : "");
}

constexpr std::string_view kProviderCookie = "habitue_provider";

// Lax, since the provider sends the browser back from another site.
std::string provider_cookie(const Call& call, std::string_view state, int seconds) {
  const bool https = call.request.header("x-forwarded-proto") == "https";
  return fmt::format("{}={}; Path=/api/v1/session/provider; HttpOnly; SameSite=Lax; Max-Age={}{}", kProviderCookie,
                     state, seconds, https ? "; Secure" : "");
}

Response sent_to(std::string address) {
  Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(address));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// Back to the page, which says in its own words why nobody came in.
Response not_signed_in(const Call& call, std::string_view why) {
  Response response = sent_to(fmt::format("/?sign_in={}", why));
  response.headers.emplace_back("Set-Cookie", provider_cookie(call, "", 0));
  return response;
}

Response opened(const Call& call, const workspace::Member& member) {
  const auto session = call.api.root().team().open_session(member.id);
  if (!session) return problem(session.error());
  Access access{workspace::scopes_of(member.role), "session", member.id, member.workspaces};
  access.member = member;
  Response response = reply(access_json(call, access));
  response.headers.emplace_back("Set-Cookie",
                                cookie(call, *session, std::chrono::seconds(workspace::kSessionIdleTime).count()));
  return response;
}

Response with_key(const Call& call, const std::string& secret) {
  const auto access = call.api.access_of_key(secret);
  if (!access || (access->scopes & workspace::kReadScope) == 0)
    return problem(401, "unauthorized", "This key opens nothing here",
                   "Check the key: it needs the scope read. Keys are made with: habitue key create");
  Response response = reply(access_json(call, *access));
  response.headers.emplace_back("Set-Cookie", cookie(call, call.api.open_session(*access), -1));
  return response;
}

Response with_password(const Call& call, const json::value& body) {
  const auto email = text_field(body, "email"), password = text_field(body, "password");
  if (!email || !password) return problem((!email ? email : password).error());
  const auto known = call.api.root().team().sign_in(*email, *password);
  if (!known) return problem(known.error());
  if (known->wait_seconds > 0) {
    Response response =
        problem(429, "too_many_attempts", "Too many wrong passwords",
                fmt::format("Try again in {} seconds. An owner can send a new invitation.", known->wait_seconds));
    response.headers.emplace_back("Retry-After", std::to_string(known->wait_seconds));
    return response;
  }
  if (!known->member)
    return problem(401, "unauthorized", "The address or the password is not right",
                   "Check both. Who forgot the password asks an owner of the team for a new invitation.");
  return opened(call, *known->member);
}

}  // namespace

Response get_session(const Call& call) { return reply(access_json(call, call.access)); }

Response post_session(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  if (body->is_object() && body->as_object().contains("email")) return with_password(call, *body);
  const auto secret = text_field(*body, "key");
  if (!secret) return problem({ErrorKind::InvalidInput, "the body needs \"email\" and \"password\", or \"key\""});
  return with_key(call, *secret);
}

Response get_provider(const Call& call) {
  if (call.api.oidc() == nullptr)
    return problem({ErrorKind::NotFound, "nobody signs in by a provider here: see docs/team.md"});
  const auto begun = call.api.oidc()->begin();
  if (!begun) {
    spdlog::warn("signing in by the provider failed: {}", begun.error().message);
    return not_signed_in(call, "provider");
  }
  Response response = sent_to(begun->url);
  response.headers.emplace_back("Set-Cookie", provider_cookie(call, begun->state, 600));
  return response;
}

Response get_provider_return(const Call& call) {
  if (call.api.oidc() == nullptr)
    return problem({ErrorKind::NotFound, "nobody signs in by a provider here: see docs/team.md"});
  const auto address = call.api.oidc()->finish(
      call.request.parameter("state"), cookie_of(call.request, kProviderCookie), call.request.parameter("code"));
  if (!address) {
    spdlog::warn("signing in by the provider failed: {}", address.error().message);
    return not_signed_in(call, address.error().kind == ErrorKind::InvalidInput ? "refused" : "provider");
  }
  const auto member = call.api.root().team().welcome(*address);
  if (!member || !*member) return not_signed_in(call, member ? "unknown" : "refused");
  Response response = sent_to("/");
  const Response session = opened(call, **member);
  if (session.status != 200) return session;
  response.headers.insert(response.headers.end(), session.headers.begin(), session.headers.end());
  response.headers.emplace_back("Set-Cookie", provider_cookie(call, "", 0));
  return response;
}

Response delete_session(const Call& call) {
  const std::string_view value = session_cookie(call.request);
  call.api.close_session(value);
  if (!value.empty()) call.api.root().team().close_session(value);
  Response response = reply(access_json(call, Access{}));
  response.headers.emplace_back("Set-Cookie", cookie(call, "", 0));
  return response;
}

Response post_join(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto code = text_field(*body, "code"), password = text_field(*body, "password");
  if (!code || !password) return problem((!code ? code : password).error());
  const auto member = call.api.root().team().join(*code, *password, text_field(*body, "name").value_or(""));
  return member ? opened(call, *member) : problem(member.error());
}

Response post_password(const Call& call) {
  if (!call.access.member)
    return problem({ErrorKind::Conflict, "only a member of the team has a password; this is not one"});
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto before = text_field(*body, "password"), after = text_field(*body, "new_password");
  if (!before || !after) return problem((!before ? before : after).error());
  if (auto changed =
          call.api.root().team().change_password(call.access.member->id, *before, *after, session_cookie(call.request));
      !changed)
    return problem(changed.error());
  return reply(json::object{{"changed", true}});
}

}  // namespace handlers
}  // namespace habitue::server
