// Intervals that hold what they promise without believing the model: widened by what it missed on people it had not seen. They ask
// only that those people and the next are exchangeable. [VGS05] Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World;
// [RPC19] Romano, Patterson and Candès (2019), Conformalized Quantile Regression, NeurIPS.
//
// The promise is of everybody together. Bands (of past purchases, say) make it hold in each: Mondrian, [VGS05] section 4.5.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "base/result.hpp"

namespace habitue::models {

/// The ceil((n + 1) coverage)-th smallest of n scores: one more score of the same kind is at most that with at least the
/// coverage asked for, in any sample size. Nothing when n is too small for it: below coverage / (1 - coverage).
/// Errors: InvalidInput when the coverage is not strictly between 0 and 1 or a score is not finite.
Result<std::optional<double>> conformal_quantile(std::span<const double> scores, double coverage);

struct Interval {
  double low = 0, high = 0;
};

/// How much to widen a forecast interval, in all and by band. Widening can be negative: [RPC19] also narrows.
struct ConformalBands {
  struct Width {
    double by = 0;
    std::size_t people = 0;  ///< It was learnt from.
  };
  double coverage = 0.8;
  std::optional<Width> everybody;  ///< Nothing when even all together were too few: no interval can be promised.
  std::map<std::uint32_t, Width> by_band;  ///< Bands with enough people; others take everybody's.

  /// The interval of somebody forecast from `low` to `high`; one that narrowing turns round is its own middle.
  std::optional<Interval> around(double low, double high, std::uint32_t band) const;
};

/// From forecast quantiles: score = max(low - y, y - high), [RPC19] (6). `bands` may be empty: one band. Errors: InvalidInput when lengths
/// differ, low > high, or a number is not finite.
Result<ConformalBands> conform_quantiles(std::span<const double> low, std::span<const double> high,
                                         std::span<const double> observed, std::span<const std::uint32_t> bands,
                                         double coverage);

/// From one forecast each: split conformal, score = |y - forecast|. It is the former with both quantiles at the forecast.
Result<ConformalBands> conform_forecasts(std::span<const double> forecast, std::span<const double> observed,
                                         std::span<const std::uint32_t> bands, double coverage);

}  // namespace habitue::models
