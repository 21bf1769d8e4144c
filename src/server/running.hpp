// Questions under way: each can be seen and stopped, has its time and its memory, and ends when nobody waits for it any more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/memory_budget.hpp"
#include "base/progress.hpp"
#include "base/time.hpp"
#include "insight/question.hpp"

namespace habitue::server {

class RunningQuestions {
 public:
  /// Why a question was stopped.
  enum class Why : std::uint8_t { TookTooLong, WasStopped, CallerHasGone };
  struct Shown {
    std::string id, question;
    UtcMicros started_at;
    std::uint32_t pass = 0;  ///< Passes over all people that were begun; how many there will be is not known.
    std::uint32_t done = 0, total = 0;  ///< Parts of this pass.
    std::uint64_t memory_bytes = 0;     ///< That it holds.
  };

  /// One question, from construction to destruction. Its cancellation is set within 25 ms of the time being over or the caller
  /// having gone.
  class Run {
   public:
    struct Asked {
      std::string workspace, question;
      std::string id;                         ///< The caller's; one is made when it is empty or taken.
      std::chrono::milliseconds time_max{0};  ///< 0: over before it begins.
      std::uint64_t memory_bytes_max = UINT64_MAX;
      std::function<bool()> caller_has_gone{};  ///< May be empty.
    };
    Run(RunningQuestions& all, Asked asked);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    const Cancellation& cancellation() const { return cancellation_; }
    insight::PassProgress& progress() { return progress_; }
    MemoryBudget& memory() { return memory_; }
    std::optional<Why> stopped() const;

   private:
    friend RunningQuestions;
    void watch(const std::stop_token& stop, const Asked& asked);
    void stop(Why why);

    RunningQuestions& all_;
    std::string workspace_, question_, id_;
    UtcMicros started_at_;
    Cancellation cancellation_;
    insight::PassProgress progress_;
    MemoryBudget memory_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Why> why_;
    std::jthread watcher_;
  };

  /// Those of a workspace, the oldest first.
  std::vector<Shown> of(std::string_view workspace) const;
  /// False when no such question is under way.
  bool stop(std::string_view workspace, std::string_view id);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Run*, std::less<>> runs_;  // By id.
  std::uint64_t last_number_ = 0;
};

}  // namespace habitue::server
