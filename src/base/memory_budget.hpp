// How much memory a task may take. Threads that work for a budget have what they allocate with `new` counted against it, and get
// std::bad_alloc past it; for all other threads, and with no budget, `new` is the system's and one look at a thread's own variable.
#pragma once

#include <atomic>
#include <cstdint>

namespace habitue {

/// The memory that one task holds at a time. Blocks count with what the allocator gives for them. What is taken by others than
/// `new` (a library's own malloc, mapped files) is not counted. Outlives everything that counts against it.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t bytes_max);
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  std::uint64_t bytes_max() const { return static_cast<std::uint64_t>(bytes_max_); }
  /// Held now, give or take what threads at work have not told yet: at most 64 KiB each, or a 256th of the budget if that is less.
  /// Below zero when something older was given back.
  std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  /// Whether something was refused.
  bool was_passed() const { return was_passed_.load(std::memory_order_relaxed); }

  /// Of the calling thread; null when it works for none.
  static MemoryBudget* current();
  /// To be said first on a thread that works for this budget (if any) to its end: what its own variables hold is given back as it ends.
  static void work_for(MemoryBudget* budget);

 private:
  friend struct MemoryCount;
  bool take(std::int64_t bytes);
  void give_back(std::int64_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::int64_t bytes_max_;
  const std::int64_t untold_max_;
  std::atomic<std::int64_t> bytes_{0};
  std::atomic<bool> was_passed_{false};
};

/// The calling thread works for `budget` until the end of the block; for none when it is null, as while something is made that
/// outlives the task.
class MemoryScope {
 public:
  explicit MemoryScope(MemoryBudget* budget);
  ~MemoryScope();
  MemoryScope(const MemoryScope&) = delete;
  MemoryScope& operator=(const MemoryScope&) = delete;

 private:
  MemoryBudget* before_;
};

/// What this machine has, or what the container is given of it (cgroup v2) when that is less.
std::uint64_t machine_memory_bytes();

}  // namespace habitue
