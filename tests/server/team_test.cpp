// Signing in as somebody of the team, what each role may do, and the record of who saw whom.
#include <gmock/gmock.h>

#include <fstream>

#include "sample.hpp"

namespace habitue::server {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTeam = "/api/v1/team";
constexpr std::string_view kPassword = "a quiet winter morning";

class TeamApi : public Sample {
 protected:
  /// As a browser at another machine, with a session or without.
  Response from_browser(const std::string& method, const std::string& path, const std::string& session = {},
                        const std::string& body = {}) {
    Request request;
    request.method = method;
    request.path = path;
    request.headers = {{"host", "team.example"}, {"x-habitue", "1"}, {"origin", "https://team.example"}};
    if (!session.empty()) request.headers["cookie"] = "other=1; habitue_session=" + session;
    request.body = body;
    return api_->handle(request);
  }
  static std::string cookie_of(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie") return value;
    return {};
  }
  static std::string session_of(const Response& response) {
    const std::string cookie = cookie_of(response);
    return cookie.empty() ? cookie : cookie.substr(16, cookie.find(';') - 16);
  }
  static boost::json::value body_of(const Response& response) { return *parse_json(response.body); }
  static std::string text(const boost::json::value& object, std::string_view key) {
    return std::string(object.at(key).as_string());
  }
  /// Invites by a trusted hand, joins in the browser; gives the session.
  std::string joined(const std::string& email, const std::string& role, const std::string& only = "[]") {
    const Response invited = ask("POST", std::string(kTeam),
                                 fmt::format(R"({{"email":"{}","role":"{}","workspaces":{}}})", email, role, only));
    EXPECT_EQ(invited.status, 201) << invited.body;
    const Response opened =
        from_browser("POST", "/api/v1/session/join", {},
                     fmt::format(R"({{"code":"{}","password":"{}","name":"{}"}})", text(body_of(invited), "invitation"),
                                 kPassword, email.substr(0, email.find('@'))));
    EXPECT_EQ(opened.status, 200) << opened.body;
    return session_of(opened);
  }
  void add_person() {
    Request request;
    request.method = "POST";
    request.path = "/v1/identify";
    request.headers = {{"authorization", "Bearer " + write_key_}};
    request.body = R"({"userId":"u1","traits":{"name":"Eve","country":"FR"},"timestamp":"2025-02-01T10:00:00Z"})";
    EXPECT_EQ(api_->handle(request).status, 200);
    ASSERT_TRUE(acme().settle());
  }
  static std::string under(const std::string& rest) { return "/api/v1/workspaces/acme" + rest; }
};

TEST_F(TeamApi, SomebodyInvitedSignsInAndOut) {
  const std::string ann = joined("ann@example.com", "owner");
  const auto session = body_of(from_browser("GET", "/api/v1/session", ann));
  EXPECT_EQ(text(session, "access"), "session");
  EXPECT_EQ(text(session.at("member"), "name"), "ann");
  EXPECT_TRUE(session.at("has_team").as_bool());

  const std::string credentials = fmt::format(R"({{"email":"Ann@example.com","password":"{}"}})", kPassword);
  const Response again = from_browser("POST", "/api/v1/session", {}, credentials);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_THAT(cookie_of(again), HasSubstr("HttpOnly; SameSite=Strict; Max-Age=2592000"));
  EXPECT_EQ(again.body.find("password"), std::string::npos);
  const Response out = from_browser("DELETE", "/api/v1/session", session_of(again));
  EXPECT_THAT(cookie_of(out), HasSubstr("Max-Age=0"));
  EXPECT_EQ(from_browser("GET", under("/roles"), session_of(again)).status, 401);
  EXPECT_EQ(from_browser("GET", under("/roles"), ann).status, 200) << "the other session goes on";

  const Response wrong =
      from_browser("POST", "/api/v1/session", {}, R"({"email":"ann@example.com","password":"another one"})");
  const Response nobody =
      from_browser("POST", "/api/v1/session", {}, R"({"email":"bob@example.com","password":"another one"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, nobody.body) << "whether the address is known is not said";
}

TEST_F(TeamApi, AnotherSitesFormSignsNobodyIn) {
  joined("ann@example.com", "owner");
  Request request;
  request.method = "POST";
  request.path = "/api/v1/session";
  request.headers = {{"host", "team.example"}, {"origin", "https://evil.example"}};
  request.body = fmt::format(R"({{"email":"ann@example.com","password":"{}"}})", kPassword);
  EXPECT_EQ(api_->handle(request).status, 403);
  request.headers["x-habitue"] = "1";
  EXPECT_EQ(api_->handle(request).status, 403) << "the origin is another";
  request.headers["origin"] = "https://team.example";
  EXPECT_EQ(api_->handle(request).status, 200);
}

TEST_F(TeamApi, TooManyWrongPasswordsAreToldToWait) {
  joined("ann@example.com", "owner");
  Response answer;
  for (int i = 0; i < 6; ++i)
    answer = from_browser("POST", "/api/v1/session", {}, R"({"email":"ann@example.com","password":"another one"})");
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("Retry-After", "1")));
}

TEST_F(TeamApi, EachRoleMayWhatItMay) {
  const std::string owner = joined("ann@example.com", "owner"), analyst = joined("bob@example.com", "analyst"),
                    reader = joined("cleo@example.com", "reader");
  const struct {
    std::string method, path, body;
    int owner, analyst, reader;
  } table[] = {
      {"GET", under("/roles"), "", 200, 200, 200},
      {"POST", under("/sql"), R"({"sql":"SELECT 1 AS one"})", 200, 200, 403},
      {"PUT", under("/boards/b"), R"({"tiles":[{"note":"x"}]})", 200, 200, 403},
      {"GET", under("/keys"), "", 200, 403, 403},
      {"PUT", under("/config"), R"({"toml":"nonsense"})", 400, 403, 403},
      {"GET", std::string(kTeam), "", 200, 403, 403},
      {"GET", under("/audit"), "", 200, 403, 403},
  };
  for (const auto& each : table) {
    EXPECT_EQ(from_browser(each.method, each.path, owner, each.body).status / 100, each.owner / 100) << each.path;
    EXPECT_EQ(from_browser(each.method, each.path, analyst, each.body).status == 403, each.analyst == 403) << each.path;
    EXPECT_EQ(from_browser(each.method, each.path, reader, each.body).status, each.reader) << each.path;
  }
  EXPECT_THAT(from_browser("GET", std::string(kTeam), reader).body, HasSubstr("You are reader in this team"));
}

TEST_F(TeamApi, ARoleTakenAwayIsGoneAtTheNextRequest) {
  joined("ann@example.com", "owner");
  const std::string bob = joined("bob@example.com", "owner");
  const std::string id = text(body_of(from_browser("GET", "/api/v1/session", bob)).at("member"), "id");
  EXPECT_EQ(from_browser("GET", under("/keys"), bob).status, 200);
  EXPECT_EQ(ask("PUT", std::string(kTeam) + "/" + id, R"({"role":"reader"})").status, 200);
  EXPECT_EQ(from_browser("GET", under("/keys"), bob).status, 403);
  EXPECT_EQ(ask("DELETE", std::string(kTeam) + "/" + id).status, 200);
  EXPECT_EQ(from_browser("GET", under("/roles"), bob).status, 401);
}

TEST_F(TeamApi, WhoMayOpenSomeWorkspacesSeesNoOther) {
  joined("ann@example.com", "owner");
  ASSERT_TRUE(workspace::create(folder_ / "other", kSampleConfig));
  EXPECT_EQ(
      ask("POST", std::string(kTeam), R"({"email":"x@example.com","role":"owner","workspaces":["nowhere"]})").status,
      400);
  const std::string bob = joined("bob@example.com", "owner", R"(["other"])");
  EXPECT_EQ(from_browser("GET", under("/roles"), bob).status, 404);
  EXPECT_EQ(body_of(from_browser("GET", "/api/v1/workspaces", bob)).at("workspaces").as_array().size(), 0U);
  EXPECT_EQ(from_browser("GET", std::string(kTeam), bob).status, 403) << "the team is of all workspaces";
}

TEST_F(TeamApi, AKeyOfAWorkspaceDoesNotChangeTheTeam) {
  const auto key = workspace::create_key(acme().ledger(), "admin", workspace::kAdminScope);
  Request request;
  request.method = "GET";
  request.path = kTeam;
  request.headers = {{"host", "team.example"}, {"authorization", "Bearer " + key->secret}};
  EXPECT_EQ(api_->handle(request).status, 403);
}

TEST_F(TeamApi, WhoSawWhomIsRecorded) {
  add_person();
  const std::string ann = joined("ann@example.com", "owner");
  EXPECT_EQ(from_browser("GET", under("/roles"), ann).status, 200);
  const auto people = body_of(from_browser("GET", under("/people"), ann));
  const std::string key = text(people.at("people").at(0), "key");
  EXPECT_EQ(from_browser("GET", under("/people/" + key), ann).status, 200);
  EXPECT_EQ(from_browser("GET", under("/people/0000000000000000"), ann).status, 404);
  EXPECT_EQ(ask("GET", under("/people/" + key + "/timeline")).status, 200);

  const auto entries = body_of(from_browser("GET", under("/audit"), ann)).at("entries").as_array();
  ASSERT_EQ(entries.size(), 3U) << "figures show nobody, and what was not found neither";
  EXPECT_EQ(text(entries[0], "what"), "timeline");
  EXPECT_EQ(text(entries[0], "kind"), "process");
  EXPECT_EQ(text(entries[1], "what"), "person");
  EXPECT_EQ(text(entries[1], "name"), "ann");
  EXPECT_EQ(text(entries[2], "what"), "people");
  for (const auto& entry : entries) EXPECT_EQ(entry.at("people").at(0).as_string(), key);

  // Gone from the record with the person, who was looked at all the same.
  EXPECT_EQ(ask("DELETE", under("/people/" + key)).status, 200);
  const Response after = from_browser("GET", under("/audit"), ann);
  EXPECT_EQ(after.body.find(key), std::string::npos);
  EXPECT_EQ(body_of(after).at("entries").as_array().size(), 3U);
}

TEST_F(TeamApi, WhoSawWhomIsRecordedInWhateverFormatTheyWereShown) {
  add_person();
  const std::string key = text(body_of(ask("GET", under("/people"))).at("people").at(0), "key");
  EXPECT_EQ(ask("GET", under("/people"), {}, {{"format", "csv"}}).status, 200);
  EXPECT_EQ(ask("GET", under("/people"), {}, {{"format", "csv"}, {"limit", "all"}}).status, 200);

  const auto entries = body_of(ask("GET", under("/audit"), {}, {{"person", key}})).at("entries").as_array();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_TRUE(entries[0].at("whole").as_bool()) << "a list taken whole shows everybody";
  EXPECT_EQ(entries[1].at("people").at(0).as_string(), key) << "a page as CSV";
  EXPECT_EQ(entries[2].at("people").at(0).as_string(), key);
}

TEST_F(TeamApi, NobodyIsShownWhenItCannotBeRecorded) {
  add_person();
  std::ofstream(acme().folder() / "audit") << "a file in the way";
  const Response answer = ask("GET", under("/people"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body.find("Eve"), std::string::npos);
}

}  // namespace
}  // namespace habitue::server
