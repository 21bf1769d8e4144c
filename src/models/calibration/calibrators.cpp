#include "models/calibration/calibrators.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/calibration/checks.hpp"
#include "models/logistic_fit.hpp"

namespace habitue::models {
namespace {

struct Block {
  double first, last;  // The x from which and to which it is flat.
  double sum, weight;
  double mean() const { return sum / weight; }
};

double clamped(double probability) { return std::clamp(probability, 1e-9, 1 - 1e-9); }

}  // namespace

double RisingLine::at(double value) const {
  if (x.empty()) return 0;
  if (!(value > x.front())) return y.front();
  if (value >= x.back()) return y.back();
  const auto right = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), value) - x.begin());
  const double along = (value - x[right - 1]) / (x[right] - x[right - 1]);
  return y[right - 1] + along * (y[right] - y[right - 1]);
}

Result<RisingLine> fit_isotonic(std::span<const double> x, std::span<const double> y, std::span<const double> weights,
                                const EdgePrior& edge) {
  if (auto pairs = check_pairs(x, y); !pairs) return tl::unexpected(pairs.error());
  if (!weights.empty()) {
    if (auto pairs = check_pairs(x, weights); !pairs) return tl::unexpected(pairs.error());
    if (*std::min_element(weights.begin(), weights.end()) <= 0) return invalid("a weight is above 0");
  }
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return x[left] != x[right] ? x[left] < x[right] : y[left] < y[right];
  });

  std::vector<Block> blocks;
  const auto settle = [&] {
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().last = last.last;
      blocks.back().sum += last.sum;
      blocks.back().weight += last.weight;
    }
  };
  for (std::size_t place = 0; place < order.size();) {
    const double at = x[order[place]];
    const bool is_first = place == 0;
    Block block{at, at, 0, 0};
    for (; place < order.size() && x[order[place]] == at; ++place) {
      const double weight = weights.empty() ? 1 : weights[order[place]];
      block.sum += weight * y[order[place]];
      block.weight += weight;
    }
    if (is_first) block.sum += edge.weight * edge.high;
    if (place == order.size()) block.sum += edge.weight * edge.low;
    block.weight += edge.weight * ((is_first ? 1 : 0) + (place == order.size() ? 1 : 0));
    blocks.push_back(block);
    settle();
  }

  RisingLine line;
  for (const Block& block : blocks) {
    line.x.push_back(block.first);
    line.y.push_back(block.mean());
    if (block.last == block.first) continue;
    line.x.push_back(block.last);
    line.y.push_back(block.mean());
  }
  return line;
}

Result<RisingLine> calibrate_isotonic(std::span<const double> probability, std::span<const double> outcome) {
  if (auto pairs = check_probabilities(probability, outcome); !pairs) return tl::unexpected(pairs.error());
  return fit_isotonic(probability, outcome, {}, {.weight = 0.5, .low = 0, .high = 1});
}

double BetaCalibrator::at(double probability) const {
  const double p = clamped(probability);
  return expit(c + a * std::log(p) - b * std::log1p(-p));
}

Result<BetaCalibrator> calibrate_beta(std::span<const double> probability, std::span<const double> outcome) {
  if (auto pairs = check_probabilities(probability, outcome); !pairs) return tl::unexpected(pairs.error());
  // Learnt as the distance from changing nothing, which is the offset: that is what the prior pulls to.
  constexpr double kPrior = 0.1;
  std::vector<double> logs, offset;
  for (const double raw : probability) {
    const double p = clamped(raw);
    logs.push_back(std::log(p));
    logs.push_back(-std::log1p(-p));
    offset.push_back(std::log(p) - std::log1p(-p));
  }
  const auto both = fit_logistic({logs, 2}, outcome, {.ridge = kPrior, .ridge_intercept = kPrior, .offset = offset});
  if (!both) return tl::unexpected(both.error());
  BetaCalibrator calibrator{1 + both->coefficients[0], 1 + both->coefficients[1], both->intercept};
  if (calibrator.a >= 0 && calibrator.b >= 0) return calibrator;

  // A negative one is left out (Kull et al., section 4) and the other learnt alone, at least 0.
  const bool keeps_a = calibrator.b < 0;
  std::vector<double> kept;
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    kept.push_back(logs[2 * row + (keeps_a ? 0 : 1)]);
    offset[row] = kept.back();
  }
  const auto one = fit_logistic({kept, 1}, outcome, {.ridge = kPrior, .ridge_intercept = kPrior, .offset = offset});
  if (!one) return tl::unexpected(one.error());
  const double slope = 1 + one->coefficients[0];
  calibrator = keeps_a ? BetaCalibrator{slope, 0, one->intercept} : BetaCalibrator{0, slope, one->intercept};
  if (slope >= 0) return calibrator;

  // The forecast points the wrong way: the one answer that does not turn the ranking round is the share of all.
  const auto level = fit_logistic({{}, 0}, outcome, {.ridge_intercept = kPrior});
  if (!level) return tl::unexpected(level.error());
  return BetaCalibrator{0, 0, level->intercept};
}

}  // namespace habitue::models
