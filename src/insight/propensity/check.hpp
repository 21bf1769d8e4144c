// All methods on one table, of people and months that none had learnt from, and the choice between them.
#pragma once

#include "insight/propensity/learn.hpp"

namespace habitue::insight::propensity {

/// Fills models, used, reliability, tops, weights and the verdict. Errors: Conflict when cancelled.
Result<void> judge(PropensityCheck& check, const Cut& test, std::span<const Cut* const> earlier,
                   std::span<const PropensityColumn> columns, PropensityFact rule_by, const Question& question,
                   std::uint64_t seed);

}  // namespace habitue::insight::propensity
