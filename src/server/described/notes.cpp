// What the API's description says of the fields of questions and answers whose names do not say it all.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "server/described/schema.hpp"

namespace habitue::server::described {

std::string schema_name(std::string_view described_name) {
  std::string name(described_name);
  std::erase(name, ':');
  return name;
}

std::string_view field_note(const std::string& field) {
  constexpr const char* kCondition =
      "A condition on one event: `Order Completed where total > 50`, or a criteria expression of `did`.";
  constexpr const char* kAct = "A condition on one event. Left out: a purchase as the business counts them.";
  static const std::map<std::string, std::string_view, std::less<>> notes{
      {"Breakdown.of", "A property of the events counted, or a trait of the person as last known at as_of."},
      {"Breakdown.limit", "How many values are shown; the rest are one, `other`. Default 25."},
      {"ShownValue.text", "Of kind `value`."},
      {"Share.low", "95 % Wilson interval."},
      {"TwoShares.difference", "first - second."},
      {"TwoShares.low", "95 % interval of the difference (Newcombe 1998, method 10)."},
      {"TwoShares.p_value", "Two-sided, that the shares are equal."},
      {"TwoShares.too_few", "Under 30 people on a side: nothing is significant."},

      {"Funnel.steps", "1 to 64; the first is required."},
      {"FunnelStep.name", "For people; the condition's text when left out."},
      {"FunnelStep.event", kCondition},
      {"FunnelStep.optional", "May be skipped."},
      {"FunnelStep.within", "At most so long after the previous required step: seconds, or a text such as `2 h`."},
      {"Funnel.order",
       "Default `ordered`: other events may happen between. `strict`: they end the attempt. `any_order`: step k "
       "counts who did at least k."},
      {"Funnel.window", "From step 1 to the last, end included: seconds, or a text such as `14 d`, the default."},
      {"Funnel.bounds",
       "Default `entry`: the period bounds step 1, later steps may follow. `all_events`: it bounds all."},
      {"Funnel.entries", "Default `every`: each entry may start an attempt. `first`: only the first in the period."},
      {"Funnel.grace", "Steps that follow one another so fast count as of one instant. 0 to 2 s; default 0."},
      {"Funnel.rule",
       "Default `cut`: an excluded event ends the attempt, which stays in the steps reached. `drop_person`: who "
       "was spoiled is in no step."},
      {"Funnel.among", "Only events that meet this are seen at all."},
      {"Funnel.held_property",
       "Counts pairs of a person and a value of this property: the same order, the same product."},
      {"Funnel.leave_out_open", "Leaves out who has not converted and still could."},
      {"Funnel.trend", "A point for each hour, day, week or month of entry."},
      {"Funnel.bins", "Bars of histograms, 1 to 90. Left out: by the number of people."},
      {"FunnelExclusion.event", kCondition},
      {"FunnelExclusion.after", "From this required step, counted from 0."},
      {"FunnelExclusion.before", "To this one; to the last when left out."},
      {"FunnelBreakdown.attribution", "From which of the attempt's events a property is taken. Traits need none."},
      {"FunnelBreakdown.step", "Of attribution `step`, counted from 0."},
      {"FunnelReport.figures", "The total, whatever the breakdown."},
      {"FunnelReport.comparison", "By step: inside the audience against outside."},
      {"FunnelReport.conversion", "Inside the audience against outside."},
      {"FunnelReport.warnings", "What conditions name and no data has."},
      {"FunnelStepFigures.reached", "= stopped + still_open + those who reached the next required step."},
      {"FunnelStepFigures.still_open", "Went no further, and still could at as_of."},
      {"FunnelFigures.removed", "By an exclusion under `drop_person`; in nothing else."},
      {"FunnelPoint.complete", "False while somebody who entered may still convert."},
      {"FunnelTimes.median", "Seconds, exact (Hyndman and Fan 1996, type 7)."},
      {"FunnelCell.step", "From 0; of `reached`, `stopped` and `still_open`."},
      {"FunnelCell.bucket", "FunnelPoint.start."},
      {"FunnelCell.took", "A bar of a histogram: of the step with `reached`, of the whole with `converted`."},

      {"RetentionSpec.start", kAct},
      {"RetentionSpec.comeback", kAct},
      {"RetentionSpec.cohort_by",
       "Default `first_matching`: by the first start, one cohort a person. `recurring`: in the cohort "
       "of every period with a start. `first_ever`: also the first event of its kind."},
      {"RetentionSpec.clock",
       "Default `calendar`: periods of the business's zone. `elapsed`: counted from the start. `own_cycle`: "
       "each customer's own time between two comebacks is the period."},
      {"RetentionSpec.counting",
       "Default `on`: came back in that period. `on_or_after`; `brackets`: several periods as one."},
      {"RetentionSpec.columns", "With column 0; 1 to 400, default 12."},
      {"RetentionSpec.brackets", "Sizes in periods: column 0 is period 0, then each follows the one before."},
      {"RetentionSpec.same_value_on_return", "Only comebacks with the start's value of the breakdown count."},
      {"RetentionCell.had_chance", "Of the cohort: the column was over for them at as_of."},
      {"RetentionCell.share", "people of the cohort's size; not to be read as final unless complete."},
      {"RetentionCell.complete", "Over for everybody in the cohort. The others are in no mean."},
      {"RetentionMean.share", "Of those who had the chance, with a 95 % band; null when nobody had."},
      {"RetentionFloor.level", "What the curve falls to, with a 95 % profile-likelihood interval."},
      {"RetentionFloor.weight_of_floor", "0 to 1: evidence that there is a floor (Akaike weights)."},
      {"RetentionCellOf.cohort", "RetentionCohort.from; all cohorts together when left out."},
      {"RetentionCellOf.column", "From 0; everybody in the cohort when left out."},

      {"StickinessSpec.act", "What counts as active. Left out: any event."},
      {"StickinessFigures.exact", "[i]: people active in exactly i + 1 periods."},
      {"StickinessFigures.at_least", "[i]: in i + 1 periods or more."},
      {"ActiveDay.weekly", "People active in the 7 days that end with this one; `monthly` in 30."},
      {"ActiveDay.weekly_covered",
       "False: the window begins before the first event of the data, so that it has too few."},
      {"FrequencySpec.act", kAct},
      {"FrequencyFigures.never", "Known at as_of, and not once in the period."},
      {"IntervalsSpec.from", kAct},
      {"IntervalsSpec.to", kAct},
      {"IntervalsSpec.longest", "What takes longer counts as not followed: seconds, or a text such as `30 d`."},
      {"IntervalFigures.us", "Of the intervals, in microseconds, exact."},
      {"IntervalFigures.not_followed", "`from` events without a `to` up to as_of, or not in time."},
      {"IntervalsReport.bins_from_us", "Bin i holds intervals from bins_from_us + i x bin_us to just before the next."},
      {"AttributionSpec.conversion", kAct},
      {"AttributionSpec.value",
       "The property that holds a conversion's value. Left out: the business's properties of amounts."},
      {"AttributionSpec.touch", "A condition on events that can be touches. Left out: any that carries a channel."},
      {"AttributionSpec.channel", "The property that holds the channel. Left out: the business's channel properties."},
      {"AttributionSpec.lookback",
       "How long before a conversion a touch counts: seconds, or a text such as `30 d`, the default."},
      {"AttributionSpec.models", "All when left out."},
      {"AttributionSpec.half_life", "Of `time_decay`; default 7 d."},
      {"AttributionSpec.resamples", "Of the people, for the intervals of removal effects; default 500."},
      {"AttributionCredit.credit_millionths", "Conversions in millionths: over all channels exactly the conversions."},
      {"AttributionCredit.value_minor", "In minor units: over all channels exactly the value."},
      {"AttributionTotal.open_journeys", "People with touches that led to no conversion."},
      {"RemovalEffect.effect", "The part of conversions lost without the channel (Anderl et al. 2016)."},
      {"RemovalEffect.share_low", "95 % percentile interval over resamples of people."},
      {"MarkovReport.too_few", "Too few conversions: do not build on it."},
      {"AttributionCell.channel", "Of kind `total`: whoever converted."},
      {"PathsSpec.anchor", kAct},
      {"PathsSpec.gap", "A pause longer than this ends a path, and a session. Default 30 min; null: none does."},
      {"PathsSpec.property", "Names the events that have it, such as `path`."},
      {"PathsRule.pattern", "`*` stands for any characters: `/product/*`."},
      {"PathsRule.name", "What is shown instead; empty: the event is left out."},
      {"PathCount.transitions", "Paths that go this way; one person may have many."},
      {"PathStep.ended", "People of whom no path goes further; at the last step these are cut."},
      {"WholePathCell.names", "Left out: the paths that are not shown."},
      {"OverlapSpec.cohorts", "2 to 32 names, none twice."},
      {"OverlapSize.unknown", "Of whom it cannot be told; in no other number."},
      {"OverlapShares.jaccard", "Both of either."},
      {"OverlapShares.of_first", "Both of the first: how much of it lies in the second."},
      {"OverlapReport.regions",
       "Exact: each person is in one. Those with people, the largest first; of up to 8 cohorts."},
      {"OverlapReport.any", "In at least one cohort: the regions together."},
      {"OverlapCell.who",
       "Default `exactly`: in all of `cohorts` and no other that was asked. `all`: in all of them; `any`: in one or "
       "more; `unknown`: of whom it cannot be told, of one."},
      {"CohortHistorySpec.bucket", "`day`, `week` or `month`, the default."},
      {"CohortStock.entered", "In it at the end and not at the beginning."},
      {"CohortPoint.at", "The moment of the figures: the period's last, or as_of."},
      {"CohortHistoryReport.whole", "From `from` to `to`, whatever was between."},
      {"CohortHistoryReport.stayed", "In it at both ends."},
      {"CohortHistoryCell.start", "CohortPoint.start; of the whole when left out."},
      {"GrowthCell.period", "GrowthPeriod.from."},
      {"GrowthCell.idle_band", "Of `dormant`: 1, 2 to 3, 4 to 7, 8 periods or more, counted from 0."},
  };
  const auto found = notes.find(field);
  return found == notes.end() ? std::string_view{} : found->second;
}

}  // namespace habitue::server::described
