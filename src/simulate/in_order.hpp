// Pieces made by several threads and taken in order by one: what comes out does not depend on how many threads there are.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/progress.hpp"
#include "base/result.hpp"

namespace habitue::simulate {

/// Calls `make(piece, worker)` for each piece on `threads` threads, and `take(item)` with what it gave, piece after piece, on the
/// calling thread. At most a few pieces a thread wait to be taken. Stops at the first error of `take`.
/// Errors: those of take; Conflict when cancelled; Unavailable when a thread runs out of memory.
template <class Item, class Make, class Take>
Result<void> in_order(std::size_t pieces, unsigned threads, const Cancellation* cancellation, const Make& make,
                      const Take& take) {
  const std::size_t window = std::size_t{threads} * 3;
  std::vector<std::optional<Item>> made(window);
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t next = 0;  // To be made.
  std::size_t taken = 0;
  bool stopped = false;
  bool failed = false;

  const auto work = [&](unsigned worker) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return stopped || next >= pieces || next < taken + window; });
      if (stopped || next >= pieces) return;
      const std::size_t piece = next++;
      lock.unlock();
      std::optional<Item> item;
      try {
        item.emplace(make(piece, worker));
      } catch (const std::exception&) {
        // Only memory can run out here: everything else is a value.
      }
      lock.lock();
      if (!item) {
        failed = stopped = true;
        changed.notify_all();
        return;
      }
      made[piece % window] = std::move(item);
      changed.notify_all();
    }
  };

  Result<void> result;
  {
    std::vector<std::jthread> workers;
    for (unsigned worker = 0; worker < threads && worker < pieces; ++worker) workers.emplace_back(work, worker);
    std::unique_lock lock(mutex);
    while (taken < pieces && !failed) {
      changed.wait(lock, [&] { return failed || made[taken % window].has_value(); });
      if (failed) break;
      Item item = std::move(*made[taken % window]);
      made[taken % window].reset();
      ++taken;
      changed.notify_all();
      lock.unlock();
      if (cancellation != nullptr && cancellation->cancelled())
        result = fail(ErrorKind::Conflict, "the simulation was cancelled");
      else
        result = take(std::move(item));
      lock.lock();
      if (!result) break;
    }
    stopped = true;
    changed.notify_all();
  }
  if (failed)
    return fail(ErrorKind::Unavailable,
                "not enough memory for the simulation: give it fewer threads or less memory_mib");
  return result;
}

}  // namespace habitue::simulate
