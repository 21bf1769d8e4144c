// From what is bought as things are to what would be bought, and what would be left of it.
#pragma once

#include "insight/scenario/base.hpp"

namespace habitue::insight::scenario {

inline constexpr std::uint32_t kDraws = 4'000;

/// What is left of a unit, in shares of its price of today.
struct UnitMargin {
  double now = 0, then = 0;
};
UnitMargin unit_margin(double margin_share, const ScenarioSpec& spec);

/// The share of purchases that may be lost, 1 - now / then, and the elasticity that loses as much. Nothing where now or then is not above 0.
std::optional<ScenarioBreakEven> break_even_of(double margin_share, const ScenarioSpec& spec);

/// By drawing elasticity and return to buy from what is known of them. Nothing where a price changes and no elasticity is known, or retention
/// does and nothing is known of it.
std::optional<ScenarioOutcome> outcome_of(const SegmentBase& base, const ScenarioElasticity& elasticity,
                                          const ScenarioSpec& spec);

/// The share of who come back when the chance not to changes.
double returning_then(double share, double retention_change);

}  // namespace habitue::insight::scenario
