#include "insight/attribution/markov.hpp"

#include <algorithm>
#include <numeric>

#include <Eigen/LU>

namespace habitue::insight::attribution {
namespace {

double probability(const Transitions& transitions, std::size_t from, std::size_t to, std::uint64_t leaving) {
  return leaving == 0 ? 0 : static_cast<double>(transitions.count(from, to)) / static_cast<double>(leaving);
}

}  // namespace

std::uint64_t Transitions::leaving(std::size_t from) const {
  const auto row = counts_.begin() + static_cast<std::ptrdiff_t>(from * (channels_ + 3));
  return std::accumulate(row, row + static_cast<std::ptrdiff_t>(channels_ + 3), std::uint64_t{0});
}

// Whoever converts without the channel does so on a way that never meets it, so what its removal costs is
// P(ever at the channel) x P(conversion from there): one inverse gives it for all channels. N = (I - Q)^-1 counts visits, and
// P(ever at i) = (s N)_i / N_ii (Kemeny and Snell 1976, Finite Markov Chains, theorems 3.2.4 and 3.3.7).
RemovalEffects removal_effects(const Transitions& transitions) {
  const std::size_t channels = transitions.channels();
  const auto index = [](std::size_t channel) { return static_cast<Eigen::Index>(channel); };
  Eigen::MatrixXd stays(index(channels), index(channels));
  std::vector<double> converts(channels), starts(channels);
  const std::uint64_t started = transitions.leaving(transitions.start());
  for (std::size_t from = 0; from < channels; ++from) {
    const std::uint64_t leaving = transitions.leaving(from);
    for (std::size_t to = 0; to < channels; ++to)
      stays(index(from), index(to)) = (from == to ? 1 : 0) - probability(transitions, from, to, leaving);
    converts[from] = probability(transitions, from, transitions.conversion(), leaving);
    starts[from] = probability(transitions, transitions.start(), from, started);
  }
  const Eigen::MatrixXd visits = stays.inverse();
  RemovalEffects effects;
  effects.effect.resize(channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    double from_here = 0, visited = 0;
    for (std::size_t other = 0; other < channels; ++other) {
      from_here += visits(index(channel), index(other)) * converts[other];
      visited += starts[other] * visits(index(other), index(channel));
    }
    effects.conversion_probability += starts[channel] * from_here;
    effects.effect[channel] = visited / visits(index(channel), index(channel)) * from_here;
  }
  for (double& effect : effects.effect)
    effect = effects.conversion_probability > 0 ? std::min(1.0, effect / effects.conversion_probability) : 0;
  return effects;
}

std::vector<double> shares_of(const RemovalEffects& effects) {
  const double sum = std::accumulate(effects.effect.begin(), effects.effect.end(), 0.0);
  std::vector<double> shares(effects.effect.size());
  for (std::size_t channel = 0; channel < shares.size() && sum > 0; ++channel)
    shares[channel] = effects.effect[channel] / sum;
  return shares;
}

Transitions transitions_of(const Journeys& journeys, std::size_t channels, std::span<const std::uint64_t> times) {
  Transitions transitions(channels);
  for (std::size_t number = 0; number < journeys.size(); ++number) {
    const std::uint64_t weight = times.empty() ? journeys.people()[number] : times[number];
    if (weight == 0) continue;
    std::size_t from = transitions.start();
    for (const std::uint32_t next : journeys.content(number)) {
      const bool ends = next == Journeys::kConverted || next == Journeys::kNotConverted;
      const std::size_t to = next == Journeys::kConverted      ? transitions.conversion()
                             : next == Journeys::kNotConverted ? transitions.nothing()
                                                               : next;
      transitions.add(from, to, weight);
      from = ends ? transitions.start() : to;
    }
  }
  return transitions;
}

}  // namespace habitue::insight::attribution
