// The journeys of a workspace, kept up with the ledger: built, changed by commits, saved, mapped at start.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/id.hpp"
#include "base/progress.hpp"
#include "base/result.hpp"
#include "intake/event.hpp"
#include "journey/journey.hpp"
#include "ledger/ledger.hpp"

namespace habitue::journey {

struct FreshEvent {
  OriginId origin;
  const ledger::StoredEvent* stored;  ///< Read during the call only.
};

/// Origin now belongs to person.
struct Assignment {
  OriginId origin;
  PersonId person;
};

/// One step of the index. All of it becomes visible at once.
struct Change {
  std::span<const FreshEvent> fresh;
  std::span<const Assignment> assigned;  ///< New origins and those that a merge or a split moved.
  std::span<const EventSeq> removed;     ///< Events taken out (erased, import undone); sorted.
  /// The last event of the ledger that is in the index once this change is. Fresh events at or before the up_to of an
  /// earlier change are in already and are passed over, so that a scan may overlap with what the ledger's observer brings.
  EventSeq up_to;
};

/// One writer calls apply, stage and publish. compact and save may run beside them in a thread of their own, so that what
/// is fresh stays fresh meanwhile. snapshot() and wants_compaction() may be called from any thread at any time.
///
/// Removals have no place in the ledger's order: a file saved before one still holds what was removed, so delete it before
/// removing and save again after. Removed events are gone from every answer at once; their texts leave memory with the
/// next compaction and are never written by save.
class Index {
 public:
  static std::unique_ptr<Index> create();
  /// Maps what save wrote. Errors: NotFound; Corrupt with what is wrong (checksum, size, version): rebuild then.
  static Result<std::unique_ptr<Index>> open(const std::filesystem::path& file);
  virtual ~Index() = default;

  /// Adds to what is there. Quick for small changes: costs the journeys touched, not the whole; a removal also reads the
  /// column of places. Errors: InvalidInput when an event's origin is assigned to no person, and nothing changed then;
  /// Conflict when staged events wait for publish; Unavailable when memory runs out (build the index again then).
  virtual Result<void> apply(const Change& change) = 0;
  /// For building from nothing at speed: stage chunks, then publish once (sort by person and time). Reads the chunk's JSON
  /// on all cores. Chunks of some thousands of events use them best. Errors: as apply.
  virtual Result<void> stage(const Change& change) = 0;
  virtual Result<void> publish(const ProgressFunction& progress = {}) = 0;

  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  /// True when the fresh part has grown enough that folding it into the main segment pays.
  virtual bool wants_compaction() const = 0;
  virtual Result<void> compact() = 0;
  /// Writes the whole to a file that open maps, atomically, with checksums. Joins what is fresh on the way, in memory:
  /// right after compact() it costs the writing alone. Errors: Unavailable with the system's reason.
  virtual Result<void> save(const std::filesystem::path& file) const = 0;
};

}  // namespace habitue::journey
