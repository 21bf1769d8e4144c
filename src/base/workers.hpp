// Threads that share the work of one task.
#pragma once

#include <atomic>
#include <functional>

namespace habitue {

/// Runs `work` on the calling thread and on at most `threads` - 1 others, which count their memory where the calling one does.
/// Fewer when the machine has none to give. What `work` throws first is thrown again once all have ended; the others see `failed`.
void run_workers(unsigned threads, const std::function<void(const std::atomic<bool>& failed)>& work);

}  // namespace habitue
