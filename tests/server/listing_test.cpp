// Lists that leave in pieces: the same rows as on pages, one piece at a time however slow the reader, and an end with the reader's.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <thread>

#include "server/http_client.hpp"
#include "server/http_server.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kPeople = "/api/v1/workspaces/acme/people";

std::string drained(const Response& response) {
  EXPECT_TRUE(response.next_piece);
  std::string body = response.body;
  for (auto piece = response.next_piece(); piece.value() != ""; piece = response.next_piece()) body += *piece;
  return body;
}

class ListingTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    fill();
  }
};

TEST_F(ListingTest, HasTheRowsOfThePagesInTheirOrderInEveryFormat) {
  for (const char* order : {"last_seen", "money", "purchases"}) {
    const auto people = [&](std::vector<std::pair<std::string, std::string>> query) {
      query.insert(query.end(), {{"as_of", "2025-06-01"}, {"order", order}, {"offset", "3"}});
      return ask("GET", kPeople, {}, std::move(query));
    };
    const bj::value page = json(people({{"limit", "1000"}}));
    EXPECT_EQ(page.at("people").as_array().size(), 17U);
    EXPECT_EQ(*parse_json(drained(people({{"limit", "all"}}))), page) << order;
    EXPECT_EQ(drained(people({{"limit", "all"}, {"format", "csv"}})),
              people({{"limit", "1000"}, {"format", "csv"}}).body);
    std::string lines;
    for (const bj::value& row : page.at("people").as_array()) lines += bj::serialize(row) + "\n";
    EXPECT_EQ(drained(people({{"limit", "all"}, {"format", "ndjson"}})), lines);
    std::string two = drained(people({{"limit", "2"}, {"format", "ndjson"}}));
    EXPECT_THAT(lines, StartsWith(two));
    EXPECT_EQ(std::count(two.begin(), two.end(), '\n'), 2);
  }
  EXPECT_EQ(ask("GET", kPeople, {}, {{"limit", "every"}}).status, 400);
  // Nobody at all is an answer too.
  const std::vector<std::pair<std::string, std::string>> nobody{{"limit", "all"},
                                                                {"filter", R"(trait country = "XX")"}};
  EXPECT_EQ(parse_json(drained(ask("GET", kPeople, {}, nobody)))->at("people"), bj::value(bj::array{}));
}

TEST_F(ListingTest, ListsAllBehindANumberAndAllOfATimeline) {
  const std::string body =
      R"({"ask":{"steps":[{"event":"$identify"},{"event":"Order Completed"}],"window":"40 d"},"cell":{"what":"converted"}})";
  const std::string path = "/api/v1/workspaces/acme/funnel/people";
  EXPECT_EQ(*parse_json(drained(ask("POST", path, body, {{"as_of", "2025-06-01"}, {"limit", "all"}}))),
            json(ask("POST", path, body, {{"as_of", "2025-06-01"}, {"limit", "1000"}})));

  const bj::value first = json(ask("GET", kPeople, {}, {{"order", "purchases"}, {"limit", "1"}})).at("people").at(0);
  const std::string timeline = fmt::format("{}/{}/timeline", kPeople, std::string(first.at("key").as_string()));
  EXPECT_EQ(*parse_json(drained(ask("GET", timeline, {}, {{"limit", "all"}}))), json(ask("GET", timeline)));
  const std::string lines = drained(ask("GET", timeline, {}, {{"format", "ndjson"}, {"limit", "all"}}));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

TEST_F(ListingTest, IsUnderWayUntilItsLastPieceAndCanBeStopped) {
  Response list = ask("GET", kPeople, {}, {{"limit", "all"}});
  const auto running = api_->running().of("acme");
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].total, 20U);
  EXPECT_TRUE(api_->running().stop("acme", running[0].id));
  const auto piece = list.next_piece();
  ASSERT_FALSE(piece);
  EXPECT_THAT(piece.error().message, HasSubstr("was stopped"));
  list = {};
  EXPECT_TRUE(api_->running().of("acme").empty());
}

// Ten thousand chains of 41 channels.
constexpr const char* kLongQuestion =
    R"({"models":["markov","shapley"],"shapley":"rate","resamples":10000,"limit":200,"conversions_min":1})";

TEST_F(ListingTest, EndsWhenSomebodyIsErased) {
  const Response list = ask("GET", kPeople, {}, {{"limit", "all"}});
  const bj::value first = json(ask("GET", kPeople, {}, {{"limit", "1"}})).at("people").at(0);
  ASSERT_EQ(ask("DELETE", fmt::format("{}/{}", kPeople, std::string(first.at("key").as_string()))).status, 200);
  const auto piece = list.next_piece();
  ASSERT_FALSE(piece);
  EXPECT_THAT(piece.error().message, HasSubstr("ask again"));
  EXPECT_EQ(drained(ask("GET", kPeople, {}, {{"limit", "all"}})).find(first.at("key").as_string()), std::string::npos);
}

// People with long names, whom no socket's buffers hold.
class LongListing : public Sample {
 protected:
  static constexpr int kCount = 3'000;
  void SetUp() override {
    Sample::SetUp();
    const std::string name(1'000, 'n'), device(500, 'd');
    for (int first = 0; first < kCount; first += kCount / 2) {
      std::string batch = "{\"batch\":[";
      for (int i = first; i < first + kCount / 2; ++i)
        batch += fmt::format(
            R"({0}{{"type":"identify","messageId":"i{1}","userId":"u{1}","anonymousId":"{4}{1}","timestamp":"2025-01-01T10:00:00Z","traits":{{"name":"{2} {1}"}},"context":{{"campaign":{{"source":"c{3}"}}}}}},{{"type":"track","event":"Order Completed","messageId":"o{1}","userId":"u{1}","timestamp":"2025-01-02T10:00:00Z","properties":{{"order_id":"o{1}","total":5}}}})",
            i == first ? "" : ",", i, name, i % 40, device);
      const Response answer = ask("POST", "/v1/batch", batch + "]}", {{"workspace", "acme"}});
      ASSERT_EQ(answer.status, 200) << answer.body;
    }
    ASSERT_TRUE(acme().settle());
    start();
  }
  void start() {
    server_.reset();
    api_ = std::make_unique<Api>(*root_, options_);
    HttpOptions http;
    http.port = 0;
    auto started = HttpServer::start(*api_, http);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  void TearDown() override {
    server_.reset();
    Sample::TearDown();
  }
  bool nothing_runs_soon() const {
    const auto until = std::chrono::steady_clock::now() + 5s;
    while (!api_->running().of("acme").empty() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    return api_->running().of("acme").empty();
  }
  static std::chrono::microseconds cpu_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  }

  std::unique_ptr<HttpServer> server_;
  const std::string all_ = std::string(kPeople) + "?limit=all&format=ndjson";
};

TEST_F(LongListing, WaitsForASlowReaderEndsWithOneWhoLeavesAndReachesOthersWhole) {
  {
    HttpClient slow(server_->port(), 4'096);
    slow.send("GET", all_);
    std::string got;
    while (got.size() < 8'192) got += slow.receive(4'096);
    EXPECT_THAT(got, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(got, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_THAT(got, HasSubstr("\"name\":\"nnn"));
    // What the sockets hold is made, and then no more.
    std::uint32_t done = 0, before = 1;
    while (done != before) {
      std::this_thread::sleep_for(150ms);
      const auto running = api_->running().of("acme");
      ASSERT_EQ(running.size(), 1U);
      before = std::exchange(done, running[0].done);
      EXPECT_EQ(running[0].total, static_cast<std::uint32_t>(kCount));
      EXPECT_LT(running[0].memory_bytes, 1U << 20U) << "the people and a piece, of a list of 5 MB";
    }
    EXPECT_GT(done, 0U);
    EXPECT_LT(done, static_cast<std::uint32_t>(kCount));
    HttpClient other(server_->port());
    other.send("GET", "/api/v1/health");
    EXPECT_THAT(other.receive(), StartsWith("HTTP/1.1 200")) << "others are answered meanwhile";
  }
  EXPECT_TRUE(nothing_runs_soon());

  HttpClient reader(server_->port());
  for (int twice = 0; twice < 2; ++twice) {
    reader.send("GET", all_);
    const Unchunked list = unchunked(reader.receive_until("\r\n0\r\n\r\n"));
    EXPECT_TRUE(list.whole);
    EXPECT_GT(list.chunks, 40U);
    EXPECT_EQ(std::count(list.body.begin(), list.body.end(), '\n'), kCount);
  }
  // Who does not know chunks reads until the end of the connection.
  HttpClient old(server_->port());
  old.send("GET", all_, {}, "1.0");
  const std::string answer = old.receive_until("");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
  EXPECT_EQ(std::count(answer.begin() + static_cast<std::ptrdiff_t>(answer.find("\r\n\r\n") + 4), answer.end(), '\n'),
            kCount);
}

TEST_F(LongListing, IsCutOffWhenItsTimeIsOverAndAQuestionStopsWhenItsCallerLeaves) {
  options_.question_time_max = 500ms;
  start();
  {
    HttpClient slow(server_->port(), 4'096);
    slow.send("GET", all_);
    const std::string begin = slow.receive();
    EXPECT_THAT(begin, StartsWith("HTTP/1.1 200"));
    std::this_thread::sleep_for(600ms);
    EXPECT_FALSE(unchunked(begin + slow.receive_until("\r\n0\r\n\r\n")).whole);
    EXPECT_TRUE(nothing_runs_soon());
  }

  options_.question_time_max = 1min;
  start();
  {
    HttpClient caller(server_->port());
    caller.send("POST", "/api/v1/workspaces/acme/attribution", kLongQuestion);
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (api_->running().of("acme").empty() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(100ms);
    ASSERT_EQ(api_->running().of("acme").size(), 1U) << "the question must be long enough to be left";
  }
  const auto left = std::chrono::steady_clock::now();
  EXPECT_TRUE(nothing_runs_soon());
  EXPECT_LT(std::chrono::steady_clock::now() - left, 2s);
  const auto before = cpu_time();
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(cpu_time() - before, 60ms) << "no thread works on";
}

}  // namespace
}  // namespace habitue::server
