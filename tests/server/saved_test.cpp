// Cohorts, saved questions and boards over the API, and answers that are kept.
#include <thread>

#include <gmock/gmock.h>

#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using Query = std::vector<std::pair<std::string, std::string>>;

class SavedApiTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
  }
  Response send(const std::string& method, const std::string& path, const std::string& body = {}, Query query = {},
                std::map<std::string, std::string, std::less<>> headers = {}) {
    Request request;
    request.method = method;
    request.path = "/api/v1/workspaces/acme" + path;
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.body = body;
    request.trusted = request.from_loopback = true;
    return api_->handle(request);
  }
  bj::value done(const std::string& method, const std::string& path, const std::string& body = {}, Query query = {}) {
    const Response response = send(method, path, body, std::move(query));
    EXPECT_LT(response.status, 300) << method << " " << path << ": " << response.body;
    return json(response);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [own, value] : response.headers)
      if (own == name) return value;
    return {};
  }
  // How many the list of people has with this filter.
  std::int64_t count(const std::string& filter) {
    return done("GET", "/people", {}, {{"filter", filter}, {"as_of", "2025-06-01"}}).at("matched").as_int64();
  }
};

TEST_F(SavedApiTest, ALiveCohortFiltersAnyQuestionAndIsShownWithItsPeople) {
  const Response made =
      send("PUT", "/cohorts/Buyers", R"({"description":"who bought","criteria":"did Order Completed"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(header(made, "ETag"), "\"1\"");
  done("PUT", "/cohorts/French buyers",
       R"({"criteria":{"all":[{"cohort":"Buyers"},{"trait":"country","op":"=","value":"FR"}]}})");
  EXPECT_EQ(count("in cohort Buyers"), 15);
  EXPECT_EQ(count("in cohort \"French buyers\""), 10);
  EXPECT_EQ(count("in cohort Buyers and not in cohort \"French buyers\""), 5);
  const bj::value shown = done("GET", "/cohorts/Buyers", {}, {{"as_of", "2025-02-05"}});
  EXPECT_EQ(shown.at("people"), bj::value(4)) << "as of then: u0, u1, u2 and u4 had";
  EXPECT_EQ(shown.at("used_by"), bj::value(bj::array{"cohort \"French buyers\""}));
  EXPECT_EQ(done("POST", "/frequency", "{}", {{"filter", "in cohort Buyers"}, {"as_of", "2025-06-01"}})
                .at("total")
                .at("all")
                .at("people"),
            bj::value(15));
  EXPECT_EQ(done("POST", "/criteria/check", R"({"text":"in cohort Buyers"})").at("inside"), bj::value(15));
  EXPECT_THAT(send("GET", "/roles", {}, {{"filter", "in cohort Buyer"}}).body, HasSubstr("did you mean"));
  EXPECT_THAT(
      send(
          "PUT", "/config",
          R"({"toml":"currency = \"EUR\"\n[[hypotheses]]\nversion=\"v1\"\nfrom=2024-01-01\naudience='in cohort Buyers'"})")
          .body,
      HasSubstr("cohorts are saved beside the configuration"));
}

TEST_F(SavedApiTest, ChangesMeetTheVersionThatWasRead) {
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"everyone"})").status, 201);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did A"})").status, 409);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did A"})", {{"version", "1"}}).status, 200);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did B"})", {{"version", "1"}}).status, 409);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did B"})", {}, {{"if-match", "\"1\""}}).status, 412);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did B"})", {}, {{"if-none-match", "*"}}).status, 412);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did B"})", {}, {{"if-match", "\"2\""}}).status, 200);
  EXPECT_EQ(send("PUT", "/cohorts/a", R"({"criteria":"did B"})", {}, {{"if-match", "x"}}).status, 400);
  EXPECT_EQ(json(send("GET", "/cohorts/a")).at("criteria"), bj::value("did B"));
  EXPECT_EQ(json(send("PUT", "/cohorts/a", R"({"description":"new words"})", {{"version", "*"}})).at("criteria"),
            bj::value("did B"));
  EXPECT_EQ(send("DELETE", "/cohorts/a", {}, {}, {{"if-match", "\"3\""}}).status, 412);
  EXPECT_EQ(send("DELETE", "/cohorts/a", {}, {{"version", "4"}}).status, 200);
  EXPECT_EQ(send("GET", "/cohorts/a").status, 404);
}

TEST_F(SavedApiTest, WhatCannotBeReadIsRefusedWithItsPlace) {
  EXPECT_THAT(send("PUT", "/cohorts/a", R"({"criteria":"did"})").body, HasSubstr("line 1, column"));
  EXPECT_THAT(send("PUT", "/cohorts/a", R"({"kriteria":"did A"})").body, HasSubstr("criteria"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"funel"})").body, HasSubstr("did you mean \\\"funnel\\\""));
  EXPECT_THAT(
      send("PUT", "/questions/q", R"({"ask":"funnel","body":{"steps":[{"event":"A"},{"event":"B where"}]}})").body,
      HasSubstr("/body/steps/1/event"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"funnel","body":{"steps":[]}})").body, HasSubstr("steps"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"roles","lens":{"period":"last some days"}})").body,
              HasSubstr("is no period"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"roles","lens":{"filtr":"x"}})").body, HasSubstr("/lens/filtr"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"roles","lens":{"hypothesis":"v9"}})").body, HasSubstr("v9"));
  EXPECT_THAT(send("PUT", "/questions/q", R"({"ask":"growth","parameters":{"bucke":"day"}})").body,
              HasSubstr("bucket"));
  EXPECT_THAT(send("PUT", "/boards/b", R"({"tiles":[{"title":"x"}]})").body, HasSubstr("/tiles/0"));
  EXPECT_EQ(send("PUT", "/cohorts/a%2Fb", R"({"criteria":"everyone"})").status, 201) << "only a slash splits a path";
  EXPECT_EQ(done("GET", "/questions").at("questions").as_array().size(), 0U);
}

TEST_F(SavedApiTest, AStaticCohortIsMadeOfCriteriaOfANumberOrOfAList) {
  const bj::value then =
      done("PUT", "/cohorts/early", R"({"static":{"criteria":"did Order Completed","as_of":"2025-02-05"}})");
  EXPECT_EQ(then.at("kind"), bj::value("static"));
  EXPECT_EQ(then.at("made").at("people"), bj::value(4));
  EXPECT_EQ(count("in cohort early"), 4);

  done(
      "PUT", "/cohorts/stopped",
      R"({"static":{"ask":"funnel","body":{"steps":[{"event":"$identify"},{"event":"Order Completed"}],"window":"40 d"},)"
      R"("cell":{"what":"stopped"},"lens":{"as_of":"2025-06-01"}}})");
  EXPECT_EQ(count("in cohort stopped"), 5);
  EXPECT_EQ(count("in cohort stopped and did Order Completed"), 0);
  done("PUT", "/cohorts/inside", R"({"static":{"ask":"people","lens":{"audience":"inside"}}})");
  EXPECT_EQ(count("in cohort inside"), 10);

  const bj::value listed =
      done("PUT", "/cohorts/listed",
           R"({"static":{"list":"email;note\nu3@example.com;x\n\"new@example.com\";\nu4@example.com;y\nnull;\n"}})");
  EXPECT_EQ(listed.at("made").at("people"), bj::value(2));
  EXPECT_EQ(listed.at("made").at("listed"), bj::value(4));
  EXPECT_EQ(listed.at("unknown_identifiers"), bj::value(bj::array{"new@example.com"}));
  EXPECT_EQ(listed.at("refused_identifiers"), bj::value(bj::array{"null"}));
  EXPECT_EQ(count("in cohort listed"), 2);
  ask("POST", "/v1/identify",
      R"({"userId":"late","messageId":"l","timestamp":"2025-03-01T00:00:00Z","traits":{"email":"New@example.com"}})",
      {{"workspace", "acme"}});
  ASSERT_TRUE(acme().settle());
  EXPECT_EQ(count("in cohort listed"), 3) << "who comes with a listed identifier is in";
  for (const char* list : {R"(["u1","u2"])", R"("[{\"user_id\":\"u1\"},{\"user_id\":\"u2\"}]")",
                           R"("{\"id\":\"u1\"}\n{\"id\":\"u2\"}\n")", R"("u1\nu2\n")"}) {
    done("PUT", "/cohorts/two", std::string(R"({"static":{"list":)") + list + "}}", {{"version", "*"}});
    EXPECT_EQ(count("in cohort two"), 2) << list;
  }
  EXPECT_THAT(send("PUT", "/cohorts/x", R"({"static":{"ask":"roles","cell":{}}})").body, HasSubstr("list nobody"));
  EXPECT_THAT(
      send("PUT", "/cohorts/x",
           R"({"static":{"ask":"funnel","body":{"steps":[{"event":"A"},{"event":"B"}]},"cell":{"what":"gone"}}})")
          .body,
      HasSubstr("/static/cell/what"));
}

TEST_F(SavedApiTest, OverlapAndHistoryListThePeopleBehindTheirNumbers) {
  done("PUT", "/cohorts/buyers", R"({"criteria":"did Order Completed"})");
  done("PUT", "/cohorts/french", R"({"criteria":"trait country = \"FR\""})");
  const bj::value overlap =
      done("POST", "/cohorts/overlap", R"({"cohorts":["buyers","french"]})", {{"as_of", "2025-06-01"}});
  EXPECT_EQ(overlap.at("pairs").at(0).at("figures").at("all").at("both"), bj::value(10));
  EXPECT_EQ(overlap.at("any").at("all"), bj::value(15));
  for (const bj::value& region : overlap.at("regions").as_array())
    EXPECT_EQ(done("POST", "/cohorts/overlap/people",
                   R"({"ask":{"cohorts":["buyers","french"]},"cell":{"cohorts":)" +
                       bj::serialize(region.at("cohorts")) + "}}",
                   {{"as_of", "2025-06-01"}})
                  .at("matched"),
              region.at("people").at("all"));
  const bj::value history = done("POST", "/cohorts/history", R"({"cohort":"buyers"})", {{"as_of", "2025-03-31"}});
  ASSERT_EQ(history.at("points").as_array().size(), 3U);
  EXPECT_EQ(history.at("points").at(1).at("figures").at("all").at("entered"), bj::value(15));
  EXPECT_EQ(
      done("POST", "/cohorts/history/people",
           R"({"ask":{"cohort":"buyers"},"cell":{"who":"entered","start":"2025-02-01"}})", {{"as_of", "2025-03-31"}})
          .at("matched"),
      bj::value(15));
  EXPECT_THAT(send("POST", "/cohorts/overlap", R"({"cohorts":["buyers","frensh"]})").body, HasSubstr("/cohorts/1"));
}

TEST_F(SavedApiTest, ASavedQuestionIsAskedThroughItsLensAndThatOfTheRequest) {
  const Response made = send(
      "PUT", "/questions/How often",
      R"({"ask":"frequency","body":{},"shown_as":"bars","lens":{"period":"last 12 full months","as_of":"2025-06-15","filter":"trait country = \"FR\""}})");
  ASSERT_EQ(made.status, 201) << made.body;
  const bj::value answer = done("GET", "/questions/How often/answer");
  EXPECT_EQ(answer.at("question").at("from"), bj::value("2024-05-31T22:00:00Z")) << "in the zone of the company";
  EXPECT_EQ(answer.at("total").at("all").at("people"), bj::value(10));
  EXPECT_EQ(done("GET", "/questions/How often/answer", {}, {{"filter", "did Order Completed"}, {"audience", "outside"}})
                .at("question")
                .at("filter"),
            bj::value("trait country = \"FR\" and did Order Completed"));
  EXPECT_EQ(done("GET", "/questions/How often/answer", {}, {{"from", "2025-02-10"}, {"to", "2025-02-20"}})
                .at("total")
                .at("all")
                .at("people"),
            bj::value(5));
  EXPECT_THAT(send("GET", "/questions/How often/answer", {}, {{"format", "csv"}}).content_type, HasSubstr("csv"));
}

TEST_F(SavedApiTest, ABoardShowsEveryTileAndWhatIsWrongWithOne) {
  done("PUT", "/cohorts/french", R"({"criteria":"trait country = \"FR\""})");
  done("PUT", "/questions/roles", R"({"ask":"roles","lens":{"filter":"in cohort french"}})");
  done("PUT", "/questions/growth", R"({"ask":"growth","parameters":{"bucket":"week"},"lens":{"hypothesis":"v1"}})");
  done(
      "PUT", "/boards/start",
      R"({"tiles":[{"question":"roles","title":"Who"},{"note":"Mind the gap"},{"question":"growth","width":6}],"lens":{"as_of":"2025-06-01"}})");
  const bj::value board = done("GET", "/boards/start/answer");
  EXPECT_EQ(board.at("tiles").at(0).at("answer").at("people"), bj::value(10));
  EXPECT_EQ(board.at("tiles").at(0).at("cache"), bj::value("miss"));
  EXPECT_EQ(board.at("tiles").at(1).at("note"), bj::value("Mind the gap"));
  EXPECT_EQ(done("GET", "/boards/start/answer").at("tiles").at(0).at("cache"), bj::value("hit"));
  EXPECT_EQ(send("DELETE", "/questions/roles").status, 409);
  EXPECT_THAT(send("DELETE", "/cohorts/french").body, HasSubstr("question \\\"roles\\\""));

  // The hypothesis that a question asks for goes: it stays, and says so.
  const std::string config =
      R"({"toml":"currency = \"EUR\"\n[[hypotheses]]\nversion = \"other\"\nfrom = 2024-01-01\naudience = 'everyone'\n"})";
  ASSERT_EQ(send("PUT", "/config", config).status, 200);
  const bj::value after = done("GET", "/boards/start/answer");
  EXPECT_EQ(after.at("tiles").at(0).at("answer").at("people"), bj::value(10));
  EXPECT_TRUE(after.at("tiles").at(2).at("answer").is_null());
  EXPECT_THAT(std::string(after.at("tiles").at(2).at("problem").at("detail").as_string()), HasSubstr("v1"));
  const bj::value listed = done("GET", "/questions");
  EXPECT_THAT(std::string(listed.at("questions").at(0).at("broken").as_string()), HasSubstr("v1"));
  EXPECT_TRUE(listed.at("questions").at(1).at("broken").is_null());
}

TEST_F(SavedApiTest, AnEventThatNoDataHasIsWarnedOfAndSavedAllTheSame) {
  const bj::value made = done(
      "PUT", "/questions/q", R"({"ask":"funnel","body":{"steps":[{"event":"$identify"},{"event":"Order Complete"}]}})");
  ASSERT_EQ(made.at("warnings").as_array().size(), 1U);
  EXPECT_THAT(std::string(made.at("warnings").at(0).as_string()), HasSubstr("did you mean 'Order Completed'?"));
  EXPECT_EQ(done("GET", "/questions").at("questions").at(0).at("warnings"), made.at("warnings"));
}

TEST_F(SavedApiTest, ADocumentIsTakenInWhateverOrderItHas) {
  const std::string document =
      R"({"cohorts":[{"name":"b","criteria":"in cohort c"},{"name":"c","criteria":"did Order Completed"},{"name":"bad","criteria":"did"}],)"
      R"("questions":[{"name":"q","ask":"roles","lens":{"filter":"in cohort b"}}],"boards":[{"name":"all","tiles":[{"question":"q"}]}]})";
  const bj::value outcome = done("POST", "/saved", document);
  EXPECT_EQ(outcome.at("saved").as_array().size(), 4U);
  ASSERT_EQ(outcome.at("left_out").as_array().size(), 1U);
  EXPECT_EQ(outcome.at("left_out").at(0).at("name"), bj::value("bad"));
  const std::string out = send("GET", "/saved").body;
  EXPECT_EQ(done("POST", "/saved", out).at("saved").as_array().size(), 0U)
      << "nothing is replaced unless it is asked for";
  EXPECT_EQ(done("POST", "/saved", out, {{"replace", "true"}}).at("saved").as_array().size(), 4U);
  EXPECT_EQ(send("GET", "/saved").body, out);
}

TEST_F(SavedApiTest, AnswersAreKeptUntilSomethingChanges) {
  const auto how = [&](const std::string& method, const std::string& path, const std::string& body = {},
                       Query query = {{"as_of", "2025-06-01"}}) {
    const Response response = send(method, path, body, std::move(query));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_NE(header(response, "X-Habitue-Computed-At"), "");
    return header(response, "X-Habitue-Cache");
  };
  for (const char* report :
       {"/roles", "/stages", "/flows", "/growth", "/aarrr", "/pollution", "/channels", "/spikes", "/stages/history"}) {
    EXPECT_EQ(how("GET", report), "miss") << report;
    EXPECT_EQ(how("GET", report), "hit") << report;
  }
  for (const auto& [report, body] :
       {std::pair{"/funnel", R"({"steps":[{"event":"$identify"},{"event":"Order Completed"}]})"},
        std::pair{"/retention", "{}"}, std::pair{"/stickiness", "{}"}, std::pair{"/frequency", "{}"},
        std::pair{"/intervals", "{}"}, std::pair{"/attribution", R"({"resamples":5})"}, std::pair{"/paths", "{}"}}) {
    EXPECT_EQ(how("POST", report, body), "miss") << report;
    EXPECT_EQ(how("POST", report, body), "hit") << report;
  }
  EXPECT_EQ(how("POST", "/frequency", R"({ "act": null })"), "hit") << "the same question in other words";
  EXPECT_EQ(how("GET", "/growth", {}, {{"as_of", "2025-06-01"}, {"bucket", "week"}}), "miss");
  EXPECT_EQ(how("GET", "/roles", {}, {{"as_of", "2025-06-01"}, {"filter", "everyone"}}), "miss");
  EXPECT_EQ(how("GET", "/roles", {}, {{"as_of", "2025-06-02"}}), "miss");
  EXPECT_EQ(how("GET", "/roles", {}, {{"as_of", "2025-06-01"}, {"format", "csv"}}), "miss");

  ask("POST", "/v1/track", R"({"userId":"u1","event":"X","messageId":"x","timestamp":"2025-03-01T00:00:00Z"})",
      {{"workspace", "acme"}});
  ASSERT_TRUE(acme().settle());
  EXPECT_EQ(how("GET", "/stages", {}, {{"as_of", "2025-06-01"}, {"max_age", "3600"}}), "hit")
      << "an older one that was asked for";
  EXPECT_EQ(how("GET", "/stages"), "miss");
  EXPECT_EQ(send("GET", "/stages", {}, {{"max_age", "x"}}).status, 400);

  EXPECT_EQ(how("GET", "/stages"), "hit");
  done("PUT", "/cohorts/c", R"({"criteria":"did Order Completed"})");
  EXPECT_EQ(how("GET", "/stages"), "hit") << "a cohort changes nothing for who does not name it";
  const Query named{{"as_of", "2025-06-01"}, {"filter", "in cohort c"}};
  EXPECT_EQ(how("GET", "/stages", {}, named), "miss");
  EXPECT_EQ(how("GET", "/stages", {}, named), "hit");
  done("PUT", "/cohorts/c", R"({"criteria":"everyone"})", {{"version", "1"}});
  EXPECT_EQ(how("GET", "/stages", {}, named), "miss");
  ASSERT_EQ(send("PUT", "/config", R"({"toml":"currency = \"EUR\""})").status, 200);
  EXPECT_EQ(how("GET", "/stages"), "miss");

  const Response now_asked = send("GET", "/roles");
  const Response again = send("GET", "/roles");
  if (json(now_asked).at("question").at("as_of") == json(again).at("question").at("as_of")) {
    EXPECT_EQ(header(again, "X-Habitue-Cache"), "hit") << "within the minute";
  }
}

TEST_F(SavedApiTest, AnErasureEmptiesWhatIsKept) {
  send("GET", "/stages", {}, {{"as_of", "2025-06-01"}});
  EXPECT_GT(api_->answers().figures().entries, 0U);
  const bj::value people = done("GET", "/people", {}, {{"search", "u3@example.com"}});
  const std::string key(people.at("people").at(0).at("key").as_string());
  ASSERT_EQ(send("DELETE", "/people/" + key).status, 200);
  EXPECT_EQ(api_->answers().figures().entries, 0U);
  const Response after = send("GET", "/stages", {}, {{"as_of", "2025-06-01"}, {"max_age", "3600"}});
  EXPECT_EQ(header(after, "X-Habitue-Cache"), "miss");
}

TEST_F(SavedApiTest, ReadKeysAskAndOnlyAdminKeysSave) {
  const auto key = workspace::create_key(acme().ledger(), "reader", workspace::kReadScope);
  ASSERT_TRUE(key);
  const std::string base = "/api/v1/workspaces/acme";
  const std::map<std::string, std::string, std::less<>> headers{{"authorization", "Bearer " + key->secret}};
  EXPECT_EQ(from_outside("GET", base + "/cohorts", headers).status, 200);
  EXPECT_EQ(from_outside("PUT", base + "/cohorts/a", headers, R"({"criteria":"everyone"})").status, 403);
  EXPECT_EQ(from_outside("DELETE", base + "/boards/a", headers).status, 403);
}

TEST_F(SavedApiTest, ManyAskSaveAndEraseAtOnce) {
  done("PUT", "/cohorts/c", R"({"static":{"criteria":"everyone"}})");
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int each = 0; each < 3; ++each)
      threads.emplace_back([&, each] {
        for (int round = 0; round < 12; ++round) {
          const Response answer = send("GET", "/roles", {}, {{"filter", "in cohort c"}, {"as_of", "2025-06-01"}});
          const auto people = answer.status == 200 ? json(answer).at("people").as_int64() : -1;
          if (people < 18 || people > 20) ++wrong;
          if (each == 0) send("PUT", "/cohorts/d", R"({"static":{"ask":"people"}})", {{"version", "*"}});
        }
      });
    for (const char* who : {"u3@example.com", "u5@example.com"}) {
      const bj::value people = done("GET", "/people", {}, {{"search", who}});
      done("DELETE", "/people/" + std::string(people.at("people").at(0).at("key").as_string()));
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(count("in cohort c"), 18);
}

}  // namespace
}  // namespace habitue::server
