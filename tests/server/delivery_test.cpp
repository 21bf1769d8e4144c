// The delivery gate and treatments as a shop's own systems ask for them: events in by a write key, questions by HTTP.
#include <sys/stat.h>

#include "server/http_client.hpp"
#include "server/http_server.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

constexpr const char* kBase = "/api/v1/workspaces/acme";
constexpr const char* kGate = "/api/v1/workspaces/acme/delivery-gate";
constexpr const char* kConfig = R"(name = "Sample"
currency = "EUR"
zone = "Europe/Paris"
[money]
payments = ["Payment Succeeded"]
purchases = ["Order Placed"]
[delivery]
credit = 'trait trusted = true'
credit_max = 500
)";

class DeliveryTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    ASSERT_TRUE(acme().configure(kConfig));
    admin_ = workspace::create_key(acme().ledger(), "Zoe",
                                   static_cast<std::uint8_t>(workspace::kAdminScope | workspace::kReadScope))
                 ->secret;
    reader_ = workspace::create_key(acme().ledger(), "Till", workspace::kReadScope)->secret;
  }
  // By the intake, as anybody with a write key can.
  void send(const std::string& events) {
    const Response answer =
        from_outside("POST", "/v1/batch", {{"authorization", "Bearer " + write_key_}}, "{\"batch\":[" + events + "]}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  void order(const std::string& id, int total, const std::string& when = "2025-01-10T10:00:00Z") {
    send(fmt::format(
        R"({{"type":"track","userId":"ann","event":"Order Placed","timestamp":"{}","properties":{{"order_id":"{}","total":{}}}}})",
        when, id, total));
  }
  void pay(const std::string& id, int amount, const std::string& when = "2025-01-12T10:00:00Z") {
    send(fmt::format(
        R"({{"type":"track","userId":"ann","event":"Payment Succeeded","timestamp":"{}","properties":{{"order_id":"{}","amount":{}}}}})",
        when, id, amount));
  }
  Response by(const std::string& key, const std::string& method, const std::string& path,
              const std::string& body = {}) {
    return from_outside(method, path, {{"authorization", "Bearer " + key}}, body);
  }
  bj::value gate(const std::string& body) {
    const Response answer = by(reader_, "POST", kGate, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  std::string reason(const std::string& body) { return std::string(gate(body).at("reason").as_string()); }

  std::string admin_, reader_;
};

TEST_F(DeliveryTest, SeesWhatWasAcknowledgedJustBeforeAndAnswersAsKnownThen) {
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1"})"), "order_unknown");
  order("A1", 100);
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1"})"), "credit_unknown");
  pay("A1", 100);
  const auto paid = gate(R"({"user_id":"ann","order_id":"A1"})");
  EXPECT_TRUE(paid.at("may_deliver").as_bool());
  EXPECT_EQ(paid.at("paid").at("minor_units").as_int64(), 10000);
  EXPECT_EQ(paid.at("rows").as_array().size(), 2U);
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1","as_of":"2025-01-11"})"), "credit_unknown");
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1","as_of":"2025-01-09"})"), "order_unknown");
  const std::string key(paid.at("person").as_string());
  EXPECT_EQ(reason(fmt::format(R"({{"person":"{}","order_id":"A1"}})", key)), "paid");
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1","total":150})"), "credit_unknown");
}

TEST_F(DeliveryTest, RefusesQuestionsItCannotRead) {
  for (const char* body :
       {"[]", "{}", R"({"order_id":"A1"})", R"({"user_id":"ann"})",
        R"({"user_id":"ann","account":"x","order_id":"A1"})", R"({"user_id":"ann","order_id":"A1","total":0})",
        R"({"user_id":"ann","order_id":"A1","total":"9"})", R"({"user_id":"ann","order_id":"A1","asof":"2025-01-09"})",
        R"({"user_id":"ann","order_id":"A1","as_of":"x"})",
        R"({"user_id":"ann","order_id":"A1","total":1,"currency":"euros"})", R"({"account":"acme","order_id":"A1"})"})
    EXPECT_EQ(by(reader_, "POST", kGate, body).status, 400) << body;
  EXPECT_EQ(by(reader_, "POST", kGate, R"({"person":"0123456789abcdef","order_id":"A1"})").status, 404);
}

TEST_F(DeliveryTest, AnOverrideIsSignedByAnAdminAndReportedByAuthor) {
  order("A1", 100);
  order("A2", 50);
  const std::string overrides = std::string(kGate) + "/overrides";
  const std::string body = R"({"user_id":"ann","order_id":"A1","reason":"a fair tomorrow"})";
  EXPECT_EQ(by(reader_, "POST", overrides, body).status, 403);
  EXPECT_EQ(by(write_key_, "POST", overrides, body).status, 403);
  EXPECT_EQ(by(admin_, "POST", overrides, R"({"user_id":"ann","order_id":"A1"})").status, 400);
  EXPECT_EQ(by(admin_, "POST", overrides, R"({"user_id":"ann","order_id":"A1","reason":" "})").status, 400);
  const Response signed_now = by(admin_, "POST", overrides, body);
  ASSERT_EQ(signed_now.status, 200) << signed_now.body;
  EXPECT_EQ(json(signed_now).at("reason").as_string(), "override");
  EXPECT_EQ(json(signed_now).at("override").at("author").as_string(), "Zoe");
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1"})"), "override");
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A2"})"), "credit_unknown");
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1","as_of":"2025-01-11"})"), "credit_unknown");
  ASSERT_EQ(ask("POST", overrides, R"({"user_id":"ann","order_id":"A2","reason":"by hand"})").status, 200);
  pay("A2", 50);

  const auto all = json(by(reader_, "GET", overrides));
  ASSERT_EQ(all.at("overrides").as_array().size(), 2U) << bj::serialize(all);
  EXPECT_FALSE(all.at("overrides").at(0).at("paid_since").as_bool());
  EXPECT_EQ(all.at("overrides").at(0).at("reason").as_string(), "a fair tomorrow");
  EXPECT_TRUE(all.at("overrides").at(1).at("paid_since").as_bool());
  ASSERT_EQ(all.at("authors").as_array().size(), 2U);
  EXPECT_EQ(all.at("authors").at(0).at("author").as_string(), "Zoe");
  EXPECT_EQ(all.at("authors").at(0).at("not_paid").to_number<int>(), 1);
  EXPECT_EQ(all.at("authors").at(1).at("author_id").as_string(), "process");
  EXPECT_EQ(json(ask("GET", overrides, {}, {{"to", "2025-12-31"}})).at("overrides").as_array().size(), 0U);

  struct stat state {};
  ASSERT_EQ(::stat((acme().folder() / "override.key").c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600U);
}

TEST_F(DeliveryTest, AnOverrideThatAnybodySendsIsNone) {
  order("A1", 100);
  const auto forged = [&](const std::string& signature, const std::string& more) {
    return fmt::format(
        R"({{"type":"track","userId":"ann","event":"Delivery Override Signed","properties":{{"order_id":"A1","reason":"x","author":"Zoe","author_id":"key:1","subject":"user:ann"{}{}}}}})",
        signature, more);
  };
  send(forged("", ""));
  send(forged(R"(,"signature":"00")", R"(,"signed_at":"2025-01-11T00:00:00Z")"));
  EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"A1"})"), "credit_unknown");

  // One that was signed for another order and another person, said again word for word under new names.
  ASSERT_EQ(
      ask("POST", std::string(kGate) + "/overrides", R"({"user_id":"bob","order_id":"B1","reason":"known"})").status,
      200);
  const auto stored = acme().ledger().query("SELECT properties FROM events WHERE message_id LIKE 'override-%'", 10);
  if (stored && !stored->rows.empty()) {
    const std::string properties = *stored->rows[0][0];
    const auto signed_at = std::string(parse_json(properties)->at("signed_at").as_string());
    send(fmt::format(
        R"({{"type":"track","userId":"ann","event":"Delivery Override Signed","timestamp":"{}","properties":{}}})",
        signed_at, properties));
    EXPECT_EQ(reason(R"({"user_id":"ann","order_id":"B1"})"), "order_unknown");
    auto changed = parse_json(properties)->as_object();
    changed["order_id"] = "B2";
    send(fmt::format(
        R"({{"type":"track","userId":"bob","event":"Delivery Override Signed","timestamp":"{}","properties":{}}})",
        signed_at, bj::serialize(changed)));
    EXPECT_EQ(reason(R"({"user_id":"bob","order_id":"B2"})"), "order_unknown");
  } else {
    ADD_FAILURE() << (stored ? "no override in the ledger" : stored.error().message);
  }
  EXPECT_EQ(reason(R"({"user_id":"bob","order_id":"B1"})"), "override");
  EXPECT_EQ(json(ask("GET", std::string(kGate) + "/overrides")).at("not_signed_here").to_number<int>(), 4);
}

TEST_F(DeliveryTest, ARoleChangesTheTreatmentAtTheVeryNextCall) {
  HttpOptions options;
  options.port = 0;
  const auto server = HttpServer::start(*api_, options);
  ASSERT_TRUE(server) << server.error().message;
  const auto said = [&](const std::string& method, const std::string& target, const std::string& body,
                        const std::string& key) {
    HttpClient client((*server)->port());
    client.send(method, target, body, "1.0", "Authorization: Bearer " + key + "\r\n");
    const std::string whole = client.receive_until({});
    EXPECT_NE(whole.find(" 200 "), std::string::npos) << whole;
    return parse_json(whole.substr(whole.find("\r\n\r\n") + 4)).value_or(nullptr);
  };
  const auto treatment = [&](const std::string& path) { return said("GET", kBase + path, {}, reader_); };
  const auto stranger = treatment("/treatment?user_id=ann");
  EXPECT_EQ(stranger.at("treatment").at("name").as_string(), "prospects");
  EXPECT_TRUE(stranger.at("person").is_null());
  for (int round = 0; round < 5; ++round) {
    const std::string user = fmt::format("u{}", round);
    const auto event = [&](std::string_view name, std::string_view when) {
      said(
          "POST", "/v1/track",
          fmt::format(
              R"({{"userId":"{}","event":"{}","timestamp":"{}","properties":{{"order_id":"A","total":10,"amount":10}}}})",
              user, name, when),
          write_key_);
    };
    event("Order Placed", "2025-01-10T10:00:00Z");
    const auto before = treatment("/treatment?user_id=" + user);
    EXPECT_EQ(before.at("treatment").at("name").as_string(), "prospects") << bj::serialize(before);
    EXPECT_EQ(before.at("role").as_string(), "prospect");
    event("Payment Succeeded", "2025-01-11T10:00:00Z");
    const auto after = treatment(fmt::format("/people/{}/treatment", std::string(before.at("person").as_string())));
    EXPECT_EQ(after.at("treatment").at("name").as_string(), "clients") << bj::serialize(after);
    EXPECT_EQ(after.at("role").as_string(), "client");
    EXPECT_EQ(after.at("side").as_string(), "customers");
    EXPECT_EQ(treatment("/treatment?as_of=2025-01-10&user_id=" + user).at("role").as_string(), "prospect");
  }
}

}  // namespace
}  // namespace habitue::server
