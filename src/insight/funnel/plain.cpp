#include "insight/funnel/plain.hpp"

#include <bit>

#include "journey/instructions.hpp"

namespace habitue::insight::funnel {
namespace {

[[gnu::always_inline]] inline void gather_bits(std::span<const std::uint64_t> met, std::uint32_t level,
                                               std::uint64_t* words) {
  for (std::size_t first = 0; first < met.size(); first += 64) {
    std::uint64_t word = 0;
    const std::size_t count = std::min<std::size_t>(met.size() - first, 64);
    for (std::size_t event = 0; event < count; ++event) word |= (met[first + event] >> level & 1U) << event;
    words[first >> 6U] = word;
  }
}

#if defined(__x86_64__)
// Shifts each by its own distance, four or more at once: the compiler knows how.
__attribute__((target("avx2"))) void gather_bits_avx2(std::span<const std::uint64_t> met, std::uint32_t level,
                                                      std::uint64_t* words) {
  gather_bits(met, level, words);
}
#endif

std::uint64_t below(int event) { return (std::uint64_t{1} << event) - 1; }
int lowest(std::uint64_t events) { return std::countr_zero(events); }
int highest(std::uint64_t events) { return 63 - std::countl_zero(events); }
// `from` < 64.
std::uint64_t after(std::uint64_t events, int from) { return events & ~below(from) & ~(std::uint64_t{1} << from); }

}  // namespace

void StepBits::set(std::span<const std::uint64_t> met, std::uint32_t levels) {
  stride_ = met.size() / 64 + 2;
  if (words_.size() < stride_ * levels) words_.resize(stride_ * levels);
  for (std::uint32_t level = 0; level < levels; ++level) {
#if defined(__x86_64__)
    if (journey::best_instructions() != journey::Instructions::Plain) {
      gather_bits_avx2(met, level, words_.data() + level * stride_);
      continue;
    }
#endif
    gather_bits(met, level, words_.data() + level * stride_);
  }
}

// Events of the same steps at one moment are alike, unless each can be several steps or which of them it was shows.
bool PlainWalk::order_matters(const PlainBlock& block, std::size_t first, std::size_t last) const {
  for (std::size_t event = first + 1; event < last; ++event) {
    const std::uint64_t met = block.met[event];
    if (block.at_us[event] == block.at_us[event - 1] &&
        (met != block.met[event - 1] || (met & (met - 1)) != 0 || plan_.tells_events_apart))
      return true;
  }
  return false;
}

PlainWalk::Outcome PlainWalk::walk(const PlainBlock& block, std::size_t first, std::size_t last) {
  const std::int64_t* const at_us = block.at_us;
  while (first < last && at_us[first] < plan_.read_from_us) ++first;
  while (first < last && at_us[last - 1] > plan_.read_until_us) --last;
  if (first == last) return Outcome::NeverEntered;
  if (block.shares_instants && order_matters(block, first, last)) return Outcome::SharedInstant;
  if (last - first <= 64 && plan_.levels <= kLevelsOfBits)
    walk_bits(block, first, last);
  else
    walk_events(block, first, last);
  if (depth_ == 0) return Outcome::NeverEntered;
  for (std::uint32_t level = 0; level < depth_; ++level) at_us_[level] = at_us[events_[level]];
  return Outcome::Entered;
}

// The latest entry that leads to an event of the last level is found by going back: to the latest event of the level before it,
// and so on, as going by any earlier one can only come to an earlier entry. The first event that is within the window of its
// latest entry is the one by which somebody came so far.
void PlainWalk::walk_bits(const PlainBlock& block, std::size_t first, std::size_t last) {
  const std::int64_t* const at_us = block.at_us + first;
  depth_ = 0;
  std::array<std::uint64_t, kLevelsOfBits> events;
  events[0] = block.bits->of(0, first, last - first);
  while (events[0] != 0 && at_us[lowest(events[0])] < plan_.entries.from_us) events[0] &= events[0] - 1;
  while (events[0] != 0 && at_us[highest(events[0])] >= plan_.entries.to_us) events[0] &= below(highest(events[0]));
  if (events[0] == 0) return;
  last_entry_us_ = at_us[highest(events[0])];
  // How far anybody could come without a window.
  std::uint32_t reach = 1;
  for (int from = lowest(events[0]); reach < plan_.levels; ++reach) {
    events[reach] = after(block.bits->of(reach, first, last - first), from);
    if (events[reach] == 0) break;
    from = lowest(events[reach]);
  }
  for (; reach > 1; --reach) {
    for (std::uint64_t left = events[reach - 1]; left != 0; left &= left - 1) {
      int entry = lowest(left);
      const std::int64_t until_us = at_us[entry];
      for (std::uint32_t level = reach - 1; level-- > 0;) entry = highest(events[level] & below(entry));
      if (until_us - at_us[entry] > plan_.window_us) continue;
      // From the entry on, the first event of each step after the one before is the earliest way.
      for (std::uint32_t level = 0;; ++level) {
        events_[level] = first + static_cast<std::size_t>(entry);
        if (level + 1 == reach) break;
        entry = lowest(after(events[level + 1], entry));
      }
      depth_ = reach;
      return;
    }
  }
  depth_ = 1;
  events_[0] = first + static_cast<std::size_t>(lowest(events[0]));
}

void PlainWalk::walk_events(const PlainBlock& block, std::size_t first, std::size_t last) {
  std::uint64_t alive = 0;  // Bit k: somebody's chain came to level k; entry_us_[k] is the latest entry of one.
  depth_ = 0;
  std::int64_t best_entry_us = 0;
  last_entry_us_ = INT64_MIN;
  for (std::size_t event = first; event < last; ++event) {
    const std::int64_t at_us = block.at_us[event];
    // The last level first, so that one event fills one step.
    for (std::uint64_t left = block.met[event] & (alive << 1U | 1U); left != 0;) {
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
    if (depth_ == plan_.levels) break;
  }
  // As in walk_bits.
  std::size_t event = first;
  while (depth_ > 0 && block.at_us[event] < best_entry_us) ++event;
  for (std::uint32_t level = 0; level < depth_; ++event) {
    events_[level] = event;
    level += static_cast<std::uint32_t>(block.met[event] >> level & 1U);
  }
}

}  // namespace habitue::insight::funnel
