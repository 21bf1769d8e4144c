// Where a person came from: the first touch.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/config.hpp"
#include "journey/journey.hpp"

namespace habitue::knowledge {

/// What a person's first day says of the source; what comes later tells why they came back, not why they came.
inline constexpr std::chrono::hours kFirstTouchWithin{24};
inline constexpr std::string_view kDirect = "direct";

/// Names of channels as they are compared: trimmed and in small letters. Those that had to be rewritten are kept once each, as
/// people share few of them. Safe from any thread.
class ChannelNames {
 public:
  /// Lives as long as this object and `name`.
  std::string_view of(std::string_view name);

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> rewritten_;  // Its strings never move.
};

class FirstTouch {
 public:
  static FirstTouch bind(const journey::Snapshot& snapshot, const config::Channels& rules);

  /// The first of config's properties on the earliest event that has one, trimmed and in small letters; "direct" when none has.
  /// `journey` ends at the moment asked for. The text lives as long as this object and the snapshot.
  std::string_view of(const journey::Journey& journey) const;

 private:
  std::vector<journey::Property> properties_;
  std::unique_ptr<ChannelNames> names_;  // Behind a pointer, as a lock does not move.
};

}  // namespace habitue::knowledge
