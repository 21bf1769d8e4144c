// What competes: each way to foretell, learnt from rows of the past, and what it says of other rows.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/propensity/law.hpp"
#include "insight/propensity/rows.hpp"

namespace habitue::insight::propensity {

inline constexpr PropensityMethod kMethods[] = {PropensityMethod::Alike, PropensityMethod::Rule,
                                                PropensityMethod::Probability, PropensityMethod::Regression,
                                                PropensityMethod::Trees};

/// Rows of one moment with what the law learnt then says of them; empty where there is none.
struct Cut {
  RowsOfCut of;
  std::string law;
  std::vector<double> chances;
};

struct Learnt {
  PropensityMethod method = PropensityMethod::Alike;
  double share = 0;
  PropensityRule rule;
  models::TrainedModel model;
  models::BetaCalibrator calibrator;
};

/// Nothing where the method has nothing to learn from. Calibrators are learnt on people whom the model had not seen: folds are dealt by
/// person. Errors: Conflict when cancelled.
Result<std::optional<Learnt>> learn(PropensityMethod method, std::span<const Cut* const> cuts,
                                    std::span<const PropensityColumn> columns, PropensityFact rule_by,
                                    const Question& question, std::uint64_t seed);

/// Of each row; `chances` of a law beside them, where the method is one.
Result<std::vector<double>> foretell(const Learnt& learnt, std::span<const double> values, std::size_t columns,
                                     std::span<const double> chances);

}  // namespace habitue::insight::propensity
