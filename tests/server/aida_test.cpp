// Where somebody stands before an offer, as a shop's own systems ask: events in by a write key, questions by HTTP.
#include "server/http_client.hpp"
#include "server/http_server.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

constexpr const char* kBase = "/api/v1/workspaces/acme";
constexpr const char* kConfig = R"(name = "Sample"
currency = "EUR"
[[offers]]
name = "kit"
en = "a kit"
desire = 'did Checkout Started'
action = 'product = "kit"'
[[actions]]
name = "call"
kind = "conversion"
[[actions]]
name = "post"
en = "posting it"
kind = "delivery"
)";

class AidaTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    ASSERT_TRUE(acme().configure(kConfig));
    reader_ = workspace::create_key(acme().ledger(), "Shop", workspace::kReadScope)->secret;
  }
  void send(const std::string& event, const std::string& when, const std::string& properties = "{}") {
    const Response answer = from_outside(
        "POST", "/v1/track", {{"authorization", "Bearer " + write_key_}},
        fmt::format(R"({{"userId":"ann","event":"{}","timestamp":"{}","properties":{}}})", event, when, properties));
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  Response by(const std::string& method, const std::string& path, const std::string& body = {}) {
    return from_outside(method, path, {{"authorization", "Bearer " + reader_}}, body);
  }
  bj::value may(const std::string& body) {
    const Response answer = by("POST", std::string(kBase) + "/aida/may", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  std::string reader_;
};

TEST_F(AidaTest, RefusesToDeliverUntilItIsPaidAndAgainWhenItIsGivenBack) {
  const std::string post = R"({"user_id":"ann","action":"post"})";
  EXPECT_EQ(may(post).at("reason"), "not_paid") << "a stranger";
  send("Checkout Started", "2025-01-10T10:00:00Z");
  const auto wants = may(post);
  EXPECT_EQ(wants.at("may"), false);
  EXPECT_EQ(wants.at("phase"), "desire");
  EXPECT_EQ(
      wants.at("words"),
      "No: \"posting it\" delivers a kit, and nothing is paid for it; this is desire. An order on credit or signed "
      "for is asked of the delivery gate.");
  EXPECT_EQ(may(R"({"user_id":"ann","action":"call","offer":"kit"})").at("may"), true);
  send("Order Completed", "2025-01-12T10:00:00Z", R"({"order_id":"1","total":20,"product":"kit"})");
  const auto paid = may(post);
  EXPECT_EQ(paid.at("may"), true) << "the payment is seen at once";
  EXPECT_EQ(paid.at("since"), "2025-01-12T10:00:00Z");
  send("Order Refunded", "2025-01-15T10:00:00Z", R"({"order_id":"1","total":20})");
  EXPECT_EQ(may(post).at("reason"), "given_back");
  EXPECT_EQ(may(R"({"user_id":"ann","action":"post","as_of":"2025-01-12"})").at("may"), true) << "it was then";

  const std::string key(paid.at("person").as_string());
  const auto person = json(by("GET", std::string(kBase) + "/people/" + key + "/aida"));
  const bj::value& offer = person.at("offers").at(0);
  EXPECT_EQ(offer.at("phase"), "desire");
  EXPECT_EQ(offer.at("given_back"), true);
  EXPECT_EQ(offer.at("payments").as_array().size(), 2U);
  EXPECT_EQ(offer.at("stands").at(0).at("minor"), 0);
  EXPECT_EQ(offer.at("allowed").at(0).at("action"), "call");
  EXPECT_EQ(offer.at("refused").at(0).at("action"), "post");
  const auto all = json(by("POST", std::string(kBase) + "/aida", "{}"));
  EXPECT_EQ(all.at("verdict"), "told");
  EXPECT_EQ(all.at("offers").at(0).at("figures").at("all").at("phases").at(3).at("now"), 1);
}

TEST_F(AidaTest, SaysWhatIsWrongWithWhatIsAsked) {
  const auto refused = [&](const std::string& body) {
    const Response answer = by("POST", std::string(kBase) + "/aida/may", body);
    return std::to_string(answer.status) + " " + std::string(json(answer).at("detail").as_string());
  };
  EXPECT_EQ(refused(R"({"user_id":"ann","action":"pots"})"), "404 there is no action \"pots\": did you mean \"post\"?");
  EXPECT_EQ(refused(R"({"user_id":"ann","action":"post","offer":"kits"})"),
            "404 there is no offer \"kits\": did you mean \"kit\"?");
  EXPECT_EQ(refused(R"({"action":"post"})").substr(0, 3), "400");
  EXPECT_EQ(refused(R"({"user_id":"ann"})").substr(0, 3), "400");
  EXPECT_EQ(refused(R"({"person":"0123456789abcdef","action":"post"})").substr(0, 3), "404");
}

}  // namespace
}  // namespace habitue::server
