// The funnel that is asked most: ordered steps, all of them required, and nothing but one window that limits. What somebody did
// is then a matter of times and kinds.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

/// What Pass binds, as far as a plain funnel needs it.
struct PlainPlan {
  std::uint32_t levels = 0;
  std::int64_t window_us = 0;
  EntryRange entries{};
  std::int64_t read_from_us = 0, read_until_us = 0;
  std::int64_t open_from_us = 0;  ///< Who entered at or after this could still convert after as_of.
  bool tells_events_apart =
      false;  ///< Which of two events of the same steps at one moment is taken shows in the answer.
};

/// Which events of a block can be which step: a bit an event, 64 to a word.
class StepBits {
 public:
  /// `met`: of each event the steps that it can be, as bits.
  void set(std::span<const std::uint64_t> met, std::uint32_t levels);
  /// The bits of up to 64 events from `first` on, lowest first. count > 0.
  std::uint64_t of(std::uint32_t level, std::size_t first, std::size_t count) const {
    const std::uint64_t* const word = words_.data() + level * stride_ + (first >> 6U);
    const std::size_t shift = first & 63U;
    const std::uint64_t bits = word[0] >> shift | word[1] << 1U << (63 - shift);
    return bits & ~std::uint64_t{0} >> (64 - count);
  }

 private:
  std::vector<std::uint64_t> words_;  // By level, then by event; one word more than events need.
  std::size_t stride_ = 0;
};

/// The events of one block, bound to a plain funnel.
struct PlainBlock {
  const std::int64_t* at_us = nullptr;
  const std::uint64_t* met = nullptr;  ///< The steps that an event can be.
  const StepBits* bits = nullptr;
  bool shares_instants = true;  ///< Some two events follow one another at one moment.
};

/// One person's way, at the same result as Evaluator: see attempt.hpp and ordered.cpp for the rules and why they are right.
/// Holds scratch: one a thread.
class PlainWalk {
 public:
  static constexpr std::uint32_t kLevelsOfBits = 8;  ///< Funnels of more steps do without StepBits.
  explicit PlainWalk(const PlainPlan& plan) : plan_(plan) {}

  enum class Outcome : std::uint8_t { NeverEntered, Entered, SharedInstant };
  /// Of the events first to last - 1 of the block. SharedInstant: two at one moment, whose order is for the general pass to find.
  Outcome walk(const PlainBlock& block, std::size_t first, std::size_t last);
  // Of the last walk that entered, until the next.
  /// The moments of the steps that were done.
  std::span<const std::int64_t> at_us() const { return {at_us_.data(), depth_}; }
  /// Which of the block's events was the step.
  std::size_t event(std::size_t step) const { return events_[step]; }
  bool open() const { return depth_ < plan_.levels && last_entry_us_ >= plan_.open_from_us; }

 private:
  bool order_matters(const PlainBlock& block, std::size_t first, std::size_t last) const;
  /// At most 64 events, and so few levels: depth_, last_entry_us_ and events_.
  void walk_bits(const PlainBlock& block, std::size_t first, std::size_t last);
  /// The same of any number.
  void walk_events(const PlainBlock& block, std::size_t first, std::size_t last);

  PlainPlan plan_;
  std::array<std::int64_t, kFunnelStepsMax> entry_us_{}, at_us_{};
  std::array<std::size_t, kFunnelStepsMax> events_{};
  std::uint32_t depth_ = 0;
  std::int64_t last_entry_us_ = 0;
};

}  // namespace habitue::insight::funnel
