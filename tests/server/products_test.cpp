// Products as they are asked for by HTTP: lists that came by the intake are read from the ledger, and follow what happens to it.
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

class ProductsApiTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
  }
  bj::value asked(const std::string& question, const std::string& body = "{}") {
    const Response answer = ask("POST", kBase + question, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  std::int64_t buyers(std::string_view product) {
    const bj::value report = asked("/products");
    for (const bj::value& line : report.at("lines").as_array())
      if (line.at("id").as_string() == product) return line.at("figures").at("buyers").to_number<std::int64_t>();
    return 0;
  }
  std::string key_of(const std::string& search) {
    return std::string(
        json(ask("GET", kBase + "/people", {}, {{"search", search}})).at("people").at(0).at("key").as_string());
  }
  const std::string kBase = "/api/v1/workspaces/acme";
};

TEST_F(ProductsApiTest, FollowWhatArrivesWhatIsConfiguredAndWhatIsErased) {
  EXPECT_EQ(buyers("Tea"), 15);
  const bj::value people =
      json(ask("POST", kBase + "/products/people", R"({"ask":{},"cell":{"product":"Tea","who":"first"}})"));
  EXPECT_EQ(people.at("matched").to_number<int>(), 15);

  const std::string one_more =
      R"({"batch":[{"type":"track","event":"Order Completed","messageId":"x","userId":"u3","timestamp":"2025-03-01T10:00:00Z",)"
      R"("properties":{"order_id":"x","total":9,"products":[{"sku":"K7","name":"Kettle","price":9}]}}]})";
  ASSERT_EQ(ask("POST", "/v1/batch", one_more, {{"workspace", "acme"}}).status, 200);
  ASSERT_TRUE(acme().settle());
  EXPECT_EQ(buyers("K7"), 1);
  EXPECT_EQ(buyers("Tea"), 15);

  ASSERT_TRUE(
      acme().configure(std::string(kSampleConfig) + "\n[products]\nid = [\"article\"]\nname = [\"sku\", \"name\"]\n"));
  EXPECT_EQ(buyers("K7"), 1);
  ASSERT_TRUE(acme().configure(std::string(kSampleConfig) + "\n[products]\nid = [\"article\"]\n"));
  EXPECT_EQ(buyers("Kettle"), 1);

  const auto person = acme().view().people->find(identity::Identifier{identity::IdentifierKind::User, "u3"});
  ASSERT_TRUE(person);
  ASSERT_TRUE(acme().erase(*person));
  EXPECT_EQ(buyers("Kettle"), 0);
  EXPECT_EQ(buyers("Tea"), 15);
}

TEST_F(ProductsApiTest, RecommendationsAreRefusedInTheReadersWords) {
  const std::string path = kBase + "/people/" + key_of("u1@") + "/recommendations";
  const bj::value english = json(ask("GET", path, {}, {{"lang", "en"}}));
  EXPECT_TRUE(english.at("products").as_array().empty());
  EXPECT_EQ(english.at("check").at("verdict").as_string(), "not_possible");
  EXPECT_NE(english.at("sentence_en").as_string().find("it takes 50"), bj::string::npos);
  EXPECT_NE(ask("GET", path, {}, {{"lang", "fr"}, {"format", "csv"}}).body.find("il en faut 50"), std::string::npos);
  EXPECT_EQ(json(ask("GET", path, {}, {{"by", "category"}})).at("by").as_string(), "category");
  EXPECT_EQ(ask("GET", path, {}, {{"by", "colour"}}).status, 400);
  EXPECT_EQ(ask("GET", path, {}, {{"count", "0"}}).status, 400);
  EXPECT_EQ(ask("GET", kBase + "/people/0000000000000000/recommendations").status, 404);
}

TEST_F(ProductsApiTest, ACutNamesWhomItTouches) {
  const bj::value report = asked("/assortment", R"({"cut":["Tea"],"guess":false,"limit":5})");
  EXPECT_EQ(report.at("cut").at("touched").to_number<int>(), 15);
  ASSERT_EQ(report.at("customers").as_array().size(), 5U);
  EXPECT_EQ(report.at("customers").at(0).at("key").as_string().size(), 16U);
  const bj::value people =
      json(ask("POST", kBase + "/assortment/people", R"({"ask":{"cut":["Tea"]},"cell":{"who":"no_longer_kept"}})"));
  EXPECT_EQ(people.at("matched").to_number<int>(), 15);
  EXPECT_EQ(ask("POST", kBase + "/assortment", R"({"cut":["Coffee"]})").status, 404);
}

}  // namespace
}  // namespace habitue::server
