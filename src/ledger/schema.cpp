#include "ledger/schema.hpp"

#include <array>
#include <random>

#include <fmt/format.h>

namespace habitue::ledger {
namespace {

struct Table {
  const char* name;
  const char* columns;
};

// The tables of kSchemaVersion. The places of the names in each ENUM are those of the enumerators in intake/event.hpp:
// they are written as numbers.
constexpr const char* kTypes = R"sql(
CREATE TYPE event_type AS ENUM ('track', 'identify', 'page', 'screen', 'group', 'alias');
CREATE TYPE event_provenance AS ENUM ('observed', 'given', 'heard', 'inferred');
)sql";

constexpr std::array<Table, 6> kTables = {{
    {"meta", "key VARCHAR NOT NULL, value VARCHAR NOT NULL"},
    {"settings", "name VARCHAR NOT NULL, value JSON NOT NULL"},
    {"imports", R"sql(
  id UINTEGER NOT NULL,
  file_name VARCHAR NOT NULL,
  file_fingerprint UBIGINT NOT NULL,
  file_bytes UBIGINT NOT NULL,
  mapping JSON NOT NULL,
  state VARCHAR NOT NULL,
  position VARCHAR NOT NULL,
  report JSON NOT NULL,
  rows_done UBIGINT NOT NULL,
  rows_rejected UBIGINT NOT NULL,
  events_added UBIGINT NOT NULL,
  events_duplicate UBIGINT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP)sql"},
    // zstd takes a quarter of the time and of the room that DuckDB's own choice takes for JSON.
    {"events", R"sql(
  seq UBIGINT NOT NULL,
  message_id VARCHAR NOT NULL,
  event_type event_type NOT NULL,
  name VARCHAR,
  occurred_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  user_id VARCHAR,
  anonymous_id VARCHAR,
  previous_id VARCHAR,
  group_id VARCHAR,
  properties JSON NOT NULL USING COMPRESSION zstd,
  context JSON NOT NULL USING COMPRESSION zstd,
  provenance event_provenance NOT NULL,
  confidence FLOAT NOT NULL,
  purpose VARCHAR,
  import_id UINTEGER)sql"},
    {"saved", R"sql(
  id UBIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  body JSON NOT NULL,
  version UBIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL)sql"},
    {"cohort_members", "cohort UBIGINT NOT NULL, person_key UBIGINT NOT NULL"},
}};
constexpr std::size_t kTablesOfVersion1 = 4;

constexpr const char* kViews = R"sql(
CREATE VIEW orders AS
  SELECT seq, occurred_at, user_id, anonymous_id,
         properties->>'order_id' AS order_id,
         TRY_CAST(properties->>'total' AS DOUBLE) AS total,
         properties->>'currency' AS currency,
         properties->'products' AS products
  FROM events WHERE name = 'Order Completed' AND event_type = 'track';

CREATE VIEW traits AS
  SELECT seq, occurred_at, user_id, anonymous_id, entry.key AS trait, entry.value AS value, provenance, confidence
  FROM events, json_each(properties) AS entry WHERE event_type = 'identify';
)sql";

std::string version_1() {
  std::string sql = kTypes;
  for (std::size_t place = 0; place < kTablesOfVersion1; ++place)
    sql += fmt::format("CREATE TABLE {} ({});", kTables[place].name, kTables[place].columns);
  return sql + kViews;
}

// What people save: cohorts, questions, boards.
std::string version_2() {
  std::string sql;
  for (std::size_t place = kTablesOfVersion1; place < kTables.size(); ++place)
    sql += fmt::format("CREATE TABLE {} ({});", kTables[place].name, kTables[place].columns);
  return sql;
}

// The step from each version to the next. A step that changes a table changes kTables, too, and version_1 then keeps the
// old form: rewrite_tables makes tables in their newest form.
using Step = std::string (*)();
constexpr std::array<Step, kSchemaVersion> kSteps = {version_1, version_2};

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

Result<std::uint64_t> count(const Connection& connection, const std::string& sql) {
  return run(connection, sql).and_then([](Rows rows) -> Result<std::uint64_t> {
    return rows.next().map(
        [](const Chunk& chunk) { return chunk ? static_cast<std::uint64_t>(chunk.values<std::int64_t>(0)[0]) : 0; });
  });
}

Result<Meta> read_meta(const Connection& connection) {
  auto rows = run(connection, "SELECT key, value FROM meta");
  if (!rows) return tl::unexpected(rows.error());
  Meta meta;
  while (true) {
    auto chunk = rows->next();
    if (!chunk) return tl::unexpected(chunk.error());
    if (!*chunk) break;
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      const std::string_view key = chunk->text(0, row);
      const std::uint64_t value = std::strtoull(std::string(chunk->text(1, row)).c_str(), nullptr, 10);
      if (key == "schema_version") meta.schema_version = static_cast<std::uint32_t>(value);
      if (key == "message_seed") meta.message_seed = value;
      if (key == "last_seq") meta.last_seq = value;
      if (key == "scrub_due") meta.scrub_due = value != 0;
    }
  }
  return meta;
}

Result<void> apply_from(const Connection& connection, std::uint32_t version) {
  std::string sql = "BEGIN;";
  for (std::uint32_t step = version; step < kSchemaVersion; ++step) sql += kSteps[step]();
  if (version == 0)
    sql += fmt::format(
        "INSERT INTO meta VALUES ('schema_version', '{}'), ('message_seed', '{}'), ('last_seq', '0'),"
        " ('created_by', 'habitue'), ('created_at', now()::VARCHAR);",
        kSchemaVersion, random_seed());
  else
    sql += fmt::format("UPDATE meta SET value = '{}' WHERE key = 'schema_version';", kSchemaVersion);
  sql += "COMMIT;";
  auto done = run(connection, sql);
  if (done) return {};
  (void)run(connection, "ROLLBACK");
  return tl::unexpected(done.error());
}

}  // namespace

Result<void> rewrite_tables(const Connection& connection) {
  std::string sql = "BEGIN;";
  for (const Table& table : kTables)
    sql += fmt::format(
        "CREATE TABLE {0}_rewritten ({1}); INSERT INTO {0}_rewritten SELECT * FROM {0}; DROP TABLE {0};"
        "ALTER TABLE {0}_rewritten RENAME TO {0};",
        table.name, table.columns);
  sql += "COMMIT";
  auto done = run(connection, sql);
  if (done) return {};
  (void)run(connection, "ROLLBACK");
  return tl::unexpected(done.error());
}

Result<Meta> migrate(const Connection& connection, bool read_only) {
  const auto tables = count(connection, "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'ledger'");
  if (!tables) return tl::unexpected(tables.error());
  if (*tables > 0) {
    const auto meta_tables = count(connection,
                                   "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'ledger' AND "
                                   "schema_name = 'main' AND table_name IN ('meta', 'events')");
    if (!meta_tables) return tl::unexpected(meta_tables.error());
    if (*meta_tables != 2)
      return fail(ErrorKind::Corrupt,
                  "the file is a DuckDB database but no ledger: it has no tables `meta` and `events`");
  }
  const Result<Meta> meta = *tables == 0 ? Result<Meta>(Meta{}) : read_meta(connection);
  if (!meta) return meta;
  if (meta->schema_version == 0 && *tables > 0)
    return fail(ErrorKind::Corrupt, "the file is no ledger: its table `meta` names no schema_version");
  if (meta->schema_version > kSchemaVersion)
    return fail(
        ErrorKind::Conflict,
        fmt::format(
            "a newer version of Habitué wrote the ledger (schema {}, this version knows {}): install that version "
            "or a later one, or restore a backup made before the upgrade",
            meta->schema_version, kSchemaVersion));
  if (meta->schema_version == kSchemaVersion) return meta;
  if (read_only)
    return fail(
        ErrorKind::Conflict,
        fmt::format("the ledger has schema {} and this version needs {}: open it once for writing, which migrates it",
                    meta->schema_version, kSchemaVersion));
  return apply_from(connection, meta->schema_version).and_then([&] { return read_meta(connection); });
}

}  // namespace habitue::ledger
