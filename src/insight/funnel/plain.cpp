#include "insight/funnel/plain.hpp"

#include <bit>

namespace habitue::insight::funnel {

PlainWalk::Outcome PlainWalk::walk(const journey::Selection& events) {
  if (hits_.size() < events.size()) hits_.resize(events.size());
  std::size_t count = 0;
  std::uint64_t alive = 0;  // Bit k: somebody's chain came to level k; entry_us_[k] is the latest entry of one.
  depth_ = 0;
  std::int64_t best_entry_us = 0;
  last_entry_us_ = INT64_MIN;
  std::int64_t before_us = INT64_MIN;
  for (std::size_t index = 0; index < events.size(); ++index) {
    const std::int64_t at_us = events.at(index).time_since_epoch().count();
    if (at_us < plan_.read_from_us) continue;
    if (at_us > plan_.read_until_us) break;
    const std::uint64_t steps = steps_of(events, index);
    if (steps == 0) continue;
    if (at_us == before_us) return Outcome::SharedInstant;
    before_us = at_us;
    hits_[count++] = {at_us, steps, index};
    // The last level first, so that one event fills one step.
    for (std::uint64_t left = steps & (alive << 1U | 1U); left != 0;) {
      const auto level = static_cast<std::uint32_t>(63 - std::countl_zero(left));
      left &= ~(std::uint64_t{1} << level);
      if (level == 0) {
        if (at_us < plan_.entries.from_us || at_us >= plan_.entries.to_us) continue;
        entry_us_[0] = last_entry_us_ = at_us;
      } else {
        if (at_us - entry_us_[level - 1] > plan_.window_us) continue;
        entry_us_[level] = entry_us_[level - 1];
      }
      alive |= std::uint64_t{1} << level;
      if (level < depth_) continue;
      depth_ = level + 1;
      best_entry_us = entry_us_[level];
    }
    if (depth_ < plan_.levels) continue;
    while (++index < events.size() && events.at(index).time_since_epoch().count() == at_us)
      if (steps_of(events, index) != 0) return Outcome::SharedInstant;
    break;
  }
  if (depth_ == 0) return Outcome::NeverEntered;
  // From the entry on, the first event of each step after the one before is the earliest way.
  std::size_t index = 0;
  while (hits_[index].at_us < best_entry_us) ++index;
  for (std::uint32_t level = 0; level < depth_; ++index) {
    at_us_[level] = hits_[index].at_us;
    events_[level] = hits_[index].event;
    level += static_cast<std::uint32_t>(hits_[index].steps >> level & 1U);
  }
  return Outcome::Entered;
}

}  // namespace habitue::insight::funnel
