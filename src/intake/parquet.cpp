// Parquet by DuckDB: its rows are written once as CSV into a temporary file, which is then read like any other. That costs a
// copy and makes every shape, resume and check work the same for both.
#include <duckdb.h>
#include <fmt/format.h>

#include "intake/opened_file.hpp"

namespace habitue::intake {
namespace {

struct CloseDatabase {
  void operator()(duckdb_database raw) const { duckdb_close(&raw); }
};
struct CloseConnection {
  void operator()(duckdb_connection raw) const { duckdb_disconnect(&raw); }
};
using Database = std::unique_ptr<std::remove_pointer_t<duckdb_database>, CloseDatabase>;
using Connection = std::unique_ptr<std::remove_pointer_t<duckdb_connection>, CloseConnection>;

class Rows {
 public:
  Rows() = default;
  Rows(Rows&& other) noexcept : raw_(std::exchange(other.raw_, duckdb_result{})) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows() { duckdb_destroy_result(&raw_); }
  duckdb_result* raw() { return &raw_; }

 private:
  duckdb_result raw_{};
};

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

std::string name_literal(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

Result<Rows> run(const Connection& connection, const std::string& sql) {
  Rows rows;  // Owned before the call: DuckDB fills it on failure too.
  if (duckdb_query(connection.get(), sql.c_str(), rows.raw()) == DuckDBError) {
    const duckdb_error_type type = duckdb_result_error_type(rows.raw());
    const std::string message = duckdb_result_error(rows.raw());
    return fail(type == DUCKDB_ERROR_IO && message.find("write") != std::string::npos ? ErrorKind::Unavailable
                                                                                      : ErrorKind::InvalidInput,
                message);
  }
  return rows;
}

std::string text_at(duckdb_result* rows, idx_t column, idx_t row) {
  char* text = duckdb_value_varchar(rows, column, row);
  std::string copy = text == nullptr ? "" : text;
  duckdb_free(text);
  return copy;
}

bool is_nested(std::string_view type) {
  return type.starts_with("STRUCT") || type.starts_with("MAP") || type.ends_with("]") || type.starts_with("UNION");
}

}  // namespace

Result<TextSource> open_parquet(const std::filesystem::path& file) {
  duckdb_database raw_database = nullptr;
  if (duckdb_open(nullptr, &raw_database) == DuckDBError) return fail(ErrorKind::Unavailable, "DuckDB does not start");
  const Database database(raw_database);
  duckdb_connection raw_connection = nullptr;
  if (duckdb_connect(database.get(), &raw_connection) == DuckDBError)
    return fail(ErrorKind::Unavailable, "DuckDB does not start");
  const Connection connection(raw_connection);

  const std::string from = fmt::format("read_parquet({})", literal(file.string()));
  auto columns = run(connection, "SET TimeZone='UTC'; SET memory_limit='1GiB'; DESCRIBE SELECT * FROM " + from);
  if (!columns)
    return fail(columns.error().kind,
                fmt::format("{}: no readable Parquet file: {}", file.string(), columns.error().message));
  std::string select;
  for (idx_t row = 0; row < duckdb_row_count(columns->raw()); ++row) {
    const std::string name = name_literal(text_at(columns->raw(), 0, row));
    const std::string type = text_at(columns->raw(), 1, row);
    if (!select.empty()) select += ", ";
    if (is_nested(type)) {
      select += fmt::format("CAST(to_json({0}) AS VARCHAR) AS {0}", name);
    } else if (type == "BLOB") {
      select += fmt::format("to_base64({0}) AS {0}", name);
    } else {
      select += name;
    }
  }
  auto target = TemporaryFile::create();
  if (!target) return tl::unexpected(target.error());
  auto copied =
      run(connection,
          fmt::format(
              "COPY (SELECT {} FROM {}) TO {} (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', "
              "USE_TMP_FILE false)",
              select, from, literal(target->path().string())));
  if (!copied) return fail(copied.error().kind, fmt::format("{}: {}", file.string(), copied.error().message));
  std::error_code code;
  const auto file_bytes = std::filesystem::file_size(file, code);
  return TextSource::of_temporary(*target, code ? 0 : file_bytes);
}

}  // namespace habitue::intake
