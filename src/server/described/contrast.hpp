// Contrasts and their answers, described: see describe.hpp.
#pragma once

#include "insight/contrast/contrast.hpp"
#include "insight/contrast/second_purchase.hpp"
#include "server/described/describe.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(Estimate, (value, low, high))
HABITUE_DESCRIBE_ENUM(FalseDiscovery, BenjaminiHochberg, BenjaminiYekutieli)
HABITUE_DESCRIBE_ENUM(ContrastBirth, FirstEvent, FirstOf, Creation)
HABITUE_DESCRIBE_ENUM(ContrastGroups, Outcome, People)
HABITUE_DESCRIBE_ENUM(ContrastHorizon, Landmark, Birth)
HABITUE_DESCRIBE_ENUM(ContrastAt, Landmark, Outcome)
HABITUE_DESCRIBE_ENUM(ContrastOdds, Corrected, Posthog)
HABITUE_DESCRIBE_ENUM(ContrastStratify::Of, Trait, Channel)
HABITUE_DESCRIBE(ContrastStratify, (of, name))
HABITUE_DESCRIBE(ContrastSpec, (birth, born_with, age, groups, outcome, within, counted_from, at, lead, controls, seed,
                                first, second, among, traits, properties, cuts, values_max, support_min, adjustment,
                                false_discoveries_max, odds, alike_from, stratify, steps, side, limit))
HABITUE_DESCRIBE_ENUM(ContrastFeature::Kind, Did, AtLeast, WithValue, Trait, Channel, ActiveDays, DaysToFirst,
                      TraitNumber)
HABITUE_DESCRIBE(ContrastFeature, (kind, event, property, times, value))
HABITUE_DESCRIBE(ContrastCounts, (first_with, first_without, second_with, second_without))
HABITUE_DESCRIBE(ContrastStanding, (born, first, second, too_young, not_among, had_before, not_over, in_both,
                                    in_neither, cannot_tell, not_compared, never_born))
HABITUE_DESCRIBE(ContrastSets, (controls, smaller, age_least, age_median, age_most))
HABITUE_DESCRIBE(ContrastWithin, (odds, p_value, homogeneity_p, strata, vanishes, strata_differ))
HABITUE_DESCRIBE(ContrastNumber, (first_median, second_median, superiority, cliffs_delta, mean_difference))
HABITUE_DESCRIBE(ContrastLine,
                 (feature, name_en, name_fr, sentence_en, sentence_fr, counts, shares, odds, phi, first_if_with,
                  first_if_without, number, p_value, adjusted_p, too_few, finding, skewed, within))
HABITUE_DESCRIBE(ContrastAlike, (line, same_subject, phi, jaccard))
HABITUE_DESCRIBE(ContrastGroup, (line, alike))
HABITUE_DESCRIBE(ContrastStep, (step, reached_before, stuck, stuck_share, counts, outcome, odds, adjusted_p, finding,
                                within, people_concerned, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ContrastReport, (people, sets, tested, not_tested, findings, groups, more_groups, steps, blocked_step,
                                  left_out, cautions_en, cautions_fr, warnings))
HABITUE_DESCRIBE_ENUM(ContrastCell::Who, First, Second, TooYoung, NotAmong, HadBefore, NotOver, InBoth, InNeither,
                      CannotTell, NeverBorn, NotCompared)
HABITUE_DESCRIBE(ContrastCell, (who, feature, step, has, side))

// The second-purchase clock.
HABITUE_DESCRIBE(SecondPurchaseSpec, (first, second, days, marks, window_days, cohort))
HABITUE_DESCRIBE(SecondPurchaseDay, (day, at_risk, again, share))
HABITUE_DESCRIBE(SecondPurchaseWindow, (first_day, last_day, again, person_days, per_thousand, usual_per_thousand))
HABITUE_DESCRIBE(SecondPurchaseFigures, (people, again, days, marks, half_day, best))
HABITUE_DESCRIBE(SecondPurchaseCohort, (start, from, figures))
HABITUE_DESCRIBE(SecondPurchaseReport, (total, cohorts, warnings))
HABITUE_DESCRIBE(SecondPurchaseCell, (cohort, first_day, last_day, side))

}  // namespace habitue::insight
