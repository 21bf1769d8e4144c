#include "insight/scenario/outcome.hpp"

#include <algorithm>
#include <cmath>

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>

namespace habitue::insight::scenario {
namespace {

// 95 % of the draws, of which the first is at the estimates themselves.
ScenarioNumber interval_of(double value, std::vector<double>& draws) {
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double share) {
    return draws[static_cast<std::size_t>(share * static_cast<double>(draws.size() - 1) + 0.5)];
  };
  return {value, std::min(value, at(0.025)), std::max(value, at(0.975))};
}

ScenarioMoney in_minor(const ScenarioNumber& number) {
  const auto minor = [](double amount) { return std::llround(std::clamp(amount, -9e15, 9e15)); };
  return {minor(number.value), minor(number.low), minor(number.high)};
}

}  // namespace

double returning_then(double share, double retention_change) {
  return std::clamp(1 - (1 - share) * (1 + retention_change), 0.0, 1.0);
}

UnitMargin unit_margin(double margin_share, const ScenarioSpec& spec) {
  return {margin_share, spec.price_change + margin_share + spec.margin_change};
}

std::optional<ScenarioBreakEven> break_even_of(double margin_share, const ScenarioSpec& spec) {
  const UnitMargin unit = unit_margin(margin_share, spec);
  if (!(unit.now > 0) || !(unit.then > 0)) return std::nullopt;
  ScenarioBreakEven even{1 - unit.now / unit.then, std::nullopt};
  if (spec.price_change != 0) even.elasticity = std::log(unit.now / unit.then) / std::log1p(spec.price_change);
  return even;
}

std::optional<ScenarioOutcome> outcome_of(const SegmentBase& of, const ScenarioElasticity& elasticity,
                                          const ScenarioSpec& spec) {
  const bool price = spec.price_change != 0, retention = spec.retention_change != 0;
  if (of.base.basis == ScenarioBasis::Nothing) return std::nullopt;
  if (price && !elasticity.value) return std::nullopt;
  if (retention && !of.returning) return std::nullopt;

  const double factor = 1 + spec.price_change, slope = elasticity.value.value_or(0);
  // Half the interval on the wider side, so that one that is not even is not made too narrow.
  const bool unsure = (price && elasticity.low && *elasticity.high > *elasticity.low) || retention;
  const double error =
      price && elasticity.low ? std::max(slope - *elasticity.low, *elasticity.high - slope) / 1.959963984540054 : 0;
  const auto kept = [&](double share) {
    return share > 0 ? of.by_returning * returning_then(share, spec.retention_change) / share + 1 - of.by_returning
                     : 1.0;
  };
  const auto bought = [&](double drawn, double share) {
    return (price ? std::pow(factor, drawn) : 1.0) * (retention ? kept(share) : 1.0);
  };
  const double point = bought(slope, retention ? of.returning->share : 1);
  std::vector<double> share(1, point);
  if (unsure) {
    boost::random::mt19937 random(spec.seed);
    boost::random::normal_distribution<double> normal;
    const double came = retention ? static_cast<double>(of.returning->came_back) : 0;
    const double went = retention ? static_cast<double>(of.returning->customers) - came : 0;
    boost::random::gamma_distribution<double> back(came + 0.5), gone(went + 0.5);
    share.clear();
    for (std::uint32_t draw = 0; draw < kDraws; ++draw) {
      const double z = normal(random), left = back(random), right = gone(random);
      share.push_back(bought(slope + error * z, retention ? left / (left + right) : 1));
    }
  }
  ScenarioOutcome outcome;
  const ScenarioNumber many = interval_of(point, share);
  const auto times = [&](double amount) {
    ScenarioNumber told{many.value * amount, many.low * amount, many.high * amount};
    if (told.low > told.high) std::swap(told.low, told.high);
    return told;
  };
  outcome.purchases = times(of.base.purchases);
  const auto revenue = static_cast<double>(of.base.revenue_minor);
  outcome.revenue = in_minor(times(revenue * factor));
  if (!of.base.margin_minor || !of.margin_share) return outcome;
  const UnitMargin unit = unit_margin(*of.margin_share, spec);
  outcome.margin = in_minor(times(revenue * unit.then));
  // No answer found is no proof of none: what rests on it is no chance to go by.
  if (unsure && revenue > 0 && !(price && elasticity.may_be_none))
    outcome.margin_rises =
        static_cast<double>(
            std::count_if(share.begin(), share.end(), [&](double drawn) { return drawn * unit.then > unit.now; })) /
        static_cast<double>(share.size());
  return outcome;
}

}  // namespace habitue::insight::scenario
