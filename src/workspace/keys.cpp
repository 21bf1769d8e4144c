#include "workspace/keys.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/time.hpp"

namespace habitue::workspace {
namespace {

constexpr std::string_view kPrefix = "key/";
constexpr std::pair<std::string_view, Scope> kScopes[] = {
    {"write", kWriteScope}, {"read", kReadScope}, {"sql", kSqlScope}, {"admin", kAdminScope}};
constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kSecretLength = 25;

// Secrets are 24 random characters, so a fast hash is enough: there is no password to guess.
std::string hash_of(std::string_view secret) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                     nullptr, 0);
  std::string hex;
  for (const unsigned char byte : hash) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string random_text(std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
  return text;
}

struct StoredKey {
  Key key;
  std::string hash;
};

Result<std::vector<StoredKey>> read_keys(const ledger::Ledger& ledger) {
  const auto rows = ledger.settings(std::string(kPrefix));
  if (!rows) return tl::unexpected(rows.error());
  std::vector<StoredKey> keys;
  for (const auto& [name, text] : *rows) {
    const auto json = parse_json(text);
    if (!json || !json->is_object()) continue;  // Revoked: the place stays, the key is gone.
    const boost::json::object& object = json->as_object();
    const auto text_of = [&](const char* field) {
      const auto* value = object.if_contains(field);
      return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    std::uint8_t scopes = 0;
    if (const auto* value = object.if_contains("scopes"); value != nullptr && value->is_int64())
      scopes = static_cast<std::uint8_t>(value->as_int64());
    keys.push_back({{name.substr(kPrefix.size()), text_of("name"), scopes, text_of("created_at")}, text_of("hash")});
  }
  return keys;
}

}  // namespace

Result<std::uint8_t> parse_scopes(const std::vector<std::string>& names) {
  std::uint8_t scopes = 0;
  for (const std::string& name : names) {
    const auto* found =
        std::find_if(std::begin(kScopes), std::end(kScopes), [&](const auto& each) { return each.first == name; });
    if (found == std::end(kScopes))
      return invalid(fmt::format("'{}' is no scope: use write, read, sql or admin", name));
    scopes = static_cast<std::uint8_t>(scopes | found->second);
  }
  if (scopes == 0) return invalid("a key needs at least one scope: write, read, sql or admin");
  return scopes;
}

std::vector<std::string> scope_names(std::uint8_t scopes) {
  std::vector<std::string> names;
  for (const auto& [name, scope] : kScopes)
    if ((scopes & scope) != 0) names.emplace_back(name);
  return names;
}

Result<NewKey> create_key(ledger::Ledger& ledger, std::string_view name, std::uint8_t scopes) {
  if (sodium_init() < 0) return fail(ErrorKind::Unavailable, "the system gives no random numbers");
  NewKey made;
  made.key = {random_text(8), std::string(name), scopes, format_moment(now())};
  made.secret = "c" + random_text(kSecretLength - 1);
  boost::json::object json{
      {"name", made.key.name}, {"scopes", scopes}, {"created_at", made.key.created_at}, {"hash", hash_of(made.secret)}};
  if (auto put = ledger.put_setting(std::string(kPrefix) + made.key.id, boost::json::serialize(json)); !put)
    return tl::unexpected(put.error());
  return made;
}

Result<std::vector<Key>> list_keys(const ledger::Ledger& ledger) {
  return read_keys(ledger).map([](const std::vector<StoredKey>& stored) {
    std::vector<Key> keys;
    for (const StoredKey& each : stored) keys.push_back(each.key);
    return keys;
  });
}

Result<void> revoke_key(ledger::Ledger& ledger, std::string_view id) {
  const auto keys = read_keys(ledger);
  if (!keys) return tl::unexpected(keys.error());
  if (std::none_of(keys->begin(), keys->end(), [&](const StoredKey& each) { return each.key.id == id; }))
    return fail(ErrorKind::NotFound, fmt::format("there is no key '{}'", id));
  return ledger.put_setting(std::string(kPrefix) + std::string(id), "null");
}

std::optional<Key> find_key(const ledger::Ledger& ledger, std::string_view secret) {
  const auto keys = read_keys(ledger);
  if (!keys) return std::nullopt;
  const std::string hash = hash_of(secret);
  std::optional<Key> found;
  for (const StoredKey& each : *keys)
    if (each.hash.size() == hash.size() && sodium_memcmp(each.hash.data(), hash.data(), hash.size()) == 0)
      found = each.key;
  return found;
}

}  // namespace habitue::workspace
