#include "ledger/sql_query.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "ledger/sql_text.hpp"

namespace habitue::ledger {
namespace {

// Interrupts a connection when the time is up, unless it is destroyed before.
class Deadline {
 public:
  Deadline(const Connection& connection, std::uint32_t milliseconds)
      : thread_([this, raw = connection.get(), milliseconds] {
          std::unique_lock lock(mutex_);
          const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
          if (done_.wait_until(lock, due, [this] { return finished_; })) return;
          passed_ = true;
          // An interrupt between two steps of the statement is forgotten by the next one, so it is said again.
          while (!done_.wait_for(lock, std::chrono::milliseconds(20), [this] { return finished_; }))
            duckdb_interrupt(raw);
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    done_.notify_all();
    thread_.join();
  }
  bool passed() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool finished_ = false;
  bool passed_ = false;
  std::thread thread_;
};

struct DestroyExtracted {
  void operator()(duckdb_extracted_statements raw) const { duckdb_destroy_extracted(&raw); }
};

Result<void> check_single(const Connection& connection, const std::string& sql) {
  duckdb_extracted_statements raw = nullptr;
  const idx_t count = duckdb_extract_statements(connection.get(), sql.c_str(), &raw);
  const std::unique_ptr<std::remove_pointer_t<duckdb_extracted_statements>, DestroyExtracted> extracted(raw);
  if (count == 1) return {};
  if (count > 1) return invalid("one statement at a time: write one SELECT");
  const char* message = duckdb_extract_statements_error(raw);
  return invalid(message == nullptr || *message == '\0' ? "there is no statement: write a SELECT" : message);
}

// A name as SQL writes it.
std::string identifier(std::size_t column) { return fmt::format("c{}", column); }

struct Shape {
  std::string sql;
  std::vector<std::string> columns;
  std::vector<std::string> types;
};

// Every cell is cast to text by DuckDB itself, so that all its types look here as they look in its own client.
Result<Shape> shape_of(const Connection& connection, std::string_view sql) {
  const std::string text(sql);
  auto statement = Statement::prepare(connection, text);
  if (!statement) return tl::unexpected(statement.error());
  if (statement->type() != DUCKDB_STATEMENT_TYPE_SELECT && statement->type() != DUCKDB_STATEMENT_TYPE_EXPLAIN)
    return invalid("only statements that read are allowed: SELECT, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN");
  if (duckdb_nparams(statement->raw()) > 0)
    return invalid("the statement has parameters that nothing gives a value: write the values");
  Shape shape;
  std::string names, casts;
  for (idx_t column = 0; column < duckdb_prepared_statement_column_count(statement->raw()); ++column) {
    const char* name = duckdb_prepared_statement_column_name(statement->raw(), column);
    shape.columns.emplace_back(name == nullptr ? "" : name);
    duckdb_free(const_cast<char*>(name));
    duckdb_logical_type type = duckdb_prepared_statement_column_logical_type(statement->raw(), column);
    shape.types.push_back(name_of(type));
    duckdb_destroy_logical_type(&type);
    const std::string separator = column == 0 ? "" : ", ";
    names += separator + identifier(column);
    casts += fmt::format("{}CAST({} AS VARCHAR)", separator, identifier(column));
  }
  shape.sql = statement->type() == DUCKDB_STATEMENT_TYPE_EXPLAIN
                  ? text
                  : fmt::format("SELECT {} FROM (\n{}\n) AS answer({})", casts, first_statement(sql), names);
  return shape;
}

Result<Table> fetch(const Connection& connection, std::string_view sql, std::size_t rows_max) {
  auto shape = shape_of(connection, sql);
  if (!shape) return tl::unexpected(shape.error());
  auto statement = Statement::prepare(connection, shape->sql);
  if (!statement) return tl::unexpected(statement.error());
  auto rows = statement->stream();
  if (!rows) return tl::unexpected(rows.error());
  Table table{std::move(shape->columns), std::move(shape->types), {}, false};
  while (!table.truncated) {
    auto chunk = rows->next();
    if (!chunk) return tl::unexpected(chunk.error());
    if (!*chunk) break;
    for (std::size_t row = 0; row < chunk->size() && !table.truncated; ++row) {
      if (table.rows.size() == rows_max) {
        table.truncated = true;
        break;
      }
      auto& cells = table.rows.emplace_back(table.columns.size());
      for (std::size_t column = 0; column < cells.size(); ++column)
        if (!chunk->is_null(column, row)) cells[column] = chunk->text(column, row);
    }
  }
  return table;
}

}  // namespace

Result<Table> query_table(const Connection& connection, std::string_view sql, std::size_t rows_max,
                          std::uint32_t milliseconds) {
  const std::string text(sql);
  if (auto single = check_single(connection, text); !single) return tl::unexpected(single.error());
  if (const std::string name = forbidden_call(text); !name.empty())
    return invalid(fmt::format("the function {} is not for statements that read", name));
  // What a SELECT could still change (a sequence) and what an EXPLAIN ANALYZE would run, the transaction refuses.
  if (auto begun = run(connection, "BEGIN TRANSACTION READ ONLY"); !begun) return tl::unexpected(begun.error());
  Deadline deadline(connection, milliseconds);
  auto table = fetch(connection, sql, rows_max);
  if (!table && deadline.passed())
    return fail(ErrorKind::Unavailable,
                fmt::format("the statement was stopped after {} ms: ask for less, or allow more time", milliseconds));
  return table;
}

std::string name_of(duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN: return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT: return "TINYINT";
    case DUCKDB_TYPE_SMALLINT: return "SMALLINT";
    case DUCKDB_TYPE_INTEGER: return "INTEGER";
    case DUCKDB_TYPE_BIGINT: return "BIGINT";
    case DUCKDB_TYPE_HUGEINT: return "HUGEINT";
    case DUCKDB_TYPE_UTINYINT: return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT: return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER: return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT: return "UBIGINT";
    case DUCKDB_TYPE_UHUGEINT: return "UHUGEINT";
    case DUCKDB_TYPE_FLOAT: return "FLOAT";
    case DUCKDB_TYPE_DOUBLE: return "DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP: return "TIMESTAMP";
    case DUCKDB_TYPE_TIMESTAMP_S: return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS: return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS: return "TIMESTAMP_NS";
    case DUCKDB_TYPE_TIMESTAMP_TZ: return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_DATE: return "DATE";
    case DUCKDB_TYPE_TIME: return "TIME";
    case DUCKDB_TYPE_TIME_TZ: return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_INTERVAL: return "INTERVAL";
    case DUCKDB_TYPE_BLOB: return "BLOB";
    case DUCKDB_TYPE_BIT: return "BIT";
    case DUCKDB_TYPE_UUID: return "UUID";
    case DUCKDB_TYPE_ENUM: return "ENUM";
    case DUCKDB_TYPE_STRUCT: return "STRUCT";
    case DUCKDB_TYPE_MAP: return "MAP";
    case DUCKDB_TYPE_UNION: return "UNION";
    case DUCKDB_TYPE_ARRAY: return "ARRAY";
    case DUCKDB_TYPE_SQLNULL: return "NULL";
    case DUCKDB_TYPE_DECIMAL:
      return fmt::format("DECIMAL({},{})", duckdb_decimal_width(type), duckdb_decimal_scale(type));
    case DUCKDB_TYPE_LIST: {
      duckdb_logical_type child = duckdb_list_type_child_type(type);
      std::string name = name_of(child) + "[]";
      duckdb_destroy_logical_type(&child);
      return name;
    }
    case DUCKDB_TYPE_VARCHAR: {
      char* alias = duckdb_logical_type_get_alias(type);  // JSON is a VARCHAR by another name.
      std::string name = alias == nullptr || *alias == '\0' ? "VARCHAR" : alias;
      duckdb_free(alias);
      return name;
    }
    default: return "UNKNOWN";
  }
}

}  // namespace habitue::ledger
