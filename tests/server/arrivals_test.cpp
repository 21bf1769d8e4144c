// What came in over the wire of late, seen live.
#include "server/arrivals.hpp"

#include <thread>

#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

constexpr const char* kPath = "/api/v1/workspaces/acme/arrivals";

class ArrivalsTest : public Sample {
 protected:
  Response send(const std::string& body) {
    return from_outside("POST", "/v1/batch", {{"authorization", "Bearer " + write_key_}}, body);
  }
  static std::string track(const std::string& id, const std::string& name = "Seen") {
    return fmt::format(
        R"({{"type":"track","event":"{}","messageId":"{}","userId":"u1","writeKey":"x","properties":{{"page":"home"}}}})",
        name, id);
  }
  bj::value arrivals(std::vector<std::pair<std::string, std::string>> query = {}) {
    const Response answer = ask("GET", kPath, {}, std::move(query));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
};

TEST_F(ArrivalsTest, EachThingThatCameIsToldWithWhatBecameOfIt) {
  send(R"({"batch":[)" + track("a") + "]}");
  send(R"({"batch":[)" + track("a") + "," + track("b", "Bought") +
       R"(,{"type":"track","messageId":"c","userId":"u1"}]})");
  send("this is no JSON");
  const bj::value seen = arrivals();
  std::vector<std::string> told;
  for (const auto& each : seen.at("arrivals").as_array()) {
    const auto* name = each.as_object().if_contains("event");
    told.push_back(fmt::format("{} {}", std::string(each.at("fate").as_string()),
                               name != nullptr ? std::string(name->as_string()) : "?"));
    EXPECT_EQ(each.at("key").as_string(), "test");
    if (each.at("fate").as_string() == "refused") {
      EXPECT_FALSE(each.at("reason").as_string().empty());
    }
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{"accepted Seen", "refused ?", "duplicate Seen", "accepted Bought", "refused ?"}));
  EXPECT_EQ(bj::serialize(seen).find(write_key_), std::string::npos) << "the secret of a key is never shown";
  ASSERT_EQ(seen.at("sources").as_array().size(), 1U);
  const bj::value& source = seen.at("sources").at(0);
  EXPECT_EQ(source.at("accepted").to_number<int>(), 2);
  EXPECT_EQ(source.at("duplicate").to_number<int>(), 1);
  EXPECT_EQ(source.at("refused").to_number<int>(), 2);
  EXPECT_EQ(source.at("events").at("Bought").to_number<int>(), 1);
}

TEST_F(ArrivalsTest, WhoFollowsIsGivenWhatIsNewAndToldWhatIsGone) {
  send(R"({"batch":[)" + track("a") + "]}");
  const std::string next = std::to_string(arrivals().at("next").to_number<std::uint64_t>());
  EXPECT_TRUE(arrivals({{"after", next}}).at("arrivals").as_array().empty());
  for (std::size_t batch = 0; batch < 3; ++batch) {
    std::string body = R"({"batch":[)";
    for (int i = 0; i < 300; ++i) body += (i > 0 ? "," : "") + track(fmt::format("{}-{}", batch, i));
    send(body + "]}");
  }
  const bj::value later = arrivals({{"after", next}, {"limit", "10"}});
  EXPECT_EQ(later.at("missed").to_number<int>(), 900 - static_cast<int>(kArrivalsKept));
  EXPECT_EQ(later.at("arrivals").as_array().size(), 10U);
}

TEST_F(ArrivalsTest, OneRequestMayBringMoreThanIsKept) {
  std::string body = R"({"batch":[)";
  for (int i = 0; i < 700; ++i) body += (i > 0 ? "," : "") + track(std::to_string(i));
  ASSERT_EQ(send(body + "]}").status, 200);
  const bj::value seen = arrivals({{"after", "0"}, {"limit", "500"}});
  EXPECT_EQ(seen.at("missed").to_number<int>(), 200);
  EXPECT_EQ(seen.at("next").to_number<int>(), 700);
  EXPECT_EQ(seen.at("sources").at(0).at("accepted").to_number<int>(), 700);
}

TEST_F(ArrivalsTest, WaitingEndsWhenSomethingComes) {
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    send(R"({"batch":[)" + track("a") + "]}");
  });
  const auto begun = std::chrono::steady_clock::now();
  const bj::value seen = arrivals({{"after", "0"}, {"wait", "20"}});
  later.join();
  EXPECT_EQ(seen.at("arrivals").as_array().size(), 1U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST_F(ArrivalsTest, WaitingEndsWhenTheServerStops) {
  Request request;
  request.method = "GET";
  request.path = kPath;
  request.query = {{"after", "0"}, {"wait", "20"}};
  request.trusted = true;
  request.server_stops = [] { return true; };
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(api_->handle(request).status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST_F(ArrivalsTest, WhoeverLooksIsRecordedWithThoseWhoAreShown) {
  send(R"({"batch":[)" + track("a") + "]}");
  ASSERT_TRUE(acme().settle());
  arrivals();
  const auto looks = acme().audit().find({});
  ASSERT_TRUE(looks);
  ASSERT_EQ(looks->size(), 1U);
  EXPECT_EQ(looks->front().what, "arrivals");
  EXPECT_EQ(looks->front().people.size(), 1U);
  arrivals({{"after", "1"}});
  EXPECT_EQ(acme().audit().find({})->size(), 1U) << "an answer without people is no look at anybody";
}

TEST_F(ArrivalsTest, NumbersThatAreNoneAreRefused) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"after", "x"}, {"limit", "501"}, {"wait", "26"}, {"after", "-1"}})
    EXPECT_EQ(ask("GET", kPath, {}, {{name, value}}).status, 400) << name << "=" << value;
}

}  // namespace
}  // namespace habitue::server
