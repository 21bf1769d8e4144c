#include "models/calibration/stacking.hpp"

#include <algorithm>
#include <cmath>

#include "models/calibration/checks.hpp"
#include "models/calibration/scores.hpp"

namespace habitue::models {
namespace {

constexpr double kGap = 1e-6;
// No weight falls lower on the way: what came of a model that seems useless may still turn out to need it.
constexpr double kLeastWeight = 1e-9;
constexpr std::uint32_t kIterationsMax = 2'000;

// The mean of -ln of the mixture, and how it changes with the weights.
struct Slopes {
  double log_score = 0;
  std::vector<double> slope;  // Mean of p / mixture, by model: 1 where a weight is right, less where it may be nought.
  std::vector<double> curvature;  // Mean of their products, row by row.
};

Slopes slopes_at(const RowMatrix& given, const std::vector<double>& weights) {
  const std::size_t models = given.columns;
  const auto rows = static_cast<double>(given.rows());
  Slopes at;
  at.slope.assign(models, 0.0);
  at.curvature.assign(models * models, 0.0);
  std::vector<double> ratio(models);
  for (std::size_t row = 0; row < given.rows(); ++row) {
    const auto p = given.row(row);
    double mixed = 0;
    for (std::size_t model = 0; model < models; ++model)
      mixed += weights[model] * (ratio[model] = std::max(p[model], kLeastProbability));
    at.log_score -= std::log(mixed) / rows;
    for (std::size_t model = 0; model < models; ++model) at.slope[model] += ratio[model] /= mixed;
    for (std::size_t model = 0; model < models; ++model)
      for (std::size_t other = 0; other <= model; ++other)
        at.curvature[model * models + other] += ratio[model] * ratio[other];
  }
  for (double& slope : at.slope) slope /= rows;
  for (std::size_t model = 0; model < models; ++model)
    for (std::size_t other = 0; other <= model; ++other)
      at.curvature[other * models + model] = at.curvature[model * models + other] /= rows;
  return at;
}

void bring_to_one(std::vector<double>& weights) {
  double sum = 0;
  for (double& weight : weights) sum += weight = std::max(weight, kLeastWeight);
  for (double& weight : weights) weight /= sum;
}

// Where the parabola through `at` is lowest among weights that are not negative, coordinate by coordinate. That they sum to 1 need not be
// asked: with the sum added to the score the lowest point has it (Kim, Carbonetto, Stephens and Anitescu, 2020, A fast algorithm for
// maximum likelihood estimation of mixture proportions, JCGS 29).
std::vector<double> lowest_of_parabola(const Slopes& at, const std::vector<double>& weights) {
  const std::size_t models = weights.size();
  std::vector<double> wanted = weights, gradient(models);
  for (std::size_t model = 0; model < models; ++model) gradient[model] = 1 - at.slope[model];
  constexpr int kSweeps = 400;
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (std::size_t model = 0; model < models; ++model) {
      const double bend = at.curvature[model * models + model] * (1 + 1e-9) + 1e-12;
      const double moved = std::max(0.0, wanted[model] - gradient[model] / bend) - wanted[model];
      if (moved == 0) continue;
      wanted[model] += moved;
      for (std::size_t other = 0; other < models; ++other)
        gradient[other] += moved * at.curvature[other * models + model];
    }
  return wanted;
}

}  // namespace

Result<Stacking> stack(RowMatrix probability_of_what_came) {
  const RowMatrix& given = probability_of_what_came;
  if (!given.is_whole() || given.rows() == 0) return invalid("no forecasts to weigh");
  if (!std::all_of(given.values.begin(), given.values.end(), [](double p) { return p >= 0 && p <= kLargestNumber; }))
    return invalid("a probability is negative, missing or infinite");
  const std::size_t models = given.columns;

  Stacking stacking;
  stacking.weights.assign(models, 1 / static_cast<double>(models));
  Slopes at = slopes_at(given, stacking.weights);
  for (;; ++stacking.iterations) {
    // The problem is convex: the largest slope less 1 bounds what is left to gain.
    stacking.log_score = at.log_score;
    stacking.gap = std::max(0.0, *std::max_element(at.slope.begin(), at.slope.end()) - 1);
    if (stacking.gap <= kGap || stacking.iterations == kIterationsMax) return stacking;
    const std::vector<double> wanted = lowest_of_parabola(at, stacking.weights);
    std::vector<double> next;
    Slopes then;
    bool lower = false;
    for (double step = 1; step > 1e-3 && !lower; step /= 4) {
      next = stacking.weights;
      for (std::size_t model = 0; model < models; ++model) next[model] += step * (wanted[model] - next[model]);
      bring_to_one(next);
      then = slopes_at(given, next);
      lower = then.log_score < at.log_score;
    }
    if (!lower) {
      // A step of expectation and maximisation, which always gains something.
      next = stacking.weights;
      for (std::size_t model = 0; model < models; ++model) next[model] *= at.slope[model];
      bring_to_one(next);
      then = slopes_at(given, next);
    }
    stacking.weights = std::move(next);
    at = std::move(then);
  }
}

}  // namespace habitue::models
