// The statistics of risk sets: one who came to an outcome and some others in each. Plain numbers in, plain numbers out. All intervals are
// of 95 %; all tests are two-sided. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "insight/contrast/statistics.hpp"

namespace habitue::insight::contrast {

/// A set by who has something.
struct MatchedSet {
  bool first_has = false;
  std::uint16_t with = 0;    ///< Of the others.
  std::uint16_t others = 0;  ///< At least one.
  std::uint16_t stratum = 0;
};
struct Matched {
  /// Mean over sets of (1 if who came has it) - (share of the others who have it). Its interval is of how that varies between sets, after
  /// half a set of each kind of pair is added: Agresti and Min (2005), Simple improved confidence intervals for comparing matched
  /// proportions, Statistics in Medicine 24, 729-740.
  Estimate difference;
  /// [MH59] over sets, with the interval of Robins, Breslow and Greenland (1986), which holds for many small strata.
  std::optional<Estimate> odds;
  /// Given how many of a set have it, each of them is as likely to be the one who came. Of up to 400 sets that tell, the probability of
  /// all sums as probable as that seen, or less; of more [MH59]'s chi-squared without correction.
  double p_value = 1;
  std::size_t telling = 0;  ///< Sets in which some have it and some do not.
};
/// `silent`: so many more sets in which nobody has it.
Matched matched(std::span<const MatchedSet> sets, std::uint64_t silent = 0);

/// The same within strata: p and odds over all sets, and whether strata agree by Cochran's Q of the logarithms of their odds ratios
/// (Cochran 1954, Biometrics 10). `strata` counts those that tell. `sets` come in any order.
Pooled matched_in_strata(std::span<const MatchedSet> sets, std::size_t strata);

/// Numbers of a set, of those who have one: of who came, and of at least one other.
struct MatchedNumbers {
  double first = 0;
  std::vector<double> others;
};
struct MatchedRank {
  /// Mean over sets of the share of others whose number is less, ties as half; interval as above.
  Estimate superiority;
  Estimate
      difference;      ///< Mean over sets of the number less the mean of the others'; normal interval of how it varies.
  double p_value = 1;  ///< That who came is any of the set; normal.
};
/// Nothing without sets.
std::optional<MatchedRank> matched_rank(std::span<const MatchedNumbers> sets);

}  // namespace habitue::insight::contrast
