// The small tables beside the events: imports and settings. Each function is one statement on a connection; those that
// write run within the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/duckdb.hpp"
#include "ledger/ledger.hpp"

namespace habitue::ledger {

/// Stores the record as running under the next free id. Returns it with its id.
Result<ImportRecord> add_import(const Connection& connection, ImportRecord record);
/// Moves an import on. Errors: NotFound when no import of this id goes on.
Result<void> note_import(const Connection& connection, const ImportCheckpoint& checkpoint, const Appended& appended);
/// Errors: NotFound; Conflict when it was undone.
Result<void> close_import(const Connection& connection, std::uint32_t id, const std::string& state,
                          const std::string& report);
/// Marks an import undone. Errors: NotFound; Conflict when it is already.
Result<void> mark_undone(const Connection& connection, std::uint32_t id);
/// In order of their ids.
Result<std::vector<ImportRecord>> list_imports(const Connection& connection);

/// Deletes the events that fit the condition and remembers the highest place ever given.
Result<void> delete_events(const Connection& connection, const std::string& condition, std::uint64_t last_seq);
/// Whether bytes of erased events may still lie in the file's free blocks; survives a crash.
enum class ScrubState : std::uint8_t { Due, Done };
Result<void> note_scrub(const Connection& connection, ScrubState state);

Result<void> write_setting(const Connection& connection, const std::string& name, const std::string& json);
/// Names and values whose name starts with `prefix`, by name.
Result<std::vector<std::pair<std::string, std::string>>> list_settings(const Connection& connection,
                                                                       const std::string& prefix);

}  // namespace habitue::ledger
