// The open file: one DuckDB instance with its settings, and connections to it. Knows how to open the file again inside
// the running process, because DuckDB gives up on an instance whose checkpoint failed (a full disk).
#pragma once

#include <atomic>
#include <filesystem>
#include <shared_mutex>

#include "ledger/duckdb.hpp"
#include "ledger/ledger.hpp"
#include "ledger/schema.hpp"

namespace habitue::ledger {

/// A connection for reading, which keeps the instance open as long as it lives.
struct Reader {
  std::shared_lock<std::shared_timed_mutex> open;
  Connection connection;
};

class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& file, const Options& options);

  Result<Reader> reader() const;
  /// For the writing thread alone.
  const Connection& writer() const { return writer_; }
  const Meta& meta() const { return meta_; }
  const std::filesystem::path& file() const { return file_; }
  bool read_only() const { return options_.read_only; }
  std::uint64_t log_limit_bytes() const { return std::uint64_t{options_.log_limit_kib} * 1024; }

  /// True when DuckDB has given up on the instance and reopen() is needed before anything else works.
  bool is_broken() const { return broken_.load(); }
  void mark_broken() { broken_ = true; }
  /// Notes what an error of the writing connection says about the instance. Returns it.
  Error noted(Error error);
  Result<void> noted(Result<void> result) { return result ? std::move(result) : tl::unexpected(noted(result.error())); }
  /// Waits for readers, a few seconds at most. For the writing thread. Errors: as open; Unavailable when readers stay.
  Result<void> reopen();

  /// Bytes that wait in the write-ahead log for a checkpoint.
  std::uint64_t log_bytes() const;
  /// Moves the write-ahead log into the file. Nothing happens when the disk has no room for it.
  Result<void> checkpoint();
  /// Writes over all blocks of the file that hold nothing. Costs as much disk writing as there are such blocks.
  Result<void> overwrite_free_blocks();

 private:
  Store(std::filesystem::path file, const Options& options) : file_(std::move(file)), options_(options) {}
  Result<void> start();

  std::filesystem::path file_;
  Options options_;
  mutable std::shared_timed_mutex open_;  // Shared by readers, taken whole by reopen().
  Database database_;
  Connection writer_;
  Meta meta_;
  std::atomic<bool> broken_{false};
};

}  // namespace habitue::ledger
