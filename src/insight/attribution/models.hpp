// What is asked of attribution: whether it can be, and by which weights each model shares out.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/attribution/credit.hpp"

namespace habitue::insight::attribution {

/// Errors: InvalidInput, naming what is out of its bounds.
Result<void> check(const AttributionSpec& spec);
/// Those asked for; all when none is.
std::vector<AttributionModel> models_of(const AttributionSpec& spec);

/// What a model needs to share out; `learnt` is by channel, of Markov and of Shapley by rate.
Weighing weighing_of(AttributionModel model, const AttributionSpec& spec, std::uint32_t direct,
                     const std::vector<double>& learnt);

}  // namespace habitue::insight::attribution
