// Counts and times of some people in a funnel, on the way to figures.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/funnel/records.hpp"

namespace habitue::insight::funnel {

class Tally {
 public:
  Tally() = default;  ///< Of no steps.
  explicit Tally(std::size_t steps) : reached_(steps), stopped_(steps), open_(steps), times_(steps) {}

  void add(const Record& record, const Records& from, const Counting& counting);
  /// Somebody who did the first `depth` of steps that are all required, the first of them at at_us[0].
  void add_plain(std::span<const std::int64_t> at_us, bool open, const Counting& counting);
  void merge(const Tally& other);
  std::uint64_t entered() const { return reached_.front(); }
  bool empty() const { return reached_.front() + left_out_ + removed_ == 0; }

  /// Reorders the times, on so many threads where there are many.
  FunnelFigures figures(const Counting& counting, unsigned threads = 1);

 private:
  std::vector<std::uint64_t> reached_, stopped_, open_;  // By step.
  std::uint64_t converted_ = 0, left_out_ = 0, removed_ = 0;
  std::vector<std::vector<std::int64_t>> times_;  // [step]: from the previous required one.
  std::vector<std::int64_t> whole_;
};

/// Figures of the parts, and of all of them together. Where all people are on one side, nothing is counted twice.
ByAudience<FunnelFigures> figures_of(ByAudience<Tally>& parts, const Counting& counting, unsigned threads = 1);

}  // namespace habitue::insight::funnel
