// The least of an HTTP client, so that tests see the very bytes and when they come.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace habitue::server {

/// A connection to this machine; closed with it.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, int receive_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_bytes > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~HttpClient() { ::close(socket_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(const std::string& method, const std::string& target, const std::string& body = {},
            std::string_view version = "1.1", std::string_view more_headers = {}) const {
    const std::string text =
        fmt::format("{} {} HTTP/{}\r\nHost: 127.0.0.1\r\nX-Habitue: 1\r\nContent-Length: {}\r\n{}\r\n{}", method,
                    target, version, body.size(), more_headers, body);
    send_raw(text);
  }
  /// A server that has heard enough may close while bytes are on their way.
  void send_raw(const std::string& text) const {
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t wrote = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (wrote <= 0) break;
      sent += static_cast<std::size_t>(wrote);
    }
  }
  /// What there is, at most so much; nothing once the other side has closed.
  std::string receive(std::size_t bytes_max = 1U << 16U) {
    std::string text(bytes_max, '\0');
    const ssize_t got = ::recv(socket_, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  /// All until the text ends so, or until the other side closes.
  std::string receive_until(std::string_view end) {
    std::string text;
    for (std::string part = receive(); !part.empty(); part = receive()) {
      text += part;
      if (!end.empty() && text.ends_with(end)) break;
    }
    return text;
  }

 private:
  int socket_;
};

/// The body of an answer in chunks; `whole` tells whether the last one came.
struct Unchunked {
  std::string body;
  std::size_t chunks = 0;
  bool whole = false;
};
inline Unchunked unchunked(std::string_view answer) {
  Unchunked read;
  answer.remove_prefix(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  while (!answer.empty()) {
    const std::size_t end = answer.find("\r\n");
    if (end == std::string_view::npos) break;
    const std::size_t size = std::stoul(std::string(answer.substr(0, end)), nullptr, 16);
    if (size == 0) {
      read.whole = answer.substr(end) == "\r\n\r\n";
      break;
    }
    if (answer.size() < end + size + 4) break;
    read.body += answer.substr(end + 2, size);
    answer.remove_prefix(end + size + 4);
    ++read.chunks;
  }
  return read;
}

}  // namespace habitue::server
