// Whom the action moves: what was known of the people before, and scores by learners that had not seen them.
#pragma once

#include <span>
#include <vector>

#include "insight/propensity/propensity.hpp"
#include "insight/uplift/subjects.hpp"
#include "models/uplift/targeting.hpp"

namespace habitue::insight::uplift {

struct Scored {
  std::vector<PropensityColumn> columns;  ///< Of the table of what was known.
  std::vector<double> rows;               ///< One a subject, squeezed; NaN is missing.
  models::JudgedLearner judged;
};
Result<Scored> score(const knowledge::Economics& economics, const Question& question, const UpliftSpec& spec,
                     std::span<const Subject> subjects);

/// Fills what the report says of whom it moves.
Result<void> tell(UpliftReport& report, const Scored& scored, std::span<const Subject> subjects);

}  // namespace habitue::insight::uplift
