// Ordered attempts. For each level (required step) the chain that reached it last is kept, and it is the best in everything:
// were an earlier chain of the level to enter later, the two would cross at some step, and the earlier one could go on
// there as the later one does, over a shorter link; so the later chain would have had that entry too. The same holds for limits
// of time and for exclusions, which a shorter link keeps whenever a longer one does.
#include <algorithm>
#include <bit>

#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

struct Evaluator::OrderedState {
  std::array<Chain, kFunnelStepsMax> chains;
  std::uint64_t alive = 0;    // Bit k: there is a chain to level k.
  std::uint64_t reached = 0;  // Bit k: by the present instant.
};

namespace {
std::uint64_t bit(std::uint32_t number) { return std::uint64_t{1} << number; }
}  // namespace

void Evaluator::extend_by_one(OrderedState& state, const Hit& hit) const {
  // The last level first, so that one event fills one step.
  for (std::uint64_t left = level_mask(hit.steps); left != 0;) {
    const auto level = static_cast<std::uint32_t>(63 - std::countl_zero(left));
    left &= ~bit(level);
    if (level == 0) {
      if (!may_enter(hit.at_us)) continue;
      state.chains[0] = {hit.at_us, hit.at_us};
    } else {
      if ((state.alive & bit(level - 1)) == 0) continue;
      const Chain& before = state.chains[level - 1];
      if (hit.at_us > window_end(before.entry_us) || hit.at_us - before.at_us > limit_of_level(level)) continue;
      state.chains[level] = {before.entry_us, hit.at_us};
    }
    state.alive |= bit(level);
    state.reached |= bit(level);
  }
}

void Evaluator::extend_by_instant(OrderedState& state, std::size_t first, std::size_t last) {
  const OrderedState before = state;
  const std::int64_t at_us = hits_[first].at_us;
  matching_.clear();
  std::uint64_t wanted = 0;
  for (std::size_t index = first; index < last; ++index) {
    const std::uint64_t mask = level_mask(hits_[index].steps);
    matching_.add_hit(mask, index);
    wanted |= mask;
  }
  for (std::uint32_t from = 0; from < levels(); ++from) {
    if ((wanted & bit(from)) == 0) continue;
    std::int64_t entry_us = at_us;
    if (from == 0) {
      if (!may_enter(at_us)) continue;
    } else {
      if ((before.alive & bit(from - 1)) == 0) continue;
      const Chain& chain = before.chains[from - 1];
      if (at_us > window_end(chain.entry_us) || at_us - chain.at_us > limit_of_level(from)) continue;
      entry_us = chain.entry_us;
    }
    matching_.release();
    for (std::uint32_t level = from; level < levels() && matching_.fill(level); ++level) {
      const bool better = (state.reached & bit(level)) == 0 || entry_us > state.chains[level].entry_us;
      if (better) state.chains[level] = {entry_us, at_us};
      state.alive |= bit(level);
      state.reached |= bit(level);
    }
  }
}

// Most funnels have neither limits of steps nor exclusions, and most journeys no two events in an instant: then the entry is all
// that a chain needs. Nothing when an instant is shared.
std::optional<Evaluator::Furthest> Evaluator::furthest_plainly() const {
  std::array<std::int64_t, kFunnelStepsMax> entry_us;
  std::uint64_t alive = 0;
  Furthest best;
  const Hit* const end = hits_.data() + hits_.size();
  for (const Hit* hit = hits_.data(); hit != end; ++hit) {
    const std::int64_t at_us = hit->at_us;
    if (hit + 1 != end && hit[1].at_us == at_us) return std::nullopt;
    for (std::uint64_t left = level_mask(hit->steps); left != 0;) {
      const auto level = static_cast<std::uint32_t>(63 - std::countl_zero(left));
      left &= ~bit(level);
      if (level == 0) {
        if (!may_enter(at_us)) continue;
        entry_us[0] = at_us;
      } else {
        if ((alive & bit(level - 1)) == 0 || at_us - entry_us[level - 1] > plan_.window_us) continue;
        entry_us[level] = entry_us[level - 1];
      }
      alive |= bit(level);
      if (level < best.depth) continue;
      best = {level + 1, at_us, entry_us[level]};
      if (best.depth == levels()) return best;
    }
  }
  return best;
}

Evaluator::Furthest Evaluator::furthest_ordered(Exclusions exclusions, std::uint32_t clean_depth) {
  if (plain_)
    if (const auto furthest = furthest_plainly()) return *furthest;
  OrderedState state;
  Furthest best;
  Pending pending;
  for (std::size_t first = 0; first < hits_.size();) {
    const std::size_t last = instant_end(first);
    const std::int64_t at_us = hits_[first].at_us;
    std::uint64_t excluded = 0;
    if (exclusions == Exclusions::Cut && plan_.exclusions != 0)
      for (std::size_t index = first; index < last; ++index) excluded |= hits_[index].exclusions;
    if (pending.any && (excluded & exclusions_to_level(clean_depth)) != 0) {
      if (at_us > pending.end_us) return pending.attempt;
      pending.any = false;
    }
    state.reached = 0;
    if (last - first == 1)
      extend_by_one(state, hits_[first]);
    else
      extend_by_instant(state, first, last);
    if (state.reached != 0) {
      const auto deepest = static_cast<std::uint32_t>(63 - std::countl_zero(state.reached));
      if (clean_depth != 0) {
        // An attempt is complete as soon as it can be, and then no second time.
        const Chain& chain = state.chains[clean_depth - 1];
        const bool completed = (state.reached & bit(clean_depth - 1)) != 0 && chain.entry_us > pending.last_entry_us;
        if (completed) pending.last_entry_us = chain.entry_us;
        if (!pending.any && completed) {
          pending.any = true;
          pending.attempt = {clean_depth, at_us, chain.entry_us};
          pending.end_us = window_end(chain.entry_us);
          if (clean_depth == levels()) return pending.attempt;
          if (const std::int64_t limit = limit_of_level(clean_depth); limit < pending.end_us - at_us)
            pending.end_us = at_us + limit;
        }
      } else if (deepest + 1 > best.depth) {
        best = {deepest + 1, at_us, state.chains[deepest].entry_us};
        if (best.depth == levels()) return best;
      }
    }
    // In the instant of a step an exclusion does not count.
    for (std::uint64_t left = excluded == 0 ? 0 : state.alive; left != 0; left &= left - 1) {
      const auto level = static_cast<std::uint32_t>(std::countr_zero(left));
      if ((exclusions_to_level(level + 1) & excluded) != 0 && state.chains[level].at_us < at_us)
        state.alive &= ~bit(level);
    }
    first = last;
  }
  return pending.any ? pending.attempt : best;
}

// Where nothing but the window limits, the first event of each step after the one before is the earliest way, and it ends when
// the attempt does. False where events share an instant: their order is then to be found.
bool Evaluator::trace_plainly(const Furthest& furthest, std::size_t first, Attempt& attempt) const {
  std::uint32_t level = 0;
  for (std::size_t index = first; level < furthest.depth; ++index) {
    if (index + 1 < hits_.size() && hits_[index + 1].at_us == hits_[index].at_us) return false;
    if ((level_mask(hits_[index].steps) & bit(level)) == 0) continue;
    const std::uint32_t step = level_step_[level++];
    attempt.hit[step] = static_cast<std::uint32_t>(index);
    attempt.filled |= bit(step);
  }
  return true;
}

// Which hits: backwards from the end, what can still reach it; then forwards, the earliest of what can.
void Evaluator::trace_ordered(const Furthest& furthest, Attempt& attempt) {
  const std::uint32_t goal = furthest.depth - 1;
  const auto begin = std::lower_bound(hits_.begin(), hits_.end(), furthest.entry_us,
                                      [](const Hit& hit, std::int64_t at_us) { return hit.at_us < at_us; });
  const auto entry = static_cast<std::size_t>(begin - hits_.begin());
  if (plain_ && trace_plainly(furthest, entry, attempt)) return;
  attempt.filled = 0;
  instants_.clear();
  for (std::size_t first = entry; first < hits_.size() && hits_[first].at_us <= furthest.completed_us;) {
    const std::size_t last = instant_end(first);
    instants_.push_back({first, last, 0, 0});
    first = last;
  }
  const auto load = [&](const Instant& instant) {
    matching_.clear();
    for (std::size_t index = instant.first; index < instant.last; ++index)
      matching_.add_hit(level_mask(hits_[index].steps), index);
  };
  std::array<std::int64_t, kFunnelStepsMax> next_us;  // The next instant in which the level can begin.
  std::uint64_t there_is_next = 0;
  for (std::size_t number = instants_.size(); number-- > 0;) {
    Instant& instant = instants_[number];
    const std::int64_t at_us = hits_[instant.first].at_us;
    if (at_us == furthest.completed_us) instant.can_leave |= bit(goal);
    for (std::uint32_t level = 0; level < goal; ++level)
      if ((there_is_next & bit(level + 1)) != 0 && next_us[level + 1] - at_us <= limit_of_level(level + 1))
        instant.can_leave |= bit(level);
    load(instant);
    std::uint64_t excluded = 0, wanted = 0;
    for (std::size_t index = instant.first; index < instant.last; ++index) {
      excluded |= hits_[index].exclusions;
      wanted |= level_mask(hits_[index].steps);
    }
    if (instant.last - instant.first == 1) {
      instant.can_begin = wanted & instant.can_leave;
    } else {
      for (std::uint32_t from = 0; from <= goal; ++from) {
        if ((wanted & bit(from)) == 0) continue;
        matching_.release();
        for (std::uint32_t level = from; level <= goal && matching_.fill(level); ++level)
          if ((instant.can_leave & bit(level)) != 0) instant.can_begin |= bit(from);
      }
    }
    for (std::uint32_t level = 1; excluded != 0 && level <= goal; ++level)
      if ((exclusions_to_level(level) & excluded) != 0) there_is_next &= ~bit(level);
    for (std::uint32_t level = 1; level <= goal; ++level)
      if ((instant.can_begin & bit(level)) != 0) next_us[level] = at_us;
    there_is_next |= instant.can_begin;
  }
  std::uint32_t level = 0;
  for (const Instant& instant : instants_) {
    if ((instant.can_begin & bit(level)) == 0) continue;
    load(instant);
    // As many steps here as leave a way to the end.
    std::uint32_t leave = level;
    for (std::uint32_t further = level; further <= goal && matching_.fill(further); ++further)
      if ((instant.can_leave & bit(further)) != 0) leave = further;
    matching_.release();
    for (std::uint32_t filled = level; filled <= leave; ++filled) matching_.fill(filled);
    matching_.for_each([&](std::uint32_t filled, std::size_t hit) {
      const std::uint32_t step = level_step_[filled];
      attempt.hit[step] = static_cast<std::uint32_t>(hit);
      attempt.filled |= bit(step);
    });
    if (leave == goal) break;
    level = leave + 1;
  }
}

// Optional steps lie between required ones that are settled, or after the last: the first event that can, in the order of steps.
void Evaluator::fill_optional(Attempt& attempt) {
  const auto unused = [&](std::size_t hit) {
    for (std::uint64_t left = attempt.filled; left != 0; left &= left - 1)
      if (attempt.hit[static_cast<std::size_t>(std::countr_zero(left))] == hit) return false;
    return true;
  };
  std::size_t required_hit = attempt.hit[0], from_hit = required_hit;
  for (std::uint32_t step = 1; step < plan_.steps; ++step) {
    if ((plan_.required & bit(step)) != 0) {
      if ((attempt.filled & bit(step)) == 0) return;
      required_hit = from_hit = attempt.hit[step];
      continue;
    }
    const std::uint64_t after = plan_.required & ~(bit(step) - 1);
    const auto next = after == 0 ? plan_.steps : static_cast<std::uint32_t>(std::countr_zero(after));
    const bool inner = next < plan_.steps && (attempt.filled & bit(next)) != 0;
    const std::int64_t required_us = hits_[required_hit].at_us;
    std::int64_t end_us = inner ? hits_[attempt.hit[next]].at_us : window_end(attempt.entry_us);
    if (plan_.within_us[step] < end_us - required_us) end_us = required_us + plan_.within_us[step];
    const std::uint64_t spoils = inner || next == plan_.steps ? 0 : plan_.link_exclusions[next];
    // From the first hit of the instant of the step before.
    std::size_t index = from_hit;
    while (index > 0 && hits_[index - 1].at_us == hits_[from_hit].at_us) --index;
    std::int64_t spoiled_us = INT64_MAX;
    for (; index < hits_.size() && hits_[index].at_us <= end_us && hits_[index].at_us <= spoiled_us; ++index) {
      if ((hits_[index].exclusions & spoils) != 0 && hits_[index].at_us > required_us)
        spoiled_us = std::min(spoiled_us, hits_[index].at_us);
      if ((hits_[index].steps & bit(step)) == 0 || !unused(index)) continue;
      attempt.hit[step] = static_cast<std::uint32_t>(index);
      attempt.filled |= bit(step);
      from_hit = index;
      break;
    }
  }
}

}  // namespace habitue::insight::funnel
