// The one thread that writes. Callers of one moment share a transaction (group commit): while one commit waits for the
// disk the next group gathers, so that a caller alone never waits for others and many callers never wait in line.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "ledger/known_messages.hpp"
#include "ledger/ledger.hpp"
#include "ledger/store.hpp"

namespace habitue::ledger {

class Writer {
 public:
  /// `store` outlives this. Errors: what reading the last place failed of.
  static Result<std::unique_ptr<Writer>> start(Store& store);
  /// Finishes what is queued.
  ~Writer();

  Result<Appended> append(std::vector<intake::Event> events, std::optional<ImportCheckpoint> checkpoint);
  /// Runs a small write alone, in a transaction of its own.
  Result<void> perform(std::function<Result<void>(const Connection&)> change);
  /// Removes the events that fit the SQL condition, and runs `change` in the same transaction. Returns how many went.
  Result<std::uint64_t> remove(std::string condition, std::function<Result<void>(const Connection&)> change);
  /// Removes them for good: a while later (kScrubWithin) no byte of theirs is left in the file.
  /// `change` runs in the same transaction.
  Result<std::uint64_t> erase(std::string condition, std::function<Result<void>(const Connection&)> change);

  void observe(Ledger::CommitObserver observer);
  EventSeq last() const { return EventSeq(last_.load()); }
  std::uint64_t event_count() const { return count_.load(); }

 private:
  struct Append {
    std::vector<intake::Event> events;
    std::optional<ImportCheckpoint> checkpoint;
    std::promise<Result<Appended>> done;
  };
  struct Job {
    std::unique_ptr<Append> append;  // Either this,
    std::function<void()> task;      // or this.
  };
  using Group = std::vector<std::unique_ptr<Append>>;

  explicit Writer(Store& store) : store_(store) {}
  Result<void> read_last();
  void enqueue(Job job);
  void loop();
  void commit(Group group);
  Result<std::vector<Appended>> store_group(Group& group, std::vector<StoredEvent>& fresh);
  Result<void> transact(const std::function<Result<void>(const Connection&)>& change);
  template <class T>
  Result<T> on_writing_thread(std::function<Result<T>()> task);
  Result<std::uint64_t> remove_now(const std::string& condition,
                                   const std::function<Result<void>(const Connection&)>& change);
  bool is_small() const;
  void scrub_later();
  void scrub();
  void mend();
  void tend(bool idle);

  Store& store_;
  std::unique_ptr<KnownMessages> known_;
  std::atomic<std::uint64_t> last_{0};
  std::atomic<std::uint64_t> count_{0};
  std::chrono::steady_clock::time_point no_checkpoint_before_{};
  bool importing_ = false;                                         // The last group was of an import that goes on.
  std::optional<std::chrono::steady_clock::time_point> scrub_by_;  // When erased bytes must have been overwritten.

  std::mutex observer_mutex_;
  Ledger::CommitObserver observer_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace habitue::ledger
