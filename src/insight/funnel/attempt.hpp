// The attempt that a funnel reports of one person: a pure function over a small array of what they did. Knows nothing of
// journeys, audiences and values; funnel_pass.hpp fills the array, and figures.hpp counts what comes out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "insight/funnel/funnel.hpp"
#include "insight/funnel/matching.hpp"

namespace habitue::insight::funnel {

inline constexpr std::int64_t kNoLimit = INT64_MAX;

/// One event. In order of time; within one instant in an order that does not depend on arrival.
struct Hit {
  std::int64_t at_us;
  std::uint64_t steps;       ///< Bit i: may fill step i.
  std::uint64_t exclusions;  ///< Bit i: meets exclusion i.
  std::uint32_t place;       ///< The caller's.
};

/// A funnel in plain numbers. In Strict the hits are all events that count, else those that meet something.
struct Plan {
  FunnelOrder order = FunnelOrder::Ordered;
  FunnelExclusionRule rule = FunnelExclusionRule::Cut;
  std::uint32_t steps = 0;
  std::uint64_t required = 0;  ///< Bit i: step i is required. Bit 0 is set.
  std::int64_t window_us = 0;
  std::array<std::int64_t, kFunnelStepsMax> within_us{};  ///< From the previous required step; kNoLimit.
  std::array<std::uint64_t, kFunnelStepsMax>
      link_exclusions{};         ///< [required step]: on the way to it from the previous one.
  std::uint64_t exclusions = 0;  ///< Of all links.
};

/// When step 1 may be: from the first to just before the second. In AnyOrder: the first event of the attempt.
struct EntryRange {
  std::int64_t from_us, to_us;
};

struct Attempt {
  std::uint64_t filled =
      0;  ///< Bit i: step i. In AnyOrder the lowest bits, as many as steps were done. 0: never entered.
  std::uint32_t depth = 0;                           ///< Required steps filled.
  bool removed = false;                              ///< By an exclusion under DropPerson; then the rest says nothing.
  std::int64_t entry_us = 0, completed_us = 0;       ///< Completed: the last required step that was filled.
  std::array<std::uint32_t, kFunnelStepsMax> hit{};  ///< [step]: the index of its hit; when filled.
};

/// Holds scratch that grows to the longest journey and stays: one a thread. Time: hits x steps, but in instants of many hits.
class Evaluator {
 public:
  explicit Evaluator(const Plan& plan);
  /// The deepest attempt whose entry is in the range; among equals the one completed first, with its latest entry, and then the
  /// earliest time of each step.
  /// It lives until the next call.
  const Attempt& evaluate(std::span<const Hit> hits, EntryRange entries);
  /// Whether that attempt has all required steps, and is not removed.
  bool completes(std::span<const Hit> hits, EntryRange entries);
  std::uint32_t goal() const { return levels(); }

 private:
  // How far some attempt gets, and where it begins and ends.
  struct Furthest {
    std::uint32_t depth = 0;
    std::int64_t completed_us = 0, entry_us = 0;
  };
  // An attempt of the depth sought that an exclusion may still spoil.
  struct Pending {
    bool any = false;
    Furthest attempt;
    std::int64_t end_us = 0;                 // Until when an exclusion spoils it.
    std::int64_t last_entry_us = INT64_MIN;  // Of all attempts of the depth so far.
  };
  enum class Exclusions : std::uint8_t { Ignore, Cut };

  // `clean_depth`: not 0 to seek only attempts of this depth that no exclusion spoils up to their end.
  Furthest furthest(Exclusions exclusions, std::uint32_t clean_depth);
  Furthest furthest_ordered(Exclusions exclusions, std::uint32_t clean_depth);
  std::optional<Furthest> furthest_plainly() const;
  Furthest furthest_strict(Exclusions exclusions, std::uint32_t clean_depth);
  Furthest furthest_in_any_order(Exclusions exclusions, std::uint32_t clean_depth);

  // Nothing when nobody entered, or when an exclusion removes the person: then `removed`.
  Furthest reported(bool& removed);
  void trace(const Furthest& furthest, Attempt& attempt);
  void trace_ordered(const Furthest& furthest, Attempt& attempt);
  bool trace_plainly(const Furthest& furthest, std::size_t first, Attempt& attempt) const;
  void fill_optional(Attempt& attempt);
  void trace_strict(const Furthest& furthest, Attempt& attempt);
  void trace_in_any_order(const Furthest& furthest, Attempt& attempt);

  // Hits of one instant: the index after the last.
  std::size_t instant_end(std::size_t first) const {
    std::size_t last = first + 1;
    while (last < hits_.size() && hits_[last].at_us == hits_[first].at_us) ++last;
    return last;
  }
  std::int64_t window_end(std::int64_t entry_us) const { return entry_us + plan_.window_us; }
  bool may_enter(std::int64_t at_us) const { return at_us >= entries_.from_us && at_us < entries_.to_us; }
  std::uint32_t levels() const { return static_cast<std::uint32_t>(level_step_.size()); }
  // The steps of a hit as levels: the required ones alone, numbered.
  std::uint64_t level_mask(std::uint64_t steps) const {
    return all_required_ || steps == 0 ? steps : required_of(steps);
  }
  std::uint64_t required_of(std::uint64_t steps) const;
  std::int64_t limit_of_level(std::uint32_t level) const { return plan_.within_us[level_step_[level]]; }
  std::uint64_t exclusions_to_level(std::uint32_t level) const {
    return level < levels() ? plan_.link_exclusions[level_step_[level]] : 0;
  }

  // The latest chain to each level.
  struct Chain {
    std::int64_t entry_us, at_us;
  };
  struct OrderedState;
  void extend_by_one(OrderedState& state, const Hit& hit) const;
  void extend_by_instant(OrderedState& state, std::size_t first, std::size_t last);

  // One instant on the way of an ordered attempt.
  struct Instant {
    std::size_t first, last;
    std::uint64_t can_leave;  // Bit k: with level k filled last here, the end can be reached.
    std::uint64_t can_begin;  // Bit k: filling levels from k on here, the end can be reached.
  };
  // Strict attempts go from instant to instant. By the step filled last: how they came there.
  struct StrictRow {
    std::uint64_t alive = 0;
    std::array<std::uint8_t, kFunnelStepsMax>
        from;  // The step filled last before this instant; kFromNowhere at the entry.
    std::array<std::int64_t, kFunnelStepsMax> required_us;  // When the last required step was filled.
  };
  static constexpr std::uint8_t kFromNowhere = 255;
  struct StrictWalk {
    std::uint32_t depth = 0;
    std::size_t row = 0;   // In which the depth was reached.
    std::size_t next = 0;  // The hit after that row's instant.
    std::int64_t completed_us = 0;
  };
  StrictWalk walk_strictly(std::size_t first, Exclusions exclusions);
  void step_strictly(const StrictRow* before, StrictRow& row, std::size_t first, std::size_t last);
  void end_at_exclusions(StrictRow& row, std::size_t first, std::size_t last) const;
  void load_instant(std::size_t first, std::size_t last);
  bool required(std::uint32_t step) const { return (plan_.required >> step & 1) != 0; }

  Plan plan_;
  std::vector<std::uint8_t> level_step_;  // By level.
  bool all_required_;
  bool plain_;  // No limit of a step and no exclusion.
  Attempt attempt_;
  std::span<const Hit> hits_;
  EntryRange entries_{};
  Matching matching_, tried_;
  std::vector<Instant> instants_;
  std::vector<StrictRow> rows_;
};

}  // namespace habitue::insight::funnel
