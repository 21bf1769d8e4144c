// The questions of behaviour and their answers, described: see describe.hpp.
#pragma once

#include "insight/attribution/attribution.hpp"
#include "insight/cohorts/cohort_history.hpp"
#include "insight/cohorts/overlap.hpp"
#include "insight/funnel/funnel.hpp"
#include "insight/growth/growth.hpp"
#include "insight/paths/paths.hpp"
#include "insight/retention/retention.hpp"
#include "insight/stage_history.hpp"
#include "insight/stickiness/frequency.hpp"
#include "insight/stickiness/intervals.hpp"
#include "insight/stickiness/stickiness.hpp"
#include "server/described/contrast.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

// Funnel.
HABITUE_DESCRIBE(FunnelStep, (name, event, optional, within))
HABITUE_DESCRIBE_ENUM(FunnelOrder, Ordered, Strict, AnyOrder)
HABITUE_DESCRIBE(FunnelExclusion, (event, after, before))
HABITUE_DESCRIBE_ENUM(FunnelExclusionRule, Cut, DropPerson)
HABITUE_DESCRIBE_ENUM(FunnelPeriod, Entry, AllEvents)
HABITUE_DESCRIBE_ENUM(FunnelEntry, Every, First)
HABITUE_DESCRIBE_ENUM(FunnelAttribution, First, Last, All, Step)
HABITUE_DESCRIBE(FunnelBreakdown, (by, attribution, step))
HABITUE_DESCRIBE(Funnel, (steps, order, window, bounds, entries, grace, exclusions, rule, among, held_property,
                          leave_out_open, breakdown, trend, bins))
HABITUE_DESCRIBE(FunnelBar, (from, to, people))
HABITUE_DESCRIBE(FunnelTimes, (people, least, quartile1, median, quartile3, most, mean, histogram))
HABITUE_DESCRIBE(FunnelStepFigures, (reached, stopped, still_open, of_first, of_previous, from_previous))
HABITUE_DESCRIBE(FunnelFigures, (steps, entered, converted, still_open, open_left_out, removed, conversion, whole))
HABITUE_DESCRIBE_ENUM(FunnelValueKind, Value, Missing, Other, NotReached)
HABITUE_DESCRIBE(FunnelPoint, (start, complete, figures))
HABITUE_DESCRIBE(FunnelValue, (kind, text, values, figures, trend))
HABITUE_DESCRIBE(FunnelStepComparison, (of_first, of_previous))
HABITUE_DESCRIBE(FunnelReport, (steps, figures, values, trend, comparison, conversion, warnings))
HABITUE_DESCRIBE_ENUM(FunnelCell::What, Reached, Stopped, StillOpen, Converted, AllOpen, OpenLeftOut, Removed)
HABITUE_DESCRIBE(FunnelCell::Value, (kind, text))
HABITUE_DESCRIBE(FunnelCell, (what, step, side, value, bucket, took))

// Retention.
HABITUE_DESCRIBE_ENUM(RetentionSpec::CohortBy, Recurring, FirstMatching, FirstEver)
HABITUE_DESCRIBE_ENUM(RetentionSpec::FirstIn, AllData, Period)
HABITUE_DESCRIBE_ENUM(RetentionSpec::Clock, Calendar, Elapsed, OwnCycle)
HABITUE_DESCRIBE_ENUM(RetentionSpec::Return, On, OnOrAfter, Brackets)
HABITUE_DESCRIBE_ENUM(RetentionSpec::Relative, Cohort, ColumnZero, PreviousColumn)
HABITUE_DESCRIBE_ENUM(RetentionSpec::Mean, People, CompleteCells, SimpleOfCells)
HABITUE_DESCRIBE(RetentionSpec,
                 (start, comeback, cohort_by, first_in, clock, unit, week_start, floor_to_hour, cycles_min, counting,
                  columns, brackets, occurrences_min, relative, mean, breakdown, same_value_on_return))
HABITUE_DESCRIBE(RetentionCell, (people, had_chance, returned, share, relative, begun, complete))
HABITUE_DESCRIBE(RetentionCohort, (from, to, start, size, complete, cells))
HABITUE_DESCRIBE(RetentionMean, (share, effective_people, relative))
HABITUE_DESCRIBE_ENUM(Flattening, TooFewData, StillFalling, Flattens)
HABITUE_DESCRIBE(RetentionFloor, (verdict, level, low, high, still_to_fall, weight_of_floor))
HABITUE_DESCRIBE(RetentionFigures, (cohorts, mean, floor, people))
HABITUE_DESCRIBE(RetentionRhythm, (company, people, shrinkage))
HABITUE_DESCRIBE(RetentionValue, (value, figures))
HABITUE_DESCRIBE(RetentionReport::Column, (first, last))
HABITUE_DESCRIBE(RetentionReport, (columns, total, values, rhythm, warnings))
HABITUE_DESCRIBE_ENUM(RetentionCellOf::Who, CameBack, DidNot, ReturnedOfChance, HadChance)
HABITUE_DESCRIBE(RetentionCellOf, (cohort, column, who, side, value))

// The people of growth.
HABITUE_DESCRIBE_ENUM(Birth, FirstActivity, Creation)
HABITUE_DESCRIBE(GrowthSpec, (bucket, events, birth, week_start, breakdown))
HABITUE_DESCRIBE_ENUM(GrowthCell::Who, Active, Fresh, Retained, Resurrected, Churned, Dormant)
HABITUE_DESCRIBE(GrowthCell, (period, who, idle_band, side, value))

// The people of stages and flows.
HABITUE_DESCRIBE(StageHistorySpec, (bucket, week_start))
HABITUE_DESCRIBE(StageHistoryCell, (at, stage, repeat, side))
HABITUE_DESCRIBE(FlowsSpec, ())
HABITUE_DESCRIBE_ENUM(FlowEnd, Prospect, Trial, New, Active, AtRisk, Dormant, Back, Occasional, Lost, Absent)
HABITUE_DESCRIBE(FlowCell, (from, to, side))

// Stickiness, frequency, intervals.
HABITUE_DESCRIBE(StickinessSpec, (act, unit, week_start, occurrences_min, breakdown))
HABITUE_DESCRIBE(StickinessFigures, (people, exact, at_least))
HABITUE_DESCRIBE(StickinessValue, (value, figures))
HABITUE_DESCRIBE(ActiveDay, (day, from, to, daily, weekly, monthly, daily_of_weekly, daily_of_monthly,
                             weekly_of_monthly, complete, weekly_covered, monthly_covered))
HABITUE_DESCRIBE(StickinessReport, (periods, last_complete, total, values, days, warnings))
HABITUE_DESCRIBE(StickinessCell, (periods, or_more, side, value))
HABITUE_DESCRIBE_ENUM(ActiveDayCell::Window, Day, Days7, Days30)
HABITUE_DESCRIBE(ActiveDayCell, (day, window, side))
HABITUE_DESCRIBE(FrequencySpec, (act, breakdown))
HABITUE_DESCRIBE(FrequencyFigures::Count, (times, people))
HABITUE_DESCRIBE(FrequencyFigures, (people, never, acts, counts, times))
HABITUE_DESCRIBE(FrequencyValue, (value, figures))
HABITUE_DESCRIBE(FrequencyReport, (total, values, warnings))
HABITUE_DESCRIBE(FrequencyCell, (times_min, times_max, side, value))
HABITUE_DESCRIBE_ENUM(IntervalsSpec::Pairs, FirstOfPerson, All)
HABITUE_DESCRIBE(IntervalsSpec, (from, to, pairs, longest, bins, breakdown))
HABITUE_DESCRIBE(IntervalFigures, (intervals, people, not_followed, people_waiting, us, histogram))
HABITUE_DESCRIBE(IntervalValue, (value, figures))
HABITUE_DESCRIBE(IntervalsReport, (bins_from_us, bin_us, total, values, warnings))
HABITUE_DESCRIBE(IntervalCell, (not_followed, us_min, us_max, side, value))

// Attribution.
HABITUE_DESCRIBE_ENUM(AttributionModel, First, Last, LastNonDirect, Linear, Position, J, InverseJ, TimeDecay,
                      Participation, Custom, Markov, Shapley)
HABITUE_DESCRIBE_ENUM(ShapleyWorth, Conversions, Rate)
HABITUE_DESCRIBE(AttributionWeights, (first, middle, last))
HABITUE_DESCRIBE_ENUM(AttributionConversions, Every, FirstInPeriod, FirstEver)
HABITUE_DESCRIBE_ENUM(AttributionOwnTouch, Counts, Ignored)
HABITUE_DESCRIBE(AttributionSpec,
                 (conversion, conversions, value, touch, channel, direct, own_touch, lookback, models, position, custom,
                  half_life, shapley, limit, resamples, seed, conversions_min, breakdown))
HABITUE_DESCRIBE(AttributionCredit, (people, credit_millionths, value_minor, share, value_share))
HABITUE_DESCRIBE(AttributionOfModel, (model, credit))
HABITUE_DESCRIBE(AttributionChannel, (channel, channels, models))
HABITUE_DESCRIBE(AttributionTotal,
                 (people, conversions, value_minor, without_touch, without_value, in_other_currency, open_journeys))
HABITUE_DESCRIBE(RemovalEffect, (channel, effect, share, share_low, share_high, credit_millionths))
HABITUE_DESCRIBE(MarkovReport, (conversion_probability, channels, converted, not_converted, resamples, too_few))
HABITUE_DESCRIBE(ShapleyValue, (channel, value, error, share, share_low, share_high))
HABITUE_DESCRIBE(ShapleyReport, (of, worth, channels, orders, resamples, too_few))
HABITUE_DESCRIBE(AttributionValue, (value, total, channels))
HABITUE_DESCRIBE(AttributionReport, (models, currency, total, channels, markov, shapley, values, warnings))
HABITUE_DESCRIBE(AttributionCell, (channel, model, side, value))

// Paths.
HABITUE_DESCRIBE_ENUM(PathsFrom, Anchor, FirstAnchor, Session)
HABITUE_DESCRIBE_ENUM(PathsDirection, After, Before)
HABITUE_DESCRIBE_ENUM(PathsRepeats, Folded, Kept)
HABITUE_DESCRIBE(PathsRule, (pattern, name))
HABITUE_DESCRIBE(PathsSpec, (from, direction, anchor, steps, gap, repeats, property, rules, excluded, names_limit,
                             paths_limit, breakdown))
HABITUE_DESCRIBE_ENUM(PathNode::Kind, Start, Name, Other, Ended, Cut)
HABITUE_DESCRIBE(PathNode, (kind, name))
HABITUE_DESCRIBE(PathCount, (people, transitions))
HABITUE_DESCRIBE(PathEdge, (step, from, to, count))
HABITUE_DESCRIBE(PathStep, (step, reached, ended, other_names))
HABITUE_DESCRIBE(WholePath, (names, count))
HABITUE_DESCRIBE(PathsValue, (value, steps, edges, paths, other_paths, different_other_paths))
HABITUE_DESCRIBE(PathsReport, (steps, edges, paths, other_paths, different_other_paths, values, warnings))
HABITUE_DESCRIBE(PathEdgeCell, (step, from, to, furthest, side, value))
HABITUE_DESCRIBE(WholePathCell, (names, side, value))

// Cohorts.
HABITUE_DESCRIBE(OverlapSpec, (cohorts))
HABITUE_DESCRIBE(OverlapSize, (cohort, people, unknown))
HABITUE_DESCRIBE(OverlapShares, (both, jaccard, of_first, of_second))
HABITUE_DESCRIBE(OverlapPair, (first, second, figures))
HABITUE_DESCRIBE(OverlapRegion, (cohorts, people))
HABITUE_DESCRIBE(OverlapReport, (sizes, pairs, regions, any, warnings))
HABITUE_DESCRIBE_ENUM(OverlapCell::Who, Exactly, All, Any, Unknown)
HABITUE_DESCRIBE(OverlapCell, (who, cohorts, side))
HABITUE_DESCRIBE(CohortHistorySpec, (cohort, bucket, week_start))
HABITUE_DESCRIBE(CohortStock, (people, entered, left, unknown))
HABITUE_DESCRIBE(CohortPoint, (start, at, complete, figures))
HABITUE_DESCRIBE(CohortHistoryReport, (points, from, to, whole, before, stayed, warnings))
HABITUE_DESCRIBE_ENUM(CohortHistoryCell::Who, People, Entered, Left, Unknown, Before, Stayed)
HABITUE_DESCRIBE(CohortHistoryCell, (who, start, side))

}  // namespace habitue::insight
