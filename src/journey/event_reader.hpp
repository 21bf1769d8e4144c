// Events as the ledger keeps them, read into rows: JSON objects flattened to paths, texts to codes.
#pragma once

#include <memory>

#include "base/id.hpp"
#include "journey/batch.hpp"
#include "journey/symbols.hpp"
#include "ledger/ledger.hpp"

namespace habitue::journey {

/// Nesting that is followed; deeper objects are left to the ledger.
inline constexpr int kDepthMax = 32;

/// Of Segment's context, everything is in the index but what is bulky or says nothing of the customer: `library`,
/// `integrations`, `userAgentData`, `plugins`, `protocols`, `network`, `screen`, `instanceId`, `groupId` (it is
/// kGroupIdProperty), and a device's `id`, `advertisingId`, `adTrackingEnabled` and `token`.
///
/// Not for two threads at once: it keeps its parser's buffers and the order in which properties came last time.
class EventReader {
 public:
  explicit EventReader(std::shared_ptr<Symbols> symbols);
  ~EventReader();

  /// Adds the event as a row. What cannot be read of its JSON is left out; the row is there in any case.
  void read(const ledger::StoredEvent& stored, OriginId origin, Batch& batch);

 private:
  class Flattener;
  std::shared_ptr<Symbols> symbols_;
  std::unique_ptr<Flattener> flattener_;
};

}  // namespace habitue::journey
