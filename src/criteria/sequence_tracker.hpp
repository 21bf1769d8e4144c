// Finds whether events came in an order, in one pass and without looking back.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "base/time.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

/// A sequence holds when distinct events e1..ek exist with e_i of step i, t1 <= t2 <= ... <= tk, no event of `without`
/// strictly between two consecutive ones, and tk within the span of t1. Only times count: at one instant the order that
/// helps the person is taken, so that the answer does not depend on the order of arrival.
class SequenceTracker {
 public:
  void start(const Sequence& sequence, const Zone& zone);
  /// An event at `at`, not before the last one. `step` from 0; the number of steps means `without`.
  /// `row` tells events of one instant apart.
  void see(UtcMicros at, std::uint32_t row, std::size_t step);
  /// True once found; then nothing changes any more.
  bool found() const { return found_; }
  /// After the last event.
  bool finish();

 private:
  static constexpr UtcMicros kNever = kBeginning;
  struct Candidate {
    std::uint32_t row;
    std::uint32_t steps;  // Bit s: it can be step s.
  };

  void close_instant();
  void extend_from(std::size_t reached, UtcMicros chain_start, std::array<UtcMicros, kMaxSteps + 1>& next) const;

  const Sequence* sequence_ = nullptr;
  const Zone* zone_ = nullptr;
  // latest_start_[k]: the latest start of a chain of k steps that can still go on; kNever when there is none.
  // A later start leaves more of the span and forgets nothing else, so the latest never does worse.
  std::array<UtcMicros, kMaxSteps + 1> latest_start_{};
  UtcMicros instant_ = kNever;
  // Of one instant no step needs more candidates than there are steps.
  std::array<Candidate, kMaxSteps * kMaxSteps + 1> candidates_{};
  std::array<std::uint16_t, kMaxSteps> candidates_of_step_{};
  std::size_t candidate_count_ = 0;
  bool interrupted_ = false;
  bool found_ = false;
};

}  // namespace habitue::criteria
