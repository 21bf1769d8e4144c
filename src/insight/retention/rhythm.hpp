// People's own cycles: the time between two of their acts, shrunk towards the company's as far as few intervals tell little.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/fold.hpp"
#include "insight/retention/acts.hpp"
#include "insight/retention/retention.hpp"

namespace habitue::insight::retention {

/// A person's cycle is exp(w log m + (1 - w) log M): m the median of the own intervals, M the median of all such m, and
/// w = n / (n + v k), the weight of a normal mean under a normal prior (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., eq. 5.17), on
/// logarithms, as intervals multiply. k is the variance within persons over that between them, both by the analysis of variance of unequal
/// groups (Searle, Casella and McCulloch 1992, Variance Components, chapter 3); v = pi/2 is how much more the median of three or
/// more varies than their mean. When persons do not differ more than chance makes them, w is 0.
///
/// Acts less than an hour after the last one that counts are the same occasion.
class Cycles {
 public:
  /// One pass over all people whom the lens admits. `bit`: what acts must meet. `unit`: the company's cycle when nobody has one.
  static Result<Cycles> fit(const Customers& customers, const Question& question, const Lens& lens,
                            const ActReader& reader, std::uint64_t bit, std::uint32_t intervals_min,
                            std::chrono::microseconds unit);

  /// The period of a person with these acts; at least an hour.
  std::chrono::microseconds cycle_of(const std::vector<Act>& acts) const;
  const RetentionRhythm& rhythm() const { return rhythm_; }

 private:
  RetentionRhythm rhythm_;
  std::uint64_t bit_ = 0;
  std::uint32_t intervals_min_ = 2;
  bool differ_ = false;  // Whether persons differ more than chance makes them.
};

}  // namespace habitue::insight::retention
