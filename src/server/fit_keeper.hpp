// The thread that makes fits again when the data have moved, so that questions find them made.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/progress.hpp"
#include "workspace/workspace.hpp"

namespace habitue::server {

class FitKeeper {
 public:
  /// Looks at each workspace in turn after `every`, the first time after a tenth of it; of those that have not changed since, at none. One
  /// core is left to questions. `root` outlives it.
  FitKeeper(workspace::Root& root, std::chrono::milliseconds every);
  /// Stops within 50 ms: what is being made is given up.
  ~FitKeeper();
  FitKeeper(const FitKeeper&) = delete;
  FitKeeper& operator=(const FitKeeper&) = delete;

 private:
  void run(std::chrono::milliseconds every);
  void look();

  workspace::Root& root_;
  Cancellation cancellation_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<std::string, std::uint64_t> seen_;  // Versions of the views that were looked at.
  std::thread thread_;
};

}  // namespace habitue::server
