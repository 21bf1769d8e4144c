// Whether a score of uplift tells whom to act on. Libraries differ by what they call Qini and AUUC; here, after Radcliffe (2007), Using control groups to
// target on predicted lift, and Radcliffe and Surry (2011), Real-world uplift modelling:
//
//   People are ranked by score, highest first. Among the first n of N, with Nt treated and Nc not, Rt and Rc the sums of their outcomes,
//   the incremental outcomes are Q(n) = Rt - Rc Nt / Nc. `auuc` is the area under Q over n / N, `qini` that between Q and the straight line from
//   0 to Q(N), both divided by N. Random scores have a qini of 0, and no normalisation by a "perfect" ranking (which nobody can know) is made.
//
// People with one score are taken together, in a straight line, so that the order of rows changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/uplift/experiment.hpp"

namespace habitue::models {

struct Bootstrapped {
  double value = 0;
  double standard_error = 0;
  double low = 0, high = 0;  ///< 95 %, normal, by the spread over resampled people, their scores as they are.
};

struct QiniPoint {
  double share = 0;        ///< Of the people, highest scores first.
  double incremental = 0;  ///< Q / N.
};

/// A tenth of the people by score, or more where scores are equal.
struct UpliftGroup {
  double lowest = 0, highest = 0;  ///< Scores.
  std::optional<Effect> effect;    ///< Nothing when an arm has less than two people there.
};

enum class Targeting : std::uint8_t {
  ByScore,    ///< The score tells whom the action moves more: take them from the top.
  Everybody,  ///< It does not, and the action does good on average.
  Nobody,     ///< It does not, and the action does no good that can be told from chance.
};

struct UpliftReport {
  Effect average;
  Bootstrapped qini, auuc;
  std::vector<QiniPoint> curve;     ///< From (0, 0) to (1, Q(N) / N), at most 200 steps.
  std::vector<UpliftGroup> groups;  ///< Highest scores first.
  Targeting targeting = Targeting::Nobody;
  /// Where the curve is highest: acting on more people than that adds nothing. Only when ByScore.
  std::optional<double> share_to_target;
};

/// `score` of people that the learner had not seen (cross_fitted_uplift, or a hold-out). To target is refused when the interval of qini holds zero.
/// `replicates` 100 to 10,000. Errors: as average_effect, scores that are not one a person and finite, or other replicates.
Result<UpliftReport> judge_uplift(const Experiment& experiment, std::span<const double> score,
                                  std::uint32_t replicates = 400, std::uint64_t seed = 1);

struct LearnerJudging {
  std::uint32_t folds = 5;
  std::uint32_t deals = 5;  ///< How often people are dealt into folds; at least 2.
  std::uint32_t replicates = 400;
  std::uint64_t seed = 1;
};
/// A learner judged on the people it learns from: each is scored by learners that had not seen them (cross_fitted_uplift), and the scores of several deals
/// are averaged. The deal is chance too, and as large as that of the people where there is little to find: the spread of qini over the
/// deals widens the intervals. Errors: as above, those of the learner, less than 2 or more than 100 deals.
struct JudgedLearner {
  std::vector<double> score;  ///< A person's, by learners that had not seen them.
  UpliftReport report;
};
Result<JudgedLearner> judge_learner(const Experiment& experiment, const UpliftLearner& learner,
                                    const LearnerJudging& how = {});

}  // namespace habitue::models
