// What reads a file batch by batch. The same file and mapping give the same batches, however often and wherever it starts.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "intake/binding.hpp"
#include "intake/file_import.hpp"
#include "intake/text_source.hpp"

namespace habitue::intake {

/// A batch ends after so much of the file or so many events, whichever comes first: large enough to be stored in whole row
/// groups (of 16,384 events, in the ledger), small enough for three of them to lie in memory.
struct BatchLimits {
  std::uint64_t source_bytes = 48U << 20U;
  std::size_t events = 16'384;
};

class BatchMaker {
 public:
  virtual ~BatchMaker() = default;
  /// Fills the batch and carries on the report. Sets `last`; not called after that.
  virtual Result<void> fill(ImportBatch& batch, ImportReport& report) = 0;
};

/// What all makers are given.
struct Source {
  std::string_view text;
  const TableReader* table = nullptr;  ///< Null for files of calls.
  Mapping mapping;
  UtcMicros received_at;
  const std::atomic<bool>* stop;  ///< Once true the batch under way is of no use to anybody.
  BatchLimits limits{};
};

std::unique_ptr<BatchMaker> make_order_import(const Source& source, Binding binding);
std::unique_ptr<BatchMaker> make_row_import(const Source& source, Binding binding);
std::unique_ptr<BatchMaker> make_call_import(const Source& source);

/// Adds the event and counts it by its name and moment.
void add_event(ImportBatch& batch, ImportReport& report, Event event);
/// Adds a rejected row, its end of line cut off, and counts it by `short_reason`.
void add_rejected(ImportBatch& batch, ImportReport& report, RejectedRow row, std::string_view short_reason);
/// The row as it stands in the text, without its end of line, as UTF-8.
std::string raw_row(std::string_view text, std::uint64_t offset, std::uint64_t end);

}  // namespace habitue::intake
