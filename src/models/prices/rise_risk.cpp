#include "models/prices/rise_risk.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include "models/functions.hpp"

namespace habitue::models {
namespace {

constexpr std::uint64_t kEnded = 20, kChanged = 50;

// One stratum at a slope: how likely its contracts are to end at no change, and the mean change weighted by how likely.
struct Level {
  double rate, mean, spread;
};
Level level_at(std::span<const RiseCell> cells, double slope) {
  double ended = 0, weights = 0, sum = 0, squares = 0;
  for (const RiseCell& cell : cells) {
    const double weight = static_cast<double>(cell.at_risk) * std::exp(slope * cell.ln_change);
    ended += static_cast<double>(cell.ended);
    weights += weight;
    sum += weight * cell.ln_change;
    squares += weight * cell.ln_change * cell.ln_change;
  }
  const double mean = sum / weights;
  return {ended / weights, mean, std::max(squares / weights - mean * mean, 0.0)};
}

// Strata in which prices differ and some contract ended: the others say nothing.
std::vector<std::vector<RiseCell>> telling(std::span<const RiseCell> cells) {
  std::map<std::uint32_t, std::vector<RiseCell>> strata;
  for (const RiseCell& cell : cells)
    if (cell.at_risk > 0) strata[cell.stratum].push_back(cell);
  std::vector<std::vector<RiseCell>> kept;
  for (auto& [number, of] : strata) {
    std::sort(of.begin(), of.end(), [](const RiseCell& left, const RiseCell& right) {
      return std::tie(left.ln_change, left.at_risk, left.ended) < std::tie(right.ln_change, right.at_risk, right.ended);
    });
    const bool ends = std::any_of(of.begin(), of.end(), [](const RiseCell& cell) { return cell.ended > 0; });
    if (ends && of.front().ln_change < of.back().ln_change) kept.push_back(std::move(of));
  }
  return kept;
}

double log_likelihood(const std::vector<std::vector<RiseCell>>& strata, double slope) {
  double value = 0;
  for (const auto& cells : strata) {
    double ended = 0, weights = 0;
    for (const RiseCell& cell : cells) {
      ended += static_cast<double>(cell.ended);
      weights += static_cast<double>(cell.at_risk) * std::exp(slope * cell.ln_change);
      value += static_cast<double>(cell.ended) * slope * cell.ln_change;
    }
    value -= ended * std::log(weights);
  }
  return value;
}

double best_slope(const std::vector<std::vector<RiseCell>>& strata) {
  double slope = 0, value = log_likelihood(strata, 0);
  for (int round = 0; round < 100; ++round) {
    double score = 0, information = 0;
    for (const auto& cells : strata) {
      const Level level = level_at(cells, slope);
      double ended = 0;
      for (const RiseCell& cell : cells) {
        ended += static_cast<double>(cell.ended);
        score += static_cast<double>(cell.ended) * (cell.ln_change - level.mean);
      }
      information += ended * level.spread;
    }
    if (!(information > 0)) break;
    double step = std::clamp(score / information, -10.0, 10.0);
    double next = log_likelihood(strata, slope + step);
    while (!(next >= value) && std::abs(step) > 1e-9) next = log_likelihood(strata, slope + (step /= 2));
    slope = std::clamp(slope + step, -100.0, 100.0);
    value = next;
    if (std::abs(step) < 1e-10) break;
  }
  return slope;
}

}  // namespace

Result<RiseFit> fit_rise_risk(std::span<const RiseCell> cells) {
  RiseFit fit;
  for (const RiseCell& cell : cells) {
    if (!std::isfinite(cell.ln_change) || std::abs(cell.ln_change) > 5 || cell.ended > cell.at_risk)
      return invalid("a price changes by a factor from 1/148 to 148, and no more contracts end than there are");
    fit.contract_periods += cell.at_risk;
    fit.changed += std::abs(cell.ln_change) >= 0.005 ? cell.at_risk : 0;
    fit.ended += cell.ended;
    if (cell.at_risk > 0) fit.largest = std::max(fit.largest, cell.ln_change);
  }
  if (fit.changed == 0) return fit;
  const auto says = [&](PriceVerdict verdict) {
    fit.verdict = verdict;
    return fit;
  };
  const auto strata = telling(cells);
  fit.strata = strata.size();
  if (strata.empty()) return says(fit.ended == 0 ? PriceVerdict::TooFewSales : PriceVerdict::MovedTogether);
  std::uint64_t ended = 0, changed = 0;
  for (const auto& of : strata)
    for (const RiseCell& cell : of) {
      ended += cell.ended;
      changed += std::abs(cell.ln_change) >= 0.005 ? cell.at_risk : 0;
    }
  if (ended < kEnded || changed < kChanged) return says(PriceVerdict::TooFewSales);

  fit.value = best_slope(strata);
  double bread = 0, meat = 0;
  for (const auto& of : strata) {
    const Level level = level_at(of, fit.value);
    for (const RiseCell& cell : of) {
      const double x = cell.ln_change - level.mean, expected = level.rate * std::exp(fit.value * cell.ln_change);
      const auto left = static_cast<double>(cell.ended), stayed = static_cast<double>(cell.at_risk - cell.ended);
      bread += (left + stayed) * expected * x * x;
      meat += x * x * (left * (1 - expected) * (1 - expected) + stayed * expected * expected);
    }
  }
  if (!(bread > 0) || std::abs(fit.value) >= 100) return says(PriceVerdict::MovedTogether);
  fit.standard_error = std::sqrt(meat) / bread;
  const double reach = normal_quantile(0.975) * fit.standard_error;
  fit.low = fit.value - reach;
  fit.high = fit.value + reach;
  return says(fit.high < 0 ? PriceVerdict::Implausible : PriceVerdict::Told);
}

}  // namespace habitue::models
