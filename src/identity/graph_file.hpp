// The graph as a file: a cache that is made again from the ledger when it is damaged.
#pragma once

#include <filesystem>
#include <memory>

#include "identity/evidence.hpp"

namespace habitue::identity {

class GraphFile {
 public:
  /// Errors: Unavailable when the disk refuses.
  static Result<void> write(const std::filesystem::path& file, const EvidenceBook& book, EventSeq applied_up_to);

  struct Content {
    std::unique_ptr<EvidenceBook> book;
    EventSeq applied_up_to;
  };
  /// Errors: NotFound; Corrupt with what is wrong; Conflict when other rules made it or a newer version wrote it.
  static Result<Content> read(const std::filesystem::path& file, const Rules& rules);
};

}  // namespace habitue::identity
