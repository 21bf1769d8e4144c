// Signing in by a provider, with one that says whatever the test wants; the real exchange in a browser is in web/e2e/oidc.spec.ts.
#include <gmock/gmock.h>
#include <sodium.h>

#include "sample.hpp"
#include "server/oidc.hpp"

namespace habitue::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

namespace json = boost::json;

constexpr std::string_view kIssuer = "https://id.example";
constexpr std::string_view kProvider = "/api/v1/session/provider";

std::string base64url(std::string_view text) {
  std::string coded(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(coded.data(), coded.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  coded.pop_back();
  return coded;
}

std::string parameter_of(std::string_view url, std::string_view name) {
  for (const auto& [known, value] : parse_query(url.substr(url.find('?') + 1)))
    if (known == name) return value;
  return {};
}

struct Provider {
  json::object description{{"issuer", kIssuer},
                           {"authorization_endpoint", "https://id.example/authorize"},
                           {"token_endpoint", "https://id.example/token"},
                           {"userinfo_endpoint", "https://id.example/me"}};
  json::object claims;  // Over what an honest provider says.
  std::string nonce;
  int status = 200;
  std::vector<WebRequest> asked;

  Result<WebResponse> answer(const WebRequest& request) {
    asked.push_back(request);
    if (request.url.ends_with("/.well-known/openid-configuration"))
      return WebResponse{200, json::serialize(description)};
    if (request.url.ends_with("/me"))
      return WebResponse{200, R"({"sub":"7","email":"Ann@Example.com","email_verified":true})"};
    json::object said{{"iss", kIssuer},
                      {"aud", "habitue"},
                      {"sub", "7"},
                      {"exp", std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count() + 60},
                      {"nonce", nonce},
                      {"email", "Ann@Example.com"},
                      {"email_verified", true}};
    for (const auto& [name, value] : claims) {
      if (value.is_null())
        said.erase(name);
      else
        said[name] = value;
    }
    const std::string token = base64url(R"({"alg":"RS256"})") + "." + base64url(json::serialize(said)) + ".signature";
    return WebResponse{status, json::serialize(json::object{{"id_token", token}, {"access_token", "opaque"}})};
  }
};

class OidcApi : public Sample {
 protected:
  void SetUp() override {
    options_.oidc = OidcOptions{std::string(kIssuer), "habitue", "s3cret&", "https://habitue.example/", "Example"};
    options_.web_fetch = [this](const WebRequest& request) { return provider_.answer(request); };
    Sample::SetUp();
    ASSERT_TRUE(root_->team().invite({"ann@example.com", "", workspace::TeamRole::Owner}));
  }
  Response visit(std::string_view path, const std::string& cookie = {},
                 std::vector<std::pair<std::string, std::string>> query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = std::move(query);
    request.headers = {{"host", "habitue.example"}};
    if (!cookie.empty()) request.headers["cookie"] = cookie;
    return api_->handle(request);
  }
  static std::string header(const Response& response, std::string_view name, std::string_view begins = {}) {
    for (const auto& [known, value] : response.headers)
      if (known == name && value.starts_with(begins)) return value;
    return {};
  }
  /// Goes to the provider and comes back, with the claims that it was told to make.
  Response signed_in() {
    const Response begun = visit(kProvider);
    EXPECT_EQ(begun.status, 303) << begun.body;
    const std::string there = header(begun, "Location");
    provider_.nonce = parameter_of(there, "nonce");
    state_ = parameter_of(there, "state");
    return visit(std::string(kProvider) + "/return", "habitue_provider=" + state_,
                 {{"state", state_}, {"code", "c0de"}});
  }

  Provider provider_;
  std::string state_;
};

TEST_F(OidcApi, SomebodyOfTheTeamComesInByTheirVerifiedAddress) {
  const Response opened = signed_in();
  EXPECT_EQ(opened.status, 303);
  EXPECT_EQ(header(opened, "Location"), "/");
  const std::string cookie = header(opened, "Set-Cookie", "habitue_session=");
  ASSERT_FALSE(cookie.empty());
  const Response me = visit("/api/v1/session", cookie.substr(0, cookie.find(';')));
  EXPECT_THAT(me.body, HasSubstr(R"("email":"ann@example.com")"));
  EXPECT_THAT(me.body, HasSubstr(R"("joined":true)"));
  EXPECT_THAT(me.body, HasSubstr(R"("provider":"Example")"));

  ASSERT_EQ(provider_.asked.size(), 2U);
  const WebRequest& exchange = provider_.asked[1];
  EXPECT_EQ(exchange.user, "habitue");
  EXPECT_EQ(exchange.password, "s3cret%26");
  EXPECT_THAT(exchange.form,
              HasSubstr("redirect_uri=https%3A%2F%2Fhabitue.example%2Fapi%2Fv1%2Fsession%2Fprovider%2Freturn"));
  EXPECT_THAT(exchange.form, HasSubstr("code_verifier="));
}

TEST_F(OidcApi, TheProviderIsAskedForWhatTheVerifierProves) {
  const std::string there = header(visit(kProvider), "Location");
  EXPECT_THAT(there, StartsWith("https://id.example/authorize?"));
  EXPECT_EQ(parameter_of(there, "scope"), "openid email");
  EXPECT_EQ(parameter_of(there, "code_challenge_method"), "S256");
  EXPECT_EQ(parameter_of(there, "code_challenge").size(), 43U);
}

TEST_F(OidcApi, AnAddressThatNobodyInvitedStaysOutside) {
  provider_.claims = {{"email", "eve@example.com"}};
  const Response refused = signed_in();
  EXPECT_EQ(header(refused, "Location"), "/?sign_in=unknown");
  EXPECT_EQ(header(refused, "Set-Cookie", "habitue_session="), "");
}

TEST_F(OidcApi, AWordThatIsNotForUsIsNotTaken) {
  const std::pair<std::string, json::object> wrong[] = {
      {"another issuer", {{"iss", "https://evil.example"}}},
      {"for somebody else", {{"aud", "another"}}},
      {"for several, by somebody else", {{"aud", {"habitue", "another"}}, {"azp", "another"}}},
      {"too old", {{"exp", 1'000'000'000}}},
      {"no end", {{"exp", nullptr}}},
      {"another question", {{"nonce", "other"}}},
      {"not verified", {{"email_verified", false}}},
      {"not said to be verified", {{"email_verified", nullptr}}},
  };
  for (const auto& [what, claims] : wrong) {
    provider_.claims = claims;
    const Response refused = signed_in();
    EXPECT_EQ(header(refused, "Location"), "/?sign_in=refused") << what;
    EXPECT_EQ(header(refused, "Set-Cookie", "habitue_session="), "") << what;
  }
}

TEST_F(OidcApi, WhatTheTokenDoesNotTellIsAskedFor) {
  provider_.claims = {{"email", nullptr}, {"email_verified", nullptr}};
  EXPECT_EQ(header(signed_in(), "Location"), "/");
  EXPECT_EQ(provider_.asked.back().bearer, "opaque");
  provider_.claims["sub"] = "8";
  EXPECT_EQ(header(signed_in(), "Location"), "/?sign_in=refused") << "of two people";
}

TEST_F(OidcApi, AStateIsGoodOnceAndInItsOwnBrowser) {
  EXPECT_EQ(header(signed_in(), "Location"), "/");
  const std::string back = std::string(kProvider) + "/return";
  EXPECT_EQ(header(visit(back, "habitue_provider=" + state_, {{"state", state_}, {"code", "c"}}), "Location"),
            "/?sign_in=refused");
  const std::string state = parameter_of(header(visit(kProvider), "Location"), "state");
  EXPECT_EQ(header(visit(back, "habitue_provider=other", {{"state", state}, {"code", "c"}}), "Location"),
            "/?sign_in=refused");
  EXPECT_EQ(header(visit(back, {}, {{"state", ""}, {"code", "c"}}), "Location"), "/?sign_in=refused");
}

TEST_F(OidcApi, AProviderThatFailsIsToldApart) {
  provider_.status = 500;
  EXPECT_EQ(header(signed_in(), "Location"), "/?sign_in=provider");
}

TEST_F(OidcApi, ADescriptionOfAnotherIssuerIsNotFollowed) {
  provider_.description["issuer"] = "https://evil.example";
  EXPECT_EQ(header(visit(kProvider), "Location"), "/?sign_in=provider");
}

TEST(WebClient, AsksOnlyHttpsAndThisMachine) {
  for (const char* url : {"http://id.example/x", "ftp://localhost/x", "file:///etc/passwd",
                          "https://user:word@id.example/", "id.example"})
    EXPECT_EQ(fetch_web({.url = url}).error().kind, ErrorKind::InvalidInput) << url;
  EXPECT_EQ(fetch_web({.url = "http://127.0.0.1:1/"}).error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace habitue::server
