// Strict attempts: each instant of the person fills at least one more step, or the attempt is over. So an attempt is no longer
// than the steps, and each entry is walked by itself.
#include <bit>

#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

namespace {
std::uint64_t bit(std::uint32_t number) { return std::uint64_t{1} << number; }
}  // namespace

// From each step that may be the last so far to each that may be the last after this instant.
void Evaluator::step_strictly(const StrictRow* before, StrictRow& row, std::size_t first, std::size_t last) {
  row.alive = 0;
  const std::int64_t at_us = hits_[first].at_us;
  load_instant(first, last);
  const auto leave = [&](std::uint32_t step, std::uint8_t from, std::int64_t required_us) {
    // The later the last required step, the more of a limit is left; then the one with more steps before.
    const bool better = (row.alive & bit(step)) == 0 || required_us >= row.required_us[step];
    if (!better) return;
    row.alive |= bit(step);
    row.from[step] = from;
    row.required_us[step] = required_us;
  };
  const auto go_on = [&](std::uint32_t next, std::uint8_t from, std::int64_t required_us) {
    matching_.release();
    for (std::uint32_t step = next; step < plan_.steps; ++step) {
      const bool in_time = step == 0 || at_us - required_us <= plan_.within_us[step];
      if (required(step)) {
        if (!in_time || !matching_.fill(step)) return;
        required_us = at_us;
        leave(step, from, required_us);
      } else if (in_time) {
        tried_ = matching_;
        if (tried_.fill(step)) leave(step, from, required_us);
      }
    }
  };
  if (before == nullptr) {
    go_on(0, kFromNowhere, at_us);
    return;
  }
  for (std::uint64_t left = before->alive; left != 0; left &= left - 1) {
    const auto step = static_cast<std::uint32_t>(std::countr_zero(left));
    go_on(step + 1, static_cast<std::uint8_t>(step), before->required_us[step]);
  }
}

// Between two required steps only the events of optional ones may lie, and such an event may be excluded too.
void Evaluator::end_at_exclusions(StrictRow& row, std::size_t first, std::size_t last) const {
  std::uint64_t excluded = 0;
  for (std::size_t index = first; index < last; ++index) excluded |= hits_[index].exclusions;
  if (excluded == 0) return;
  for (std::uint64_t left = row.alive; left != 0; left &= left - 1) {
    const auto step = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint64_t after = plan_.required & ~((bit(step) << 1) - 1);
    if (after == 0 || row.required_us[step] == hits_[first].at_us) continue;
    if ((plan_.link_exclusions[static_cast<std::size_t>(std::countr_zero(after))] & excluded) != 0)
      row.alive &= ~bit(step);
  }
}

Evaluator::StrictWalk Evaluator::walk_strictly(std::size_t first, Exclusions exclusions) {
  StrictWalk walk;
  const std::int64_t end_us = window_end(hits_[first].at_us);
  rows_.clear();
  while (first < hits_.size() && hits_[first].at_us <= end_us && walk.depth < levels()) {
    const std::size_t last = instant_end(first);
    rows_.emplace_back();
    StrictRow& row = rows_.back();
    step_strictly(rows_.size() == 1 ? nullptr : &rows_[rows_.size() - 2], row, first, last);
    if (row.alive == 0) break;
    if (exclusions == Exclusions::Cut && plan_.exclusions != 0) end_at_exclusions(row, first, last);
    const auto furthest = static_cast<std::uint32_t>(63 - std::countl_zero(row.alive));
    const std::uint64_t done = furthest == 63 ? ~std::uint64_t{0} : bit(furthest + 1) - 1;
    if (const auto depth = static_cast<std::uint32_t>(std::popcount(plan_.required & done)); depth > walk.depth)
      walk = {depth, rows_.size() - 1, last, hits_[first].at_us};
    first = last;
  }
  return walk;
}

Evaluator::Furthest Evaluator::furthest_strict(Exclusions exclusions, std::uint32_t clean_depth) {
  Furthest best;
  // Under DropPerson: the latest attempt that was completed at one moment, before it is known that no later entry shares it.
  Furthest candidate;
  bool spoiled = false;
  for (std::size_t first = 0; first < hits_.size();) {
    const std::size_t last = instant_end(first);
    const std::int64_t at_us = hits_[first].at_us;
    std::uint64_t steps = 0;
    for (std::size_t index = first; index < last; ++index) steps |= hits_[index].steps;
    if (at_us >= entries_.to_us || (best.depth == levels() && at_us > best.completed_us)) break;
    if ((steps & 1) != 0 && may_enter(at_us)) {
      const StrictWalk walk = walk_strictly(first, exclusions);
      const Furthest found{walk.depth, walk.completed_us, at_us};
      if (clean_depth == 0) {
        const bool better =
            found.depth > best.depth || (found.depth == best.depth && found.completed_us <= best.completed_us);
        if (better) best = found;
      } else if (found.depth == clean_depth) {
        if (candidate.depth != 0 && !spoiled && candidate.completed_us < found.completed_us) return candidate;
        std::int64_t end_us = window_end(at_us);
        std::uint64_t excluded = 0;
        if (clean_depth < levels()) {
          if (const std::int64_t limit = limit_of_level(clean_depth); limit < end_us - found.completed_us)
            end_us = found.completed_us + limit;
          if (walk.next < hits_.size() && hits_[walk.next].at_us <= end_us)
            for (std::size_t index = walk.next, end = instant_end(walk.next); index < end; ++index)
              excluded |= hits_[index].exclusions;
        }
        candidate = found;
        spoiled = (excluded & exclusions_to_level(clean_depth)) != 0;
      }
    }
    first = last;
  }
  if (clean_depth == 0) return best;
  return spoiled ? Furthest{} : candidate;
}

void Evaluator::trace_strict(const Furthest& furthest, Attempt& attempt) {
  std::size_t first = 0;
  while (hits_[first].at_us < furthest.entry_us) ++first;
  std::vector<StrictRow>& rows = rows_;
  const StrictWalk walk = walk_strictly(first, Exclusions::Cut);
  const std::uint32_t end_step = level_step_[walk.depth - 1];
  // The step filled last in each instant, from the last instant back.
  std::array<std::uint8_t, kFunnelStepsMax> left_with{};
  std::uint8_t at_step = static_cast<std::uint8_t>(end_step);
  for (std::size_t row = walk.row + 1; row-- > 0;) {
    left_with[row] = at_step;
    at_step = rows[row].from[at_step];
  }
  std::int64_t required_us = furthest.entry_us;
  std::uint32_t next = 0;
  const auto take = [&] {
    matching_.for_each([&](std::uint32_t step, std::size_t hit) {
      attempt.hit[step] = static_cast<std::uint32_t>(hit);
      attempt.filled |= bit(step);
    });
  };
  for (std::size_t row = 0; row <= walk.row; ++row) {
    const std::size_t last = instant_end(first);
    load_instant(first, last);
    const std::int64_t at_us = hits_[first].at_us;
    const std::uint32_t leave = left_with[row];
    for (std::uint32_t step = next; step <= leave; ++step)
      if (required(step) || step == leave) matching_.fill(step);
    for (std::uint32_t step = next; step <= leave; ++step) {
      if (required(step))
        required_us = at_us;
      else if (step != leave && at_us - required_us <= plan_.within_us[step])
        matching_.fill(step);
    }
    next = leave + 1;
    // Optional steps right after the end may share its instant, or fill the ones that follow it.
    if (row == walk.row)
      while (next < plan_.steps && !required(next) && matching_.fill(next)) ++next;
    take();
    first = last;
  }
  while (next < plan_.steps && !required(next) && first < hits_.size() &&
         hits_[first].at_us <= window_end(furthest.entry_us)) {
    const std::size_t last = instant_end(first);
    load_instant(first, last);
    for (std::uint32_t step = next; step < plan_.steps && !required(step); ++step)
      if (hits_[first].at_us - required_us <= plan_.within_us[step] && matching_.fill(step)) next = step + 1;
    if (matching_.filled() == 0) break;
    take();
    std::uint64_t excluded = 0;
    for (std::size_t index = first; index < last; ++index) excluded |= hits_[index].exclusions;
    if ((excluded & exclusions_to_level(walk.depth)) != 0) break;
    first = last;
  }
}

}  // namespace habitue::insight::funnel
