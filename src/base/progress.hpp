// How a long task tells where it stands and learns that it should stop.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace habitue {

/// What a task reports now and then: `done` of `total` (0 when not known) in `unit` such as "rows", "events" or "bytes".
struct Progress {
  std::string_view task;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string_view unit;
};

/// Called from the working thread; must be quick.
using ProgressFunction = std::function<void(const Progress&)>;

/// Set by whoever waits; read by whoever works. Work looks at it at least every few milliseconds.
class Cancellation {
 public:
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  /// For work that knows nothing of cancellations.
  const std::atomic<bool>* flag() const { return &cancelled_; }

 private:
  std::atomic<bool> cancelled_{false};
};

/// Looks at a cancellation every few thousand items of a loop, so that one that runs over millions stops at once.
class CancellationWatch {
 public:
  explicit CancellationWatch(const Cancellation* cancellation) : cancellation_(cancellation) {}
  /// Counts `items` of work; true when the loop is to be left.
  bool stopped(std::size_t items = 1) {
    pending_ += items;
    if (pending_ >= kItems) {
      pending_ = 0;
      look();
    }
    return stopped_;
  }
  /// Looks now.
  bool look() {
    stopped_ = stopped_ || (cancellation_ != nullptr && cancellation_->cancelled());
    return stopped_;
  }

 private:
  static constexpr std::size_t kItems = 4096;
  const Cancellation* cancellation_;
  std::size_t pending_ = 0;
  bool stopped_ = false;
};

}  // namespace habitue
