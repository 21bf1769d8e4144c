// Events handed from the thread that reads them to the one that works on them, so that neither waits for the other more than it must.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "ledger/ledger.hpp"

namespace habitue::ledger {

/// A few batches, in order. One thread gives and ends, another takes and may stop.
class ReadAhead {
 public:
  /// Takes the events, and leaves an older batch whose memory is used again. Waits while all are full. False once stopped.
  bool give(std::vector<StoredEvent>& events) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return given_ - taken_ < batches_.size() || stopped_; });
    if (stopped_) return false;
    batches_[given_++ % batches_.size()].swap(events);
    changed_.notify_all();
    return true;
  }
  /// No more will be given.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  /// The next batch into `events`, whose memory goes to the reader. False when there is none any more.
  bool take(std::vector<StoredEvent>& events) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return given_ > taken_ || ended_; });
    if (given_ == taken_) return false;
    batches_[taken_++ % batches_.size()].swap(events);
    changed_.notify_all();
    return true;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  std::array<std::vector<StoredEvent>, 4> batches_;
  std::size_t given_ = 0, taken_ = 0;
  bool ended_ = false, stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace habitue::ledger
