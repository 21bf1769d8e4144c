// Attempts in any order: the most steps that distinct events of one window can fill.
#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

Evaluator::Furthest Evaluator::furthest_in_any_order(Exclusions exclusions, std::uint32_t clean_depth) {
  LatestMatching latest(plan_.steps);
  Furthest best;
  Pending pending;
  bool may_begin = false;
  std::int64_t last_entry_us = 0;
  for (std::size_t first = 0; first < hits_.size();) {
    const std::size_t last = instant_end(first);
    const std::int64_t at_us = hits_[first].at_us;
    std::uint64_t excluded = 0;
    bool came = false;
    for (std::size_t index = first; index < last; ++index) {
      const Hit& hit = hits_[index];
      excluded |= hit.exclusions;
      if (hit.steps == 0 || at_us < entries_.from_us) continue;
      latest.add(hit.steps, at_us);
      came = true;
    }
    if (exclusions == Exclusions::Ignore) excluded = 0;
    if (pending.any && excluded != 0) {
      if (at_us > pending.end_us) return pending.attempt;
      pending.any = false;
    }
    if (came && may_enter(at_us)) {
      may_begin = true;
      last_entry_us = at_us;
    }
    const std::int64_t window_from_us = at_us - plan_.window_us;
    if (came && may_begin && last_entry_us >= window_from_us) {
      // Any event that fills a step belongs to some largest set, so the entry costs no step.
      const std::uint32_t depth = latest.count_since(window_from_us);
      const std::int64_t begin_us = latest.latest(depth);
      const Furthest found{depth, at_us, may_enter(begin_us) ? begin_us : last_entry_us};
      if (clean_depth != 0) {
        // An attempt is complete as soon as it can be, and then no second time.
        const bool completed = depth == clean_depth && found.entry_us > pending.last_entry_us;
        if (completed) pending.last_entry_us = found.entry_us;
        if (!pending.any && completed) {
          pending.any = true;
          pending.attempt = found;
          pending.end_us = window_end(found.entry_us);
        }
        if (pending.any && clean_depth == plan_.steps) return pending.attempt;
      } else if (depth > best.depth) {
        best = found;
        if (depth == plan_.steps) return best;
      }
    }
    if (excluded != 0) {
      latest.forget_before(at_us);
      may_begin = may_begin && last_entry_us >= at_us;
    }
    first = last;
  }
  return pending.any ? pending.attempt : best;
}

// The earliest events that make it so many, from the entry on.
void Evaluator::trace_in_any_order(const Furthest& furthest, Attempt& attempt) {
  LatestMatching found(plan_.steps);
  for (std::size_t index = 0; index < hits_.size() && attempt.filled >> (furthest.depth - 1) == 0; ++index) {
    const Hit& hit = hits_[index];
    if (hit.at_us < furthest.entry_us || !found.add(hit.steps, hit.at_us)) continue;
    const std::uint32_t number = found.size() - 1;
    attempt.hit[number] = static_cast<std::uint32_t>(index);
    attempt.filled |= std::uint64_t{1} << number;
  }
}

}  // namespace habitue::insight::funnel
