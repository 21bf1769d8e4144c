#include "insight/funnel/attempt.hpp"

#include <bit>

namespace habitue::insight::funnel {

Evaluator::Evaluator(const Plan& plan) : plan_(plan), plain_(plan.exclusions == 0) {
  for (std::uint32_t step = 0; step < plan_.steps; ++step) {
    if (required(step)) level_step_.push_back(static_cast<std::uint8_t>(step));
    plain_ = plain_ && plan_.within_us[step] == kNoLimit;
  }
  all_required_ = level_step_.size() == plan_.steps;
}

const Attempt& Evaluator::evaluate(std::span<const Hit> hits, EntryRange entries) {
  hits_ = hits;
  entries_ = entries;
  bool removed = false;
  trace(reported(removed), attempt_);
  attempt_.removed = removed;
  return attempt_;
}

bool Evaluator::completes(std::span<const Hit> hits, EntryRange entries) {
  hits_ = hits;
  entries_ = entries;
  bool removed = false;
  return reported(removed).depth == goal();
}

Evaluator::Furthest Evaluator::reported(bool& removed) {
  if (plan_.rule == FunnelExclusionRule::Cut || plan_.exclusions == 0) return furthest(Exclusions::Cut, 0);
  const Furthest any = furthest(Exclusions::Ignore, 0);
  if (any.depth == 0) return {};
  const Furthest clean = furthest(Exclusions::Cut, any.depth);
  removed = clean.depth == 0;
  return clean;
}

Evaluator::Furthest Evaluator::furthest(Exclusions exclusions, std::uint32_t clean_depth) {
  switch (plan_.order) {
    case FunnelOrder::Strict: return furthest_strict(exclusions, clean_depth);
    case FunnelOrder::AnyOrder: return furthest_in_any_order(exclusions, clean_depth);
    case FunnelOrder::Ordered: break;
  }
  return furthest_ordered(exclusions, clean_depth);
}

void Evaluator::trace(const Furthest& furthest, Attempt& attempt) {
  // Where hits are is left as it was: it says nothing of steps that are not filled.
  attempt.filled = 0;
  attempt.depth = furthest.depth;
  attempt.entry_us = furthest.entry_us;
  attempt.completed_us = furthest.completed_us;
  if (furthest.depth == 0) return;
  switch (plan_.order) {
    case FunnelOrder::Strict: trace_strict(furthest, attempt); break;
    case FunnelOrder::AnyOrder: trace_in_any_order(furthest, attempt); break;
    case FunnelOrder::Ordered:
      trace_ordered(furthest, attempt);
      if (!all_required_) fill_optional(attempt);
      break;
  }
}

void Evaluator::load_instant(std::size_t first, std::size_t last) {
  matching_.clear();
  for (std::size_t index = first; index < last; ++index) matching_.add_hit(hits_[index].steps, index);
}

std::uint64_t Evaluator::required_of(std::uint64_t steps) const {
  std::uint64_t mask = 0;
  for (std::size_t level = 0; level < level_step_.size(); ++level) mask |= (steps >> level_step_[level] & 1) << level;
  return mask;
}

}  // namespace habitue::insight::funnel
