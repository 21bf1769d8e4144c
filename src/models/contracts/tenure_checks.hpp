// What every model of tenures asks of them.
#pragma once

#include <span>

#include "base/result.hpp"
#include "models/contracts/kaplan_meier.hpp"

namespace habitue::models {

/// Nothing when there are contracts and 0 <= entered <= time <= 1e12 for each; else what is wrong.
Result<void> check_tenures(std::span<const Tenure> tenures);

}  // namespace habitue::models
