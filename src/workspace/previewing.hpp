// What an import would do, without doing it.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "workspace/workspace.hpp"

namespace habitue::workspace {

/// What a preview may cost. Past either bound it is of the file's first rows alone.
struct PreviewBounds {
  std::uint64_t bytes_max = 48U << 20U;  ///< Of the file's text.
  std::chrono::milliseconds time_max = std::chrono::seconds(10);
  std::size_t rejected_max = 20, events_max = 12;  ///< Shown.
};

struct ImportPreview {
  intake::ImportReport report;
  bool whole = true;  ///< Of the whole file, and not of its first rows alone.
  std::uint64_t people_known = 0, people_new = 0;
  std::vector<intake::RejectedRow> rejected;     ///< The first ones, their rows cut to 400 bytes.
  std::vector<intake::Event> events;             ///< Some of each kind, as they would land.
  std::optional<std::uint32_t> imported_before;  ///< The import of the very same bytes that was finished or goes on.
};

/// Counts a person for each user id, device or email that the file gives: those of one person under two names count twice, as before a merge.
/// Errors: those of FileImport::open and next; Unavailable when cancelled.
Result<ImportPreview> preview_import(const Workspace& workspace, const ImportRequest& request,
                                     const PreviewBounds& bounds, const std::function<bool()>& cancelled);

}  // namespace habitue::workspace
