// How likely a yes is, learnt from rows with known outcomes: gradient-boosted trees, and the plain regression that they have to beat, behind one
// interface. A model explains itself a person: how much each column moved the log-odds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

/// Never changes after it was trained. All calls are safe from any thread.
class ProbabilityModel {
 public:
  virtual ~ProbabilityModel() = default;
  ProbabilityModel() = default;
  ProbabilityModel(const ProbabilityModel&) = delete;
  ProbabilityModel& operator=(const ProbabilityModel&) = delete;

  virtual std::size_t columns() const = 0;
  /// One a row, 0 to 1. NaN is a missing number. Errors for this and the next: InvalidInput for other columns than it learnt from, or a number
  /// infinite or above 1e15.
  virtual Result<std::vector<double>> probabilities(RowMatrix rows) const = 0;
  /// columns() + 1 numbers a row: how far each column moves the log-odds of this person from the last, which is the level of everybody. Their sum is the
  /// log-odds of `probabilities`. For trees these are Shapley values: Lundberg et al. (2020), Nature Machine Intelligence 2.
  virtual Result<std::vector<double>> contributions(RowMatrix rows) const = 0;
  /// For load_model. The same model gives the same bytes.
  virtual Result<std::string> bytes() const = 0;
};
using TrainedModel = std::shared_ptr<const ProbabilityModel>;

/// Errors: Corrupt when the bytes are not a model's, are damaged, or of a later version.
Result<TrainedModel> load_model(std::string_view bytes);

struct BoostingOptions {
  std::uint32_t rounds_max = 600;  ///< Trees at most.
  std::uint32_t patience = 30;     ///< Rounds without a gain on the fold kept aside after which it stops.
  double learning_rate = 0.05;
  std::uint32_t depth_max = 4;
  double leaf_weight_least = 5;  ///< Sum of p (1 - p) in a leaf: higher is smoother.
  double row_share = 0.8;        ///< Of the rows, drawn for each tree.
  double column_share = 0.8;
  double ridge = 1;  ///< On the leaves' values.
  std::uint64_t seed = 1;
};
/// XGBoost (Chen and Guestrin 2016, KDD), histogram method, one thread: byte-equal on the same machine for the same input, however many models are
/// trained beside it. A fifth of the rows, dealt by outcome, finds how many trees to grow; then all rows grow as many. With fewer than 25
/// of either outcome no tree is grown: everybody gets the share of all.
/// Errors: InvalidInput when shapes differ, an outcome is neither 0 nor 1, a number is infinite or above 1e15, or an option is out of its range.
Result<TrainedModel> train_boosted_trees(RowMatrix rows, std::span<const double> outcome,
                                         const BoostingOptions& options = {});

/// Logistic regression on standardised columns. A missing number counts as the mean, and that it is missing as a column of its own.
/// Errors: as above.
Result<TrainedModel> train_regression(RowMatrix rows, std::span<const double> outcome, double ridge = 1);

using Trainer = std::function<Result<TrainedModel>(RowMatrix, std::span<const double>)>;
/// The probability of each row by a model that saw only the other folds, dealt by outcome. Folds are trained on up to `threads` threads; the
/// answer is the same for any. Errors: those of the trainer; InvalidInput for less than 2 or more folds than rows.
Result<std::vector<double>> cross_validated(RowMatrix rows, std::span<const double> outcome, const Trainer& trainer,
                                            std::uint32_t folds = 5, std::uint64_t seed = 1, unsigned threads = 1);

}  // namespace habitue::models
