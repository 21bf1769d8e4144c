// DuckDB's C API, owned: every handle has one owner that destroys it, every failure is a Result. The only place that
// touches raw handles; whoever needs DuckDB includes this.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <duckdb.h>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::ledger {

struct CloseDatabase {
  void operator()(duckdb_database raw) const { duckdb_close(&raw); }
};
struct CloseConnection {
  void operator()(duckdb_connection raw) const { duckdb_disconnect(&raw); }
};
struct DestroyChunk {
  void operator()(duckdb_data_chunk raw) const { duckdb_destroy_data_chunk(&raw); }
};
using Database = std::unique_ptr<std::remove_pointer_t<duckdb_database>, CloseDatabase>;
using Connection = std::unique_ptr<std::remove_pointer_t<duckdb_connection>, CloseConnection>;

/// DuckDB's error as ours: the disk and memory are Unavailable, checksums and internals Corrupt, the rest InvalidInput.
Error error_of(duckdb_error_type type, std::string_view message);

/// Opens a file, or a database in memory when `path` is empty. `settings` are DuckDB's own (memory_limit, threads, ...).
Result<Database> open_database(const std::filesystem::path& path,
                               std::span<const std::pair<std::string, std::string>> settings = {});
Result<Connection> connect(const Database& database);

/// Up to 2,048 rows by columns. Valid as long as it lives.
class Chunk {
 public:
  Chunk() = default;
  explicit Chunk(duckdb_data_chunk raw) : raw_(raw) {}

  explicit operator bool() const { return raw_ != nullptr; }
  std::size_t size() const { return duckdb_data_chunk_get_size(raw_.get()); }
  bool is_null(std::size_t column, std::size_t row) const;
  /// The values of a column of fixed width, one a row; those of null rows mean nothing.
  template <class T>
  std::span<const T> values(std::size_t column) const {
    return {static_cast<const T*>(duckdb_vector_get_data(vector(column))), size()};
  }
  /// Empty when null.
  std::string_view text(std::size_t column, std::size_t row) const;
  duckdb_vector vector(std::size_t column) const { return duckdb_data_chunk_get_vector(raw_.get(), column); }
  duckdb_data_chunk raw() const { return raw_.get(); }

 private:
  std::unique_ptr<std::remove_pointer_t<duckdb_data_chunk>, DestroyChunk> raw_;
};

/// The rows of one statement, read chunk by chunk.
class Rows {
 public:
  Rows() = default;
  Rows(Rows&& other) noexcept : raw_(std::exchange(other.raw_, duckdb_result{})) {}
  Rows& operator=(Rows&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Rows() { duckdb_destroy_result(&raw_); }

  /// The next chunk, or an empty one at the end. Errors: what the statement failed of on the way.
  Result<Chunk> next();
  std::uint64_t rows_changed() { return duckdb_rows_changed(&raw_); }
  std::size_t column_count() { return duckdb_column_count(&raw_); }
  std::string column_name(std::size_t column) { return duckdb_column_name(&raw_, column); }
  duckdb_result* raw() { return &raw_; }

 private:
  duckdb_result raw_{};
};

/// Runs one or more statements; the rows are those of the last.
Result<Rows> run(const Connection& connection, const std::string& sql);

/// A prepared statement; parameters are numbered from 1.
class Statement {
 public:
  /// Errors: InvalidInput with DuckDB's message.
  static Result<Statement> prepare(const Connection& connection, const std::string& sql);
  Statement(Statement&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Statement() { duckdb_destroy_prepare(&raw_); }

  Statement& bind(std::size_t place, std::string_view value);
  Statement& bind(std::size_t place, std::uint64_t value);
  Statement& bind(std::size_t place, UtcMicros value);
  Statement& bind_null(std::size_t place);
  /// Holds the whole result in memory.
  Result<Rows> run() const;
  /// Computes rows as they are read; the connection serves nothing else meanwhile.
  Result<Rows> stream() const;
  duckdb_statement_type type() const { return duckdb_prepared_statement_type(raw_); }
  duckdb_prepared_statement raw() const { return raw_; }

 private:
  explicit Statement(duckdb_prepared_statement raw) : raw_(raw) {}
  duckdb_prepared_statement raw_ = nullptr;
};

/// Calls `read` with each chunk of the rows. Errors: those of the rows.
template <class Read>
Result<void> for_each_chunk(Result<Rows> rows, const Read& read) {
  if (!rows) return tl::unexpected(rows.error());
  while (true) {
    auto chunk = rows->next();
    if (!chunk) return tl::unexpected(chunk.error());
    if (!*chunk) return {};
    read(*chunk);
  }
}

/// A type's name as DuckDB writes it, such as `DECIMAL(18,2)` or `VARCHAR[]`.
std::string name_of(duckdb_logical_type type);

/// A text as an SQL literal.
std::string sql_text(std::string_view text);

}  // namespace habitue::ledger
