#include "criteria/sequence_tracker.hpp"

#include <algorithm>

#include "criteria/range.hpp"

namespace habitue::criteria {

void SequenceTracker::start(const Sequence& sequence, const Zone& zone) {
  sequence_ = &sequence;
  zone_ = &zone;
  latest_start_.fill(kNever);
  instant_ = kNever;
  candidate_count_ = 0;
  candidates_of_step_.fill(0);
  interrupted_ = found_ = false;
}

void SequenceTracker::see(UtcMicros at, std::uint32_t row, std::size_t step) {
  if (at != instant_) close_instant();
  instant_ = at;
  const std::size_t steps = sequence_->steps.size();
  if (step == steps) {
    interrupted_ = true;
    return;
  }
  // The steps that one event can be are told one after the other.
  const auto bit = std::uint32_t{1} << step;
  if (candidate_count_ > 0 && candidates_[candidate_count_ - 1].row == row) {
    candidates_[candidate_count_ - 1].steps |= bit;
    ++candidates_of_step_[step];
    return;
  }
  // With as many candidates as there are steps, one is always free: another would never be needed for this step. It may
  // be for a later one, and then that call brings it in.
  if (candidates_of_step_[step] >= steps) return;
  candidates_[candidate_count_++] = {row, bit};
  ++candidates_of_step_[step];
}

bool SequenceTracker::finish() {
  close_instant();
  return found_;
}

// Gives steps `reached`, `reached` + 1, ... distinct candidates of this instant, as many as can be: each new step may
// push earlier ones to other candidates (augmenting paths of a bipartite matching).
void SequenceTracker::extend_from(std::size_t reached, UtcMicros chain_start,
                                  std::array<UtcMicros, kMaxSteps + 1>& next) const {
  std::array<std::int16_t, kMaxSteps * kMaxSteps + 1> taken_by;
  std::fill_n(taken_by.begin(), candidate_count_, std::int16_t{-1});
  for (std::size_t step = reached; step < sequence_->steps.size(); ++step) {
    std::bitset<kMaxSteps * kMaxSteps + 1> tried;
    const auto place = [&](const auto& self, std::size_t wanted) -> bool {
      for (std::size_t c = 0; c < candidate_count_; ++c) {
        if ((candidates_[c].steps >> wanted & 1U) == 0 || tried[c]) continue;
        tried[c] = true;
        if (taken_by[c] >= 0 && !self(self, static_cast<std::size_t>(taken_by[c]))) continue;
        taken_by[c] = static_cast<std::int16_t>(wanted);
        return true;
      }
      return false;
    };
    if (!place(place, step)) return;
    next[step + 1] = std::max(next[step + 1], chain_start);
  }
}

void SequenceTracker::close_instant() {
  if (instant_ == kNever || found_) return;
  std::array<UtcMicros, kMaxSteps + 1> next;
  next.fill(kNever);
  if (candidate_count_ > 0) {
    extend_from(0, instant_, next);
    for (std::size_t reached = 1; reached < sequence_->steps.size(); ++reached)
      if (latest_start_[reached] != kNever) extend_from(reached, latest_start_[reached], next);
  }
  const std::size_t steps = sequence_->steps.size();
  if (next[steps] != kNever)
    found_ = !sequence_->within || instant_ < end_of_span(next[steps], *sequence_->within, *zone_);
  for (std::size_t k = 1; k < steps; ++k)
    latest_start_[k] = std::max(interrupted_ ? kNever : latest_start_[k], next[k]);
  candidate_count_ = 0;
  candidates_of_step_.fill(0);
  interrupted_ = false;
}

}  // namespace habitue::criteria
