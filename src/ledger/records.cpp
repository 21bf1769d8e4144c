#include "ledger/records.hpp"

#include <fmt/format.h>

namespace habitue::ledger {
namespace {

constexpr const char* kImportColumns =
    "id, file_name, file_fingerprint, file_bytes, mapping, state, position, report, rows_done, rows_rejected, "
    "events_added,"
    " events_duplicate, started_at, ended_at";

UtcMicros moment(std::int64_t micros) { return UtcMicros(std::chrono::microseconds(micros)); }

Result<std::string> state_of(const Connection& connection, std::uint32_t id) {
  auto statement = Statement::prepare(connection, "SELECT state FROM imports WHERE id = ?");
  if (!statement) return tl::unexpected(statement.error());
  std::string state;
  auto read = for_each_chunk(statement->bind(1, std::uint64_t{id}).run(),
                             [&](const Chunk& chunk) { state = chunk.text(0, 0); });
  if (!read) return tl::unexpected(read.error());
  if (state.empty()) return fail(ErrorKind::NotFound, fmt::format("there is no import {}", id));
  if (state == "undone") return fail(ErrorKind::Conflict, fmt::format("import {} is undone already", id));
  return state;
}

}  // namespace

Result<ImportRecord> add_import(const Connection& connection, ImportRecord record) {
  auto read = for_each_chunk(
      run(connection, "SELECT coalesce(max(id), 0)::UINTEGER + 1::UINTEGER FROM imports"),
      [&](const Chunk& chunk) { record.id = static_cast<std::uint32_t>(chunk.values<std::uint32_t>(0)[0]); });
  if (!read) return tl::unexpected(read.error());
  record.state = "running";
  if (record.mapping.empty()) record.mapping = "{}";
  if (record.report.empty()) record.report = "{}";
  if (record.started_at == UtcMicros{}) record.started_at = now();
  auto statement = Statement::prepare(
      connection,
      fmt::format("INSERT INTO imports ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, NULL)", kImportColumns));
  if (!statement) return tl::unexpected(statement.error());
  auto rows = statement->bind(1, std::uint64_t{record.id})
                  .bind(2, record.file_name)
                  .bind(3, record.file_fingerprint)
                  .bind(4, record.file_bytes)
                  .bind(5, record.mapping)
                  .bind(6, record.state)
                  .bind(7, record.position)
                  .bind(8, record.report)
                  .bind(9, record.rows_done)
                  .bind(10, record.rows_rejected)
                  .bind(11, record.started_at)
                  .run();
  if (!rows) return tl::unexpected(rows.error());
  return record;
}

Result<void> note_import(const Connection& connection, const ImportCheckpoint& checkpoint, const Appended& appended) {
  auto statement = Statement::prepare(
      connection,
      "UPDATE imports SET position = ?, rows_done = ?, rows_rejected = ?, events_added = events_added + ?,"
      " events_duplicate = events_duplicate + ?, state = ?, ended_at = ? WHERE id = ? AND state <> 'undone'");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, checkpoint.position)
      .bind(2, checkpoint.rows_done)
      .bind(3, checkpoint.rows_rejected)
      .bind(4, appended.added)
      .bind(5, appended.duplicates)
      .bind(6, std::string_view(checkpoint.finished ? "finished" : "running"))
      .bind(8, std::uint64_t{checkpoint.import_id});
  if (checkpoint.finished)
    statement->bind(7, now());
  else
    statement->bind_null(7);
  auto rows = statement->run();
  if (!rows) return tl::unexpected(rows.error());
  if (rows->rows_changed() == 0)
    return fail(ErrorKind::NotFound,
                fmt::format("there is no import {} that goes on: it was undone or never begun", checkpoint.import_id));
  return {};
}

Result<void> close_import(const Connection& connection, std::uint32_t id, const std::string& state,
                          const std::string& report) {
  if (auto present = state_of(connection, id); !present) return tl::unexpected(present.error());
  auto statement =
      Statement::prepare(connection, "UPDATE imports SET state = ?, report = ?, ended_at = ? WHERE id = ?");
  if (!statement) return tl::unexpected(statement.error());
  auto rows =
      statement->bind(1, state).bind(2, report.empty() ? "{}" : report).bind(3, now()).bind(4, std::uint64_t{id}).run();
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

Result<void> mark_undone(const Connection& connection, std::uint32_t id) {
  if (auto present = state_of(connection, id); !present) return tl::unexpected(present.error());
  auto statement = Statement::prepare(connection, "UPDATE imports SET state = 'undone', ended_at = ? WHERE id = ?");
  if (!statement) return tl::unexpected(statement.error());
  auto rows = statement->bind(1, now()).bind(2, std::uint64_t{id}).run();
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

Result<std::vector<ImportRecord>> list_imports(const Connection& connection) {
  std::vector<ImportRecord> records;
  auto read = for_each_chunk(run(connection, fmt::format("SELECT {} FROM imports ORDER BY id", kImportColumns)),
                             [&](const Chunk& chunk) {
                               for (std::size_t row = 0; row < chunk.size(); ++row) {
                                 ImportRecord& record = records.emplace_back();
                                 record.id = chunk.values<std::uint32_t>(0)[row];
                                 record.file_name = chunk.text(1, row);
                                 record.file_fingerprint = chunk.values<std::uint64_t>(2)[row];
                                 record.file_bytes = chunk.values<std::uint64_t>(3)[row];
                                 record.mapping = chunk.text(4, row);
                                 record.state = chunk.text(5, row);
                                 record.position = chunk.text(6, row);
                                 record.report = chunk.text(7, row);
                                 record.rows_done = chunk.values<std::uint64_t>(8)[row];
                                 record.rows_rejected = chunk.values<std::uint64_t>(9)[row];
                                 record.events_added = chunk.values<std::uint64_t>(10)[row];
                                 record.events_duplicate = chunk.values<std::uint64_t>(11)[row];
                                 record.started_at = moment(chunk.values<std::int64_t>(12)[row]);
                                 if (!chunk.is_null(13, row))
                                   record.ended_at = moment(chunk.values<std::int64_t>(13)[row]);
                               }
                             });
  if (!read) return tl::unexpected(read.error());
  return records;
}

Result<void> delete_events(const Connection& connection, const std::string& condition, std::uint64_t last_seq) {
  return run(connection, fmt::format("UPDATE meta SET value = '{}' WHERE key = 'last_seq'; DELETE FROM events WHERE {}",
                                     last_seq, condition))
      .map([](const Rows&) {});
}

Result<void> note_scrub(const Connection& connection, ScrubState state) {
  return run(connection,
             fmt::format("DELETE FROM meta WHERE key = 'scrub_due'; INSERT INTO meta VALUES ('scrub_due', '{}')",
                         state == ScrubState::Due ? 1 : 0))
      .map([](const Rows&) {});
}

Result<void> write_setting(const Connection& connection, const std::string& name, const std::string& json) {
  for (const char* sql : {"DELETE FROM settings WHERE name = $1", "INSERT INTO settings VALUES ($1, $2)"}) {
    auto statement = Statement::prepare(connection, sql);
    if (!statement) return tl::unexpected(statement.error());
    statement->bind(1, name);
    if (duckdb_nparams(statement->raw()) > 1) statement->bind(2, json);
    if (auto rows = statement->run(); !rows) return tl::unexpected(rows.error());
  }
  return {};
}

Result<std::vector<std::pair<std::string, std::string>>> list_settings(const Connection& connection,
                                                                       const std::string& prefix) {
  auto statement =
      Statement::prepare(connection, "SELECT name, value FROM settings WHERE starts_with(name, ?) ORDER BY name");
  if (!statement) return tl::unexpected(statement.error());
  std::vector<std::pair<std::string, std::string>> found;
  auto read = for_each_chunk(statement->bind(1, prefix).run(), [&](const Chunk& chunk) {
    for (std::size_t row = 0; row < chunk.size(); ++row) found.emplace_back(chunk.text(0, row), chunk.text(1, row));
  });
  if (!read) return tl::unexpected(read.error());
  return found;
}

}  // namespace habitue::ledger
