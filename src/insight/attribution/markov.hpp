// The Markov chain of journeys and its removal effects. [A16]: Anderl, Becker, von Wangenheim and Schumann (2016), Mapping the
// customer journey: Lessons learned from graph-based online attribution modeling, IJRM 33(3), 457-474.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/progress.hpp"
#include "base/result.hpp"

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

/// The journeys of people, those of the same content counted together, so that nothing depends on who they are.
class Journeys {
 public:
  /// Of one person: a list of channels and after each journey one of the marks.
  using Content = std::vector<std::uint32_t>;
  static constexpr std::uint32_t kConverted = UINT32_MAX, kNotConverted = UINT32_MAX - 1;

  void add(const Content& content) { ++people_[content]; }
  /// `times` for each content, in their order; nothing: as many as there are people.
  Transitions transitions(std::size_t channels, std::span<const std::uint64_t> times = {}) const;
  /// Numbers of people by content, in order.
  std::vector<std::uint64_t> people() const;

 private:
  std::map<Content, std::uint64_t> people_;
};

struct ShareInterval {
  double low = 0, high = 0;
};
struct Resampled {
  std::uint64_t resamples = 0;            ///< In which somebody converted.
  std::vector<ShareInterval> of_channel;  ///< Empty when there is no resample.
};
/// 95 % percentile intervals (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13) of the shares of the removal
/// effects. People are drawn anew by Poisson weights of mean 1 (Chamandy, Muralidharan, Najmi and Naidu 2012, Estimating uncertainty
/// for massive data streams); of n alike the sum of weights is Poisson of mean n. Errors: Conflict when cancelled.
Result<Resampled> resample(const Journeys& journeys, std::size_t channels, std::uint32_t resamples, std::uint32_t seed,
                           const Cancellation* cancellation);

/// Shares of effects in their sum; all 0 when it is 0.
std::vector<double> shares_of(const RemovalEffects& effects);

}  // namespace habitue::insight::attribution
