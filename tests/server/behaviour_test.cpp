// The questions of behaviour over the API: asked by their text, answered with what was asked, with the people behind numbers.
#include <gmock/gmock.h>

#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;
using testing::Not;

class BehaviourTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
  }
  Response post(const std::string& report, const std::string& body,
                std::vector<std::pair<std::string, std::string>> query = {{"as_of", "2025-06-01"}}) {
    return ask("POST", "/api/v1/workspaces/acme" + report, body, std::move(query));
  }
  bj::value answered(const std::string& report, const std::string& body,
                     std::vector<std::pair<std::string, std::string>> query = {{"as_of", "2025-06-01"}}) {
    const Response response = post(report, body, std::move(query));
    EXPECT_EQ(response.status, 200) << response.body;
    return json(response);
  }
};

// Fifteen of the twenty bought, each 31 days after they were identified: ten of the French (inside), fifteen in all.
constexpr const char* kFunnel =
    R"({"steps":[{"event":"$identify","name":"known"},{"event":"Order Completed"}],"window":"40 d"})";

TEST_F(BehaviourTest, AFunnelIsAskedByItsTextAndSaysWhatWasAsked) {
  const bj::value funnel = answered("/funnel", kFunnel);
  const bj::value& all = funnel.at("figures").at("all");
  EXPECT_EQ(all.at("entered"), bj::value(20));
  EXPECT_EQ(all.at("converted"), bj::value(15));
  EXPECT_EQ(all.at("whole").at("median"), bj::value(31 * 86'400));
  EXPECT_EQ(funnel.at("figures").at("inside").at("entered"), bj::value(10));
  EXPECT_EQ(funnel.at("steps").at(0), bj::value("known"));
  EXPECT_EQ(funnel.at("ask").at("window"), bj::value(40 * 86'400));
  EXPECT_EQ(funnel.at("ask").at("order"), bj::value("ordered"));
  EXPECT_EQ(funnel.at("question").at("audience"), bj::value("all"));

  const bj::value short_window =
      answered("/funnel", R"({"steps":[{"event":"$identify"},{"event":"Order Completed"}]})");
  EXPECT_EQ(short_window.at("figures").at("all").at("converted"), bj::value(0)) << "the default window is 14 days";
}

TEST_F(BehaviourTest, TheListBehindANumberIsAsLongAsTheNumber) {
  const auto matched = [&](const std::string& cell) {
    return answered("/funnel/people", std::string(R"({"ask":)") + kFunnel + R"(,"cell":)" + cell + "}").at("matched");
  };
  EXPECT_EQ(matched(R"({"what":"converted"})"), bj::value(15));
  EXPECT_EQ(matched(R"({"what":"stopped"})"), bj::value(5));
  EXPECT_EQ(matched(R"({"what":"converted","side":"inside"})"),
            answered("/funnel", kFunnel).at("figures").at("inside").at("converted"));
}

TEST_F(BehaviourTest, RetentionStickinessFrequencyAndIntervalsAnswer) {
  const bj::value retention = answered("/retention", R"({"start":"$identify","unit":"month","columns":3})");
  const bj::value& cohort = retention.at("total").at("all").at("cohorts").at(0);
  EXPECT_EQ(cohort.at("size"), bj::value(20));
  EXPECT_EQ(cohort.at("cells").at(1).at("people"), bj::value(15));
  EXPECT_EQ(
      answered("/retention/people", R"({"ask":{"start":"$identify","unit":"month","columns":3},"cell":{"column":1}})")
          .at("matched"),
      bj::value(15));

  const std::vector<std::pair<std::string, std::string>> period{
      {"as_of", "2025-06-01"}, {"from", "2025-01-01"}, {"to", "2025-02-28"}};
  const bj::value sticky = answered("/stickiness", R"({"unit":"month"})", period);
  EXPECT_EQ(sticky.at("total").at("all").at("exact"), bj::value(bj::array{5, 15}));
  EXPECT_EQ(answered("/stickiness/people", R"({"ask":{"unit":"month"},"cell":{"periods":2}})", period).at("matched"),
            bj::value(15));
  EXPECT_EQ(answered("/stickiness/people", R"({"ask":{},"cell":{"day":"2025-01-03","window":"days7"}})", period)
                .at("matched"),
            bj::value(3));

  const bj::value frequency = answered("/frequency", "{}", period);
  EXPECT_EQ(frequency.at("total").at("all").at("never"), bj::value(5));
  EXPECT_EQ(answered("/frequency/people", R"({"ask":{},"cell":{"times_min":0,"times_max":0}})", period).at("matched"),
            bj::value(5));

  const bj::value intervals = answered("/intervals", R"({"from":"$identify","to":"Order Completed"})", period);
  EXPECT_EQ(intervals.at("total").at("all").at("intervals"), bj::value(15));
  EXPECT_EQ(answered("/intervals/people",
                     R"({"ask":{"from":"$identify","to":"Order Completed"},"cell":{"not_followed":true}})", period)
                .at("matched"),
            bj::value(5));

  const bj::value growth = json(ask("GET", "/api/v1/workspaces/acme/growth", {}, {{"as_of", "2025-06-01"}}));
  const std::string first(growth.at("periods").at("all").at(0).at("from").as_string());
  EXPECT_EQ(
      answered("/growth/people", R"({"ask":{},"cell":{"period":")" + first + R"(","who":"fresh"}})").at("matched"),
      growth.at("periods").at("all").at(0).at("new"));
}

TEST_F(BehaviourTest, AttributionAndPathsAnswer) {
  // The channel comes with the identify call, 31 days before the purchase: 14 days of lookback see none of them.
  const bj::value attribution = answered("/attribution", R"({"models":["last"],"lookback":"40 d","resamples":0})");
  EXPECT_EQ(attribution.at("total").at("all").at("conversions"), bj::value(15));
  EXPECT_EQ(attribution.at("currency"), bj::value("EUR"));
  std::int64_t credit = 0;
  for (const bj::value& channel : attribution.at("channels").as_array())
    credit += channel.at("models").at(0).at("credit").at("all").at("credit_millionths").to_number<std::int64_t>();
  EXPECT_EQ(credit, 15'000'000);
  EXPECT_EQ(
      answered("/attribution", R"({"models":["last"],"lookback":"14 d"})").at("total").at("all").at("without_touch"),
      bj::value(15));
  EXPECT_EQ(
      answered("/attribution/people",
               R"({"ask":{"models":["last"],"lookback":"40 d"},"cell":{"channel":{"kind":"total"},"model":"last"}})")
          .at("matched"),
      bj::value(15));
  EXPECT_EQ(
      answered("/attribution/people", R"({"ask":{"models":["last"],"lookback":"40 d"},"cell":{"open_journeys":"all"}})")
          .at("matched"),
      attribution.at("total").at("all").at("open_journeys"));

  const std::string ask = R"({"anchor":"$identify","gap":"60 d"})";
  const bj::value paths = answered("/paths", ask);
  EXPECT_EQ(paths.at("steps").at(1).at("reached").at("all").at("people"), bj::value(15));
  EXPECT_EQ(answered("/paths/people", R"({"ask":)" + ask + R"(,"cell":{"step":1}})").at("matched"), bj::value(15));
  EXPECT_EQ(answered("/paths/people", R"({"ask":)" + ask + R"(,"cell":{"names":["Order Completed"]}})").at("matched"),
            bj::value(15));
}

TEST_F(BehaviourTest, ContrastAnswersInFiguresAndWords) {
  const std::string ask = R"({"age":"1 d","within":"60 d","outcome":"Order Completed","support_min":2})";
  const bj::value contrast = answered("/contrast", ask);
  const bj::value& people = contrast.at("people").at("all");
  EXPECT_EQ(people.at("born"), bj::value(20));
  EXPECT_EQ(people.at("first").to_number<int>() + people.at("second").to_number<int>(), 20);
  for (const char* who : {"first", "second"})
    EXPECT_EQ(answered("/contrast/people", R"({"ask":)" + ask + R"(,"cell":{"who":")" + who + R"("}})").at("matched"),
              people.at(who));
  ASSERT_FALSE(contrast.at("groups").as_array().empty());
  const bj::value& line = contrast.at("groups").at(0).at("line");
  const std::string feature = bj::serialize(line.at("feature"));
  EXPECT_EQ(answered("/contrast/people", R"({"ask":)" + ask + R"(,"cell":{"who":"first","feature":)" + feature + "}}")
                .at("matched"),
            line.at("counts").at("all").at("first_with"));
  EXPECT_THAT(std::string(contrast.at("cautions_en").at(0).as_string()), HasSubstr("does not make them its causes"));
  const Response csv = post("/contrast", ask, {{"as_of", "2025-06-01"}, {"format", "csv"}});
  EXPECT_THAT(csv.body, HasSubstr("adjusted p"));
  EXPECT_EQ(post("/contrast", R"({"groups":"people"})").status, 400);
  const Response inside = post("/contrast", ask, {{"as_of", "2025-06-01"}, {"audience", "inside"}});
  EXPECT_THAT(inside.body, HasSubstr(R"("side":"inside")")) << "effects are of the part that is looked at";
}

TEST_F(BehaviourTest, ContrastAtTheAgeOfTheOutcomeAnswersInTheLanguageAskedFor) {
  const std::string ask =
      R"({"at":"outcome","age":"2 d","lead":"1 d","within":"60 d","outcome":"Order Completed","support_min":2,"controls":1})";
  const bj::value contrast = answered("/contrast", ask);
  const bj::value& people = contrast.at("people").at("all");
  // Fifteen of twenty buy at the same age: beside each of five is one who does not, and beside the others nobody.
  EXPECT_EQ(people.at("first"), bj::value(5));
  EXPECT_EQ(people.at("second"), bj::value(5));
  EXPECT_EQ(people.at("not_compared"), bj::value(10));
  EXPECT_EQ(contrast.at("sets").at("controls"), bj::value(1));
  EXPECT_EQ(contrast.at("ask").at("lead"), bj::value(86'400));
  for (const char* who : {"first", "second", "not_compared"})
    EXPECT_EQ(answered("/contrast/people", R"({"ask":)" + ask + R"(,"cell":{"who":")" + who + R"("}})").at("matched"),
              people.at(who));
  EXPECT_EQ(post("/contrast", R"({"at":"outcome","lead":"0 d"})").status, 400);

  const auto csv = [&](const char* language) {
    return post("/contrast", ask, {{"as_of", "2025-06-01"}, {"format", "csv"}, {"lang", language}}).body;
  };
  EXPECT_THAT(csv("en"), HasSubstr("ratio of rates [95 %],adjusted p"));
  EXPECT_THAT(csv("en"), Not(HasSubstr("Tenu égal")));
  EXPECT_THAT(csv("fr"), HasSubstr("rapport des rythmes [95 %],p ajusté"));
  for (const char* english : {"adjusted p", "people", "first group", "What ", "Held equal"})
    EXPECT_THAT(csv("fr"), Not(HasSubstr(english)));
}

TEST_F(BehaviourTest, ValuesAndStagesListTheirPeople) {
  const std::string path = "/api/v1/workspaces/acme";
  const bj::value growth =
      json(ask("GET", path + "/growth", {}, {{"as_of", "2025-06-01"}, {"by", "trait:country"}, {"values", "1"}}));
  ASSERT_EQ(growth.at("values").as_array().size(), 2U);
  const bj::value& shown = growth.at("values").at(0);
  const bj::value& period = shown.at("periods").at("all").at(0);
  EXPECT_EQ(growth.at("values").at(1).at("value").at("kind"), bj::value("other"));
  EXPECT_EQ(period.at("new").to_number<int>() +
                growth.at("values").at(1).at("periods").at("all").at(0).at("new").to_number<int>(),
            growth.at("periods").at("all").at(0).at("new").to_number<int>());
  const bj::object body{{"ask", {{"breakdown", {{"of", "trait"}, {"name", "country"}, {"limit", 1}}}}},
                        {"cell", {{"period", period.at("from")}, {"who", "fresh"}, {"value", shown.at("value")}}}};
  EXPECT_EQ(answered("/growth/people", bj::serialize(body)).at("matched"), period.at("new"));
  EXPECT_EQ(ask("GET", path + "/growth", {}, {{"by", "country"}}).status, 400);

  const bj::value history =
      json(ask("GET", path + "/stages/history", {}, {{"as_of", "2025-06-01"}, {"bucket", "month"}}));
  const bj::value& point = history.at("points").at(2);
  EXPECT_EQ(answered("/stages/history/people",
                     R"({"ask":{},"cell":{"at":")" + std::string(point.at("at").as_string()) + R"(","stage":"new"}})")
                .at("matched"),
            point.at("figures").at("all").at("stages").at("new"));
  const std::vector<std::pair<std::string, std::string>> between{
      {"as_of", "2025-06-01"}, {"from", "2025-01-15"}, {"to", "2025-03-01"}};
  const bj::value flows = json(ask("GET", path + "/flows", {}, between));
  for (const bj::value& flow : flows.at("flows").at("all").as_array())
    EXPECT_EQ(answered("/flows/people",
                       R"({"ask":{},"cell":{"from":")" + std::string(flow.at("from").as_string()) + R"(","to":")" +
                           std::string(flow.at("to").as_string()) + R"("}})",
                       between)
                  .at("matched"),
              flow.at("people"));

  const bj::value attribution = answered(
      "/attribution", R"({"models":["last","shapley"],"lookback":"40 d","breakdown":{"of":"trait","name":"country"}})");
  std::int64_t conversions = 0;
  for (const bj::value& value : attribution.at("values").as_array())
    conversions += value.at("total").at("all").at("conversions").to_number<std::int64_t>();
  EXPECT_EQ(conversions, 15);
  EXPECT_EQ(attribution.at("shapley").at("worth").to_number<double>(), 15);
}

TEST_F(BehaviourTest, TheSecondPurchaseClockAnswers) {
  const std::string ask = R"({"days":90,"marks":[30,90],"window_days":7})";
  const bj::value clock = answered("/second-purchase", ask);
  EXPECT_EQ(clock.at("total").at("all").at("people"), bj::value(15));
  EXPECT_EQ(clock.at("total").at("all").at("days").as_array().size(), 90U);
  EXPECT_EQ(answered("/second-purchase/people", R"({"ask":)" + ask + R"(,"cell":{}})").at("matched"), bj::value(15));
  EXPECT_THAT(post("/second-purchase", ask, {{"as_of", "2025-06-01"}, {"format", "csv"}}).body, HasSubstr("90 days"));
}

TEST_F(BehaviourTest, WhatIsWrongIsSaidWithItsPlace) {
  const auto refused = [&](const std::string& report, const std::string& body, int status, const std::string& why) {
    const Response response = post(report, body);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(response.body, HasSubstr(why));
  };
  refused("/funnel", "{", 400, "");
  refused("/funnel", R"({"steps":[{"evnt":"A"}]})", 400, "did you mean");
  refused("/funnel", R"({"steps":[]})", 400, "step");
  refused("/funnel", R"({"steps":[{"event":"trait country = \"FR\""}]})", 400, "no condition on one event");
  refused("/funnel/people", kFunnel, 400, "cell");
  refused("/funnel/people", std::string(R"({"ask":)") + kFunnel + R"(,"cell":{"step":9}})", 404, "");
  refused("/retention", R"({"breakdown":{"name":"cuontry"}})", 404, "country");
}

TEST_F(BehaviourTest, AQuestionThatTakesTooLongIsGivenUp) {
  ApiOptions options;
  options.question_time_max = std::chrono::milliseconds(0);
  api_ = std::make_unique<Api>(*root_, options);
  for (const char* report :
       {"/retention", "/stickiness", "/frequency", "/intervals", "/attribution", "/paths", "/contrast"}) {
    const Response response = post(report, "{}");
    EXPECT_EQ(response.status, 503) << report << response.body;
    EXPECT_THAT(response.body, HasSubstr("took longer"));
  }
  EXPECT_EQ(post("/funnel", kFunnel).status, 503);
}

TEST_F(BehaviourTest, AnswersComeAsCsvToo) {
  const Response csv = post("/funnel", kFunnel, {{"as_of", "2025-06-01"}, {"format", "csv"}});
  EXPECT_THAT(csv.body, HasSubstr("all,known,20,1.0000"));
  EXPECT_THAT(csv.body, HasSubstr("all,Order Completed,15,0.7500"));
  EXPECT_THAT(post("/retention", R"({"columns":2})", {{"as_of", "2025-06-01"}, {"format", "csv"}}).body,
              HasSubstr("audience,value,cohort,size,0,1"));
}

}  // namespace
}  // namespace habitue::server
