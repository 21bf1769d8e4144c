// Shapley values of channels: what a channel adds to those that came before it, as a mean over all orders in which they can come.
// [S53]: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317. [ZMB18]: Zhao, Mahboobi and
// Bagheri (2018), Shapley value methods for attribution modeling in online advertising, arXiv:1804.05327. [CGT09]: Castro, Gómez and
// Tejada (2009), Polynomial calculation of the Shapley value based on sampling, Computers & Operations Research 36(5), 1726-1730.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "insight/attribution/journeys.hpp"

namespace habitue::insight::attribution {

/// Exact, by the sum over coalitions of [S53]. `worth` of each coalition, whose bit i says whether player i is in it: 2^players
/// numbers, the first 0. At most 20 players. Cost: players x 2^players.
std::vector<double> shapley_values(std::size_t players, std::span<const double> worth);

struct SampledValues {
  std::vector<double> value;  ///< Their sum is the worth of all players together, whatever was drawn.
  std::vector<double> error;  ///< Standard error of each, for having drawn some orders alone.
  bool cancelled = false;
};
/// The mean over `orders` random orders of the players [CGT09]. `added_in(order, added)` replaces `added` by what each player of the
/// order adds to those before it, by player. At least 2 orders.
SampledValues sampled_shapley_values(
    std::size_t players, std::uint32_t orders, std::uint64_t seed, CancellationWatch& watch,
    const std::function<void(std::span<const std::uint32_t> order, std::span<double> added)>& added_in);

/// Journeys by the set of their different channels, which is all that coalitions look at.
class ChannelSets {
 public:
  /// Cost: once over all contents. Cut short when the watch stops.
  ChannelSets(const Journeys& journeys, std::size_t channels, CancellationWatch& watch);

  /// How many journeys of each set, and how many of them converted, when each content is there `times` times.
  struct Counts {
    std::vector<std::uint64_t> journeys, converted;
  };
  Counts counts(std::span<const std::uint64_t> times) const;

  /// [ZMB18] section 3: the worth of a coalition is the conversions of journeys whose channels are all in it. The value of a channel is
  /// then the sum, over the sets that hold it, of their conversions divided by their channels: exact for any number of channels.
  std::vector<double> by_conversions(const Counts& counts) const;

  /// The worth of a coalition is the part that converts of the journeys whose channels are all in it; 0 when there is no such journey. A
  /// channel whose company lowers that part has a value below 0.
  struct ByRate {
    SampledValues values;  ///< Of `error` nothing when exact.
    std::uint32_t orders = 0;
  };
  static constexpr std::size_t kExactChannels = 12;
  /// Exact up to kExactChannels channels. Above, from random orders: as many as 200 million looks at a channel of a set allow, 200 to
  /// 2,000; in resamples a twentieth of both.
  enum class Orders : std::uint8_t { Many, Few };
  ByRate by_rate(const Counts& counts, Orders orders, std::uint64_t seed, CancellationWatch& watch) const;

 private:
  std::size_t channels_;
  Sequences sets_;  // Channels in order.
  std::vector<std::size_t> journeys_end_;
  std::vector<std::uint32_t>
      set_of_journey_;       // Of each content's journeys, twice the set's number and whether it converted.
  std::size_t members_ = 0;  // Of all sets together.
};

/// Values below 0 as 0, in the sum of the others; all 0 when it is 0.
std::vector<double> shares_of(std::span<const double> values);

}  // namespace habitue::insight::attribution
