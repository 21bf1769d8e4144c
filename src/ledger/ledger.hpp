// The truth: what was received and decided, in one DuckDB file that its owner can open with any DuckDB client.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/progress.hpp"
#include "base/result.hpp"
#include "intake/event.hpp"

namespace habitue::ledger {

/// An event with its place in order of arrival.
struct StoredEvent {
  EventSeq seq;
  intake::Event event;
  std::uint32_t import_id = 0;  ///< The import that brought it, or 0.
};

/// How far an import has come, kept in the same transaction as the events it brought, so that the two never part.
struct ImportCheckpoint {
  std::uint32_t import_id = 0;
  std::string position;  ///< Opaque to the ledger: what the importer needs to go on.
  std::uint64_t rows_done = 0;
  std::uint64_t rows_rejected = 0;
  bool finished = false;
};

/// An import as its history shows it.
struct ImportRecord {
  std::uint32_t id = 0;
  std::string file_name;
  std::uint64_t file_fingerprint = 0;
  std::uint64_t file_bytes = 0;
  std::string mapping;  ///< The mapping's JSON.
  std::string state;    ///< "running", "finished", "undone".
  std::string position;
  std::string report;  ///< JSON: the side effects found while importing.
  std::uint64_t rows_done = 0;
  std::uint64_t rows_rejected = 0;
  std::uint64_t events_added = 0;
  std::uint64_t events_duplicate = 0;
  UtcMicros started_at{};
  std::optional<UtcMicros> ended_at;
};

/// Something that people saved: a cohort, a question, a board. Its meaning is not the ledger's.
struct SavedRecord {
  std::uint64_t id = 0;  ///< Never given twice.
  std::string kind;
  std::string name;
  std::string body;  ///< JSON.
  std::uint64_t version = 0;
  UtcMicros created_at{}, updated_at{};
};
/// Changes to what is saved, in one transaction.
struct SavedChange {
  std::vector<SavedRecord> put;       ///< New, or in the place of the one of the same id. Id 0 is new.
  std::vector<std::uint64_t> remove;  ///< Ids; their members go with them.
  /// Members of the records put (by place in `put`): they replace those there were.
  std::vector<std::pair<std::size_t, std::vector<PersonKey>>> members;
};

struct Appended {
  std::uint64_t added = 0;
  std::uint64_t duplicates = 0;
  /// Places, among the events given, of the first duplicates: at most kRepeatedTold.
  std::vector<std::uint32_t> repeated = {};
};
inline constexpr std::size_t kRepeatedTold = 1'000;

/// The result of a query for people: column names and every cell as text (nullopt is NULL).
struct Table {
  std::vector<std::string> columns;
  std::vector<std::string> types;  ///< DuckDB type names.
  std::vector<std::vector<std::optional<std::string>>> rows;
  bool truncated = false;  ///< More rows existed than were asked for.
};

struct Options {
  /// Memory DuckDB may use. More makes large imports and SQL quicker.
  std::size_t memory_limit_mib = 2048;
  /// Of DuckDB, for SQL and large imports. 0: all cores but one, which is left to whoever prepares the events: DuckDB's
  /// threads wait for each other busily.
  unsigned threads = 0;
  bool read_only = false;
  /// Size past which the write-ahead log is folded into the file. Writing waits meanwhile, about a quarter of a second for
  /// 16 MiB; less makes the waits shorter and more frequent.
  std::size_t log_limit_kib = 16 * 1024;
};

/// The ledger of one workspace. All functions are safe from any thread; writes are serialised inside.
class Ledger {
 public:
  /// Called with the events of one commit, after it is durable, in order of seq, duplicates left out. One call at a
  /// time. Must be quick: it runs on the writing thread.
  using CommitObserver = std::function<void(std::span<const StoredEvent>)>;

  /// Opens or creates, and migrates to this version's schema. Errors: Conflict when another process holds the file
  /// or a newer version of Habitué wrote it; Corrupt when it is no ledger; Unavailable when the disk refuses.
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& file, const Options& options = {});
  virtual ~Ledger() = default;

  virtual void observe(CommitObserver observer) = 0;

  /// Returns when the events are durable (group commit: callers of one moment share a transaction; a caller alone
  /// does not wait for others). All or none of them. Errors: Unavailable, and then nothing was kept.
  virtual Result<Appended> append(std::vector<intake::Event> events) = 0;
  /// The same for an import: events and checkpoint in one transaction.
  virtual Result<Appended> append_import(std::vector<intake::Event> events, const ImportCheckpoint& checkpoint) = 0;

  /// The last committed place; 0 when empty.
  virtual EventSeq last() const = 0;
  virtual std::uint64_t event_count() const = 0;
  /// A random number made with the ledger and kept in it: keys what must not be guessed, such as PersonKeys.
  virtual std::uint64_t secret_seed() const { return 0; }

  /// Calls `visit` with all events after `after`, in order of seq, in chunks, on the calling thread; the next are read meanwhile.
  /// Stops when it returns false.
  virtual Result<void> scan(EventSeq after, const std::function<bool(std::span<const StoredEvent>)>& visit) const = 0;
  /// The events at these places, in the order asked; missing ones are left out.
  virtual Result<std::vector<StoredEvent>> find(std::span<const EventSeq> seqs) const = 0;

  virtual Result<ImportRecord> start_import(const ImportRecord& record) = 0;  ///< Gives it its id.
  virtual Result<void> end_import(std::uint32_t id, const std::string& state, const std::string& report) = 0;
  virtual Result<std::vector<ImportRecord>> imports() const = 0;
  /// Removes the events of an import and marks it undone, in one transaction. Returns how many went.
  /// Errors: NotFound; Conflict when it is already undone.
  virtual Result<std::uint64_t> undo_import(std::uint32_t id) = 0;
  /// Removes events for good (an erasure), and in the same transaction these persons' keys from every saved set of people.
  /// Returns how many events went.
  virtual Result<std::uint64_t> erase(std::span<const EventSeq> seqs, std::span<const PersonKey> keys = {}) = 0;

  /// What people saved, by id.
  virtual Result<std::vector<SavedRecord>> saved() const = 0;
  /// The keys of the people in a saved set, by number.
  virtual Result<std::vector<PersonKey>> members(std::uint64_t id) const = 0;
  /// Durable when it returns: the records as they were put, with their ids. All or none of it.
  virtual Result<std::vector<SavedRecord>> change_saved(SavedChange change) = 0;

  /// Small settings and secrets' hashes by name (API keys, saved mappings, hypotheses).
  virtual Result<void> put_setting(const std::string& name, const std::string& json) = 0;
  virtual Result<std::optional<std::string>> setting(const std::string& name) const = 0;
  virtual Result<std::vector<std::pair<std::string, std::string>>> settings(const std::string& prefix) const = 0;

  /// One read-only SQL statement of the owner's. Errors: InvalidInput with DuckDB's message (writing statements,
  /// reading of files and extensions are refused); Unavailable when it runs past `milliseconds`.
  virtual Result<Table> query(std::string_view sql, std::size_t rows_max,
                              std::uint32_t milliseconds = 60'000) const = 0;
};

}  // namespace habitue::ledger
