#include "ledger/duckdb.hpp"

#include <fmt/format.h>

namespace habitue::ledger {
namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct DestroyConfig {
  void operator()(duckdb_config raw) const { duckdb_destroy_config(&raw); }
};

}  // namespace

Error error_of(duckdb_error_type type, std::string_view message) {
  const auto with = [&](ErrorKind kind, std::string_view lead) {
    return Error{kind, lead.empty() ? std::string(message) : fmt::format("{}: {}", lead, message)};
  };
  if (contains(message, "No space left") || contains(message, "File too large") || contains(message, "Disk quota"))
    return with(ErrorKind::Unavailable, "the disk is full; free some space and try again");
  if (contains(message, "Corrupt database") || contains(message, "checksum") || contains(message, "replaying WAL"))
    return with(ErrorKind::Corrupt, "the file is damaged");
  switch (type) {
    case DUCKDB_ERROR_IO: return with(ErrorKind::Unavailable, "the disk refuses");
    case DUCKDB_ERROR_OUT_OF_MEMORY: return with(ErrorKind::Unavailable, "not enough memory");
    case DUCKDB_ERROR_INTERRUPT: return with(ErrorKind::Unavailable, "it was stopped");
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_TRANSACTION: return with(ErrorKind::Unavailable, "");
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_SERIALIZATION: return with(ErrorKind::Corrupt, "");
    default: return with(ErrorKind::InvalidInput, "");
  }
}

Result<Database> open_database(const std::filesystem::path& path,
                               std::span<const std::pair<std::string, std::string>> settings) {
  duckdb_config raw_config = nullptr;
  if (duckdb_create_config(&raw_config) == DuckDBError)
    return fail(ErrorKind::Unavailable, "DuckDB gives no configuration");
  const std::unique_ptr<std::remove_pointer_t<duckdb_config>, DestroyConfig> config(raw_config);
  for (const auto& [name, value] : settings)
    if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) == DuckDBError)
      return invalid(fmt::format("DuckDB takes no setting {} = {}", name, value));

  duckdb_database raw = nullptr;
  char* message = nullptr;
  const std::string text = path.string();
  const duckdb_state state = duckdb_open_ext(path.empty() ? nullptr : text.c_str(), &raw, config.get(), &message);
  Database database(raw);
  if (state == DuckDBError) {
    const std::string words = message == nullptr ? "DuckDB gives no reason" : message;
    duckdb_free(message);
    return tl::unexpected(error_of(DUCKDB_ERROR_IO, words));
  }
  return database;
}

Result<Connection> connect(const Database& database) {
  duckdb_connection raw = nullptr;
  if (duckdb_connect(database.get(), &raw) == DuckDBError)
    return fail(ErrorKind::Unavailable, "DuckDB gives no connection");
  return Connection(raw);
}

bool Chunk::is_null(std::size_t column, std::size_t row) const {
  std::uint64_t* validity = duckdb_vector_get_validity(vector(column));
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

std::string_view Chunk::text(std::size_t column, std::size_t row) const {
  if (is_null(column, row)) return {};
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector(column)));
  return {duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])};
}

Result<Chunk> Rows::next() {
  Chunk chunk(duckdb_fetch_chunk(raw_));
  // A stream that breaks ends like one that is done; only the message tells.
  if (!chunk)
    if (const char* message = duckdb_result_error(&raw_); message != nullptr && *message != '\0')
      return tl::unexpected(error_of(duckdb_result_error_type(&raw_), message));
  return chunk;
}

Result<Rows> run(const Connection& connection, const std::string& sql) {
  Rows rows;
  // DuckDB fills the result on failure too and wants it destroyed either way: owned before the call.
  if (duckdb_query(connection.get(), sql.c_str(), rows.raw()) == DuckDBError)
    return tl::unexpected(error_of(duckdb_result_error_type(rows.raw()), duckdb_result_error(rows.raw())));
  return rows;
}

Result<Statement> Statement::prepare(const Connection& connection, const std::string& sql) {
  duckdb_prepared_statement raw = nullptr;
  const duckdb_state state = duckdb_prepare(connection.get(), sql.c_str(), &raw);
  Statement statement(raw);
  if (state == DuckDBError) {
    const char* message = duckdb_prepare_error(raw);
    return tl::unexpected(error_of(DUCKDB_ERROR_INVALID, message == nullptr ? "the statement is refused" : message));
  }
  return statement;
}

Statement& Statement::bind(std::size_t place, std::string_view value) {
  duckdb_bind_varchar_length(raw_, place, value.data(), value.size());
  return *this;
}
Statement& Statement::bind(std::size_t place, std::uint64_t value) {
  duckdb_bind_uint64(raw_, place, value);
  return *this;
}
Statement& Statement::bind(std::size_t place, UtcMicros value) {
  duckdb_bind_timestamp(raw_, place, duckdb_timestamp{value.time_since_epoch().count()});
  return *this;
}
Statement& Statement::bind_null(std::size_t place) {
  duckdb_bind_null(raw_, place);
  return *this;
}

Result<Rows> Statement::run() const {
  Rows rows;
  if (duckdb_execute_prepared(raw_, rows.raw()) == DuckDBError)
    return tl::unexpected(error_of(duckdb_result_error_type(rows.raw()), duckdb_result_error(rows.raw())));
  return rows;
}

Result<Rows> Statement::stream() const {
  duckdb_pending_result pending = nullptr;
  const duckdb_state prepared = duckdb_pending_prepared_streaming(raw_, &pending);
  const std::unique_ptr<duckdb_pending_result, void (*)(duckdb_pending_result*)> owned(&pending,
                                                                                       duckdb_destroy_pending);
  if (prepared == DuckDBError) {
    const char* message = duckdb_pending_error(pending);
    return tl::unexpected(error_of(DUCKDB_ERROR_INVALID, message == nullptr ? "the statement is refused" : message));
  }
  Rows rows;
  if (duckdb_execute_pending(pending, rows.raw()) == DuckDBError)
    return tl::unexpected(error_of(duckdb_result_error_type(rows.raw()), duckdb_result_error(rows.raw())));
  return rows;
}

std::string sql_text(std::string_view text) {
  std::string literal = "'";
  for (const char letter : text) {
    if (letter == '\'') literal += '\'';
    literal += letter;
  }
  literal += '\'';
  return literal;
}

}  // namespace habitue::ledger
