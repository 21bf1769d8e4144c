// Definitions changed over the API: previewed as they then turn out, refused with their place, and never overwritten unseen.
#include <gmock/gmock.h>

#include "sample.hpp"

namespace habitue::server {
namespace {

using testing::HasSubstr;
namespace bj = boost::json;

constexpr const char* kBase = "/api/v1/workspaces/acme";

class Definitions : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
  }
  static std::string body_of(bj::object body) { return bj::serialize(body); }
  std::string version() {
    return std::string(json(ask("GET", std::string(kBase) + "/config")).at("config_version").as_string());
  }
  static std::string changed_config() {
    return std::string(kSampleConfig) +
           "\n[stages]\nat_risk_days = 20\ndormant_days = 400\n\n[[sides]]\nname = "
           "\"customers\"\nsupposed_to_pay = 'trait country = \"FR\"'\n";
  }
};

std::uint64_t sum_of(const bj::value& matrix, std::string_view end, std::string_view word) {
  std::uint64_t sum = 0;
  for (const bj::value& move : matrix.at("moves").as_array())
    if (move.at(end).as_string() == word) sum += move.at("people").to_number<std::uint64_t>();
  return sum;
}

TEST_F(Definitions, ArePreviewedAsTheReportsTellOnceTheyAreSaved) {
  const std::vector<std::pair<std::string, std::string>> then{{"as_of", "2025-03-20"}};
  const std::string ask_body = body_of({{"toml", changed_config()}});
  const Response answer = ask("POST", std::string(kBase) + "/config/preview", ask_body, then);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const bj::value preview = json(answer);
  EXPECT_EQ(preview.at("people").as_int64(), 20);
  EXPECT_GT(preview.at("changed").as_int64(), 0);
  const auto check = [&](std::string_view end) {
    const bj::value roles = json(ask("GET", std::string(kBase) + "/roles", {}, then));
    const bj::value stages = json(ask("GET", std::string(kBase) + "/stages", {}, then));
    for (const char* role : {"client", "prospect", "beneficiary", "unknown"})
      EXPECT_EQ(sum_of(preview.at("matrices").at(0), end, role),
                roles.at("sides").at(0).at("figures").at("all").at(role).to_number<std::uint64_t>())
          << end << " " << role << bj::serialize(roles);
    for (const char* stage : {"prospect", "new", "at_risk", "dormant", "active"})
      EXPECT_EQ(sum_of(preview.at("matrices").at(1), end, stage),
                stages.at("figures").at("all").at("stages").at(stage).to_number<std::uint64_t>())
          << end << " " << stage << bj::serialize(stages);
  };
  check("from");
  const Response people =
      ask("POST", std::string(kBase) + "/config/preview/people", R"({"ask":)" + ask_body + R"(,"cell":{}})", then);
  ASSERT_EQ(people.status, 200) << people.body;
  EXPECT_EQ(json(people).at("matched"), preview.at("changed"));
  ASSERT_EQ(ask("PUT", std::string(kBase) + "/config", ask_body).status, 200);
  check("to");
}

TEST_F(Definitions, AreRefusedInAPreviewAsTheyAreWhenSaved) {
  for (const std::string& toml : {std::string("name = \"x\"\n[stages]\nnew_dais = 3\n"),
                                  std::string("[[sides]]\nname = \"c\"\nsupposed_to_pay = 'role = client'\n")}) {
    const Response saved = ask("PUT", std::string(kBase) + "/config", body_of({{"toml", toml}}));
    const Response previewed = ask("POST", std::string(kBase) + "/config/preview", body_of({{"toml", toml}}));
    EXPECT_EQ(saved.status, 400);
    EXPECT_EQ(previewed.body, saved.body);
  }
  const Response wrong = ask("POST", std::string(kBase) + "/config/preview",
                             body_of({{"toml", "name = \"x\"\n[stages]\nnew_dais = 3\n"}}));
  EXPECT_EQ(json(wrong).at("line").as_int64(), 3);
  EXPECT_EQ(json(wrong).at("column").as_int64(), 1);
  EXPECT_THAT(wrong.body, HasSubstr("did you mean `new_days`"));
  EXPECT_THAT(acme().config_text(), testing::Eq(kSampleConfig));
}

TEST_F(Definitions, OfTwoWhoReadTheSameTheSecondIsToldAndOverwritesNothing) {
  const std::string read = version();
  const std::string first = body_of({{"toml", std::string(kSampleConfig) + "# first\n"}, {"config_version", read}});
  const Response kept = ask("PUT", std::string(kBase) + "/config", first);
  ASSERT_EQ(kept.status, 200) << kept.body;
  EXPECT_EQ(json(kept).at("config_version"), version().c_str());
  const std::string second = body_of({{"toml", std::string(kSampleConfig) + "# second\n"}, {"config_version", read}});
  const Response refused = ask("PUT", std::string(kBase) + "/config", second);
  EXPECT_EQ(refused.status, 412);
  EXPECT_THAT(refused.body, HasSubstr("nothing was saved"));
  EXPECT_THAT(acme().config_text(), HasSubstr("# first"));
  Request by_header;
  by_header.method = "PUT";
  by_header.path = std::string(kBase) + "/config";
  by_header.headers["if-match"] = "\"" + read + "\"";
  by_header.body = body_of({{"toml", kSampleConfig}});
  by_header.trusted = true;
  EXPECT_EQ(api_->handle(by_header).status, 412);
  // Who says no version is asked for none.
  EXPECT_EQ(ask("PUT", std::string(kBase) + "/config", body_of({{"toml", kSampleConfig}})).status, 200);
}

TEST_F(Definitions, OneMoreHypothesisIsWrittenAtTheEndAndThePastKeepsItsOwn) {
  const std::string body = body_of({{"from", "2025-02-10"},
                                    {"product", "box"},
                                    {"message", "it's \"new\""},
                                    {"audience", "trait country = \"BE\""}});
  const Response made = ask("POST", std::string(kBase) + "/hypotheses", body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made).at("version"), "v2");
  EXPECT_EQ(json(made).at("config_version"), version().c_str());
  EXPECT_THAT(acme().config_text(), testing::StartsWith(kSampleConfig));
  const auto inside = [&](const char* day) {
    return json(ask("GET", std::string(kBase) + "/stages", {}, {{"as_of", day}})).at("question").at("hypothesis");
  };
  EXPECT_EQ(inside("2025-02-09"), "v1");
  EXPECT_EQ(inside("2025-02-10"), "v2");
  EXPECT_EQ(ask("POST", std::string(kBase) + "/hypotheses", body).status, 400);  // The same day again.
  EXPECT_EQ(ask("POST", std::string(kBase) + "/hypotheses", body_of({{"version", "v1"}})).status, 409);
  EXPECT_EQ(ask("POST", std::string(kBase) + "/hypotheses", body_of({{"audience", "trait"}})).status, 400);
  EXPECT_EQ(ask("POST", std::string(kBase) + "/hypotheses", body_of({{"config_version", "old"}})).status, 412);
  // Where none was written, everyone was meant: that becomes v1.
  ASSERT_EQ(ask("PUT", std::string(kBase) + "/config", body_of({{"toml", "currency = \"EUR\""}})).status, 200);
  const Response second = ask("POST", std::string(kBase) + "/hypotheses", body);
  ASSERT_EQ(second.status, 201) << second.body;
  EXPECT_EQ(inside("2025-02-09"), "v1");
  EXPECT_EQ(inside("2025-02-10"), "v2");
}

}  // namespace
}  // namespace habitue::server
