#include "ledger/ledger.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "ledger/event_columns.hpp"
#include "ledger/read_ahead.hpp"
#include "ledger/records.hpp"
#include "ledger/saved_records.hpp"
#include "ledger/sql_query.hpp"
#include "ledger/store.hpp"
#include "ledger/writer.hpp"

namespace habitue::ledger {
namespace {

// One query of a scan reads so many places: long enough to be quick, short enough to leave checkpoints their turn.
constexpr std::uint64_t kScanPlaces = 1'000'000;

// An SQL condition for events at these places. A short list is compared with the bounds of each row group, so that
// most are not read; a long one would take DuckDB longer to plan than to join.
std::string among(std::span<const EventSeq> seqs) {
  constexpr std::size_t kShort = 2'000;
  std::string list;
  for (const EventSeq seq : seqs) list += fmt::format("{}{}", list.empty() ? "" : ",", seq.value);
  return seqs.size() <= kShort ? fmt::format("seq IN ({})", list)
                               : fmt::format("seq IN (SELECT unnest([{}]::UBIGINT[]))", list);
}

class DuckLedger final : public Ledger {
 public:
  DuckLedger(std::unique_ptr<Store> store, std::unique_ptr<Writer> writer)
      : store_(std::move(store)), writer_(std::move(writer)) {}

  void observe(CommitObserver observer) override { writer_->observe(std::move(observer)); }
  Result<Appended> append(std::vector<intake::Event> events) override { return append_checked(std::move(events), {}); }
  Result<Appended> append_import(std::vector<intake::Event> events, const ImportCheckpoint& checkpoint) override {
    return append_checked(std::move(events), checkpoint);
  }
  EventSeq last() const override { return writer_->last(); }
  std::uint64_t event_count() const override { return writer_->event_count(); }
  std::uint64_t secret_seed() const override { return fingerprint("secret", store_->meta().message_seed); }

  Result<void> scan(EventSeq after, const std::function<bool(std::span<const StoredEvent>)>& visit) const override;
  Result<std::vector<StoredEvent>> find(std::span<const EventSeq> seqs) const override;

  Result<ImportRecord> start_import(const ImportRecord& record) override;
  Result<void> end_import(std::uint32_t id, const std::string& state, const std::string& report) override {
    return writer_->perform([&](const Connection& connection) { return close_import(connection, id, state, report); });
  }
  Result<std::vector<ImportRecord>> imports() const override {
    return read([](const Connection& connection) { return list_imports(connection); });
  }
  Result<std::uint64_t> undo_import(std::uint32_t id) override {
    return writer_->remove(fmt::format("import_id = {}", id),
                           [&](const Connection& connection) { return mark_undone(connection, id); });
  }
  Result<std::uint64_t> erase(std::span<const EventSeq> seqs, std::span<const PersonKey> keys) override;

  Result<std::vector<SavedRecord>> saved() const override {
    return read([](const Connection& connection) { return list_saved(connection); });
  }
  Result<std::vector<PersonKey>> members(std::uint64_t id) const override {
    return read([&](const Connection& connection) { return list_members(connection, id); });
  }
  Result<std::vector<SavedRecord>> change_saved(SavedChange change) override {
    auto done = writer_->perform([&](const Connection& connection) { return write_saved(connection, change); });
    if (!done) return tl::unexpected(done.error());
    return std::move(change.put);
  }

  Result<void> put_setting(const std::string& name, const std::string& json) override {
    return writer_->perform([&](const Connection& connection) { return write_setting(connection, name, json); });
  }
  Result<std::optional<std::string>> setting(const std::string& name) const override;
  Result<std::vector<std::pair<std::string, std::string>>> settings(const std::string& prefix) const override {
    return read([&](const Connection& connection) { return list_settings(connection, prefix); });
  }
  Result<Table> query(std::string_view sql, std::size_t rows_max, std::uint32_t milliseconds) const override {
    return read([&](const Connection& connection) { return query_table(connection, sql, rows_max, milliseconds); });
  }

 private:
  // Asks on a connection of its own.
  template <class Ask>
  auto read(const Ask& ask) const -> decltype(ask(Connection())) {
    auto reader = store_->reader();
    if (!reader) return tl::unexpected(reader.error());
    return ask(reader->connection);
  }

  // As scan, one batch after the other; what is given may be exchanged for another batch.
  Result<void> read_after(EventSeq after, const std::function<bool(std::vector<StoredEvent>&)>& give) const;
  Result<Appended> append_checked(std::vector<intake::Event> events, std::optional<ImportCheckpoint> checkpoint);

  std::unique_ptr<Store> store_;
  std::unique_ptr<Writer> writer_;  // After the store, which it uses.
};

// A text that is not UTF-8 would make DuckDB fail later, in somebody's query.
void repair(std::string& text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char letter) { return static_cast<signed char>(letter) >= 0; });
  if (!plain && !is_valid_utf8(text)) text = repaired_utf8(text);
}

Result<Appended> DuckLedger::append_checked(std::vector<intake::Event> events,
                                            std::optional<ImportCheckpoint> checkpoint) {
  for (intake::Event& event : events) {
    if (event.message_id.empty()) return invalid("an event has no message id");
    for (std::string* text : {&event.message_id, &event.name, &event.user_id, &event.anonymous_id, &event.previous_id,
                              &event.group_id, &event.properties, &event.context, &event.purpose})
      repair(*text);
  }
  return writer_->append(std::move(events), std::move(checkpoint));
}

// While events are worked on, the next ones are read.
Result<void> DuckLedger::scan(EventSeq after, const std::function<bool(std::span<const StoredEvent>)>& visit) const {
  ReadAhead ahead;
  Result<void> outcome;
  std::exception_ptr failure;
  const auto read_all = [&] {
    try {
      outcome = read_after(after, [&](std::vector<StoredEvent>& events) { return ahead.give(events); });
    } catch (...) {
      failure = std::current_exception();
    }
    ahead.end();
  };
  {
    std::jthread reader;
    try {
      reader = std::jthread(read_all);
    } catch (const std::system_error&) {
      // The machine has no thread to give.
      return read_after(after, [&](std::vector<StoredEvent>& events) { return visit(events); });
    }
    struct Stop {
      ReadAhead& ahead;
      ~Stop() { ahead.stop(); }
    } const stop{ahead};
    std::vector<StoredEvent> events;
    while (ahead.take(events))
      if (!visit(events)) break;
  }
  if (failure != nullptr) std::rethrow_exception(failure);
  return outcome;
}

Result<void> DuckLedger::read_after(EventSeq after, const std::function<bool(std::vector<StoredEvent>&)>& give) const {
  const std::uint64_t end = last().value;
  std::vector<StoredEvent> events;
  for (std::uint64_t first = after.value + 1; first <= end; first += kScanPlaces) {
    auto reader = store_->reader();
    if (!reader) return tl::unexpected(reader.error());
    auto statement = Statement::prepare(reader->connection,
                                        fmt::format("SELECT {} FROM events WHERE seq BETWEEN ? AND ?", kEventColumns));
    if (!statement) return tl::unexpected(statement.error());
    auto rows = statement->bind(1, first).bind(2, std::min(end, first + kScanPlaces - 1)).stream();
    if (!rows) return tl::unexpected(rows.error());
    while (true) {
      auto chunk = rows->next();
      if (!chunk) return tl::unexpected(chunk.error());
      if (!*chunk) break;
      read_events(*chunk, events);
      if (!give(events)) return {};
    }
  }
  return {};
}

Result<std::vector<StoredEvent>> DuckLedger::find(std::span<const EventSeq> seqs) const {
  std::unordered_map<std::uint64_t, StoredEvent> found;
  if (!seqs.empty()) {
    auto reader = store_->reader();
    if (!reader) return tl::unexpected(reader.error());
    auto rows = run(reader->connection, fmt::format("SELECT {} FROM events WHERE {}", kEventColumns, among(seqs)));
    if (!rows) return tl::unexpected(rows.error());
    std::vector<StoredEvent> events;
    while (true) {
      auto chunk = rows->next();
      if (!chunk) return tl::unexpected(chunk.error());
      if (!*chunk) break;
      read_events(*chunk, events);
      for (StoredEvent& stored : events) found.insert_or_assign(stored.seq.value, std::move(stored));
    }
  }
  std::vector<StoredEvent> ordered;
  ordered.reserve(found.size());
  for (const EventSeq seq : seqs)
    if (const auto event = found.find(seq.value); event != found.end()) ordered.push_back(event->second);
  return ordered;
}

Result<ImportRecord> DuckLedger::start_import(const ImportRecord& record) {
  ImportRecord added;
  auto done = writer_->perform([&](const Connection& connection) {
    return add_import(connection, record).map([&](ImportRecord stored) { added = std::move(stored); });
  });
  if (!done) return tl::unexpected(done.error());
  return added;
}

Result<std::uint64_t> DuckLedger::erase(std::span<const EventSeq> seqs, std::span<const PersonKey> keys) {
  if (seqs.empty() && keys.empty()) return 0;
  return writer_->erase(seqs.empty() ? "false" : among(seqs),
                        [keys](const Connection& connection) { return forget_members(connection, keys); });
}

Result<std::optional<std::string>> DuckLedger::setting(const std::string& name) const {
  return settings(name).map([&](const auto& found) -> std::optional<std::string> {
    for (const auto& [own_name, value] : found)
      if (own_name == name) return value;
    return std::nullopt;
  });
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& file, const Options& options) {
  auto store = Store::open(file, options);
  if (!store) return tl::unexpected(store.error());
  auto writer = Writer::start(**store);
  if (!writer) return tl::unexpected(writer.error());
  return std::make_unique<DuckLedger>(std::move(*store), std::move(*writer));
}

}  // namespace habitue::ledger
