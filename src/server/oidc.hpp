// Signing in with the company's own provider by OpenID Connect: the authorization code flow with PKCE (RFC 7636). The provider says which
// e-mail address somebody has; who of the team that is, and what they may do, is said here.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "server/web_client.hpp"

namespace habitue::server {

struct OidcOptions {
  std::string issuer;  ///< `https://accounts.example.com`, as the provider writes it.
  std::string client_id, client_secret;
  std::string public_url;               ///< Where browsers find this server: `https://habitue.example.com`.
  std::string name = "OpenID Connect";  ///< What the page calls the provider.
};

/// Where the provider sends people back, to be registered with it.
std::string oidc_return_address(const OidcOptions& options);

/// Safe from any thread.
class Oidc {
 public:
  using Clock = std::function<UtcMicros()>;
  /// Errors: InvalidInput for an address that is neither https nor this machine, or an option that is missing.
  static Result<void> check(const OidcOptions& options);
  explicit Oidc(OidcOptions options, WebFetch fetch = fetch_web, Clock clock = now)
      : options_(std::move(options)), fetch_(std::move(fetch)), clock_(std::move(clock)) {}

  const OidcOptions& options() const { return options_; }

  struct Begun {
    std::string url;    ///< Where the browser goes now.
    std::string state;  ///< To be kept in the browser and given back with the code.
  };
  /// Errors: Unavailable when the provider does not answer, or is slow and others wait for it.
  Result<Begun> begin();

  /// The verified e-mail address, in small letters. Each state is good once and for ten minutes. Errors: InvalidInput when the state is not
  /// that of this browser, or when what the provider says is not for us, not of now, or no verified address; Unavailable as above.
  Result<std::string> finish(std::string_view state, std::string_view state_of_browser, std::string_view code);

 private:
  struct Provider {
    std::string authorization, token, userinfo;
    bool secret_in_form = false;
    UtcMicros read_at{};
  };
  struct Pending {
    std::string verifier, nonce;
    UtcMicros begun_at{};
  };
  Result<WebResponse> ask(const WebRequest& request);
  Result<Provider> provider();
  Result<std::string> address_in(std::string_view id_token, std::string_view access_token, const Provider& provider,
                                 const std::string& nonce);

  OidcOptions options_;
  WebFetch fetch_;
  Clock clock_;
  std::atomic<std::uint32_t> asks_ = 0;  // At the provider now.
  std::mutex mutex_;
  std::optional<Provider> provider_;
  std::map<std::string, Pending, std::less<>> pending_;  // By state.
};

}  // namespace habitue::server
