// The Markov chain of journeys and its removal effects. [A16]: Anderl, Becker, von Wangenheim and Schumann (2016), Mapping the
// customer journey: Lessons learned from graph-based online attribution modeling, IJRM 33(3), 457-474.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/attribution/journeys.hpp"

namespace habitue::insight::attribution {

/// How often journeys went from one state to another. States: channels from 0, then start, conversion, nothing.
class Transitions {
 public:
  explicit Transitions(std::size_t channels) : channels_(channels), counts_((channels + 3) * (channels + 3)) {}
  std::size_t channels() const { return channels_; }
  std::size_t start() const { return channels_; }
  std::size_t conversion() const { return channels_ + 1; }
  std::size_t nothing() const { return channels_ + 2; }
  void add(std::size_t from, std::size_t to, std::uint64_t times) { counts_[from * (channels_ + 3) + to] += times; }
  std::uint64_t count(std::size_t from, std::size_t to) const { return counts_[from * (channels_ + 3) + to]; }
  /// All that leaves a state.
  std::uint64_t leaving(std::size_t from) const;

 private:
  std::size_t channels_;
  std::vector<std::uint64_t> counts_;
};

struct RemovalEffects {
  double conversion_probability = 0;
  std::vector<double> effect;  ///< By channel; all 0 when nothing converts.
};
/// [A16] section 3.2: 1 - P(conversion without the channel) / P(conversion). Cost: the cube of the channels.
RemovalEffects removal_effects(const Transitions& transitions);

/// `times` for each content, in their order; nothing: as many as there are people.
Transitions transitions_of(const Journeys& journeys, std::size_t channels, std::span<const std::uint64_t> times = {});

/// Shares of effects in their sum; all 0 when it is 0.
std::vector<double> shares_of(const RemovalEffects& effects);

}  // namespace habitue::insight::attribution
