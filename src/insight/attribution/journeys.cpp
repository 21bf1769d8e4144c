#include "insight/attribution/journeys.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include <boost/random/poisson_distribution.hpp>

#include "base/workers.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::attribution {
namespace {

/// splitmix64: a stream of random bits from any start.
struct Stream {
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return UINT64_MAX; }
  result_type operator()() { return mixed(state += 0x9E3779B97F4A7C15U); }
  std::uint64_t state;
};

/// Poisson of mean 1 by inversion, which most contents of many people ask for: k for bits below bound[k].
class PoissonOfOne {
 public:
  PoissonOfOne() {
    double probability = std::exp(-1.0), sum = 0;
    for (std::size_t k = 0; k < bounds_.size(); ++k) {
      sum += probability;
      bounds_[k] = sum >= 1 ? UINT64_MAX : static_cast<std::uint64_t>(std::ldexp(sum, 64));
      probability /= static_cast<double>(k + 1);
    }
  }
  std::uint64_t operator()(std::uint64_t bits) const {
    std::uint64_t k = 0;
    while (k + 1 < bounds_.size() && bits >= bounds_[k]) ++k;
    return k;
  }

 private:
  std::array<std::uint64_t, 20> bounds_{};  // Beyond 18 there is no bit left.
};

std::uint64_t drawn_of(std::uint64_t people, std::uint64_t seed) {
  static const PoissonOfOne of_one;
  Stream random{seed};
  // Boost's own, as the standard library's calls lgamma, which writes a global sign from every thread.
  return people == 1 ? of_one(random())
                     : boost::random::poisson_distribution<std::uint64_t>(static_cast<double>(people))(random);
}

double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

void Journeys::add(const Content& content) {
  const std::uint32_t number = contents_.number(content);
  if (number == people_.size()) people_.push_back(0);
  ++people_[number];
}

Result<std::vector<Resampled>> resample(const Journeys& journeys, std::size_t channels, const Resampling& asked,
                                        std::span<const SharesOf> models) {
  // By model and resample, so that the order in which threads come to them does not matter.
  std::vector<std::vector<std::optional<std::vector<double>>>> found(
      models.size(), std::vector<std::optional<std::vector<double>>>(asked.resamples));
  if (asked.progress != nullptr) {
    asked.progress->total = asked.resamples;
    asked.progress->done = 0;
    ++asked.progress->passes;
  }
  std::atomic<std::uint32_t> next{0};
  run_workers(std::min(asked.threads, asked.resamples), [&](const std::atomic<bool>& failed) {
    CancellationWatch watch(asked.cancellation);
    std::vector<std::uint64_t> drawn(journeys.size());
    for (std::uint32_t number = next++; number < asked.resamples && !failed && !watch.look(); number = next++) {
      const std::uint64_t of_resample = mixed((static_cast<std::uint64_t>(asked.seed) << 32U) + number);
      for (std::size_t content = 0; content < drawn.size() && !watch.stopped(); ++content)
        drawn[content] = drawn_of(journeys.people()[content], of_resample ^ journeys.hash(content));
      for (std::size_t model = 0; model < models.size() && !watch.look(); ++model)
        found[model][number] = models[model](drawn, number);
      if (asked.progress != nullptr) ++asked.progress->done;
    }
  });
  if (asked.cancellation != nullptr && asked.cancellation->cancelled()) return was_cancelled();
  std::vector<Resampled> results;
  for (const auto& of_model : found) {
    Resampled& result = results.emplace_back();
    std::vector<std::vector<double>> shares(channels);
    for (const auto& of_sample : of_model) {
      if (!of_sample) continue;
      ++result.resamples;
      for (std::size_t channel = 0; channel < channels; ++channel) shares[channel].push_back((*of_sample)[channel]);
    }
    for (std::size_t channel = 0; channel < channels && result.resamples > 0; ++channel) {
      std::sort(shares[channel].begin(), shares[channel].end());
      result.of_channel.push_back({percentile(shares[channel], 0.025), percentile(shares[channel], 0.975)});
    }
  }
  return results;
}

}  // namespace habitue::insight::attribution
