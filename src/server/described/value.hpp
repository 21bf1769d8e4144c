// The questions about money and their answers, described: see describe.hpp.
#pragma once

#include "insight/forecast/equity.hpp"
#include "insight/forecast/forecast.hpp"
#include "insight/value/acquisition_cost.hpp"
#include "insight/value/acquisition_share.hpp"
#include "insight/value/cost_to_serve.hpp"
#include "insight/value/give_aways.hpp"
#include "insight/value/recurring_revenue.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(AmountIn, (currency, minor))
HABITUE_DESCRIBE(AmountsLeftOut, (without_rate, costs_without_amount, payments_without_margin))

// Cost to serve.
HABITUE_DESCRIBE(CostsSpec, (bucket, week_start))
HABITUE_DESCRIBE(CostOfRole, (role, people, cost_minor))
HABITUE_DESCRIBE(CostOfResource, (resource, people, cost_minor))
HABITUE_DESCRIBE(CostFigures, (people, cost_minor, roles, resources, for_who_paid_minor, for_who_did_not_minor,
                               revenue_minor, margin_minor, cover))
HABITUE_DESCRIBE(CostsPeriod, (start, from, to, complete, figures))
HABITUE_DESCRIBE(Runway, (since, days, cost_minor, margin_minor, uncovered_minor_a_day, covered, lasts_until))
HABITUE_DESCRIBE(CostsReport, (currency, periods, total, runway, of_nobody_minor, not_added, warnings))
HABITUE_DESCRIBE(CostsCell, (period, role, resource, side))

// Give-aways.
HABITUE_DESCRIBE(GiveAwaysSpec, (bucket, week_start))
HABITUE_DESCRIBE(GiveAwayStock, (given_minor, booked_minor, written_off_minor, open_minor, given_people, booked_people,
                                 written_off_people, open_people))
HABITUE_DESCRIBE(GiveAwayChange, (given_minor, booked_minor, written_off_minor, open_minor))
HABITUE_DESCRIBE(GiveAwaysPeriod, (start, from, to, complete, at_end, during))
HABITUE_DESCRIBE(GiveAwaysReport, (currency, lost_after_days, before, periods, not_added, warnings))
HABITUE_DESCRIBE_ENUM(GiveAwaysCell::State, Given, Booked, WrittenOff, Open)
HABITUE_DESCRIBE(GiveAwaysCell, (period, state, side))

// Acquisition cost.
HABITUE_DESCRIBE(AcquisitionSpec, (bucket, week_start, lifetime_days, discount_a_year))
HABITUE_DESCRIBE(AcquisitionFigures, (clients, give_aways_minor, cost_of_one_minor, margin_minor, margin_of_one_minor,
                                      payback_months, margin_to_cost, lifetime_minor, lifetime_to_cost))
HABITUE_DESCRIBE_ENUM(LifetimeVerdict, Told, NotChecked, Accounts)
HABITUE_DESCRIBE(AcquisitionLifetime, (verdict, days, sentence_en, sentence_fr))
HABITUE_DESCRIBE(AcquisitionCost, (marketing_minor, figures))
HABITUE_DESCRIBE(AcquisitionPeriod, (start, from, to, complete, cost, allowed_minor, exceeds, expected_low_minor,
                                     expected_high_minor, unusual))
HABITUE_DESCRIBE(AcquisitionChannel, (channel, cost, periods))
HABITUE_DESCRIBE(AcquisitionSpread, (periods, mean_minor, standard_deviation_minor, coefficient_of_variation))
HABITUE_DESCRIBE_ENUM(AcquisitionReport::Allowed, Config, EarlierClients)
HABITUE_DESCRIBE(AcquisitionReport, (currency, payback_months, allowed, periods, channels, total, spread, first_alert,
                                     margin_is_revenue, lifetime, not_added, warnings))
HABITUE_DESCRIBE(AcquisitionCell, (period, channel, side))

HABITUE_DESCRIBE(AcquisitionShare, (currency, is_client, month, channel, clients, marketing_minor, give_aways_minor,
                                    cost_minor, profit_minor))

// Recurring revenue.
HABITUE_DESCRIBE(RecurringSpec, (bucket, week_start))
HABITUE_DESCRIBE(RecurringStock, (subscribers, monthly_minor, at_risk_minor))
HABITUE_DESCRIBE(RecurringMove, (people, monthly_minor))
HABITUE_DESCRIBE(RecurringMoves,
                 (fresh, reactivated, expansion, contraction, churned, quick_ratio, net_retention, gross_retention))
HABITUE_DESCRIBE(RecurringPeriod, (start, from, to, complete, opening, closing, moves))
HABITUE_DESCRIBE(RecurringReport, (currency, periods, not_added, warnings))
HABITUE_DESCRIBE_ENUM(RecurringCell::Who, Subscribers, AtRisk, Fresh, Reactivated, Expansion, Contraction, Churned)
HABITUE_DESCRIBE(RecurringCell, (period, who, side))

// Forecast.
HABITUE_DESCRIBE(ForecastSpec,
                 (horizon_days, discount_a_year, coverage, offset, limit, side, anew, covariates, seasons, occasions))
HABITUE_DESCRIBE_ENUM(ForecastSeasons, WhenBetter, LeftOut)
HABITUE_DESCRIBE(ForecastParameter, (name, value, standard_error))
HABITUE_DESCRIBE(ForecastScores, (deviance, log_score, root_mean_squared, bias, reliability_error))
HABITUE_DESCRIBE(ForecastModel, (name, verdict, findings, parameters, log_likelihood, weight, scores))
HABITUE_DESCRIBE(ForecastSpendModel, (name, verdict, findings, parameters, correlation))
HABITUE_DESCRIBE(ForecastByFrequency, (repeat_purchases, customers, expected, observed))
HABITUE_DESCRIBE(ForecastByWeek, (week, expected, observed))
HABITUE_DESCRIBE(ForecastOccasions, (of, days, last_day, ahead, until, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ForecastReliability, (lowest, highest, mean_forecast, share_that_bought, low, high, people))
HABITUE_DESCRIBE_ENUM(ForecastVerdict, Passed, Failed, NotPossible)
HABITUE_DESCRIBE_ENUM(ForecastReason, NoCustomers, TooFewCustomers, TooShort, Biased, NoBetterThanAlike, Unreliable,
                      NoOccasions)
HABITUE_DESCRIBE(ForecastCheck,
                 (verdict, reasons, origin, weeks, customers, looked_at, earlier_origins, everybody_alike, chosen,
                  interval_held, purchases_held, by_frequency, by_week, by_occasion, reliability))
HABITUE_DESCRIBE_ENUM(ForecastSeasonVerdict, NotSought, TooShort, NotSeen, NotChecked, NotBetter, Used)
HABITUE_DESCRIBE(ForecastOfPast, (log_score, missed))
HABITUE_DESCRIBE(ForecastSeason,
                 (verdict, origins, checked, without, with, intensities, months, sentence_en, sentence_fr))
HABITUE_DESCRIBE_ENUM(ForecastCovariatesVerdict, NothingDiffers, NotChecked, NotBetter, Used)
HABITUE_DESCRIBE(ForecastEffect, (name, value, usual, others, customers, buying, buying_low, buying_high, leaving,
                                  leaving_low, leaving_high))
HABITUE_DESCRIBE(ForecastCovariates, (verdict, checked, without, with, effects, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ForecastTotals,
                 (customers, alive, purchases, spend_minor, value_minor, value_low_minor, value_high_minor))
HABITUE_DESCRIBE(ForecastCustomer,
                 (key, purchases, occasions_since_first, days_since_last, cycle_days, alive, expected_purchases,
                  purchases_low, purchases_high, discounted_purchases, spend_minor, spend_low_minor, spend_high_minor,
                  value_minor, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ForecastReport,
                 (currency, fitted_as_of, fitted_customers, fit, models, spend, occasions, season, covariates, check,
                  sentence_en, sentence_fr, level, margin_is_revenue, totals, customers, warnings))
HABITUE_DESCRIBE(ForecastCell, (side))

// Customer equity.
HABITUE_DESCRIBE(EquitySpec, (horizon_days, discount_a_year, offset, limit, side, occasions))
HABITUE_DESCRIBE(EquityLine, (customers, minor))
HABITUE_DESCRIBE(EquityFigures, (opening, revised, fresh, grown, shrunk, lost, closing, received_minor))
HABITUE_DESCRIBE_ENUM(EquityMove, Fresh, Grown, Shrunk, Lost)
HABITUE_DESCRIBE(EquityCustomer, (key, move, opening_minor, closing_minor))
HABITUE_DESCRIBE_ENUM(EquityVerdict, Told, NoOpening, NoClosing, NoAmounts)
HABITUE_DESCRIBE(EquityReport,
                 (currency, opening_at, closing_at, verdict, margin_is_revenue, sentence_en, sentence_fr,
                  opening_check_en, opening_check_fr, closing_check_en, closing_check_fr, figures, customers, warnings))
HABITUE_DESCRIBE(EquityCell, (move, side))

}  // namespace habitue::insight
