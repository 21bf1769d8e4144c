// One SQL statement of the owner's, which reads and nothing else.
#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/duckdb.hpp"
#include "ledger/ledger.hpp"

namespace habitue::ledger {

/// Runs the statement in a read-only transaction. Errors: InvalidInput with DuckDB's message, or when it is not one
/// reading statement; Unavailable when it runs past `milliseconds` or out of memory.
Result<Table> query_table(const Connection& connection, std::string_view sql, std::size_t rows_max,
                          std::uint32_t milliseconds);

}  // namespace habitue::ledger
