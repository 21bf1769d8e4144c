// The ledger's tables by version, and the steps from one version to the next.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "ledger/duckdb.hpp"

namespace habitue::ledger {

/// The schema that this version of Habitué writes. README.md beside this file describes its columns.
inline constexpr std::uint32_t kSchemaVersion = 2;

/// What the table `meta` says of the ledger as a whole.
struct Meta {
  std::uint32_t schema_version = 0;
  std::uint64_t message_seed = 0;  ///< Random, made with the ledger: keys the fingerprints of message ids.
  std::uint64_t last_seq = 0;      ///< The highest place ever given when events were last removed.
  bool scrub_due = false;          ///< Bytes of erased events may still lie in free blocks.
};

/// Brings the file to kSchemaVersion, all steps in one transaction, or checks that it is there when `read_only`.
/// Errors: Conflict when a newer version wrote it (or it is older and `read_only`); Corrupt when it is no ledger.
Result<Meta> migrate(const Connection& connection, bool read_only);

/// Writes every table anew, in one transaction: afterwards what was deleted lies in free blocks only. Costs a copy of the
/// ledger in time and, until the next checkpoint, in room.
Result<void> rewrite_tables(const Connection& connection);

}  // namespace habitue::ledger
