// How one conversion is shared out among the channels that led to it. Pure functions of plain values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/attribution/attribution.hpp"

namespace habitue::insight::attribution {

/// A touch of one journey, in order of time.
struct Step {
  std::uint32_t channel = 0;  ///< A number below the count of channels.
  std::int64_t age_us = 0;    ///< Before the conversion; never negative.
};

/// What a channel of a journey is owed, in proportion to the others.
struct Owed {
  std::uint32_t channel = 0;
  std::uint64_t weight = 0;
};

struct Weighing {
  AttributionModel model = AttributionModel::Last;
  AttributionWeights weights;     ///< Of Position, J, InverseJ and Custom.
  std::int64_t half_life_us = 1;  ///< Of TimeDecay.
  std::uint32_t direct = 0;       ///< The channel "direct".
  std::vector<std::uint64_t>
      of_channel;  ///< Of Markov and of Shapley by rate, by channel. Shapley without them: the same to each.
};

/// Replaces `owed` by the different channels of `steps`, in order of their first touch. The sum of weights is above 0, and under
/// Participation every weight is 1. `steps` is not empty.
void weigh(std::span<const Step> steps, const Weighing& weighing, std::vector<Owed>& owed);

/// Shares out `amount`, which may be negative, by largest remainder; equal remainders go to the earlier channel. The parts add up to it
/// exactly. `parts` is replaced. Under Participation call it not: everybody has the whole.
void apportion(std::int64_t amount, std::span<const Owed> owed, std::vector<std::int64_t>& parts);

}  // namespace habitue::insight::attribution
