#include "workspace/keys.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/time.hpp"
#include "workspace/secrets.hpp"

namespace habitue::workspace {
namespace {

constexpr std::string_view kPrefix = "key/";
constexpr std::pair<std::string_view, Scope> kScopes[] = {
    {"write", kWriteScope}, {"read", kReadScope}, {"sql", kSqlScope}, {"admin", kAdminScope}, {"save", kSaveScope}};
constexpr std::size_t kSecretLength = 25;

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
      return invalid(fmt::format("'{}' is no scope: use write, read, sql, save or admin", name));
    scopes = static_cast<std::uint8_t>(scopes | found->second);
  }
  if (scopes == 0) return invalid("a key needs at least one scope: write, read, sql, save or admin");
  return scopes;
}

std::vector<std::string> scope_names(std::uint8_t scopes) {
  std::vector<std::string> names;
  for (const auto& [name, scope] : kScopes)
    if ((scopes & scope) != 0) names.emplace_back(name);
  return names;
}

Result<NewKey> create_key(ledger::Ledger& ledger, std::string_view name, std::uint8_t scopes) {
  // Of 24 random characters a fast hash is enough to keep: there is no password to guess.
  const auto id = random_text(8), secret = random_text(kSecretLength - 1);
  if (!id || !secret) return tl::unexpected((!id ? id : secret).error());
  NewKey made{{*id, std::string(name), scopes, format_moment(now())}, "c" + *secret};
  boost::json::object json{{"name", made.key.name},
                           {"scopes", scopes},
                           {"created_at", made.key.created_at},
                           {"hash", hash_of_secret(made.secret)}};
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
  const std::string hash = hash_of_secret(secret);
  std::optional<Key> found;
  for (const StoredKey& each : *keys)
    if (same_secret(each.hash, hash)) found = each.key;
  return found;
}

}  // namespace habitue::workspace
