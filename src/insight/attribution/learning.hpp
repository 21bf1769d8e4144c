// What the data-driven models learn from the journeys of everybody.
#pragma once

#include <optional>
#include <vector>

#include "insight/attribution/channels.hpp"
#include "insight/attribution/markov.hpp"
#include "insight/attribution/shapley.hpp"

namespace habitue::insight::attribution {

/// Which of them are asked for.
struct Wanted {
  bool markov = false, shapley = false;
};

struct Learnt {
  Journeys journeys;
  Transitions transitions{0};
  RemovalEffects effects;
  std::optional<ChannelSets> sets;
  ChannelSets::ByRate shapley;  ///< By conversions too.
};
/// Errors: Conflict when cancelled.
Result<Learnt> learn(const Gathered& from, const AttributionSpec& spec, const Channels& channels, Wanted wanted,
                     CancellationWatch& watch);

/// Errors: Conflict when cancelled.
Result<MarkovReport> shape_markov(const Learnt& learnt, const Gathered& from, const Channels& channels,
                                  const AttributionSpec& spec, const Cancellation* cancellation);
Result<ShapleyReport> shape_shapley(const Learnt& learnt, const Gathered& from, const Channels& channels,
                                    const AttributionSpec& spec, const Cancellation* cancellation);

}  // namespace habitue::insight::attribution
