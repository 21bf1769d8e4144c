#include "server/fit_keeper.hpp"

#include <exception>

#include <spdlog/spdlog.h>

#include "server/fits.hpp"

namespace habitue::server {

FitKeeper::FitKeeper(workspace::Root& root, std::chrono::milliseconds every)
    : root_(root), thread_([this, every] { run(every); }) {}

FitKeeper::~FitKeeper() {
  cancellation_.cancel();
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void FitKeeper::run(std::chrono::milliseconds every) {
  auto pause = every / 10;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
    pause = every;
    try {
      look();
    } catch (const std::exception& error) {
      // Memory may be short now and not later.
      spdlog::warn("fits were not made: {}", error.what());
    }
  }
}

void FitKeeper::look() {
  for (const auto& each : root_.workspaces()) {
    if (cancellation_.cancelled()) return;
    const workspace::View view = each->view();
    if (const auto seen = seen_.find(each->id()); seen != seen_.end() && seen->second == view.version) continue;
    // As a question of now is: see read_question.
    const UtcMicros as_of = std::chrono::floor<std::chrono::minutes>(now());
    const auto made = refresh_fits(*each, as_of, &cancellation_, 1);
    if (cancellation_.cancelled()) return;
    seen_[each->id()] = view.version;
    if (!made) {
      spdlog::warn("workspace {}: a fit was not made: {}", each->id(), made.error().message);
      continue;
    }
    for (const workspace::FitHead& head : *made)
      spdlog::info("workspace {}: fit {} of {} made ({}), {} customers", each->id(), head.id, head.kind, head.why,
                   head.customers);
  }
}

}  // namespace habitue::server
