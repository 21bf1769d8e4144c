#include "insight/scenario/learn.hpp"

#include <algorithm>
#include <cmath>

#include "models/prices/pooling.hpp"

namespace habitue::insight::scenario {
namespace {

using models::PriceCell;

constexpr double kReach = 1.959963984540054;  // 95 % of a normal law.
constexpr double kFurthest = 3;               // Times what prices have done.

Result<ScenarioElasticity> learn(const std::vector<PriceCell>& cells) {
  ScenarioElasticity told;
  if (cells.empty()) return told;
  const auto fit = models::fit_elasticity(cells);
  if (!fit) return tl::unexpected(fit.error());
  told.verdict = verdict_of(fit->verdict);
  told.products = fit->products;
  told.products_that_moved = fit->products_that_moved;
  told.periods = fit->periods;
  told.quantity = fit->quantity;
  told.moved_together = fit->moved_together;
  const SeenChanges seen = seen_changes(cells);
  if (fit->products_that_moved > 0) {
    told.seen_low = seen.low;
    told.seen_high = seen.high;
  }
  if (told.verdict != ScenarioVerdict::Told && told.verdict != ScenarioVerdict::Implausible) return told;
  told.own = fit->value;
  // That of a normal law with the same 95 %: Student's is wider where products are few.
  told.own_error = (fit->high - fit->value) / kReach;
  if (told.verdict != ScenarioVerdict::Told) return told;
  told.value = fit->value;
  told.low = fit->low;
  told.high = fit->high;
  return told;
}

// Beyond what prices have done nothing is known: the interval grows with the distance, up to where nothing is told.
void look_at_distance(ScenarioElasticity& told, double price_change) {
  if (told.verdict != ScenarioVerdict::Told) return;
  const double change = std::log1p(price_change);
  const double up = std::log1p(told.seen_high.value_or(0)), down = -std::log1p(told.seen_low.value_or(0));
  // What prices have done the other way is half as good.
  const double edge = change > 0 ? std::max(up, down / 2) : std::max(down, up / 2);
  if (std::abs(change) <= edge) return;
  if (std::abs(change) > kFurthest * edge) {
    told.verdict = ScenarioVerdict::TooFar;
    told.value = told.low = told.high = std::nullopt;
    return;
  }
  told.extrapolated = true;
  told.widened = std::abs(change) / edge;
  told.low = *told.value - told.widened * (*told.value - *told.low);
  told.high = *told.value + told.widened * (*told.high - *told.value);
}

void given(ScenarioElasticity& told, const ScenarioSpec& spec) {
  if (spec.price_change == 0) {
    told.verdict = ScenarioVerdict::NotNeeded;
    return;
  }
  told.verdict = ScenarioVerdict::Given;
  told.value = spec.elasticity;
  told.low = spec.elasticity_low ? spec.elasticity_low : spec.elasticity;
  told.high = spec.elasticity_high ? spec.elasticity_high : spec.elasticity;
}

std::vector<PriceCell> cells_of(const PricePanel& panel, std::size_t segment, bool by_category) {
  std::vector<PriceCell> cells;
  for (std::size_t at = 0; at < panel.cells.size(); ++at) {
    if (by_category) {
      if (panel.category[at] == segment) cells.push_back(panel.cells[at]);
      continue;
    }
    cells.push_back(panel.cells[at]);
    cells.back().quantity = panel.by_segment[segment][at];
  }
  return cells;
}

}  // namespace

ScenarioVerdict verdict_of(models::PriceVerdict verdict) {
  switch (verdict) {
    case models::PriceVerdict::Told: return ScenarioVerdict::Told;
    case models::PriceVerdict::NoVariation: return ScenarioVerdict::NoVariation;
    case models::PriceVerdict::TooFewProducts: return ScenarioVerdict::TooFewProducts;
    case models::PriceVerdict::TooFewPeriods: return ScenarioVerdict::TooFewPeriods;
    case models::PriceVerdict::TooFewSales: return ScenarioVerdict::TooFewSales;
    case models::PriceVerdict::MovedTogether: return ScenarioVerdict::MovedTogether;
    case models::PriceVerdict::Implausible: break;
  }
  return ScenarioVerdict::Implausible;
}

Result<Elasticities> learn_elasticities(const PricePanel& panel, std::size_t segments, const ScenarioSpec& spec) {
  Elasticities told;
  told.segments.resize(segments);
  if (spec.elasticity || spec.price_change == 0) {
    given(told.all, spec);
    for (ScenarioElasticity& one : told.segments) given(one, spec);
    return told;
  }
  auto all = learn(panel.cells);
  if (!all) return tl::unexpected(all.error());
  told.all = *std::move(all);
  std::vector<models::GroupEstimate> groups;
  std::vector<std::size_t> of;
  for (std::size_t segment = 0; segment < segments; ++segment) {
    auto one = learn(cells_of(panel, segment, spec.by == ScenarioSpec::By::Category));
    if (!one) return tl::unexpected(one.error());
    told.segments[segment] = *std::move(one);
    const ScenarioElasticity& learnt = told.segments[segment];
    if (learnt.verdict != ScenarioVerdict::Told || !(*learnt.own_error > 0)) continue;
    groups.push_back({*learnt.own, *learnt.own_error});
    of.push_back(segment);
  }
  if (groups.size() > 1) {
    const auto pooled = models::pool_estimates(groups);
    if (!pooled) return tl::unexpected(pooled.error());
    told.common = pooled->mean;
    told.spread = pooled->spread;
    for (std::size_t at = 0; at < of.size(); ++at) {
      ScenarioElasticity& one = told.segments[of[at]];
      // Those that stand alone keep their own interval.
      if (pooled->own_share[at] == 1) continue;
      one.value = pooled->groups[at].value;
      one.low = *one.value - kReach * pooled->groups[at].standard_error;
      one.high = *one.value + kReach * pooled->groups[at].standard_error;
      one.own_share = pooled->own_share[at];
    }
  }
  const auto finish = [&](ScenarioElasticity& one) {
    look_at_distance(one, spec.price_change);
    one.may_be_none = one.verdict == ScenarioVerdict::Told && *one.high >= 0;
  };
  finish(told.all);
  for (ScenarioElasticity& one : told.segments) finish(one);
  return told;
}

}  // namespace habitue::insight::scenario
