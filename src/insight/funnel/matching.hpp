// Distinct events for steps: a bipartite matching that grows step by step (Kuhn 1955, The Hungarian method for the assignment
// problem: augmenting paths), and the one that keeps the latest events of a stream.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace habitue::insight::funnel {

/// Steps onto the hits of one instant.
class Matching {
 public:
  void clear() {
    masks_.clear();
    step_of_.clear();
    hits_.clear();
    filled_ = 0;
  }
  /// A hit that may be used: its mask of steps and its index.
  void add_hit(std::uint64_t mask, std::size_t hit) {
    if (mask == 0) return;
    masks_.push_back(mask);
    step_of_.push_back(kFree);
    hits_.push_back(hit);
  }
  /// Takes all hits back.
  void release() {
    step_of_.assign(step_of_.size(), kFree);
    filled_ = 0;
  }
  /// Finds a hit for the step, moving others when needed; false, and nothing changes, when there is none.
  bool fill(std::uint32_t step) {
    seen_.assign(masks_.size(), 0);
    if (!place(step)) return false;
    filled_ |= std::uint64_t{1} << step;
    return true;
  }
  std::uint64_t filled() const { return filled_; }
  /// Calls `visit(step, hit)` for each step that is filled.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t index = 0; index < masks_.size(); ++index)
      if (step_of_[index] != kFree) visit(static_cast<std::uint32_t>(step_of_[index]), hits_[index]);
  }

 private:
  static constexpr std::uint8_t kFree = 255;
  // As deep as steps are many, at most.
  bool place(std::uint32_t step) {
    for (std::size_t index = 0; index < masks_.size(); ++index)
      if ((masks_[index] >> step & 1) != 0 && step_of_[index] == kFree) return take(index, step);
    for (std::size_t index = 0; index < masks_.size(); ++index) {
      if ((masks_[index] >> step & 1) == 0 || seen_[index] != 0) continue;
      seen_[index] = 1;
      if (place(step_of_[index])) return take(index, step);
    }
    return false;
  }
  bool take(std::size_t index, std::uint32_t step) {
    step_of_[index] = static_cast<std::uint8_t>(step);
    return true;
  }

  std::vector<std::uint64_t> masks_;
  std::vector<std::uint8_t> step_of_, seen_;
  std::vector<std::size_t> hits_;
  std::uint64_t filled_ = 0;
};

/// The most steps that the hits since any moment can fill, while hits come in order of time. Sets of hits that distinct steps
/// can take are the independent sets of a transversal matroid (Edmonds and Fulkerson 1965). The basis of the latest hits, kept
/// by leaving the oldest of each circuit out, holds a basis of the hits since any moment: their number is that of steps.
class LatestMatching {
 public:
  explicit LatestMatching(std::uint32_t steps) : steps_(steps) {}
  /// Whether the basis grew. Time: steps squared.
  bool add(std::uint64_t mask, std::int64_t at_us);
  /// Forgets hits before the moment.
  void forget_before(std::int64_t at_us);
  std::uint32_t count_since(std::int64_t at_us) const;
  /// The moment of the n-th latest, from 1; at most count_since(the beginning).
  std::int64_t latest(std::uint32_t n) const;
  std::uint32_t size() const;

 private:
  struct Place {
    bool taken = false;
    std::uint64_t mask = 0;
    std::int64_t at_us = 0;
    std::uint64_t number = 0;  // In order of coming: the older of two in one instant.
  };
  std::uint32_t steps_;
  std::uint64_t came_ = 0;
  std::array<Place, 64> places_{};  // By step.
};

}  // namespace habitue::insight::funnel
