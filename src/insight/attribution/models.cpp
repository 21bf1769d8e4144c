#include "insight/attribution/models.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace habitue::insight::attribution {
namespace {

constexpr std::size_t kChannelsMax = 200;
constexpr std::uint32_t kResamplesMax = 10'000, kWeightMax = 1'000'000;
constexpr std::chrono::microseconds kLongest = std::chrono::days{36'525};
constexpr double kLearntUnits = 1099511627776.0;  // Of a removal effect or a value of 1, as a weight.

Result<void> check_weights(std::string_view what, const AttributionWeights& weights) {
  const std::uint32_t most = std::max({weights.first, weights.middle, weights.last});
  if (most > 0 && most <= kWeightMax) return {};
  return invalid(fmt::format("the weights of {} are 0 to {}, and not all 0; these are {}, {} and {}", what, kWeightMax,
                             weights.first, weights.middle, weights.last));
}

}  // namespace

Result<void> check(const AttributionSpec& spec) {
  if (auto sound = check_weights("position", spec.position); !sound) return sound;
  if (auto sound = check_weights("the custom model", spec.custom); !sound) return sound;
  if (spec.lookback < std::chrono::microseconds{0} || spec.lookback > kLongest)
    return invalid("attribution looks back 0 to 36,525 days");
  if (spec.half_life <= std::chrono::microseconds{0} || spec.half_life > kLongest)
    return invalid("a half-life is more than nothing and at most 36,525 days");
  if (spec.limit < 1 || spec.limit > kChannelsMax)
    return invalid(fmt::format("attribution shows 1 to {} channels, not {}", kChannelsMax, spec.limit));
  if (spec.resamples > kResamplesMax)
    return invalid(fmt::format("an interval rests on at most {} resamples, not {}", kResamplesMax, spec.resamples));
  if (std::set(spec.models.begin(), spec.models.end()).size() != spec.models.size())
    return invalid("a model of attribution is asked for twice");
  return {};
}

std::vector<AttributionModel> models_of(const AttributionSpec& spec) {
  if (!spec.models.empty()) return spec.models;
  std::vector<AttributionModel> all;
  for (std::size_t model = 0; model < kAttributionModels; ++model) all.push_back(static_cast<AttributionModel>(model));
  return all;
}

Weighing weighing_of(AttributionModel model, const AttributionSpec& spec, std::uint32_t direct,
                     const std::vector<double>& learnt) {
  Weighing weighing;
  weighing.model = model;
  weighing.half_life_us = spec.half_life.count();
  weighing.direct = direct;
  if (model == AttributionModel::Position) weighing.weights = spec.position;
  if (model == AttributionModel::Custom) weighing.weights = spec.custom;
  if (model == AttributionModel::J) weighing.weights = {20, 20, 60};
  if (model == AttributionModel::InverseJ) weighing.weights = {60, 20, 20};
  const bool learns =
      model == AttributionModel::Markov || (model == AttributionModel::Shapley && spec.shapley == ShapleyWorth::Rate);
  for (std::size_t channel = 0; channel < learnt.size() && learns; ++channel)
    weighing.of_channel.push_back(
        static_cast<std::uint64_t>(std::llround(std::clamp(learnt[channel], 0.0, 1.0) * kLearntUnits)));
  return weighing;
}

}  // namespace habitue::insight::attribution
