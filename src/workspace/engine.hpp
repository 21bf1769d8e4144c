// The thread that keeps persons and journeys up with the ledger. Commits go in on one side, views come out on the other.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/config.hpp"
#include "journey/index.hpp"
#include "knowledge/order_lines.hpp"
#include "ledger/ledger.hpp"
#include "workspace/workspace.hpp"

namespace habitue::workspace {

class Engine {
 public:
  /// Loads the snapshot in `folder` and replays the rest of the ledger, or rebuilds all. Says in `notices` what it had to do.
  static Result<std::unique_ptr<Engine>> start(ledger::Ledger& ledger, std::filesystem::path folder,
                                               config::Business business, std::uint32_t visible_ms_max,
                                               const ProgressFunction& progress, std::vector<std::string>& notices);
  /// Indexes what is queued, then stops. The ledger must have stopped calling committed().
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// From the ledger's writing thread. Waits when indexing is far behind, which slows the writers down to its pace.
  void committed(std::span<const ledger::StoredEvent> events);

  View view() const;
  /// The view with lists of keys as sets of its own persons. Waits for what is being indexed when people changed since a list
  /// was last asked for.
  std::pair<View, std::vector<std::shared_ptr<const criteria::PersonSet>>> resolve(
      std::span<const std::shared_ptr<const KeyList>> lists) const;
  Result<void> settle();
  /// Changes the rules; persons are grouped anew when those of identity changed.
  Result<void> configure(config::Business business);
  /// Runs `change`, which takes events out of the ledger, while nothing is indexed, then builds all again. A crash in between
  /// leaves no snapshot that still holds what was taken out.
  Result<std::uint64_t> rebuild_after(const std::function<Result<std::uint64_t>()>& change);
  Result<void> save();

 private:
  Engine(ledger::Ledger& ledger, std::filesystem::path folder, config::Business business, std::uint32_t visible_ms_max);

  Result<void> load(std::string& why_not);
  Result<void> rebuild(const ProgressFunction& progress);
  Result<void> replay(const ProgressFunction& progress);
  Result<void> index_events(std::span<const ledger::StoredEvent> events);
  Result<void> show(const config::Business& business);
  std::string manifest() const;
  void run();

  ledger::Ledger& ledger_;
  const std::filesystem::path folder_;
  const std::chrono::milliseconds visible_;

  // Held while persons or journeys change; taken before queue_mutex_, never after.
  mutable std::mutex work_mutex_;
  config::Business business_;
  std::shared_ptr<identity::Graph> people_;
  std::unique_ptr<journey::Index> index_;
  std::shared_ptr<knowledge::OrderLines> order_lines_;  // Of the rules and removals below.
  config::ProductRules order_lines_rules_;
  std::uint64_t order_lines_removals_ = 0;

  mutable std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::condition_variable indexed_changed_;
  std::deque<std::vector<ledger::StoredEvent>> queue_;
  std::size_t queued_events_ = 0;
  std::uint64_t indexed_up_to_ = 0;
  std::string failure_;   // Why indexing stopped, if it did: settle tells it.
  bool pausing_ = false;  // A rebuild is under way: writers must not wait for the queue.
  bool stopping_ = false;

  mutable std::mutex view_mutex_;
  View view_;
  std::uint64_t people_version_ = 1, removals_ = 0;  // Under work_mutex_.

  // What resolve has made, by list, of one version of who is who.
  struct ResolvedList {
    std::uint64_t people_version;
    std::shared_ptr<const criteria::PersonSet> people;
  };
  mutable std::mutex resolved_mutex_;
  mutable std::map<std::shared_ptr<const KeyList>, ResolvedList> resolved_;

  std::thread thread_;
};

}  // namespace habitue::workspace
