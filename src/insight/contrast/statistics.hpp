// The statistics of contrasts: plain numbers in, plain numbers out. All intervals are of 95 %; all tests are two-sided. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace habitue::insight {

/// A figure with its 95 % interval.
struct Estimate {
  double value = 0, low = 0, high = 0;
};

/// How p-values are adjusted for there being many of them.
enum class FalseDiscovery : std::uint8_t {
  BenjaminiHochberg,  ///< Benjamini and Hochberg (1995), JRSS B 57; holds under independence and positive dependence.
  BenjaminiYekutieli  ///< Benjamini and Yekutieli (2001), Annals of Statistics 29, theorem 1.3: any dependence, stricter.
};

}  // namespace habitue::insight

namespace habitue::insight::contrast {

/// Two groups by whether they have something: a and b of the first, c and d of the second.
struct Fourfold {
  std::uint64_t a = 0;  ///< First group, have it.
  std::uint64_t b = 0;  ///< First group, have it not.
  std::uint64_t c = 0;  ///< Second group, have it.
  std::uint64_t d = 0;  ///< Second group, have it not.
  std::uint64_t total() const { return a + b + c + d; }
};

/// ad / bc after `added` is added to each cell, with Woolf's interval of the logarithm, its cells likewise: 0.5 is Haldane's and
/// Anscombe's (1956) correction, whose interval holds its level in small samples (Agresti 1999, On logit confidence intervals for the
/// odds ratio with small samples, Biometrics 55); 1 is the prior that PostHog takes.
Estimate odds_ratio(const Fourfold& table, double added = 0.5);

/// The correlation of two yes-or-no facts, with the delta-method interval of Bishop, Fienberg and Holland (1975), Discrete Multivariate
/// Analysis, section 11.3. Nothing when a margin is zero.
std::optional<Estimate> phi(const Fourfold& table);

/// p-values after adjustment, in the order given: a discovery at rate q has an adjusted value of at most q.
std::vector<double> adjusted(std::span<const double> p_values, FalseDiscovery rule);

/// How often each number was seen in the first and in the second group.
using Numbers = std::map<double, std::array<std::uint64_t, 2>>;

struct RankTest {
  /// P(X > Y) + P(X = Y) / 2 for X of the first and Y of the second group; twice it less 1 is Cliff's delta. Its interval is that
  /// of DeLong, DeLong and Clarke-Pearson (1988) on the logit scale (Perme and Manevski 2019, Confidence intervals for the
  /// Mann-Whitney test, SMMR 28); where the groups do not overlap, that of Newcombe (2006), Statistics in Medicine 25, 559, method 5.
  Estimate superiority;
  double p_value = 1;  ///< Mann and Whitney (1947), normal, corrected for ties and for continuity.
  std::uint64_t first = 0, second = 0;
};
/// Nothing when a group is empty.
std::optional<RankTest> rank_test(const Numbers& numbers);

/// One effect pooled over strata. [MH59] Mantel and Haenszel (1959), JNCI 22.
struct Pooled {
  /// The pooled odds ratio, [MH59], with the interval of Robins, Breslow and Greenland (1986), Biometrics 42, 311; nothing when
  /// it is 0 or infinite.
  std::optional<Estimate> odds;
  double p_value = 1;  ///< [MH59]'s chi-squared with one degree of freedom, without continuity correction.
  /// That the odds ratio is the same in all strata: Breslow and Day (1980), with Tarone's correction (1985), Biometrika 72.
  /// Nothing with less than two strata that tell.
  std::optional<double> homogeneity_p;
  std::size_t strata = 0;  ///< That tell: people of both groups, and some with it and some without.
};
Pooled pooled(std::span<const Fourfold> strata);

}  // namespace habitue::insight::contrast
