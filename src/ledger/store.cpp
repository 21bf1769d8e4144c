#include "ledger/store.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <chrono>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace habitue::ledger {
namespace {

namespace fs = std::filesystem;
using Settings = std::vector<std::pair<std::string, std::string>>;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Checkpoints are ours to time (Store::checkpoint): DuckDB's own come in the middle of a commit, and one that fails
// there leaves a commit of which nobody can say whether it was kept.
Settings settings_of(const fs::path& file, const Options& options) {
  Settings settings = {{"memory_limit", fmt::format("{}MiB", options.memory_limit_mib)},
                       {"checkpoint_threshold", "1TB"},
                       {"temp_directory", file.string() + ".tmp"},
                       {"max_temp_directory_size", "20GB"},
                       {"autoinstall_known_extensions", "false"},
                       {"autoload_known_extensions", "false"}};
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  settings.emplace_back("threads", std::to_string(options.threads > 0 ? options.threads : std::max(1U, cores - 1)));
  return settings;
}

// Row groups of 16,384 events (DuckDB's own have 122,880): a batch of an import of that size goes straight into the
// file, compressed once and written once, where a smaller one goes through the log first. The version of the file is
// the first that knows zstd.
std::string attach_sql(const fs::path& file, bool read_only) {
  return fmt::format("ATTACH {} AS ledger ({})", sql_text(file.string()),
                     read_only ? "READ_ONLY" : "ROW_GROUP_SIZE 16384, STORAGE_VERSION 'v1.2.0'");
}

// A connection speaks of the ledger's tables by their names alone.
Result<Connection> connect_to_ledger(const Database& database) {
  return connect(database).and_then([](Connection connection) -> Result<Connection> {
    if (auto used = run(connection, "USE ledger"); !used) return tl::unexpected(used.error());
    return connection;
  });
}

// DuckDB's words for a file that does not open, as ours.
Error open_error(const fs::path& file, const Error& error) {
  const std::string& words = error.message;
  const auto say = [&](ErrorKind kind, std::string_view what) {
    return Error{kind, fmt::format("{}: {} ({})", file.string(), what, words)};
  };
  if (contains(words, "Could not set lock"))
    return say(ErrorKind::Conflict, "another process holds the ledger: stop it, or ask through it");
  if (contains(words, "not a valid DuckDB database file"))
    return say(ErrorKind::Corrupt, "the file is no ledger: restore a backup, or name another file");
  if (contains(words, "version number") || contains(words, "newer version"))
    return say(ErrorKind::Conflict, "a newer version of Habitué or DuckDB wrote the ledger: install that version");
  if (contains(words, "replaying WAL") || contains(words, "Corrupt database") || contains(words, "checksum"))
    return say(ErrorKind::Corrupt, "the ledger is damaged: restore a backup of it and of the .wal file beside it");
  return say(error.kind, "the ledger does not open");
}

// A file that was just created is only sure to be found after a power cut when its folder is synced too.
void sync_folder_of(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const fs::path& file, const Options& options) {
  std::error_code ignored;
  const bool exists = fs::exists(file, ignored);
  if (options.read_only && !exists)
    return fail(ErrorKind::NotFound, fmt::format("there is no ledger {}", file.string()));
  std::unique_ptr<Store> store(new Store(file, options));
  if (auto started = store->start(); !started) return tl::unexpected(started.error());
  if (!exists) sync_folder_of(file);
  return store;
}

Result<void> Store::start() {
  auto database = open_database({}, settings_of(file_, options_));
  if (!database) return tl::unexpected(database.error());
  auto connection = connect(*database);
  if (!connection) return tl::unexpected(connection.error());
  if (auto attached = run(*connection, attach_sql(file_, options_.read_only)); !attached)
    return tl::unexpected(open_error(file_, attached.error()));
  auto meta =
      run(*connection, "USE ledger").and_then([&](const Rows&) { return migrate(*connection, options_.read_only); });
  if (!meta)
    return tl::unexpected(Error{meta.error().kind, fmt::format("{}: {}", file_.string(), meta.error().message)});
  // From here on nothing that runs in this instance reads other files or changes what it may do. Checkpoints on closing are
  // the writer's to decide, too.
  if (auto locked = run(
          *connection,
          "PRAGMA disable_checkpoint_on_shutdown; SET enable_external_access = false; SET lock_configuration = true");
      !locked)
    return tl::unexpected(locked.error());
  database_ = std::move(*database);
  writer_ = std::move(*connection);
  meta_ = *meta;
  broken_ = false;
  return {};
}

Result<Reader> Store::reader() const {
  std::shared_lock open(open_);
  if (broken_ || !database_)
    return fail(ErrorKind::Unavailable,
                fmt::format("{}: the ledger is being opened again after a failure of the disk", file_.string()));
  return connect_to_ledger(database_).map([&](Connection connection) {
    return Reader{std::move(open), std::move(connection)};
  });
}

Error Store::noted(Error error) {
  if (contains(error.message, "has been invalidated") || contains(error.message, "Failed to create checkpoint"))
    broken_ = true;
  return error;
}

Result<void> Store::reopen() {
  const std::unique_lock open(open_, std::chrono::seconds(5));
  if (!open) return fail(ErrorKind::Unavailable, "the ledger cannot be opened again while it is being read");
  writer_.reset();
  database_.reset();
  return start();
}

std::uint64_t Store::log_bytes() const {
  std::error_code absent;
  const std::uint64_t bytes = fs::file_size(file_.string() + ".wal", absent);
  return absent ? 0 : bytes;
}

Result<void> Store::checkpoint() {
  std::error_code unknown;
  const fs::space_info space = fs::space(file_.has_parent_path() ? file_.parent_path() : fs::path("."), unknown);
  // A checkpoint that finds no room ends the instance. What it writes is at most the log and the row groups it touches.
  constexpr std::uint64_t kRoom = std::uint64_t{64} << 20;
  if (!unknown && space.available < 2 * log_bytes() + kRoom)
    return fail(ErrorKind::Unavailable, "the disk is nearly full: the write-ahead log waits for room");
  auto done = run(writer_, "CHECKPOINT");
  if (!done) return tl::unexpected(noted(done.error()));
  return {};
}

namespace {

Result<std::uint64_t> ask_number(const Connection& connection, const std::string& sql) {
  return run(connection, sql).and_then([](Rows rows) -> Result<std::uint64_t> {
    auto chunk = rows.next();
    if (!chunk) return tl::unexpected(chunk.error());
    return *chunk ? chunk->values<std::uint64_t>(0)[0] : 0;
  });
}

}  // namespace

// DuckDB frees a block without clearing it and takes free blocks first. So a table as large as all of them covers them:
// written as it grows, and rolled back, so that nobody ever sees it. The small blocks of the catalog, which hold the first
// eight bytes of the least and the greatest text of a column, are covered by a view with a long text in the same way;
// a view is only written by a checkpoint, so it is made and dropped.
Result<void> Store::overwrite_free_blocks() {
  constexpr std::uint64_t kBlockBytes = 262'144, kCatalogBlockBytes = 4'096, kMargin = 4;
  const auto blocks =
      ask_number(writer_, "SELECT free_blocks::UBIGINT FROM pragma_database_size() WHERE database_name = 'ledger'");
  if (!blocks) return tl::unexpected(noted(blocks.error()));
  const auto filled =
      run(writer_, fmt::format("BEGIN; CREATE TABLE scrub (zero UBIGINT USING COMPRESSION uncompressed);"
                               "INSERT INTO scrub SELECT 0 FROM range({})",
                               (*blocks + kMargin) * kBlockBytes / sizeof(std::uint64_t)));
  (void)run(writer_, "ROLLBACK");
  if (!filled) return tl::unexpected(noted(filled.error()));

  const auto catalog_blocks =
      ask_number(writer_, "SELECT coalesce(sum(free_blocks), 0)::UBIGINT FROM pragma_metadata_info()");
  if (!catalog_blocks) return tl::unexpected(noted(catalog_blocks.error()));
  const std::string text((*catalog_blocks + kMargin) * kCatalogBlockBytes, '0');
  return noted(run(writer_, fmt::format("CREATE OR REPLACE VIEW scrub AS SELECT '{}' AS zeros", text))
                   .map([](const Rows&) {}))
      .and_then([&] { return checkpoint(); })
      .and_then([&] { return noted(run(writer_, "DROP VIEW scrub").map([](const Rows&) {})); });
}

}  // namespace habitue::ledger
