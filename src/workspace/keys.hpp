// Keys of one workspace: a write key lets events in and nothing out; the others read or administer. Only a hash is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ledger/ledger.hpp"

namespace habitue::workspace {

/// Rights of a key, as a set of bits.
/// `kSaveScope`: questions, boards and cohorts for everybody, and what is learnt. Who administers may save too: see `with_implied`.
enum Scope : std::uint8_t { kWriteScope = 1, kReadScope = 2, kSqlScope = 4, kAdminScope = 8, kSaveScope = 16 };
constexpr std::uint8_t with_implied(std::uint8_t scopes) {
  return (scopes & kAdminScope) != 0 ? static_cast<std::uint8_t>(scopes | kSaveScope) : scopes;
}
/// "write", "read", "sql", "save", "admin". Errors: InvalidInput for another word.
Result<std::uint8_t> parse_scopes(const std::vector<std::string>& names);
std::vector<std::string> scope_names(std::uint8_t scopes);

struct Key {
  std::string id;  ///< Public; what is shown in lists and revoked by.
  std::string name;
  std::uint8_t scopes = 0;
  std::string created_at;
};
struct NewKey {
  Key key;
  std::string secret;  ///< Shown once. 25 letters and digits beginning with `c`: every official SDK accepts that shape.
};

/// Errors: Unavailable from the ledger.
Result<NewKey> create_key(ledger::Ledger& ledger, std::string_view name, std::uint8_t scopes);
Result<std::vector<Key>> list_keys(const ledger::Ledger& ledger);
/// Errors: NotFound.
Result<void> revoke_key(ledger::Ledger& ledger, std::string_view id);
/// The rights of a secret; nullopt when no key has it. Compares hashes (BLAKE2b), so that time tells nothing.
std::optional<Key> find_key(const ledger::Ledger& ledger, std::string_view secret);

}  // namespace habitue::workspace
