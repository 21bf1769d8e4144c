#include "insight/attribution/shapley.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

namespace habitue::insight::attribution {
namespace {

constexpr std::size_t kLooks = 200'000'000;
constexpr std::size_t kOrdersMin = 200, kOrdersMax = 2000, kFewer = 20;

double rate(double converted, double journeys) { return journeys > 0 ? converted / journeys : 0; }

}  // namespace

std::vector<double> shapley_values(std::size_t players, std::span<const double> worth) {
  // weight[s]: of a coalition of s others, s! (n - s - 1)! / n!.
  std::vector<double> weight(players), value(players);
  for (std::size_t others = 0; others < players; ++others) {
    weight[others] = 1.0 / static_cast<double>(players);
    for (std::size_t k = 1; k <= others; ++k)
      weight[others] *= static_cast<double>(k) / static_cast<double>(players - k);
  }
  for (std::size_t coalition = 0; coalition < worth.size(); ++coalition)
    for (std::size_t player = 0; player < players; ++player) {
      const std::size_t bit = std::size_t{1} << player;
      if ((coalition & bit) != 0) continue;
      value[player] +=
          weight[static_cast<std::size_t>(std::popcount(coalition))] * (worth[coalition | bit] - worth[coalition]);
    }
  return value;
}

SampledValues sampled_shapley_values(
    std::size_t players, std::uint32_t orders, std::uint64_t seed, CancellationWatch& watch,
    const std::function<void(std::span<const std::uint32_t>, std::span<double>)>& added_in) {
  SampledValues sampled{std::vector<double>(players), std::vector<double>(players)};
  std::vector<double> added(players), squares(players);
  std::vector<std::uint32_t> order(players);
  std::iota(order.begin(), order.end(), 0U);
  std::mt19937_64 random(seed);
  for (std::uint32_t number = 1; number <= orders; ++number) {
    // Fisher and Yates, by hand: what std::shuffle draws is not the same everywhere.
    for (std::size_t left = players; left > 1; --left) std::swap(order[left - 1], order[random() % left]);
    added_in(order, added);
    if (watch.look()) {
      sampled.cancelled = true;
      return sampled;
    }
    // Welford (1962), Note on a method for calculating corrected sums of squares and products.
    for (std::size_t player = 0; player < players; ++player) {
      const double before = added[player] - sampled.value[player];
      sampled.value[player] += before / static_cast<double>(number);
      squares[player] += before * (added[player] - sampled.value[player]);
    }
  }
  const auto count = static_cast<double>(orders);
  for (std::size_t player = 0; player < players; ++player)
    sampled.error[player] = std::sqrt(squares[player] / (count - 1) / count);
  return sampled;
}

ChannelSets::ChannelSets(const Journeys& journeys, std::size_t channels, CancellationWatch& watch)
    : channels_(channels) {
  std::vector<std::uint32_t> set;
  for (std::size_t number = 0; number < journeys.size(); ++number) {
    if (watch.stopped(journeys.content(number).size())) return;
    set.clear();
    for (const std::uint32_t next : journeys.content(number)) {
      const bool converted = next == Journeys::kConverted;
      if (!converted && next != Journeys::kNotConverted) {
        set.push_back(next);
        continue;
      }
      std::sort(set.begin(), set.end());
      set.erase(std::unique(set.begin(), set.end()), set.end());
      set_of_journey_.push_back(2 * sets_.number(set) + (converted ? 1 : 0));
      set.clear();
    }
    journeys_end_.push_back(set_of_journey_.size());
  }
  for (std::size_t number = 0; number < sets_.size(); ++number) members_ += sets_[number].size();
}

ChannelSets::Counts ChannelSets::counts(std::span<const std::uint64_t> times) const {
  Counts counts{std::vector<std::uint64_t>(sets_.size()), std::vector<std::uint64_t>(sets_.size())};
  std::size_t journey = 0;
  for (std::size_t content = 0; content < journeys_end_.size(); ++content)
    for (; journey < journeys_end_[content]; ++journey) {
      const std::uint32_t set = set_of_journey_[journey] / 2;
      counts.journeys[set] += times[content];
      if (set_of_journey_[journey] % 2 != 0) counts.converted[set] += times[content];
    }
  return counts;
}

std::vector<double> ChannelSets::by_conversions(const Counts& counts) const {
  // By the size of sets first: sums of whole numbers do not depend on the order of sets, nor then do the values.
  std::vector<std::vector<std::uint64_t>> converted(channels_);
  for (std::size_t number = 0; number < sets_.size(); ++number) {
    const auto set = sets_[number];
    for (const std::uint32_t channel : set) {
      auto& of_channel = converted[channel];
      of_channel.resize(std::max(of_channel.size(), set.size() + 1));
      of_channel[set.size()] += counts.converted[number];
    }
  }
  std::vector<double> values(channels_);
  for (std::size_t channel = 0; channel < channels_; ++channel)
    for (std::size_t size = 1; size < converted[channel].size(); ++size)
      values[channel] += static_cast<double>(converted[channel][size]) / static_cast<double>(size);
  return values;
}

ChannelSets::ByRate ChannelSets::by_rate(const Counts& counts, Orders orders, std::uint64_t seed,
                                         CancellationWatch& watch) const {
  if (channels_ <= kExactChannels) {
    const std::size_t coalitions = std::size_t{1} << channels_;
    std::vector<double> journeys(coalitions), converted(coalitions), worth(coalitions);
    for (std::size_t number = 0; number < sets_.size(); ++number) {
      std::size_t bits = 0;
      for (const std::uint32_t channel : sets_[number]) bits |= std::size_t{1} << channel;
      journeys[bits] += static_cast<double>(counts.journeys[number]);
      converted[bits] += static_cast<double>(counts.converted[number]);
    }
    // From sets to all of their subsets together, a channel at a time.
    for (std::size_t bit = 1; bit < coalitions; bit *= 2)
      for (std::size_t coalition = 0; coalition < coalitions; ++coalition)
        if ((coalition & bit) != 0) {
          journeys[coalition] += journeys[coalition ^ bit];
          converted[coalition] += converted[coalition ^ bit];
        }
    for (std::size_t coalition = 1; coalition < coalitions; ++coalition)
      worth[coalition] = rate(converted[coalition], journeys[coalition]);
    return {{shapley_values(channels_, worth), {}}, 0};
  }
  std::size_t count = std::clamp(kLooks / std::max<std::size_t>(1, members_), kOrdersMin, kOrdersMax);
  if (orders == Orders::Few) count /= kFewer;
  std::vector<std::size_t> place(channels_);
  std::vector<double> journeys(channels_), converted(channels_);
  const auto added_in = [&](std::span<const std::uint32_t> order, std::span<double> added) {
    for (std::size_t at = 0; at < order.size(); ++at) place[order[at]] = at;
    std::fill(journeys.begin(), journeys.end(), 0);
    std::fill(converted.begin(), converted.end(), 0);
    // A set joins with the last of its channels.
    for (std::size_t number = 0; number < sets_.size(); ++number) {
      const auto set = sets_[number];
      if (watch.stopped(set.size())) return;
      std::size_t last = 0;
      for (const std::uint32_t channel : set) last = std::max(last, place[channel]);
      journeys[last] += static_cast<double>(counts.journeys[number]);
      converted[last] += static_cast<double>(counts.converted[number]);
    }
    double all = 0, of_them = 0, before = 0;
    for (std::size_t at = 0; at < order.size(); ++at) {
      all += journeys[at];
      of_them += converted[at];
      const double now = rate(of_them, all);
      added[order[at]] = now - before;
      before = now;
    }
  };
  const auto drawn = static_cast<std::uint32_t>(count);
  return {sampled_shapley_values(channels_, drawn, seed, watch, added_in), drawn};
}

std::vector<double> shares_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::max(0.0, value);
  std::vector<double> shares(values.size());
  for (std::size_t channel = 0; channel < shares.size() && sum > 0; ++channel)
    shares[channel] = std::max(0.0, values[channel]) / sum;
  return shares;
}

}  // namespace habitue::insight::attribution
