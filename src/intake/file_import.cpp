// Opening a file for import and handing out its batches, the next one being made in the background.
#include "intake/file_import.hpp"

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "intake/batch_maker.hpp"
#include "intake/opened_file.hpp"

namespace habitue::intake {
namespace {

// One batch being stored, one waiting, one being made.
constexpr std::size_t kBatchesWaiting = 1;

struct Position {
  std::uint64_t check = 0;    // Of the mapping and the file: a position of another reading leads nowhere.
  std::uint64_t batches = 0;  // How many are done.
};

std::string write_position(const Position& position) {
  return fmt::format("1 {:016x} {}", position.check, position.batches);
}

std::optional<Position> read_position(std::string_view text) {
  if (!text.starts_with("1 ") || text.size() < 20 || text[18] != ' ') return std::nullopt;
  Position position;
  const auto read = [](std::string_view digits, int base, std::uint64_t& into) {
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), into, base);
    return code == std::errc{} && end == digits.data() + digits.size();
  };
  if (!read(text.substr(2, 16), 16, position.check) || !read(text.substr(19), 10, position.batches))
    return std::nullopt;
  return position;
}

// The whole file would take seconds; its size, its beginning and its end tell files apart well enough here.
std::uint64_t check_of(const Mapping& mapping, std::string_view text) {
  constexpr std::size_t kPiece = 1U << 16U;
  std::uint64_t check = fingerprint(write_mapping(mapping), text.size());
  check = fingerprint(text.substr(0, kPiece), check);
  return fingerprint(text.substr(text.size() - std::min(text.size(), kPiece)), check);
}

class PrefetchingImport final : public FileImport {
 public:
  // `bytes`: how much of the text is read.
  PrefetchingImport(OpenedFile file, std::unique_ptr<TableReader> table, std::uint64_t bytes)
      : file_(std::move(file)), table_(std::move(table)), bytes_(bytes) {}
  ~PrefetchingImport() override {
    stop_ = true;
    {
      const std::lock_guard lock(mutex_);
      room_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

  const OpenedFile& file() const { return file_; }
  Source source(const Mapping& mapping, UtcMicros received_at) const {
    return {file_.source.text().substr(0, bytes_), table_.get(), mapping, received_at, &stop_, {}};
  }

  void start(std::unique_ptr<BatchMaker> maker, Position position) {
    maker_ = std::move(maker);
    position_ = position;
    thread_ = std::thread([this] { run(); });
  }

  Result<ImportBatch> next() override {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !ready_.empty() || failure_; });
    if (ready_.empty()) return tl::unexpected(*failure_);
    Ready ready = std::move(ready_.front());
    ready_.pop_front();
    room_.notify_all();
    report_ = std::move(ready.report);
    return std::move(ready.batch);
  }

  const ImportReport& report() const override { return report_; }
  bool whole() const override { return bytes_ == file_.source.text().size(); }

 private:
  struct Ready {
    ImportBatch batch;
    ImportReport report;
  };

  // Everything before the position is read again and thrown away, which rebuilds what later rows need in the one way that
  // cannot differ from the first time.
  void run() {
    ImportReport report;
    for (std::uint64_t number = 1; !stop_; ++number) {
      ImportBatch batch;
      Result<void> filled = invalid("");
      try {
        filled = maker_->fill(batch, report);
      } catch (const std::bad_alloc&) {
        filled =
            fail(ErrorKind::Unavailable, "not enough memory to import this file: split it, or use a machine with more");
      } catch (const std::exception& error) {
        filled = fail(ErrorKind::InvalidInput, fmt::format("the file cannot be read: {}", error.what()));
      }
      std::unique_lock lock(mutex_);
      if (!filled) {
        failure_ = filled.error();
        filled_.notify_all();
        return;
      }
      const bool last = batch.last;
      if (number <= position_.batches && !last) continue;
      batch.position = write_position({position_.check, number});
      batch.bytes_total = bytes_;
      room_.wait(lock, [this] { return ready_.size() < kBatchesWaiting || stop_; });
      ready_.push_back({std::move(batch), report});
      filled_.notify_all();
      if (last) return;
    }
  }

  OpenedFile file_;
  std::unique_ptr<TableReader> table_;
  std::uint64_t bytes_;
  std::unique_ptr<BatchMaker> maker_;
  Position position_;
  ImportReport report_;

  std::mutex mutex_;
  std::condition_variable filled_, room_;
  std::deque<Ready> ready_;
  std::optional<Error> failure_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

std::vector<std::string> columns_of(const Mapping& mapping) {
  std::vector<std::string> columns;
  for (const auto& [field, column] : mapping.fields) columns.push_back(column);
  columns.insert(columns.end(), mapping.traits.begin(), mapping.traits.end());
  return columns;
}

}  // namespace

void add_event(ImportBatch& batch, ImportReport& report, Event event) {
  const std::string_view name = event.type == EventType::Track      ? std::string_view(event.name)
                                : event.type == EventType::Identify ? "identify"
                                : event.type == EventType::Page     ? "page"
                                : event.type == EventType::Screen   ? "screen"
                                : event.type == EventType::Group    ? "group"
                                                                    : "alias";
  ++report.events_by_name[std::string(name)];
  report.first_at = report.first_at ? std::min(*report.first_at, event.at) : event.at;
  report.last_at = report.last_at ? std::max(*report.last_at, event.at) : event.at;
  batch.events.push_back(std::move(event));
}

void add_rejected(ImportBatch& batch, ImportReport& report, RejectedRow row, std::string_view short_reason) {
  ++report.rows_rejected;
  ++report.rejected_by_reason[std::string(short_reason)];
  batch.rejected.push_back(std::move(row));
}

Result<std::unique_ptr<FileImport>> FileImport::open(const std::filesystem::path& path, const Mapping& mapping,
                                                     const std::string& position, UtcMicros received_at,
                                                     std::uint64_t bytes_max) {
  auto file = open_file(path, mapping.format);
  if (!file) return tl::unexpected(file.error());
  const std::string_view text = file->source.text();

  Position from{check_of(mapping, text), 0};
  if (!position.empty()) {
    const auto read = read_position(position);
    if (!read || read->check != from.check)
      return fail(ErrorKind::Conflict,
                  fmt::format("{} or its mapping has changed since the import was interrupted: start the import anew",
                              path.string()));
    from = *read;
  }
  const bool calls = mapping.shape == RowShape::Call;
  std::uint64_t bytes = text.size();
  if (calls && bytes > bytes_max) bytes = text.substr(0, bytes_max).rfind('\n') + 1;
  std::unique_ptr<TableReader> table;
  if (!calls) {
    const std::vector<std::string> wanted = columns_of(mapping);
    auto opened = open_table(text, file->format, wanted);
    if (opened && bytes > bytes_max) {
      // The table of a shorter text is another one: readers of rows go to the end of theirs.
      bytes = end_of_rows(**opened, UINT64_MAX, bytes_max);
      opened = open_table(text.substr(0, bytes), file->format, wanted);
    }
    if (!opened) return fail(opened.error().kind, fmt::format("{}: {}", path.string(), opened.error().message));
    table = std::move(*opened);
  }
  auto import = std::make_unique<PrefetchingImport>(std::move(*file), std::move(table), bytes);
  const Source source = import->source(mapping, received_at);
  if (calls) {
    import->start(make_call_import(source), from);
    return import;
  }
  auto binding = Binding::make(mapping, *source.table, source.text);
  if (!binding) return fail(binding.error().kind, fmt::format("{}: {}", path.string(), binding.error().message));
  import->start(mapping.shape == RowShape::OrderLine ? make_order_import(source, std::move(*binding))
                                                     : make_row_import(source, std::move(*binding)),
                from);
  return import;
}

Result<std::uint64_t> fingerprint_of_file(const std::filesystem::path& file) {
  const auto mapped = MappedFile::open(file);
  if (!mapped) return tl::unexpected(mapped.error());
  return fingerprint(mapped->text());
}

}  // namespace habitue::intake
