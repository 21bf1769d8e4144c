// Whether what happened among some happened more often than among the rest, and which of many such findings to believe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace habitue::models {

/// Of `all` occasions `with` had the mark; `events` happened in all, `both` of them with the mark.
struct Fourfold {
  std::uint64_t both = 0, with = 0, events = 0, all = 0;
};

/// Factorials' logarithms up to a number, so that a million tests do not compute them again.
class LogFactorials {
 public:
  explicit LogFactorials(std::uint64_t up_to);
  double at(std::uint64_t n) const;

 private:
  std::vector<double> table_;
};

/// P(as many or more of the events fall on the mark by chance): Fisher's exact test, one-sided. 1 when a margin leaves nothing to chance.
double fisher_more(const Fourfold& table, const LogFactorials& factorials);

/// Adjusted p-values, Benjamini and Hochberg (1995), for `p_values` in ascending order, the smallest of `tests` that were made. Exact for those that
/// a rate of at most the largest given discovers: the others cannot lower them.
std::vector<double> adjusted_ascending(std::span<const double> p_values, double tests);

}  // namespace habitue::models
