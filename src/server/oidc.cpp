#include "server/oidc.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "workspace/secrets.hpp"

namespace habitue::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kPendingMax = 10'000;
constexpr std::chrono::minutes kPendingTime{10};
constexpr std::chrono::hours kProviderTime{1};
constexpr double kClockSkewSeconds = 120;
constexpr std::uint32_t kAsksMax = 4;

std::string base64url(const unsigned char* data, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // The zero at its end.
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

Result<json::object> object_in(const Result<WebResponse>& response, std::string_view what) {
  if (!response) return tl::unexpected(response.error());
  const auto body = parse_json(response->body);
  if (response->status != 200 || !body || !body->is_object())
    return fail(ErrorKind::Unavailable,
                fmt::format("{} of the sign-in provider answers {} and cannot be used{}", what, response->status,
                            body && body->is_object() ? fmt::format(": {}", text_in(body->as_object(), "error"))
                                                      : std::string()));
  return body->as_object();
}

// One text, or a list with it.
bool names(const json::value* value, std::string_view wanted) {
  if (value == nullptr) return false;
  if (value->is_string()) return value->get_string() == wanted;
  return value->is_array() && std::any_of(value->get_array().begin(), value->get_array().end(), [&](const auto& each) {
           return each.is_string() && each.get_string() == wanted;
         });
}

// Some providers write the truth as a text.
bool is_true(const json::value* value) {
  return value != nullptr &&
         ((value->is_bool() && value->get_bool()) || (value->is_string() && value->get_string() == "true"));
}

std::string without_end_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::string oidc_return_address(const OidcOptions& options) {
  return without_end_slash(options.public_url) + "/api/v1/session/provider/return";
}

Result<void> Oidc::check(const OidcOptions& options) {
  for (const auto& [value, name] : {std::pair(&options.client_id, "client id"),
                                    {&options.client_secret, "client secret"},
                                    {&options.public_url, "public address of this server"}})
    if (value->empty()) return invalid(fmt::format("signing in with {} needs the {}", options.issuer, name));
  for (const std::string* address : {&options.issuer, &options.public_url})
    if (!may_be_asked(*address))
      return invalid(fmt::format("'{}' is no https address; http is for this machine only", *address));
  return {};
}

// A provider that is slow holds at most so many of the threads that answer; whoever comes beyond is told to come back.
Result<WebResponse> Oidc::ask(const WebRequest& request) {
  if (asks_.fetch_add(1) >= kAsksMax) {
    asks_.fetch_sub(1);
    return fail(ErrorKind::Unavailable, "the sign-in provider is slow to answer: try again in a minute");
  }
  auto response = fetch_(request);
  asks_.fetch_sub(1);
  return response;
}

Result<Oidc::Provider> Oidc::provider() {
  {
    const std::lock_guard lock(mutex_);
    if (provider_ && clock_() - provider_->read_at < kProviderTime) return *provider_;
  }
  const auto about = object_in(ask({.url = without_end_slash(options_.issuer) + "/.well-known/openid-configuration"}),
                               "the description");
  if (!about) return tl::unexpected(about.error());
  // Of another issuer it would be trusted with our secret.
  if (text_in(*about, "issuer") != options_.issuer)
    return fail(ErrorKind::Unavailable,
                fmt::format("the sign-in provider calls itself '{}', and not '{}' as was configured",
                            text_in(*about, "issuer"), options_.issuer));
  Provider provider{text_in(*about, "authorization_endpoint"), text_in(*about, "token_endpoint"),
                    text_in(*about, "userinfo_endpoint"), false, clock_()};
  const json::value* ways = about->if_contains("token_endpoint_auth_methods_supported");
  provider.secret_in_form = ways != nullptr && !names(ways, "client_secret_basic") && names(ways, "client_secret_post");
  if (provider.authorization.empty() || provider.token.empty())
    return fail(ErrorKind::Unavailable, "the sign-in provider does not say where one signs in");
  const std::lock_guard lock(mutex_);
  provider_ = provider;
  return provider;
}

Result<Oidc::Begun> Oidc::begin() {
  const auto provider = this->provider();
  if (!provider) return tl::unexpected(provider.error());
  const auto state = workspace::random_text(40), verifier = workspace::random_text(64),
             nonce = workspace::random_text(40);
  if (!state || !verifier || !nonce) return fail(ErrorKind::Unavailable, "the system gives no random numbers");
  std::array<unsigned char, crypto_hash_sha256_BYTES> challenge{};
  crypto_hash_sha256(challenge.data(), reinterpret_cast<const unsigned char*>(verifier->data()), verifier->size());
  {
    const std::lock_guard lock(mutex_);
    const UtcMicros moment = clock_();
    std::erase_if(pending_, [&](const auto& each) { return moment - each.second.begun_at > kPendingTime; });
    // Whoever begins without end would else lock everybody out for ten minutes.
    if (pending_.size() >= kPendingMax)
      pending_.erase(std::min_element(pending_.begin(), pending_.end(), [](const auto& left, const auto& right) {
        return left.second.begun_at < right.second.begun_at;
      }));
    pending_[*state] = {*verifier, *nonce, moment};
  }
  const std::string query = fmt::format(
      "response_type=code&scope=openid%20email&client_id={}&redirect_uri={}&state={}&nonce={}&code_challenge={}"
      "&code_challenge_method=S256",
      percent_encoded(options_.client_id), percent_encoded(oidc_return_address(options_)), *state, *nonce,
      base64url(challenge.data(), challenge.size()));
  const char joint = provider->authorization.find('?') == std::string::npos ? '?' : '&';
  return Begun{provider->authorization + joint + query, *state};
}

Result<std::string> Oidc::finish(std::string_view state, std::string_view state_of_browser, std::string_view code) {
  Pending pending;
  {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(state);
    if (state.empty() || !workspace::same_secret(state, state_of_browser) || found == pending_.end() ||
        clock_() - found->second.begun_at > kPendingTime)
      return invalid("this sign-in was begun in another browser, or too long ago: begin again");
    pending = std::move(found->second);
    pending_.erase(found);
  }
  const auto provider = this->provider();
  if (!provider) return tl::unexpected(provider.error());
  WebRequest exchange{.url = provider->token};
  exchange.form = fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}",
                              percent_encoded(code), percent_encoded(oidc_return_address(options_)), pending.verifier);
  if (provider->secret_in_form) {
    exchange.form += fmt::format("&client_id={}&client_secret={}", percent_encoded(options_.client_id),
                                 percent_encoded(options_.client_secret));
  } else {
    // Encoded before they are joined (RFC 6749, 2.3.1).
    exchange.user = percent_encoded(options_.client_id);
    exchange.password = percent_encoded(options_.client_secret);
  }
  const auto tokens = object_in(ask(exchange), "the exchange of codes");
  if (!tokens) return tl::unexpected(tokens.error());
  return address_in(text_in(*tokens, "id_token"), text_in(*tokens, "access_token"), *provider, pending.nonce);
}

// The token came over TLS from the provider itself, which stands for its signature (OpenID Connect Core 1.0, 3.1.3.7, item 6).
Result<std::string> Oidc::address_in(std::string_view id_token, std::string_view access_token, const Provider& provider,
                                     const std::string& nonce) {
  const auto refused = [](std::string_view why) {
    return invalid(fmt::format("the sign-in provider's word cannot be taken: {}", why));
  };
  const std::size_t first = id_token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : id_token.find('.', first + 1);
  if (second == std::string_view::npos) return refused("it gave no identity");
  const auto bytes = from_base64url(id_token.substr(first + 1, second - first - 1));
  const auto parsed = bytes ? parse_json(*bytes) : Result<json::value>(invalid("no base64"));
  if (!parsed || !parsed->is_object()) return refused("its identity cannot be read");
  json::object claims = parsed->as_object();
  const json::value* until = claims.if_contains("exp");
  const double seconds =
      std::chrono::duration<double>(clock_().time_since_epoch()).count();  // NumericDate may have a fraction.
  if (text_in(claims, "iss") != options_.issuer) return refused("it is of another issuer");
  if (!names(claims.if_contains("aud"), options_.client_id)) return refused("it is for somebody else");
  if (claims.contains("azp") && text_in(claims, "azp") != options_.client_id) return refused("it is for somebody else");
  if (until == nullptr || !until->is_number() || until->to_number<double>() + kClockSkewSeconds < seconds)
    return refused("it is too old, or a clock is wrong");
  if (!workspace::same_secret(text_in(claims, "nonce"), nonce)) return refused("it answers another question");
  const std::string subject = text_in(claims, "sub");
  if (!claims.contains("email") && !provider.userinfo.empty() && !access_token.empty()) {
    const auto more =
        object_in(ask({.url = provider.userinfo, .bearer = std::string(access_token)}), "what is known of the user");
    if (!more) return tl::unexpected(more.error());
    if (text_in(*more, "sub") != subject) return refused("it speaks of two people");
    claims = *more;
  }
  const std::string address = ascii_lower(text_in(claims, "email"));
  if (address.empty()) return refused("it tells no e-mail address");
  if (!is_true(claims.if_contains("email_verified"))) return refused("the e-mail address is not verified");
  return address;
}

}  // namespace habitue::server
