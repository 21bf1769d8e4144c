#include "knowledge/first_touch.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_set>

#include "base/text.hpp"

namespace habitue::knowledge {

struct FirstTouch::Names {
  std::mutex mutex;
  std::unordered_set<std::string> rewritten;  // Its strings never move.
};

FirstTouch::FirstTouch() : names_(std::make_unique<Names>()) {}
FirstTouch::~FirstTouch() = default;
FirstTouch::FirstTouch(FirstTouch&&) noexcept = default;
FirstTouch& FirstTouch::operator=(FirstTouch&&) noexcept = default;

FirstTouch FirstTouch::bind(const journey::Snapshot& snapshot, const config::Channels& rules) {
  FirstTouch touch;
  for (const std::string& name : rules.properties)
    if (const auto property = snapshot.find_property(name)) touch.properties_.push_back(*property);
  return touch;
}

std::string_view FirstTouch::of(const journey::Journey& journey) const {
  if (journey.empty() || properties_.empty()) return kDirect;
  const UtcMicros last = journey[0].at + kFirstTouchWithin;
  for (const journey::Event event : journey) {
    if (event.at > last) break;
    for (const journey::Property& property : properties_) {
      const auto name = property.text(event);
      if (!name) continue;
      if (const std::string_view trimmed_name = trimmed(*name); !trimmed_name.empty()) return normalised(trimmed_name);
    }
  }
  return kDirect;
}

std::string_view FirstTouch::normalised(std::string_view name) const {
  const bool small = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (small) return name;
  const std::lock_guard lock(names_->mutex);
  return *names_->rewritten.insert(ascii_lower(name)).first;
}

}  // namespace habitue::knowledge
