// How many people have each value, by the bits of its cell: plain arrays, so that millions of values are let go at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::retention {

class CellCounts {
 public:
  /// A merge is left off when the question is cancelled: what was counted is then of no use.
  explicit CellCounts(const Cancellation* cancellation = nullptr) : cancellation_(cancellation) {}

  std::uint64_t& of(std::uint64_t bits) {
    const std::uint32_t number = cells_.number({&bits, 1});
    if (number == people_.size()) people_.push_back(0);
    return people_[number];
  }
  void merge(const CellCounts& other) {
    CancellationWatch watch(cancellation_);
    for (std::uint32_t number = 0; number < other.people_.size() && !watch.stopped(); ++number)
      of(other.bits(number)) += other.people_[number];
  }
  /// Numbers are given in the order in which cells came.
  std::size_t size() const { return people_.size(); }
  std::uint64_t bits(std::size_t number) const { return cells_[number].front(); }
  std::uint64_t people(std::size_t number) const { return people_[number]; }

 private:
  const Cancellation* cancellation_;
  SequencesOf<std::uint64_t> cells_;
  std::vector<std::uint64_t> people_;
};

}  // namespace habitue::insight::retention
