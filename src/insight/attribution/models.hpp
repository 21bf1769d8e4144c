// What is asked of attribution: whether it can be, and by which weights each model shares out.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/attribution/credit.hpp"
#include "insight/attribution/markov.hpp"

namespace habitue::insight::attribution {

/// Errors: InvalidInput, naming what is out of its bounds.
Result<void> check(const AttributionSpec& spec);
/// Those asked for; all when none is.
std::vector<AttributionModel> models_of(const AttributionSpec& spec);

/// By channel, in whole numbers.
std::vector<std::uint64_t> effect_weights(const RemovalEffects& effects);
Weighing weighing_of(AttributionModel model, const AttributionSpec& spec, std::uint32_t direct,
                     const std::vector<std::uint64_t>& effects);

}  // namespace habitue::insight::attribution
