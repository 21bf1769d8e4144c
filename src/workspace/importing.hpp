// One file into the ledger, in batches whose checkpoint is kept with their events.
#pragma once

#include <filesystem>

#include "workspace/workspace.hpp"

namespace habitue::workspace {

/// Rejected rows go to `folder`/ID-rejected.csv. When cancelled the import stays resumable. Errors: those of the reader and
/// the ledger; Conflict when cancelled.
Result<ImportOutcome> import_file(ledger::Ledger& ledger, const std::filesystem::path& folder,
                                  const ImportRequest& request, const ProgressFunction& progress,
                                  const Cancellation* cancellation);

}  // namespace habitue::workspace
