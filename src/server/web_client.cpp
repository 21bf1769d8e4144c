#include "server/web_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <boost/url.hpp>

#include <memory>
#include <mutex>

#include "server/message.hpp"

namespace habitue::server {
namespace {

constexpr std::size_t kBodyMax = 1 << 20;
constexpr long kSecondsMax = 10;

std::size_t take(char* data, std::size_t size, std::size_t count, void* body) {
  auto& text = *static_cast<std::string*>(body);
  if (text.size() + size * count > kBodyMax) return 0;
  text.append(data, size * count);
  return size * count;
}

}  // namespace

bool may_be_asked(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return false;
  return parsed->scheme_id() == boost::urls::scheme::https ||
         (parsed->scheme_id() == boost::urls::scheme::http && is_loopback_name(parsed->encoded_host_and_port()));
}

std::string percent_encoded(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

Result<WebResponse> fetch_web(const WebRequest& request) {
  if (!may_be_asked(request.url))
    return invalid(fmt::format("'{}' is no https address; http is for this machine only", request.url));
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorKind::Unavailable, "there is not enough memory to ask another server");
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Accept: application/json"), &curl_slist_free_all);
  if (!request.bearer.empty())
    curl_slist_append(headers.get(), fmt::format("Authorization: Bearer {}", request.bearer).c_str());
  WebResponse response;
  char why[CURL_ERROR_SIZE] = {};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, kSecondsMax);
  set(CURLOPT_ERRORBUFFER, why);
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&response.body));
  if (!request.form.empty()) set(CURLOPT_POSTFIELDS, request.form.c_str());
  if (!request.user.empty()) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
  }
  if (const CURLcode failed = curl_easy_perform(curl.get()); failed != CURLE_OK)
    return fail(ErrorKind::Unavailable,
                fmt::format("{} does not answer: {}", request.url, why[0] != '\0' ? why : curl_easy_strerror(failed)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace habitue::server
