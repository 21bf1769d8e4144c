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

/// What is told of each model that was wanted.
struct Lessons {
  std::optional<MarkovReport> markov;
  std::optional<ShapleyReport> shapley;
};
/// Errors: Conflict when cancelled.
Result<Lessons> shape_lessons(const Learnt& learnt, const Gathered& from, const Channels& channels,
                              const Question& question, const AttributionSpec& spec, Wanted wanted);

}  // namespace habitue::insight::attribution
