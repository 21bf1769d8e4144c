// Tells new events from events that were stored before, by message id, for ever and exactly.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "intake/event.hpp"
#include "ledger/message_ids.hpp"
#include "ledger/store.hpp"

namespace habitue::ledger {

/// The ids are read from the file in the background after opening; the first append waits for them. Apart from that,
/// for the writing thread alone.
class KnownMessages {
 public:
  /// Starts to read the ids of the events up to `last`. `store` outlives this.
  KnownMessages(const Store& store, EventSeq last, std::uint64_t count);
  ~KnownMessages();

  /// Waits until all ids are known. Errors: what the reading failed of.
  Result<void> ready();

  std::uint64_t fingerprint_of(std::string_view message_id) const;
  /// For each event, whether it is stored already or repeats an earlier one of `events`. `fingerprints` are theirs.
  Result<std::vector<bool>> find_repeated(const Connection& connection, std::span<const intake::Event* const> events,
                                          std::span<const std::uint64_t> fingerprints) const;
  void add(std::uint64_t fingerprint, EventSeq seq) { ids_.insert(fingerprint, seq); }
  void remove(std::string_view message_id, EventSeq seq) { ids_.erase(fingerprint_of(message_id), seq); }
  std::uint64_t bytes() const { return ids_.bytes(); }

 private:
  Result<void> load(EventSeq last, std::uint64_t count);

  const Store& store_;
  const std::uint64_t seed_;
  MessageIds ids_;
  Result<void> loaded_;
  std::atomic<bool> stop_{false};
  std::thread loader_;  // Last: it uses the others.
};

}  // namespace habitue::ledger
