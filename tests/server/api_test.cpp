#include "server/api.hpp"

#include <sodium.h>

#include "server/sample.hpp"

namespace habitue::server {
namespace {

class ApiTest : public Sample {};

std::string basic(const std::string& user) {
  const std::string pair = user + ":";
  std::string encoded(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  return "Basic " + std::string(encoded.c_str());
}

TEST_F(ApiTest, TakesEventsWithTheWriteKeyAndOnlyOnce) {
  const std::string body =
      R"({"type":"track","event":"Tea Drunk","messageId":"m1","userId":"ann","timestamp":"2025-01-01T00:00:00Z"})";
  EXPECT_EQ(from_outside("POST", "/v1/track", {{"authorization", basic(write_key_)}}, body).status, 200);
  EXPECT_EQ(from_outside("POST", "/v1/track", {{"authorization", basic(write_key_)}}, body).status, 200);
  EXPECT_EQ(acme().ledger().event_count(), 1U);
  EXPECT_EQ(from_outside("POST", "/v1/track", {{"authorization", basic("wrong")}}, body).status, 401);
  EXPECT_EQ(from_outside("POST", "/v1/track", {}, body).status, 401);
}

TEST_F(ApiTest, KeepsTheGoodEventsOfABatchAndTellsWhichWereNot) {
  const Response answer = from_outside(
      "POST", "/v1/batch", {{"authorization", basic(write_key_)}},
      R"({"batch":[{"type":"track","event":"A","userId":"u"},{"type":"track","event":"B"},{"type":"dance","userId":"u"}]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  const auto body = json(answer);
  ASSERT_EQ(body.at("rejected").as_array().size(), 2U) << answer.body;
  EXPECT_EQ(body.at("rejected").at(0).at("index").to_number<int>(), 1);
  EXPECT_EQ(acme().ledger().event_count(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "acme" / workspace::kRejectedEventsFile));
  EXPECT_EQ(from_outside("POST", "/v1/batch", {{"authorization", basic(write_key_)}}, "{nonsense").status, 400);
}

TEST_F(ApiTest, AWriteKeyReadsNothing) {
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces/acme/roles", {{"authorization", "Bearer " + write_key_}}).status,
            403);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"authorization", "Bearer " + write_key_}}).status, 403);
}

TEST_F(ApiTest, AKeyOpensItsOwnWorkspaceOnly) {
  const auto key = workspace::create_key(acme().ledger(), "reader", workspace::kReadScope);
  const std::string bearer = "Bearer " + key->secret;
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces/acme/roles", {{"authorization", bearer}}, {}, false).status, 200);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces/other/roles", {{"authorization", bearer}}, {}, false).status, 404);
  EXPECT_EQ(from_outside("PUT", "/api/v1/workspaces/acme/config", {{"authorization", bearer}}, R"({"toml":""})", false)
                .status,
            403);
  EXPECT_EQ(
      from_outside("POST", "/api/v1/workspaces/acme/sql", {{"authorization", bearer}}, R"({"sql":"select 1"})", false)
          .status,
      403);
}

TEST_F(ApiTest, LocalAccessNeedsALoopbackAddressAndName) {
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "127.0.0.1:8080"}}).status, 200);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "[::1]:8080"}}).status, 200);
  // A page that points its own name at this machine.
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "evil.example:8080"}}).status, 401);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "127.0.0.1:8080"}}, {}, false).status, 401);
}

TEST_F(ApiTest, RefusesWritesThatAnotherSiteCouldForge) {
  const std::string body = R"({"name":"k","scopes":["read"]})";
  const std::string path = "/api/v1/workspaces/acme/keys";
  EXPECT_EQ(from_outside("POST", path, {{"host", "localhost:8080"}}, body).status, 403);
  EXPECT_EQ(from_outside("POST", path,
                         {{"host", "localhost:8080"}, {"x-habitue", "1"}, {"origin", "https://evil.example"}}, body)
                .status,
            403);
  EXPECT_EQ(from_outside("POST", path,
                         {{"host", "localhost:8080"}, {"x-habitue", "1"}, {"origin", "http://localhost:8080"}}, body)
                .status,
            201);
}

TEST_F(ApiTest, ASessionStandsForItsKeyUntilClosed) {
  const auto key = workspace::create_key(acme().ledger(), "page", workspace::kReadScope);
  const Response opened = from_outside("POST", "/api/v1/session", {{"host", "shop.example"}, {"x-habitue", "1"}},
                                       fmt::format(R"({{"key":"{}"}})", key->secret), false);
  ASSERT_EQ(opened.status, 200) << opened.body;
  std::string cookie;
  for (const auto& [name, value] : opened.headers)
    if (name == "Set-Cookie") cookie = value.substr(0, value.find(';'));
  ASSERT_FALSE(cookie.empty());
  EXPECT_EQ(cookie.find(key->secret), std::string::npos);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "shop.example"}, {"cookie", cookie}}, {}, false).status,
            200);
  from_outside("DELETE", "/api/v1/session", {{"host", "shop.example"}, {"cookie", cookie}, {"x-habitue", "1"}}, {},
               false);
  EXPECT_EQ(from_outside("GET", "/api/v1/workspaces", {{"host", "shop.example"}, {"cookie", cookie}}, {}, false).status,
            401);
}

TEST_F(ApiTest, TellsWhatIsWrongWithAQuestion) {
  const auto detail = [&](std::vector<std::pair<std::string, std::string>> query) {
    const Response answer = ask("GET", "/api/v1/workspaces/acme/roles", {}, std::move(query));
    EXPECT_EQ(answer.content_type, "application/problem+json") << answer.body;
    return std::string(json(answer).at("detail").as_string());
  };
  EXPECT_NE(detail({{"as_of", "soon"}}).find("as_of"), std::string::npos);
  EXPECT_NE(detail({{"from", "2025-02-01"}, {"to", "2025-01-01"}}).find("ends before it begins"), std::string::npos);
  EXPECT_NE(detail({{"audience", "everybody"}}).find("inside"), std::string::npos);
  EXPECT_NE(detail({{"hypothesis", "v9"}}).find("v9"), std::string::npos);
  EXPECT_NE(detail({{"filter", "trait country ="}}).find("filter"), std::string::npos);
}

TEST_F(ApiTest, APersonIsReachedByTheKeyOfTheList) {
  fill();
  const auto people = json(ask("GET", "/api/v1/workspaces/acme/people", {}, {{"search", "u3@"}}));
  ASSERT_EQ(people.at("people").as_array().size(), 1U) << boost::json::serialize(people);
  const std::string key(people.at("people").at(0).at("key").as_string());
  EXPECT_EQ(people.at("people").at(0).at("name").as_string(), "Person 3");
  EXPECT_EQ(key.find("u3"), std::string::npos);
  EXPECT_EQ(ask("GET", "/api/v1/workspaces/acme/people/" + key).status, 200);
  const auto timeline = json(ask("GET", "/api/v1/workspaces/acme/people/" + key + "/timeline"));
  ASSERT_GE(timeline.at("events").as_array().size(), 1U);
  EXPECT_EQ(ask("GET", "/api/v1/workspaces/acme/people/0000000000000000").status, 404);
}

TEST_F(ApiTest, AFilterListsAsManyPeopleAsItCounts) {
  fill();
  const auto check = json(ask("POST", "/api/v1/workspaces/acme/criteria/check",
                              R"({"text":"trait country = \"FR\" and count(\"Order Completed\") >= 1"})"));
  ASSERT_TRUE(check.as_object().contains("inside")) << boost::json::serialize(check);
  const auto people =
      json(ask("GET", "/api/v1/workspaces/acme/people", {}, {{"filter", std::string(check.at("text").as_string())}}));
  EXPECT_EQ(people.at("matched"), check.at("inside"));
  EXPECT_EQ(people.at("people").as_array().size(), check.at("inside").to_number<std::size_t>());
  const auto wrong = json(ask("POST", "/api/v1/workspaces/acme/criteria/check", R"({"text":"trait country == FR"})"));
  EXPECT_EQ(wrong.at("status").to_number<int>(), 400);
  EXPECT_TRUE(wrong.as_object().contains("column")) << boost::json::serialize(wrong);
}

TEST_F(ApiTest, SqlReadsAndNeverWrites) {
  fill();
  const auto table = json(ask("POST", "/api/v1/workspaces/acme/sql", R"({"sql":"select count(*) as n from events"})"));
  EXPECT_EQ(table.at("rows").at(0).at(0).as_string(), "35") << boost::json::serialize(table);
  for (const char* sql :
       {"delete from events", "copy events to '/tmp/x.csv'", "select * from read_csv('/etc/passwd')",
        "attach '/tmp/y.db'", "install httpfs", "set enable_external_access=true", "select 1; delete from events"})
    EXPECT_EQ(
        ask("POST", "/api/v1/workspaces/acme/sql", boost::json::serialize(boost::json::object{{"sql", sql}})).status,
        400)
        << sql;
  EXPECT_EQ(acme().ledger().event_count(), 35U);
}

TEST_F(ApiTest, CsvNeverRunsAsAFormula) {
  const std::string body =
      R"json({"type":"identify","messageId":"m1","userId":"ann","traits":{"name":"=HYPERLINK(\"http://evil\")"}})json";
  ASSERT_EQ(ask("POST", "/v1/identify", body, {{"workspace", "acme"}}).status, 200);
  ASSERT_TRUE(acme().settle());
  const Response csv = ask("GET", "/api/v1/workspaces/acme/people", {}, {{"format", "csv"}});
  EXPECT_NE(csv.content_type.find("text/csv"), std::string::npos);
  EXPECT_NE(csv.body.find("\"'=HYPERLINK"), std::string::npos) << csv.body;
}

}  // namespace
}  // namespace habitue::server
