#include "server/running.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::server {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{25};
constexpr std::size_t kIdBytesMax = 64;

bool is_id(std::string_view id) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !id.empty() && id.size() <= kIdBytesMax && id.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

RunningQuestions::Run::Run(RunningQuestions& all, Asked asked)
    : all_(all),
      workspace_(asked.workspace),
      question_(asked.question),
      started_at_(now()),
      memory_(asked.memory_bytes_max) {
  {
    const std::lock_guard lock(all_.mutex_);
    id_ = asked.id;
    while (!is_id(id_) || all_.runs_.contains(id_)) id_ = fmt::format("q{}", ++all_.last_number_);
    all_.runs_.emplace(id_, this);
  }
  // No time at all is over before the watcher runs.
  if (asked.time_max <= asked.time_max.zero()) stop(Why::TookTooLong);
  try {
    watcher_ = std::jthread([this, asked = std::move(asked)](const std::stop_token& stop) { watch(stop, asked); });
  } catch (...) {
    // The machine has no thread to give: no destructor will take it off the list.
    const std::lock_guard lock(all_.mutex_);
    all_.runs_.erase(id_);
    throw;
  }
}

RunningQuestions::Run::~Run() {
  {
    const std::lock_guard lock(all_.mutex_);
    all_.runs_.erase(id_);
  }
  watcher_.request_stop();
  watcher_.join();
}

void RunningQuestions::Run::watch(const std::stop_token& stopped, const Asked& asked) {
  const auto until = std::chrono::steady_clock::now() + asked.time_max;
  std::unique_lock lock(mutex_);
  // Nobody wakes it but the end of the question.
  while (!why_ && !wake_.wait_for(lock, stopped, kBetweenLooks, [&] { return stopped.stop_requested(); })) {
    if (stopped.stop_requested()) return;
    lock.unlock();
    if (std::chrono::steady_clock::now() >= until)
      stop(Why::TookTooLong);
    else if (asked.caller_has_gone && asked.caller_has_gone())
      stop(Why::CallerHasGone);
    lock.lock();
  }
}

void RunningQuestions::Run::stop(Why why) {
  const std::lock_guard lock(mutex_);
  if (!why_) why_ = why;
  cancellation_.cancel();
}

std::optional<RunningQuestions::Why> RunningQuestions::Run::stopped() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

std::vector<RunningQuestions::Shown> RunningQuestions::of(std::string_view workspace) const {
  std::vector<Shown> shown;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, run] : runs_) {
    if (run->workspace_ != workspace) continue;
    shown.push_back({.id = id,
                     .question = run->question_,
                     .started_at = run->started_at_,
                     .pass = run->progress_.passes.load(),
                     .done = run->progress_.done.load(),
                     .total = run->progress_.total.load(),
                     .memory_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, run->memory_.bytes()))});
  }
  std::sort(shown.begin(), shown.end(),
            [](const Shown& left, const Shown& right) { return left.started_at < right.started_at; });
  return shown;
}

bool RunningQuestions::stop(std::string_view workspace, std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id);
  if (found == runs_.end() || found->second->workspace_ != workspace) return false;
  found->second->stop(Why::WasStopped);
  return true;
}

}  // namespace habitue::server
