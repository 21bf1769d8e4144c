#include "insight/attribution/journeys.hpp"

#include <algorithm>
#include <random>

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

Result<Resampled> resample(const Journeys& journeys, std::size_t channels, std::uint32_t resamples, std::uint32_t seed,
                           const Cancellation* cancellation, const SharesOf& shares_of) {
  CancellationWatch watch(cancellation);
  std::vector<std::uint64_t> drawn(journeys.size());
  std::vector<std::vector<double>> shares(channels);
  Resampled result;
  for (std::uint32_t number = 0; number < resamples && !watch.look(); ++number) {
    const std::uint64_t of_resample = mixed((static_cast<std::uint64_t>(seed) << 32U) + number);
    for (std::size_t content = 0; content < drawn.size() && !watch.stopped(); ++content) {
      Stream random{of_resample ^ journeys.hash(content)};
      const auto mean = static_cast<double>(journeys.people()[content]);
      drawn[content] = std::poisson_distribution<std::uint64_t>(mean)(random);
    }
    if (watch.look()) break;
    const auto of_sample = shares_of(drawn, number);
    if (!of_sample) continue;
    ++result.resamples;
    for (std::size_t channel = 0; channel < channels; ++channel) shares[channel].push_back((*of_sample)[channel]);
  }
  if (watch.look()) return fail(ErrorKind::Conflict, "the question was cancelled");
  for (std::size_t channel = 0; channel < channels && result.resamples > 0; ++channel) {
    std::sort(shares[channel].begin(), shares[channel].end());
    result.of_channel.push_back({percentile(shares[channel], 0.025), percentile(shares[channel], 0.975)});
  }
  return result;
}

}  // namespace habitue::insight::attribution
