// How long contracts last, counted and not modelled. [KM58] Kaplan and Meier (1958), Nonparametric estimation from incomplete
// observations, JASA 53; variance by Greenwood (1926); intervals on the log(-log) scale, Kalbfleisch and Prentice (2002), section 1.4, so
// that they stay within 0 and 1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

/// One contract. Times are in one unit of the caller's choice, from its beginning.
struct Tenure {
  double time = 0;     ///< When it ended or was last seen. At least `entered`.
  bool ended = false;  ///< Else it goes on, as far as is known: it is censored.
  double entered =
      0;  ///< From when it was watched: above 0 when older contracts joined the data later (left truncation).
};

struct SurvivalStep {
  double time = 0;
  std::uint64_t at_risk = 0;  ///< Watched just before.
  std::uint64_t ended = 0;
  double survival = 1;
  double standard_error = 0;  ///< Greenwood's.
  double low = 1, high = 1;   ///< 95 %. Equal to `survival` at 1 and at 0, where the formula says nothing.
};

struct SurvivalCurve {
  std::vector<SurvivalStep> steps;  ///< One a time at which a contract ended, ascending.
  double observed_to = 0;           ///< The longest tenure: nothing is known beyond.
  std::uint64_t contracts = 0;
  std::uint64_t ended = 0;

  /// S(time): the share of contracts that last longer. Beyond observed_to it is that of the last step.
  double at(double time) const;
  /// The first time at which half or fewer are left. Nothing when more than half outlast the data.
  std::optional<double> median() const;
  /// Mean tenure up to `horizon`: the area under the curve. The horizon is cut at observed_to.
  double mean_until(double horizon) const;
};

/// Those who end at a time are at risk with those censored at that time. Errors: InvalidInput when nobody is there, or a time is negative,
/// not finite or before its entry.
Result<SurvivalCurve> kaplan_meier(std::span<const Tenure> tenures);

}  // namespace habitue::models
