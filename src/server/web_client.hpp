// Asking another server over HTTPS: for sign-in providers. Whom the page or a request names is never asked; only what an operator wrote.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace habitue::server {

struct WebRequest {
  std::string url;
  std::string form{};              ///< Sent by POST as application/x-www-form-urlencoded; empty: GET.
  std::string user{}, password{};  ///< HTTP Basic, when a user is given.
  std::string bearer{};            ///< A token for Authorization.
};
struct WebResponse {
  int status = 0;
  std::string body;
};
using WebFetch = std::function<Result<WebResponse>(const WebRequest&)>;

/// Takes ten seconds and a megabyte at most and follows no redirection. Plain http only to this machine. Errors: InvalidInput for an address
/// that is neither; Unavailable when there is no answer, with why.
Result<WebResponse> fetch_web(const WebRequest& request);

/// Whether fetch_web would ask it: https with a host and no user in it, or http to this machine.
bool may_be_asked(const std::string& url);

/// `a b` as `a%20b`, for forms and queries.
std::string percent_encoded(std::string_view text);

}  // namespace habitue::server
