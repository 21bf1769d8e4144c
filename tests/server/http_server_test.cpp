#include "server/http_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <thread>

#include "server/inflate.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class HttpServerTest : public Sample {
 protected:
  void SetUp() override {
    Sample::SetUp();
    http_.port = 0;
    http_.idle_seconds = 1;
    http_.body_bytes_max = 1U << 20U;
    auto started = HttpServer::start(*api_, http_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  void TearDown() override {
    server_.reset();
    Sample::TearDown();
  }

  int connected() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  // Raw bytes out, everything that comes back until the server closes.
  std::string exchange(const std::string& bytes) const {
    const int socket = connected();
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t wrote = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (wrote <= 0) break;
      sent += static_cast<std::size_t>(wrote);
    }
    std::string answer;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
    ::close(socket);
    return answer;
  }
  std::string post(const std::string& path, const std::string& body, const std::string& headers = {}) const {
    return exchange(
        fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "
                    "{}\r\nContent-Length: {}\r\n{}\r\n{}",
                    path, write_key_, body.size(), headers, body));
  }

  HttpOptions http_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnEventIsInTheLedgerWhenItIsAcknowledged) {
  const std::string answer = post("/v1/track", R"({"event":"A","userId":"u","messageId":"m1"})");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_EQ(acme().ledger().event_count(), 1U);
}

TEST_F(HttpServerTest, OpensCompressedBodiesWhateverTheirHeadersSay) {
  const std::string body = gzip(R"({"batch":[{"type":"track","event":"A","userId":"u"}]})");
  EXPECT_TRUE(post("/v1/batch", body, "Content-Encoding: gzip\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(post("/v1/batch", gzip(R"({"batch":[{"type":"track","event":"B","userId":"u"}]})"),
                   "Content-Type: text/plain\r\n")
                  .starts_with("HTTP/1.1 200"));
  EXPECT_EQ(acme().ledger().event_count(), 2U);
}

TEST_F(HttpServerTest, RefusesBodiesThatAreOrBecomeTooLarge) {
  EXPECT_TRUE(post("/v1/batch", std::string((1U << 20U) + 1, 'x')).starts_with("HTTP/1.1 413"));
  const std::string bomb = post("/v1/batch", gzip(std::string(64U << 20U, ' ')));
  EXPECT_TRUE(bomb.starts_with("HTTP/1.1 4")) << bomb.substr(0, 300);
  EXPECT_TRUE(
      exchange("GET /" + std::string(300'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_EQ(acme().ledger().event_count(), 0U);
}

TEST_F(HttpServerTest, AnswersNonsenseAndGoesOn) {
  EXPECT_TRUE(exchange("\x16\x03\x01 nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(post("/v1/batch", "\x1f\x8b broken").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(exchange("GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, GivesUpOnARequestThatNeverEnds) {
  const int socket = connected();
  ASSERT_GT(::send(socket, "POST /v1/track HTTP/1.1\r\nContent-Len", 36, MSG_NOSIGNAL), 0);
  char byte = 0;
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(::recv(socket, &byte, 1, 0), 0);  // Closed by the server, after a second.
  ::close(socket);
}

TEST_F(HttpServerTest, SaysHowToMendATakenPort) {
  HttpOptions same = http_;
  same.port = server_->port();
  const auto second = HttpServer::start(*api_, same);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(second.error().message.find("--listen"), std::string::npos);
}

TEST_F(HttpServerTest, ManyWritersAreAcknowledgedEachAndStoredOnce) {
  std::vector<std::thread> writers;
  std::atomic<int> acknowledged{0};
  for (int writer = 0; writer < 8; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 25; ++i)
        if (post("/v1/track", fmt::format(R"({{"event":"A","userId":"u{}","messageId":"{}-{}"}})", writer, writer, i))
                .starts_with("HTTP/1.1 200"))
          ++acknowledged;
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(acknowledged, 200);
  EXPECT_EQ(acme().ledger().event_count(), 200U);
}

TEST(ParseListen, ReadsAddressesAndRefusesOthers) {
  HttpOptions options;
  ASSERT_TRUE(parse_listen("[::1]:9000", options));
  EXPECT_EQ(options.address, "::1");
  EXPECT_EQ(options.port, 9000);
  ASSERT_TRUE(parse_listen("0.0.0.0:80", options));
  EXPECT_FALSE(is_loopback(options.address));
  ASSERT_TRUE(parse_listen("8081", options));
  for (const char* text : {"here", "127.0.0.1", "127.0.0.1:99999", "example.com:80", ":"})
    EXPECT_FALSE(parse_listen(text, options)) << text;
}

}  // namespace
}  // namespace habitue::server
