// The question of scenarios and its answer, described: see describe.hpp.
#pragma once

#include "insight/scenario/scenario.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(ScenarioSpec::By, Nothing, Side, Stage, Role, Trait, Category)
HABITUE_DESCRIBE_ENUM(ScenarioSpec::Base, Forecast, LastPeriod)
HABITUE_DESCRIBE(ScenarioSpec,
                 (price_change, margin_change, retention_change, horizon_days, by, trait, values, elasticity,
                  elasticity_low, elasticity_high, base, bucket, period_days, felt_periods, likely, seed, side, anew))
HABITUE_DESCRIBE(ScenarioNumber, (value, low, high))
HABITUE_DESCRIBE(ScenarioMoney, (minor, low_minor, high_minor))
HABITUE_DESCRIBE_ENUM(ScenarioVerdict, Told, Given, NotNeeded, NoPrices, NoVariation, TooFewProducts, TooFewPeriods,
                      TooFewSales, MovedTogether, Implausible, TooFar)
HABITUE_DESCRIBE(ScenarioElasticity,
                 (verdict, value, low, high, own, own_error, own_share, products, products_that_moved, periods,
                  quantity, moved_together, seen_low, seen_high, extrapolated, widened, may_be_none))
HABITUE_DESCRIBE_ENUM(ScenarioBasis, Forecast, LastPeriod, Nothing)
HABITUE_DESCRIBE(ScenarioBase, (basis, days, customers, purchases, revenue_minor, margin_minor))
HABITUE_DESCRIBE(ScenarioOutcome, (purchases, revenue, margin, margin_rises))
HABITUE_DESCRIBE(ScenarioBreakEven, (purchases_lost, elasticity))
HABITUE_DESCRIBE(ScenarioReturning, (days, customers, came_back, share, then))
HABITUE_DESCRIBE(ScenarioSubscriptions, (subscribers, monthly_minor, leave, revenue_minor, margin_minor, leave_then,
                                         revenue_then, margin_then, more_may_leave, likely))
HABITUE_DESCRIBE(ScenarioSegment,
                 (value, elasticity, base, outcome, break_even, returning, subscriptions, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ScenarioRises, (verdict, contract_periods, changed, ended, largest, risk, extrapolated))
HABITUE_DESCRIBE(ScenarioReport,
                 (currency, seed, draws, margin_is_revenue, all, segments, common_elasticity, spread, rises,
                  forecast_en, forecast_fr, assumptions_en, assumptions_fr, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(ScenarioCell::Who, Customers, Subscribers, LeavingLikely)
HABITUE_DESCRIBE(ScenarioCell, (who, value))

}  // namespace habitue::insight
