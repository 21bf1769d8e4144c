// Events as DuckDB's columns, both ways.
#pragma once

#include <span>
#include <vector>

#include "ledger/duckdb.hpp"
#include "ledger/ledger.hpp"

namespace habitue::ledger {

/// The columns of `events` in the order of both functions below.
inline constexpr const char* kEventColumns =
    "seq, message_id, event_type, name, occurred_at, received_at, user_id, anonymous_id, previous_id, group_id, "
    "properties, context, provenance, confidence, purpose, import_id";

/// Appends rows to `events` within the connection's transaction. Errors: Unavailable.
Result<void> write_events(const Connection& connection, std::span<const StoredEvent> events);

/// Reads a chunk of kEventColumns over what `events` holds, whose memory is used again.
void read_events(const Chunk& chunk, std::vector<StoredEvent>& events);

}  // namespace habitue::ledger
