// The tables of what people save: cohorts, questions and boards, and the keys of the people in a cohort. Each function is
// one statement or a few on a connection; those that write run within the caller's transaction.
#pragma once

#include <span>
#include <vector>

#include "ledger/duckdb.hpp"
#include "ledger/ledger.hpp"

namespace habitue::ledger {

Result<std::vector<SavedRecord>> list_saved(const Connection& connection);
Result<std::vector<PersonKey>> list_members(const Connection& connection, std::uint64_t id);
/// Gives new records their ids in `change.put`. Errors: NotFound when a record to be replaced or removed is not there.
Result<void> write_saved(const Connection& connection, SavedChange& change);
/// Takes these keys out of every set.
Result<void> forget_members(const Connection& connection, std::span<const PersonKey> keys);

}  // namespace habitue::ledger
