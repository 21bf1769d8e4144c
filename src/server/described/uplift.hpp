// The question of uplift and its answer, described: see describe.hpp.
#pragma once

#include "insight/uplift/uplift.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(UpliftMeasure, Happens, Money)
HABITUE_DESCRIBE_ENUM(UpliftLearner, TwoModels, TransformedOutcome, HonestTrees)
HABITUE_DESCRIBE(UpliftSpec, (treated, control, outcome, measure, within_days, treated_share, planned_people, learner,
                              rows_max, leave_out, seed, side))
HABITUE_DESCRIBE(UpliftArm, (people, came, mean))
HABITUE_DESCRIBE(UpliftEffect,
                 (treated, control, difference, low, high, p_value, anytime_low, anytime_high, anytime_p_value))
HABITUE_DESCRIBE_ENUM(UpliftVerdict, ByScore, Everybody, Nobody, NotPossible)
HABITUE_DESCRIBE_ENUM(UpliftReason, NobodyAssigned, TooFewPeople, TooFewOutcomes, UnequalArms)
HABITUE_DESCRIBE(UpliftBootstrap, (value, low, high))
HABITUE_DESCRIBE(UpliftPoint, (share, incremental))
HABITUE_DESCRIBE(UpliftFact, (what_en, what_fr))
HABITUE_DESCRIBE(UpliftTenth, (lowest, highest, effect))
HABITUE_DESCRIBE(UpliftGain, (share, per_thousand, chosen_by_chance))
HABITUE_DESCRIBE(UpliftReport, (currency, assigned_treated, assigned_control, to_both, still_open, unequal_p_value,
                                effect, verdict, reasons, sentence_en, sentence_fr, learnt_from, qini, auuc, curve,
                                tenths, most_moved, least_moved, gains, share_to_target, warnings))
HABITUE_DESCRIBE_ENUM(UpliftCell::Who, Treated, Control, ToBoth, StillOpen)
HABITUE_DESCRIBE(UpliftCell, (who, came, tenth, side))

}  // namespace habitue::insight
