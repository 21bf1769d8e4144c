// HTTP/1.1 over Boost.Beast: reads requests within bounds, hands them to the Api on worker threads, writes answers. Serves the page.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/api.hpp"

namespace habitue::server {

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;            ///< 0: any free one.
  unsigned workers = 32;                ///< Requests answered at once; those that wait for the disk share its commits.
  std::size_t connections_max = 2'048;  ///< Further ones are closed at once.
  std::size_t header_bytes_max = 256U << 10U;  ///< Request line and headers.
  std::size_t body_bytes_max = 16U << 20U;     ///< Also of what a compressed body becomes.
  std::uint32_t idle_seconds = 60;             ///< A request that takes longer to arrive is given up.
};

/// `127.0.0.1:8080`, `[::1]:8080`, `:8080` or `8080`. Errors: InvalidInput.
Result<void> parse_listen(std::string_view text, HttpOptions& options);
/// Whether the address is this machine's own loopback.
bool is_loopback(const std::string& address);

/// Listens from start until it is destroyed.
class HttpServer {
 public:
  /// Errors: Unavailable when the port is taken or the address is not this machine's, with how to choose another.
  static Result<std::unique_ptr<HttpServer>> start(Api& api, const HttpOptions& options);
  /// Answers the requests under way, then closes.
  ~HttpServer();
  std::uint16_t port() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace habitue::server
