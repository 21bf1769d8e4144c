// Fits by the API: made, used by the next question, checked, made again when the data have moved.
#include <gmock/gmock.h>

#include "server/fits.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;

constexpr const char* kBase = "/api/v1/workspaces/acme";

class FitsApiTest : public Sample {
 protected:
  // 140 customers over 60 weeks, each at a pace of one's own, half of whom stop.
  void buy(int from_week, int to_week) {
    std::vector<intake::Event> events;
    for (int customer = 0; customer < 140; ++customer) {
      const int pace = 2 + customer % 9, first = customer % 14, stops = customer % 2 == 0 ? 200 : first + 3 * pace + 1;
      for (int week = first; week < to_week && week < stops; week += pace) {
        if (week < from_week) continue;
        intake::Event event;
        event.message_id = fmt::format("m{}-{}", customer, week);
        event.at = event.received_at = *parse_moment("2024-01-01T12:00:00Z", Zone::utc()) + std::chrono::days(7 * week);
        event.type = intake::EventType::Track;
        event.name = "Order Completed";
        event.user_id = fmt::format("c{}", customer);
        event.properties = fmt::format(R"({{"total":{}}})", 20 + customer % 30);
        events.push_back(std::move(event));
      }
    }
    ASSERT_TRUE(acme().accept(std::move(events)));
    ASSERT_TRUE(acme().settle());
  }
  bj::object body(const Response& response) { return parse_json(response.body)->as_object(); }
};

TEST_F(FitsApiTest, AFitThatIsKeptAnswersTheNextQuestions) {
  buy(0, 60);
  const std::vector<std::pair<std::string, std::string>> then{{"as_of", "2025-02-20"}}, later{{"as_of", "2025-03-20"}},
      much_later{{"as_of", "2025-08-20"}};
  const std::string quarter = R"({"horizon_days":84})";
  const Response made =
      ask("POST", std::string(kBase) + "/fits", R"({"kind":"forecast","ask":{"horizon_days":84}})", then);
  ASSERT_EQ(made.status, 200) << made.body;
  const bj::object head = body(made);
  EXPECT_EQ(head.at("id").to_number<int>(), 1);
  EXPECT_EQ(head.at("why").as_string(), "asked");
  EXPECT_EQ(head.at("customers").to_number<int>(), 140);
  ASSERT_TRUE(head.at("usable").as_bool()) << ask("GET", std::string(kBase) + "/fits/1").body;

  const bj::object by_fit = body(ask("POST", std::string(kBase) + "/forecast", quarter, later));
  EXPECT_EQ(by_fit.at("fit").to_number<int>(), 1);
  EXPECT_EQ(by_fit.at("fitted_as_of"), head.at("as_of"));
  EXPECT_TRUE(by_fit.at("totals").is_object());
  const bj::object anew =
      body(ask("POST", std::string(kBase) + "/forecast", R"({"horizon_days":84,"anew":true})", later));
  EXPECT_TRUE(anew.at("fit").is_null());
  const bj::object informed = body(ask("POST", std::string(kBase) + "/forecast",
                                       R"({"horizon_days":84,"seasons":"left_out","covariates":["channel"]})", later));
  EXPECT_TRUE(informed.at("fit").is_null()) << "the fit that is kept knows nothing of channels";
  EXPECT_EQ(informed.at("season").at("verdict"), "not_sought");
  EXPECT_EQ(informed.at("covariates").at("verdict"), "nothing_differs") << "everybody came of himself";
  EXPECT_EQ(informed.at("models").as_array().size(), anew.at("models").as_array().size() + 1);
  EXPECT_TRUE(body(ask("POST", std::string(kBase) + "/forecast", quarter, much_later)).at("fit").is_null())
      << "three months later it answers no more";

  const bj::object check = body(ask("POST", std::string(kBase) + "/fits/1/check", "{}"));
  EXPECT_TRUE(check.at("same").as_bool());
  EXPECT_EQ(check.at("again"), head.at("fingerprint"));
  const bj::object shown = body(ask("GET", std::string(kBase) + "/fits/1"));
  EXPECT_EQ(shown.at("fit").at("check").at("verdict").as_string(), "passed");

  EXPECT_EQ(ask("DELETE", std::string(kBase) + "/fits/1").status, 200);
  EXPECT_EQ(ask("GET", std::string(kBase) + "/fits/1").status, 404);
}

TEST_F(FitsApiTest, AreMadeAgainWhenTheDataOrTheRulesHaveMoved) {
  const auto refresh = [&](const char* as_of) {
    return *refresh_fits(acme(), *parse_moment(as_of, Zone::utc()), nullptr, 1);
  };
  EXPECT_TRUE(refresh("2025-02-01T00:00:00Z").empty()) << "there is nothing to learn from";
  buy(0, 56);
  const auto first = refresh("2025-02-01T00:00:00Z");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].why, "first");
  EXPECT_TRUE(refresh("2025-02-02T00:00:00Z").empty());
  buy(56, 62);
  const auto again = refresh("2025-03-15T00:00:00Z");
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].why, "moved");
  EXPECT_GT(again[0].purchases, first[0].purchases);
  ASSERT_TRUE(acme().configure(std::string(kSampleConfig) + "\n[margin]\nshare = 0.4\n"));
  const auto by_rules = refresh("2025-03-15T00:00:00Z");
  ASSERT_EQ(by_rules.size(), 1U);
  EXPECT_EQ(by_rules[0].why, "rules");
  const bj::object check = body(ask("POST", std::string(kBase) + "/fits/2/check", "{}"));
  EXPECT_TRUE(check.at("rules_changed").as_bool());
}

TEST_F(FitsApiTest, SaysWhatIsWrongWithARequest) {
  const auto refused = [&](const std::string& text) {
    const Response response = ask("POST", std::string(kBase) + "/fits", text);
    EXPECT_EQ(response.status, 400) << response.body;
    return response.body;
  };
  EXPECT_THAT(refused(R"({"kind":"fortune"})"), HasSubstr("is none of forecast"));
  EXPECT_THAT(refused(R"({"kind":"forecast","ask":{"horizon":9}})"), HasSubstr("/ask/horizon"));
  EXPECT_THAT(refused(R"({"kind":"forecast","ask":{"horizon_days":1}})"), HasSubstr("horizon_days"));
  EXPECT_THAT(refused("[]"), HasSubstr("the body must be"));
  EXPECT_EQ(ask("GET", std::string(kBase) + "/fits/first").status, 400);
  EXPECT_EQ(ask("GET", std::string(kBase) + "/fits/99").status, 404);
}

}  // namespace
}  // namespace habitue::server
