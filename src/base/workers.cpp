#include "base/workers.hpp"

#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "base/memory_budget.hpp"

namespace habitue {

void run_workers(unsigned threads, const std::function<void(const std::atomic<bool>& failed)>& work) {
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr first;
  const auto run = [&] {
    try {
      work(failed);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (first == nullptr) first = std::current_exception();
      failed = true;
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (unsigned other = 1; other < threads; ++other)
        others.emplace_back([&run, budget = MemoryBudget::current()] {
          MemoryBudget::work_for(budget);
          run();
        });
    } catch (const std::system_error&) {
      // The machine has no thread to give: those that there are do the work.
    } catch (const std::bad_alloc&) {
      // Nor is there room for another.
    }
    run();
  }
  if (first != nullptr) std::rethrow_exception(first);
}

}  // namespace habitue
