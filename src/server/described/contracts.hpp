// The question of contracts and its answer, described: see describe.hpp.
#pragma once

#include "insight/contracts/contracts.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(ContractsSpec::By, Nothing, Cohort, Trait)
HABITUE_DESCRIBE(ContractsSpec, (by, trait, values, bucket, week_start, period_days, horizon_days, ahead,
                                 discount_a_year, leave_out, side))
HABITUE_DESCRIBE(ContractsPoint, (days, at_risk, survival, low, high))
HABITUE_DESCRIBE(ContractsCurve, (value, contracts, ended, observed_days, median_days, points))
HABITUE_DESCRIBE(ContractsChurn,
                 (opening, begun, left, closing, opening_monthly_minor, left_monthly_minor, people_share, money_share))
HABITUE_DESCRIBE(ContractsPeriod, (start, from, to, complete, churn))
HABITUE_DESCRIBE(ContractsFactor, (what_en, what_fr, hazard_ratio, low, high, p_value, changes_p_value, proportional))
HABITUE_DESCRIBE(ContractsFactors, (verdict, findings, concordance, factors))
HABITUE_DESCRIBE(ContractsHazard, (period, at_risk, ended, share, modelled))
HABITUE_DESCRIBE(ContractsLeaving, (people, expected))
HABITUE_DESCRIBE_ENUM(ContractsVerdict, Passed, Failed, NotPossible)
HABITUE_DESCRIBE(ContractsReliability, (lowest, highest, mean_told, share_that_left, low, high, people))
HABITUE_DESCRIBE_ENUM(ContractsLeavingReason, TooFew, Biased, Unreliable)
HABITUE_DESCRIBE(ContractsLeavingCheck,
                 (verdict, reasons, checked_on, people, foretold, came, level, reliability_error, reliability))
HABITUE_DESCRIBE_ENUM(ContractsReason, NoContracts, TooFew, TooShort, MissedPast)
HABITUE_DESCRIBE(ContractsModel, (name, verdict, alpha, beta, c, log_likelihood, missed_by, used))
HABITUE_DESCRIBE(ContractsProjected, (period, counted, projected))
HABITUE_DESCRIBE(ContractsProjection, (verdict, reasons, checked_on, ages_checked, models, points))
HABITUE_DESCRIBE(ContractsWorth, (people, monthly_minor, days_left, value_minor))
HABITUE_DESCRIBE(ContractsReport, (currency, margin_is_revenue, all, curves, periods, factors, hazards, leaving_check,
                                   leaving, projection, worth, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(ContractsCell::Who, Everybody, Running, Opening, Begun, Left)
HABITUE_DESCRIBE(ContractsCell, (who, period, value, side))

}  // namespace habitue::insight
