#include "ledger/saved_records.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::ledger {
namespace {

constexpr std::string_view kLastId = "last_saved_id";

Result<void> run_all(const Connection& connection, const std::string& sql) {
  return run(connection, sql).map([](const Rows&) {});
}

UtcMicros moment(std::int64_t micros) { return UtcMicros(std::chrono::microseconds(micros)); }

// The highest id ever given is kept in `meta`, so that nothing that is still spoken of is taken for something new.
Result<std::uint64_t> last_id(const Connection& connection) {
  std::uint64_t last = 0;
  auto read = for_each_chunk(run(connection, fmt::format("SELECT value::UBIGINT FROM meta WHERE key = '{}'", kLastId)),
                             [&](const Chunk& chunk) { last = chunk.values<std::uint64_t>(0)[0]; });
  if (!read) return tl::unexpected(read.error());
  return last;
}

Result<void> remove(const Connection& connection, std::uint64_t id) {
  auto gone = run(connection, fmt::format("DELETE FROM saved WHERE id = {}", id));
  if (!gone) return tl::unexpected(gone.error());
  if (gone->rows_changed() == 0) return fail(ErrorKind::NotFound, "what was saved is not there any more");
  return {};
}

Result<void> insert(const Connection& connection, const SavedRecord& record) {
  auto statement = Statement::prepare(connection, "INSERT INTO saved VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!statement) return tl::unexpected(statement.error());
  auto rows = statement->bind(1, record.id)
                  .bind(2, record.kind)
                  .bind(3, record.name)
                  .bind(4, record.body)
                  .bind(5, record.version)
                  .bind(6, record.created_at)
                  .bind(7, record.updated_at)
                  .run();
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

std::string list_of(std::span<const PersonKey> keys) {
  std::string list;
  for (const PersonKey key : keys) list += fmt::format("{}{}", list.empty() ? "" : ",", key.value);
  return list;
}

struct DestroyAppender {
  void operator()(duckdb_appender raw) const { duckdb_appender_destroy(&raw); }
};

// By DuckDB's appender, in the transaction of the connection: a million keys take a fraction of a second, for which
// events wait.
Result<void> insert_members(const Connection& connection, std::uint64_t id, std::span<const PersonKey> keys) {
  duckdb_appender raw = nullptr;
  const bool opened = duckdb_appender_create(connection.get(), nullptr, "cohort_members", &raw) == DuckDBSuccess;
  const std::unique_ptr<std::remove_pointer_t<duckdb_appender>, DestroyAppender> appender(raw);
  bool done = opened;
  for (std::size_t place = 0; done && place < keys.size(); ++place)
    done = duckdb_append_uint64(raw, id) == DuckDBSuccess &&
           duckdb_append_uint64(raw, keys[place].value) == DuckDBSuccess &&
           duckdb_appender_end_row(raw) == DuckDBSuccess;
  if (done && duckdb_appender_close(raw) == DuckDBSuccess) return {};
  const char* const words = raw != nullptr ? duckdb_appender_error(raw) : nullptr;
  return fail(ErrorKind::Unavailable,
              fmt::format("the people of a cohort cannot be kept: {}", words != nullptr ? words : "no memory"));
}

Result<void> remove_members(const Connection& connection, std::uint64_t id) {
  return run_all(connection, fmt::format("DELETE FROM cohort_members WHERE cohort = {}", id));
}

}  // namespace

Result<std::vector<SavedRecord>> list_saved(const Connection& connection) {
  std::vector<SavedRecord> records;
  auto read = for_each_chunk(
      run(connection, "SELECT id, kind, name, body, version, created_at, updated_at FROM saved ORDER BY id"),
      [&](const Chunk& chunk) {
        for (std::size_t row = 0; row < chunk.size(); ++row)
          records.push_back({.id = chunk.values<std::uint64_t>(0)[row],
                             .kind = std::string(chunk.text(1, row)),
                             .name = std::string(chunk.text(2, row)),
                             .body = std::string(chunk.text(3, row)),
                             .version = chunk.values<std::uint64_t>(4)[row],
                             .created_at = moment(chunk.values<std::int64_t>(5)[row]),
                             .updated_at = moment(chunk.values<std::int64_t>(6)[row])});
      });
  if (!read) return tl::unexpected(read.error());
  return records;
}

Result<std::vector<PersonKey>> list_members(const Connection& connection, std::uint64_t id) {
  std::vector<PersonKey> keys;
  auto read = for_each_chunk(
      run(connection, fmt::format("SELECT person_key FROM cohort_members WHERE cohort = {} ORDER BY person_key", id)),
      [&](const Chunk& chunk) {
        for (const std::uint64_t key : chunk.values<std::uint64_t>(0)) keys.emplace_back(key);
      });
  if (!read) return tl::unexpected(read.error());
  return keys;
}

Result<void> write_saved(const Connection& connection, SavedChange& change) {
  auto last = last_id(connection);
  if (!last) return tl::unexpected(last.error());
  for (const std::uint64_t id : change.remove) {
    if (auto done = remove(connection, id); !done) return done;
    if (auto done = remove_members(connection, id); !done) return done;
  }
  for (SavedRecord& record : change.put) {
    if (record.id == 0) {
      record.id = ++*last;
    } else if (auto done = remove(connection, record.id); !done) {
      return done;
    }
    if (auto done = insert(connection, record); !done) return done;
  }
  for (const auto& [place, keys] : change.members) {
    const std::uint64_t id = change.put[place].id;
    if (auto done = remove_members(connection, id); !done) return done;
    if (auto done = insert_members(connection, id, keys); !done) return done;
  }
  return run_all(connection, fmt::format("DELETE FROM meta WHERE key = '{0}'; INSERT INTO meta VALUES ('{0}', '{1}')",
                                         kLastId, *last));
}

Result<void> forget_members(const Connection& connection, std::span<const PersonKey> keys) {
  if (keys.empty()) return {};
  return run_all(connection, fmt::format("DELETE FROM cohort_members WHERE person_key IN ({})", list_of(keys)));
}

}  // namespace habitue::ledger
