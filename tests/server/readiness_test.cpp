// Whether a programme may start, as the page and other systems ask: a red answer forbids it until somebody signs for this very plan.
#include <gmock/gmock.h>

#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;

constexpr const char* kBase = "/api/v1/workspaces/acme";

class ProgrammeTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
    admin_ = workspace::create_key(acme().ledger(), "Zoe",
                                   static_cast<std::uint8_t>(workspace::kAdminScope | workspace::kReadScope))
                 ->secret;
    reader_ = workspace::create_key(acme().ledger(), "Till", workspace::kReadScope)->secret;
  }
  Response by(const std::string& key, const std::string& method, const std::string& path,
              const std::string& body = {}) {
    return from_outside(method, std::string(kBase) + path, {{"authorization", "Bearer " + key}}, body);
  }
  bj::value may(const std::string& body) {
    const Response answer = by(reader_, "POST", "/programmes/may", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  std::string admin_, reader_;
};

TEST_F(ProgrammeTest, DoesNotStartWithARedAnswerUnlessSomebodySigns) {
  const std::string plan = R"("programme":"club","ask":{"beyond_goods":[],"cost_of_one_minor":500})";
  const auto refused = may("{" + plan + "}");
  EXPECT_EQ(refused.at("may_start"), false);
  EXPECT_EQ(refused.at("readiness").at("people"), 15) << "those who bought";
  EXPECT_EQ(refused.at("red"), bj::value(bj::array{"offer"}));
  EXPECT_EQ(refused.at("signed_by"), nullptr);
  const auto asked = json(by(reader_, "POST", "/readiness", R"({"beyond_goods":[],"cost_of_one_minor":500})"));
  EXPECT_EQ(asked.at("offer"), refused.at("readiness").at("offer")) << "the same answer";
  EXPECT_EQ(asked.at("go"), false);

  const std::string signing = "{" + plan + R"(,"reason":"a year to find out"})";
  EXPECT_EQ(by(reader_, "POST", "/programmes/overrides", signing).status, 403) << "who reads signs nothing";
  EXPECT_EQ(by(admin_, "POST", "/programmes/overrides", "{" + plan + "}").status, 400) << "without a reason";
  const auto signed_now = json(by(admin_, "POST", "/programmes/overrides", signing));
  EXPECT_EQ(signed_now.at("may_start"), true);
  const auto allowed = may("{" + plan + "}");
  EXPECT_EQ(allowed.at("may_start"), true);
  EXPECT_EQ(allowed.at("signed_by").at("author"), "Zoe");
  EXPECT_EQ(allowed.at("signed_by").at("reason"), "a year to find out");
  EXPECT_THAT(std::string(allowed.at("words").as_string()), HasSubstr("Zoe answers for it"));
  EXPECT_EQ(allowed.at("readiness").at("go"), false) << "the answer stays what it is";

  // Another plan, another name and another lens are nothing that Zoe answers for.
  EXPECT_EQ(may(R"({"programme":"club","ask":{"beyond_goods":[],"cost_of_one_minor":501}})").at("may_start"), false);
  EXPECT_EQ(may(R"({"programme":"circle","ask":{"beyond_goods":[],"cost_of_one_minor":500}})").at("may_start"), false);
  EXPECT_EQ(json(ask("POST", std::string(kBase) + "/programmes/may", "{" + plan + "}", {{"audience", "inside"}}))
                .at("may_start"),
            false);
  EXPECT_EQ(json(ask("POST", std::string(kBase) + "/programmes/may", "{" + plan + "}", {{"as_of", "2025-06-01"}}))
                .at("may_start"),
            false)
      << "nobody had signed then";
  // It stands where whoever has to answer looks.
  const auto audit = json(by(admin_, "GET", "/audit"));
  EXPECT_EQ(audit.at("entries").at(0).at("what"), "programmes/overrides");
  EXPECT_EQ(audit.at("entries").at(0).at("signed").at("reason"), "a year to find out");
  const auto all = json(by(reader_, "GET", "/programmes/overrides"));
  ASSERT_EQ(all.at("overrides").as_array().size(), 1U);
  EXPECT_EQ(all.at("overrides").at(0).at("programme"), "club");
}

TEST_F(ProgrammeTest, SaysWhatIsWrongWithWhatIsSent) {
  EXPECT_EQ(by(reader_, "POST", "/programmes/may", R"({"ask":{}})").status, 400) << "without a name";
  EXPECT_EQ(by(reader_, "POST", "/programmes/may", R"({"programme":"club","ask":{"segment":"trait x ="}})").status,
            400);
  EXPECT_EQ(by(reader_, "POST", "/readiness", R"({"lift":9})").status, 400);
  const Response green = by(admin_, "POST", "/programmes/overrides",
                            R"({"programme":"club","ask":{"beyond_goods":["advice"]},"reason":"to be sure"})");
  EXPECT_EQ(green.status, 409) << "nothing is red";
  // Nobody is nothing to start for, and nothing to sign for.
  EXPECT_EQ(may(R"({"programme":"club","ask":{"segment":"did Nothing"}})").at("may_start"), false);
  const auto people = json(by(reader_, "POST", "/readiness/people",
                              R"({"ask":{"segment":"trait country = \"FR\""},"cell":{"who":"bought"}})"));
  EXPECT_EQ(people.at("people").as_array().size(), 10U);
}

}  // namespace
}  // namespace habitue::server
