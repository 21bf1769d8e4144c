// The question of propensity and its answer, described: see describe.hpp.
#pragma once

#include "insight/propensity/propensity.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(PropensityOutcome, BuyingAgain, Leaving, Upgrading)
HABITUE_DESCRIBE(PropensitySpec,
                 (outcome, outcome_event, horizon_days, rows_max, leave_out, seed, offset, limit, side, anew))
HABITUE_DESCRIBE_ENUM(PropensityMethod, Alike, Rule, Probability, Regression, Trees)
HABITUE_DESCRIBE(PropensityScores, (auc, auc_low, auc_high, log_loss, log_loss_low, log_loss_high, brier, brier_low,
                                    brier_high, calibration_error, behind, behind_low, behind_high))
HABITUE_DESCRIBE(PropensityModel, (method, name, scores, used))
HABITUE_DESCRIBE_ENUM(PropensityVerdict, Passed, Failed, NotPossible)
HABITUE_DESCRIBE_ENUM(PropensityReason, NobodyEligible, TooShort, TooFewPeople, TooFewOutcomes, NoBetterThanAlike,
                      Unreliable)
HABITUE_DESCRIBE(PropensityReliability, (lowest, highest, mean_told, share_that_came, low, high, people))
HABITUE_DESCRIBE(PropensityTop, (share, people, came, precision, precision_low, precision_high, caught, median_days))
HABITUE_DESCRIBE(PropensityCut, (day, check, eligible, looked_at, came))
HABITUE_DESCRIBE(PropensityWeight, (what_en, what_fr, weight))
HABITUE_DESCRIBE(PropensityCheck, (verdict, reasons, cuts, models, used, reliability, tops, weights))
HABITUE_DESCRIBE(PropensityTotals, (people, expected))
HABITUE_DESCRIBE(PropensityBand, (low, high, totals))
HABITUE_DESCRIBE(PropensityCause, (what_en, what_fr, points))
HABITUE_DESCRIBE(PropensityCustomer, (key, probability, causes, sentence_en, sentence_fr))
HABITUE_DESCRIBE(PropensityReport,
                 (check, fitted_as_of, fit, sentence_en, sentence_fr, totals, bands, customers, warnings))
HABITUE_DESCRIBE(PropensityCell, (band, side))

}  // namespace habitue::insight
