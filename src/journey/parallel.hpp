// Work cut in pieces for a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace habitue::journey {

/// How many threads are worth while: more than these share the memory's bandwidth alone.
inline unsigned thread_count() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }

/// Calls work(piece) for every piece below `pieces`, on the calling thread and at most `threads` - 1 others. The first
/// exception is thrown again once all are done.
template <class Work>
void for_each_piece(std::size_t pieces, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&] {
    try {
      for (std::size_t piece = next++; piece < pieces; piece = next++) work(piece);
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned other = 1; other < threads && other < pieces; ++other) others.emplace_back(run);
    run();
  }
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace habitue::journey
