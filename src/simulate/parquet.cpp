// Parquet written by DuckDB from a table function: DuckDB asks for rows, the simulation hands over batches. Between the two
// stands a short queue, so neither holds the whole.
#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "ledger/duckdb.hpp"
#include "simulate/simulate.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using Batch = std::vector<Event>;

/// At most a few batches, from the simulation's thread to DuckDB's.
class Queue {
 public:
  /// False when nobody takes any more.
  bool put(Batch&& batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || batches_.size() < 8; });
    if (closed_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  /// Empty at the end.
  Batch take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_ || !batches_.empty(); });
    if (batches_.empty()) return {};
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
  }
  /// The simulation gives no more; `failed` when it broke off.
  void finish(bool failed) {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    failed_ = failed;
    changed_.notify_all();
  }
  /// DuckDB takes no more.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  bool failed() {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  bool finished_ = false, failed_ = false, closed_ = false;
};

/// What the table function reads: one batch at a time, in pieces of DuckDB's vector size.
struct Feed {
  Queue queue;
  Batch batch;
  std::size_t next = 0;
};

constexpr std::array<const char*, 6> kTypes = {"track", "identify", "page", "screen", "group", "alias"};
constexpr std::array<std::pair<const char*, duckdb_type>, 11> kColumns = {{{"message_id", DUCKDB_TYPE_VARCHAR},
                                                                           {"event_type", DUCKDB_TYPE_VARCHAR},
                                                                           {"name", DUCKDB_TYPE_VARCHAR},
                                                                           {"occurred_at", DUCKDB_TYPE_TIMESTAMP_TZ},
                                                                           {"received_at", DUCKDB_TYPE_TIMESTAMP_TZ},
                                                                           {"user_id", DUCKDB_TYPE_VARCHAR},
                                                                           {"anonymous_id", DUCKDB_TYPE_VARCHAR},
                                                                           {"previous_id", DUCKDB_TYPE_VARCHAR},
                                                                           {"group_id", DUCKDB_TYPE_VARCHAR},
                                                                           {"properties", DUCKDB_TYPE_VARCHAR},
                                                                           {"context", DUCKDB_TYPE_VARCHAR}}};

extern "C" void bind_feed(duckdb_bind_info info) {
  for (const auto& [name, type] : kColumns) {
    duckdb_logical_type logical = duckdb_create_logical_type(type);
    duckdb_bind_add_result_column(info, name, logical);
    duckdb_destroy_logical_type(&logical);
  }
}

extern "C" void start_feed(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

void put_text(duckdb_vector column, std::size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(column, row, text.data(), text.size());
}

// Absent texts are NULL, as in the ledger.
void put_optional(duckdb_vector column, std::size_t row, const std::string& text) {
  if (!text.empty()) return put_text(column, row, text);
  duckdb_vector_ensure_validity_writable(column);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(column), row);
}

extern "C" void feed_rows(duckdb_function_info info, duckdb_data_chunk output) {
  auto& feed = *static_cast<Feed*>(duckdb_function_get_extra_info(info));
  if (feed.next >= feed.batch.size()) {
    feed.batch = feed.queue.take();
    feed.next = 0;
  }
  if (feed.batch.empty() && feed.queue.failed()) return duckdb_function_set_error(info, "the simulation broke off");
  const std::size_t rows = std::min<std::size_t>(feed.batch.size() - feed.next, duckdb_vector_size());
  std::array<duckdb_vector, kColumns.size()> columns;
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = duckdb_data_chunk_get_vector(output, i);
  auto* at = static_cast<std::int64_t*>(duckdb_vector_get_data(columns[3]));
  auto* received_at = static_cast<std::int64_t*>(duckdb_vector_get_data(columns[4]));
  for (std::size_t row = 0; row < rows; ++row) {
    const Event& event = feed.batch[feed.next + row];
    put_text(columns[0], row, event.message_id);
    put_text(columns[1], row, kTypes[static_cast<std::size_t>(event.type)]);
    put_optional(columns[2], row, event.name);
    at[row] = event.at.time_since_epoch().count();
    received_at[row] = event.received_at.time_since_epoch().count();
    put_optional(columns[5], row, event.user_id);
    put_optional(columns[6], row, event.anonymous_id);
    put_optional(columns[7], row, event.previous_id);
    put_optional(columns[8], row, event.group_id);
    put_text(columns[9], row, event.properties);
    put_text(columns[10], row, event.context);
  }
  feed.next += rows;
  duckdb_data_chunk_set_size(output, rows);
}

std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char letter : text) out.append(letter == '\'' ? 2 : 1, letter);
  return out + "'";
}

Result<void> register_feed(const ledger::Connection& connection, Feed& feed) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "simulated_events");
  duckdb_table_function_set_extra_info(function, &feed, nullptr);
  duckdb_table_function_set_bind(function, bind_feed);
  duckdb_table_function_set_init(function, start_feed);
  duckdb_table_function_set_function(function, feed_rows);
  const duckdb_state state = duckdb_register_table_function(connection.get(), function);
  duckdb_destroy_table_function(&function);
  if (state == DuckDBError) return fail(ErrorKind::Corrupt, "DuckDB refuses the simulation as a table");
  return {};
}

}  // namespace

Result<Truth> write_parquet(const Options& options, const std::filesystem::path& file, const ProgressFunction& progress,
                            const Cancellation* cancellation) {
  std::filesystem::path partial = file;
  partial += ".partial";
  const std::vector<std::pair<std::string, std::string>> settings = {{"memory_limit", "1GiB"}, {"threads", "2"}};
  const auto database = ledger::open_database({}, settings);
  if (!database) return tl::unexpected(database.error());
  const auto connection = ledger::connect(*database);
  if (!connection) return tl::unexpected(connection.error());
  Feed feed;
  if (auto registered = register_feed(*connection, feed); !registered) return tl::unexpected(registered.error());

  Result<Truth> truth = fail(ErrorKind::Unavailable, "the simulation did not begin");
  std::jthread simulation([&] {
    truth = run(
        options,
        [&feed](Batch&& batch) -> Result<void> {
          if (!feed.queue.put(std::move(batch))) return fail(ErrorKind::Unavailable, "the file takes no more rows");
          return {};
        },
        progress, cancellation);
    feed.queue.finish(!truth.has_value());
  });
  const auto copied = ledger::run(
      *connection, fmt::format("COPY (SELECT * FROM simulated_events()) TO {} (FORMAT parquet, COMPRESSION zstd)",
                               literal(partial.string())));
  feed.queue.close();
  simulation.join();
  std::error_code code;
  if (truth && !copied) truth = tl::unexpected(copied.error());
  // When the disk is full, it is DuckDB that knows why the simulation could not go on.
  if (!truth && !copied && truth.error().message == "the file takes no more rows")
    truth = tl::unexpected(copied.error());
  if (truth) {
    std::filesystem::rename(partial, file, code);
    if (code) truth = fail(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", file.string(), code.message()));
  }
  if (!truth) std::filesystem::remove(partial, code);
  return truth;
}

}  // namespace habitue::simulate
