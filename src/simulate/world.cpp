#include "simulate/world.hpp"

#include <cmath>

#include <fmt/format.h>

namespace habitue::simulate {
namespace {

// The season multiplied by a steady growth: an hour's growth is that of its middle.
Clock growing(const Clock& season, double growth_per_year) {
  std::vector<double> intensity;
  intensity.reserve(season.hours());
  for (std::size_t hour = 0; hour < season.hours(); ++hour) {
    const double years = (static_cast<double>(hour) + 0.5) / (365.25 * 24);
    intensity.push_back(season.of_hour(hour) * std::pow(growth_per_year, years));
  }
  return Clock(season.start(), intensity);
}

std::vector<double> weights_of(const auto& items) {
  std::vector<double> weights;
  for (const auto& item : items) weights.push_back(item.weight);
  return weights;
}

}  // namespace

Result<World> World::create(const Options& options) {
  if (options.to <= options.from)
    return invalid(fmt::format("the period is empty: from {} to just before {}", format_day(options.from),
                               format_day(options.to)));
  if (options.to - options.from > std::chrono::days(20 * 366)) return invalid("the period is longer than 20 years");
  if (auto checked = check_company(options.company); !checked) return tl::unexpected(checked.error());
  const auto zone = Zone::find(options.company.zone);
  if (!zone) return tl::unexpected(zone.error());

  const Company& company = options.company;
  const Clock season = Clock::of_season(company.season, *zone, options.from, options.to);
  World world{.company = company,
              .seed = options.seed,
              .zone = *zone,
              .start = zone->start_of(options.from),
              .end = zone->start_of(options.to),
              .season = season,
              .arrivals = growing(season, company.season.growth_per_year),
              .channels = WeightedChoice(weights_of(company.channels)),
              .countries = WeightedChoice(company.audience.country_weights),
              .other_practices = WeightedChoice(company.audience.other_weights),
              .rhythms = WeightedChoice(company.rhythm.k_weights),
              .plans = WeightedChoice(weights_of(company.subscription.plans)),
              .spike_days = {},
              .spike_day = {}};

  std::vector<double> weights;
  double total = 0;
  for (std::size_t i = 0; i < company.spikes.size(); ++i) {
    const Spike& spike = company.spikes[i];
    for (std::uint32_t day = 0; day < spike.days; ++day) {
      const LocalDay date = options.from + std::chrono::days(spike.day + day);
      if (date >= options.to) break;
      const double from = world.arrivals.seasonal(zone->start_of(date));
      const double to = world.arrivals.seasonal(zone->start_of(date + std::chrono::days(1)));
      world.spike_days.push_back({i, from, to});
      weights.push_back(spike.size * std::pow(spike.decay, day) * (to - from));
      total += weights.back();
    }
  }
  if (total > 0) {
    world.spike_day = WeightedChoice(weights);
    world.spike_share = total / (total + world.arrivals.total());
  }
  const auto& steps = company.onboarding.steps;
  while (steps[world.stuck_step] != company.onboarding.stuck_step) ++world.stuck_step;
  return world;
}

Arrival World::draw_arrival(Random& random) const {
  if (spike_share > 0 && random.chance(spike_share)) {
    const SpikeDay& day = spike_days[spike_day.pick(random)];
    const Spike& spike = company.spikes[day.spike];
    return {arrivals.wall(random.between(day.from, day.to)), channel_of(spike.channel), spike.inside_share, day.spike};
  }
  const std::size_t channel = channels.pick(random);
  return {arrivals.wall(random.between(0, arrivals.total())), channel, company.channels[channel].inside_share,
          SIZE_MAX};
}

std::size_t World::channel_of(std::string_view name) const {
  for (std::size_t i = 0; i < company.channels.size(); ++i)
    if (company.channels[i].name == name) return i;
  return 0;
}

const std::string& World::country(std::size_t index) const {
  const auto& served = company.audience.countries;
  return index < served.size() ? served[index] : company.audience.other_countries[index - served.size()];
}

const std::string& World::practice(std::size_t index) const {
  return index == 0 ? company.audience.practice : company.audience.other_practices[index - 1];
}

}  // namespace habitue::simulate
