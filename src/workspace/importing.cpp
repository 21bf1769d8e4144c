#include "workspace/importing.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace habitue::workspace {
namespace {

// The rejected rows' file is not in the ledger's transaction. Its size at each checkpoint is: what a killed import wrote
// past the last checkpoint is cut off before going on, so that no row is told twice.
struct Position {
  std::uint64_t rejected_bytes = 0;
  std::string reader;
};

std::string write_position(const Position& position) {
  return fmt::format("{}|{}", position.rejected_bytes, position.reader);
}

Position read_position(const std::string& text) {
  Position position;
  const std::size_t bar = text.find('|');
  if (bar == std::string::npos) return position;
  std::from_chars(text.data(), text.data() + bar, position.rejected_bytes);
  position.reader = text.substr(bar + 1);
  return position;
}

class RejectedRows {
 public:
  RejectedRows(std::filesystem::path file, std::uint64_t bytes) : path_(std::move(file)), bytes_(bytes) {}

  Result<void> add(const std::vector<intake::RejectedRow>& rows, const intake::Mapping& mapping,
                   const std::string& header) {
    if (rows.empty()) return {};
    std::string text = bytes_ == 0 ? header + "\n" : std::string();
    for (const intake::RejectedRow& row : rows) text += intake::rejected_line(mapping, row) + "\n";
    if (!file_) {
      std::error_code code;
      std::filesystem::create_directories(path_.parent_path(), code);
      if (std::filesystem::exists(path_, code)) std::filesystem::resize_file(path_, bytes_, code);
      file_.reset(std::fopen(path_.c_str(), "ab"));
      if (!file_ || code) return fail(ErrorKind::Unavailable, fmt::format("cannot write {}", path_.string()));
    }
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() || std::fflush(file_.get()) != 0)
      return fail(ErrorKind::Unavailable, fmt::format("cannot write {}: is the disk full?", path_.string()));
    bytes_ += text.size();
    return {};
  }
  std::uint64_t bytes() const { return bytes_; }
  std::filesystem::path path_if_any() const { return bytes_ == 0 ? std::filesystem::path() : path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::uint64_t bytes_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace

Result<ImportOutcome> import_file(ledger::Ledger& ledger, const std::filesystem::path& folder,
                                  const ImportRequest& request, const ProgressFunction& progress,
                                  const Cancellation* cancellation) {
  const auto bytes_fingerprint = intake::fingerprint_of_file(request.file);
  if (!bytes_fingerprint) return tl::unexpected(bytes_fingerprint.error());
  const auto known = ledger.imports();
  if (!known) return tl::unexpected(known.error());

  ImportOutcome outcome;
  ledger::ImportRecord record;
  intake::Mapping mapping = request.mapping;
  for (const ledger::ImportRecord& earlier : *known) {
    if (earlier.file_fingerprint != *bytes_fingerprint || request.again) continue;
    if (earlier.state == "finished") {
      outcome.already_imported = true;
      outcome.id = earlier.id;
      return outcome;
    }
    if (earlier.state == "running") {
      // Rows already stored were read with the mapping of then; the rest must be too.
      auto stored = intake::parse_mapping(earlier.mapping);
      if (!stored) return tl::unexpected(stored.error());
      mapping = std::move(*stored);
      record = earlier;
      outcome.resumed = true;
    }
  }

  const Position resumed = read_position(record.position);
  auto reading = intake::FileImport::open(request.file, mapping, resumed.reader, now());
  if (!reading) return tl::unexpected(reading.error());
  const auto inspection = intake::inspect_file(request.file, mapping);
  if (!inspection) return tl::unexpected(inspection.error());
  if (!outcome.resumed) {
    record.file_name = request.name.empty() ? request.file.filename().string() : request.name;
    record.file_fingerprint = *bytes_fingerprint;
    record.file_bytes = inspection->file_bytes;
    record.mapping = intake::write_mapping(mapping);
    record.state = "running";
    record.started_at = now();
    auto started = ledger.start_import(record);
    if (!started) return tl::unexpected(started.error());
    record = *started;
  }
  outcome.id = record.id;

  RejectedRows rejected(folder / fmt::format("{}-rejected.csv", record.id), resumed.rejected_bytes);
  const std::string header = intake::rejected_header(*inspection);
  while (true) {
    auto batch = (*reading)->next();
    if (!batch) return tl::unexpected(batch.error());
    if (auto added = rejected.add(batch->rejected, mapping, header); !added) return tl::unexpected(added.error());
    ledger::ImportCheckpoint checkpoint;
    checkpoint.import_id = record.id;
    checkpoint.position = write_position({rejected.bytes(), batch->position});
    checkpoint.rows_done = batch->rows_done;
    checkpoint.rows_rejected = (*reading)->report().rows_rejected;
    checkpoint.finished = batch->last;
    const auto appended = ledger.append_import(std::move(batch->events), checkpoint);
    if (!appended) return tl::unexpected(appended.error());
    outcome.events_added += appended->added;
    outcome.events_duplicate += appended->duplicates;
    if (progress) progress({"importing", batch->bytes_done, batch->bytes_total, "bytes"});
    if (batch->last) break;
    if (cancellation != nullptr && cancellation->cancelled())
      return fail(ErrorKind::Conflict,
                  fmt::format("import {} was stopped after {} rows; the same command goes on from there", record.id,
                              batch->rows_done));
  }
  outcome.report = (*reading)->report();
  outcome.rejected_rows = rejected.path_if_any();
  if (auto ended = ledger.end_import(record.id, "finished", intake::write_report(outcome.report)); !ended)
    return tl::unexpected(ended.error());
  return outcome;
}

}  // namespace habitue::workspace
