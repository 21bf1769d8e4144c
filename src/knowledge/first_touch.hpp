// Where a person came from: the first touch.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "journey/journey.hpp"

namespace habitue::knowledge {

/// What a person's first day says of the source; what comes later tells why they came back, not why they came.
inline constexpr std::chrono::hours kFirstTouchWithin{24};
inline constexpr std::string_view kDirect = "direct";

class FirstTouch {
 public:
  FirstTouch();
  ~FirstTouch();
  FirstTouch(FirstTouch&&) noexcept;
  FirstTouch& operator=(FirstTouch&&) noexcept;
  static FirstTouch bind(const journey::Snapshot& snapshot, const config::Channels& rules);

  /// The first of config's properties on the earliest event that has one, trimmed and in small letters; "direct" when none has.
  /// `journey` ends at the moment asked for. The text lives as long as this object and the snapshot.
  std::string_view of(const journey::Journey& journey) const;

 private:
  // Names that had to be rewritten, once each; people share few of them. Behind a pointer, as a lock does not move.
  struct Names;
  std::string_view normalised(std::string_view name) const;
  std::vector<journey::Property> properties_;
  std::unique_ptr<Names> names_;
};

}  // namespace habitue::knowledge
