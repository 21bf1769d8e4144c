// The funnel that is asked most: ordered steps, all of them required, and nothing but one window that limits. What somebody did
// is then a matter of times and kinds.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "insight/event_matcher.hpp"
#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

/// What Pass binds, as far as a plain funnel needs it.
struct PlainPlan {
  const EventMatcher* steps = nullptr;
  std::uint32_t levels = 0;
  std::int64_t window_us = 0;
  EntryRange entries{};
  std::int64_t read_from_us = 0, read_until_us = 0;
  std::int64_t open_from_us = 0;  ///< Who entered at or after this could still convert after as_of.
};

/// One person's way, at the same result as Evaluator: see attempt.hpp and ordered.cpp for the rules and why they are right.
/// Holds scratch: one a thread.
class PlainWalk {
 public:
  explicit PlainWalk(const PlainPlan& plan) : plan_(plan) {}

  enum class Outcome : std::uint8_t { NeverEntered, Entered, SharedInstant };
  /// SharedInstant: two events at one moment, whose order is for the general pass to find.
  Outcome walk(const journey::Selection& events);
  // Of the last walk that entered, until the next.
  /// The moments of the steps that were done.
  std::span<const std::int64_t> at_us() const { return {at_us_.data(), depth_}; }
  /// Which of the events was the step.
  std::size_t event(std::size_t step) const { return events_[step]; }
  bool open() const { return depth_ < plan_.levels && last_entry_us_ >= plan_.open_from_us; }

 private:
  struct Hit {
    std::int64_t at_us;
    std::uint64_t steps;
    std::size_t event;
  };
  std::uint64_t steps_of(const journey::Selection& events, std::size_t index) const {
    const journey::EventKind kind = events.kind(index);
    return plan_.steps->depends_on_properties(kind) ? (*plan_.steps)(events[index]) : plan_.steps->surely(kind);
  }

  PlainPlan plan_;
  std::vector<Hit> hits_;
  std::array<std::int64_t, kFunnelStepsMax> entry_us_{}, at_us_{};
  std::array<std::size_t, kFunnelStepsMax> events_{};
  std::uint32_t depth_ = 0;
  std::int64_t last_entry_us_ = 0;
};

}  // namespace habitue::insight::funnel
