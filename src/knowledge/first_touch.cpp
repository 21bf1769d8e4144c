#include "knowledge/first_touch.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace habitue::knowledge {

FirstTouch FirstTouch::bind(const journey::Snapshot& snapshot, const config::Channels& rules) {
  FirstTouch touch;
  touch.names_ = std::make_unique<ChannelNames>();
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
      if (const std::string_view trimmed_name = trimmed(*name); !trimmed_name.empty()) return names_->of(trimmed_name);
    }
  }
  return kDirect;
}

std::string_view ChannelNames::of(std::string_view name) {
  name = trimmed(name);
  const bool small = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (small) return name;
  const std::lock_guard lock(mutex_);
  return *rewritten_.insert(ascii_lower(name)).first;
}

}  // namespace habitue::knowledge
