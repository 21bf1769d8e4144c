// How buying answers to prices, of all and of each segment.
#pragma once

#include "insight/scenario/price_panel.hpp"

namespace habitue::insight::scenario {

struct Elasticities {
  ScenarioElasticity all;
  std::vector<ScenarioElasticity> segments;
  std::optional<double> common, spread;  ///< Of the segments that could be learnt, where they are two or more.
};
/// As the caller gives it, or from the panel: each segment's own, drawn towards what segments share. A price that stays needs none.
Result<Elasticities> learn_elasticities(const PricePanel& panel, std::size_t segments, const ScenarioSpec& spec);

/// What a fit says of itself, as answers do.
ScenarioVerdict verdict_of(models::PriceVerdict verdict);

}  // namespace habitue::insight::scenario
