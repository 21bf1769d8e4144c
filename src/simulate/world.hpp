// What all families of one simulation share, computed once: clocks, choices by weight, the moments people arrive at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "simulate/clock.hpp"
#include "simulate/happening.hpp"
#include "simulate/random.hpp"
#include "simulate/simulate.hpp"

namespace habitue::simulate {

/// How somebody found the company.
struct Arrival {
  UtcMicros at;
  std::size_t channel = 0;  ///< In company.channels; its size means by invitation.
  double inside_share = 0;
  std::size_t spike = SIZE_MAX;  ///< In company.spikes.
};

/// One day of a spike.
struct SpikeDay {
  std::size_t spike;
  double from, to;  ///< In days of the arrivals' clock.
};

/// Immutable; safe from any thread.
struct World {
  static Result<World> create(const Options& options);

  Company company;
  std::uint64_t seed;
  Zone zone = Zone::utc();
  UtcMicros start, end;
  Clock season;    ///< When people use the product.
  Clock arrivals;  ///< When they come: the season, growing.
  WeightedChoice channels, countries, other_practices, rhythms, plans;
  std::vector<SpikeDay> spike_days;
  WeightedChoice spike_day;
  double spike_share = 0;      ///< Of all arrivals by themselves.
  std::size_t stuck_step = 0;  ///< The step where people get stuck.

  Arrival draw_arrival(Random& random) const;
  std::size_t referral_channel() const { return company.channels.size(); }
  /// The channel of that name; the first when there is none.
  std::size_t channel_of(std::string_view name) const;
  std::string channel_name(std::size_t channel) const {
    return channel < company.channels.size() ? company.channels[channel].name : "referral";
  }
  /// Countries by one number: those served, then the others. Practices: the wanted one, then the others.
  const std::string& country(std::size_t index) const;
  const std::string& practice(std::size_t index) const;
};

/// Truth with everything planted written in and nothing counted yet. `people` come by themselves.
Truth planted_truth(const Options& options, const World& world, std::uint64_t people);
/// Adds the counts of `part`.
void add_counts(Truth& truth, const Truth& part);
/// What was spent on being found, a happening a day and channel that cost something, once everybody's clicks are counted: a click costs
/// `cost_per_click`, a day's sum is rounded to the cent. Adds to the truth what it makes.
std::vector<Happening> spend_on_marketing(const World& world, Truth& truth);
/// Shares and verdicts that follow from the counts.
void conclude(Truth& truth);

}  // namespace habitue::simulate
