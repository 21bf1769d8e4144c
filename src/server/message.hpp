// A request and its answer, without sockets: the same functions answer HTTP, the command line and tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.hpp"

namespace habitue::workspace {
class IncomingFile;
}

namespace habitue::server {

struct Request {
  std::string method;                                       ///< "GET", ...
  std::string path;                                         ///< Decoded, without query.
  std::vector<std::pair<std::string, std::string>> query;   ///< Decoded.
  std::map<std::string, std::string, std::less<>> headers;  ///< Names in small letters.
  std::string body;                                         ///< Decompressed.
  std::shared_ptr<workspace::IncomingFile> file = {};       ///< The body instead, of a route that takes a file.
  bool from_loopback = false;
  /// Whether the caller does not wait for an answer any more. May be empty: not known.
  std::function<bool()> caller_has_gone;
  /// Whether the server is about to stop: who only waits for something to happen must not. May be empty.
  std::function<bool()> server_stops = {};
  /// The caller is this very process (the command line on its own workspaces): every right.
  bool trusted = false;

  /// The last value of a query parameter; empty when absent.
  std::string_view parameter(std::string_view name) const;
  bool has(std::string_view name) const;
  std::string_view header(std::string_view name) const;  ///< `name` in small letters.
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// When set, the body comes in pieces in place of `body`: each call makes the next, and an empty one says that there are no more. To be
  /// let go before what the request was read from. Errors: why the rest will not come; what was given is then no whole answer.
  std::function<Result<std::string>()> next_piece = {};
  /// Keys of the people whom the body shows, in whatever format it is written, for the record of who saw whom.
  std::vector<std::string> shown = {};
  /// Anybody may be in the body: rows of a file, whose people are not looked up.
  bool shows_anybody = false;
};

/// `localhost`, `127.0.0.1:8080`, `[::1]`: a name in Host or in an address that is this machine's own.
bool is_loopback_name(std::string_view host);
/// The value of a cookie; empty when it was not sent.
std::string_view cookie_of(const Request& request, std::string_view name);

/// The status of an answer that nobody waited for, as nginx logs it.
inline constexpr int kCallerHasGone = 499;

/// The keys of people among the values of "key" and "person", at any depth.
std::vector<std::string> people_in(const boost::json::value& json);
Response reply(const boost::json::value& json, int status = 200);
/// RFC 9457 problem details; the one place where an ErrorKind becomes a status.
Response problem(const Error& error);
Response too_large_file(std::uint64_t bytes_max);  ///< A file that is not taken.
Response problem(int status, std::string_view kind, std::string_view title, std::string_view detail);
int status_of(ErrorKind kind);

/// Splits and decodes `a=1&b=x%20y`. What cannot be decoded is kept as it stands.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);
/// Percent-decoding; `+` is a space only in queries. nullopt-like: returns the text itself when malformed.
std::string percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace habitue::server
