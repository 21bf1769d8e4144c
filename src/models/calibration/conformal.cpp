#include "models/calibration/conformal.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

Result<std::optional<ConformalBands::Width>> width_of(std::span<const double> scores, double coverage) {
  return conformal_quantile(scores, coverage).map([&](std::optional<double> by) {
    return by ? std::optional(ConformalBands::Width{*by, scores.size()}) : std::nullopt;
  });
}

}  // namespace

Result<std::optional<double>> conformal_quantile(std::span<const double> scores, double coverage) {
  if (auto share = check_share(coverage, "a coverage"); !share) return tl::unexpected(share.error());
  if (!std::all_of(scores.begin(), scores.end(), [](double score) { return std::isfinite(score); }))
    return invalid("a score is missing or infinite");
  // A whisker is taken off: (n + 1) coverage is often whole, and must not be rounded up for its last bit.
  const double rank = std::ceil(static_cast<double>(scores.size() + 1) * coverage - 1e-9);
  if (rank > static_cast<double>(scores.size())) return std::optional<double>();
  std::vector<double> sorted(scores.begin(), scores.end());
  const auto place = sorted.begin() + (static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1);
  std::nth_element(sorted.begin(), place, sorted.end());
  return std::optional(*place);
}

std::optional<Interval> ConformalBands::around(double low, double high, std::uint32_t band) const {
  if (!everybody) return std::nullopt;
  const auto found = by_band.find(band);
  const double by = found == by_band.end() ? everybody->by : found->second.by;
  const Interval wide{low - by, high + by};
  if (wide.low <= wide.high) return wide;
  const double middle = low + (high - low) / 2;
  return Interval{middle, middle};
}

Result<ConformalBands> conform_quantiles(std::span<const double> low, std::span<const double> high,
                                         std::span<const double> observed, std::span<const std::uint32_t> bands,
                                         double coverage) {
  if (auto pairs = check_pairs(low, high); !pairs) return tl::unexpected(pairs.error());
  if (auto pairs = check_pairs(low, observed); !pairs) return tl::unexpected(pairs.error());
  if (!bands.empty() && bands.size() != low.size()) return invalid("there is not one band a person");
  std::vector<double> scores;
  std::map<std::uint32_t, std::vector<double>> of_band;
  for (std::size_t row = 0; row < low.size(); ++row) {
    if (low[row] > high[row]) return invalid("a lower quantile is above the upper one");
    scores.push_back(std::max(low[row] - observed[row], observed[row] - high[row]));
    if (!bands.empty()) of_band[bands[row]].push_back(scores.back());
  }
  ConformalBands result;
  result.coverage = coverage;
  const auto everybody = width_of(scores, coverage);
  if (!everybody) return tl::unexpected(everybody.error());
  result.everybody = *everybody;
  for (const auto& [band, own] : of_band) {
    const auto width = width_of(own, coverage);
    if (width && *width) result.by_band.emplace(band, **width);
  }
  return result;
}

Result<ConformalBands> conform_forecasts(std::span<const double> forecast, std::span<const double> observed,
                                         std::span<const std::uint32_t> bands, double coverage) {
  return conform_quantiles(forecast, forecast, observed, bands, coverage);
}

}  // namespace habitue::models
