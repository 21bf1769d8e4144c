// How a long task tells where it stands and learns that it should stop.
#pragma once

#include <atomic>
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

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace habitue
