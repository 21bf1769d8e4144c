// The stages of one person through time, as spans of periods: the rule of stage_of_days read the other way round, from a purchase to the
// periods in which it makes a stage, so that a year of days costs as much as purchases and not as days.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "config/config.hpp"
#include "knowledge/customers.hpp"

namespace habitue::knowledge {

inline constexpr std::size_t kStageSpans = 5;
using StageBounds = std::array<std::size_t, kStageSpans + 1>;
using StagesOfSpans = std::array<Stage, kStageSpans>;

/// Stages at the end of each of some periods, of what was bought up to then. `days`: the days of purchases that count, in order, at least
/// one. `begin_of(day)`: the first of `periods` whose last day is at or after this day, or their number. Calls
/// `follow(bounds, stages)` where the stages from bounds[i] to bounds[i + 1] - 1 are stages[i], for some spans that may be empty,
/// and `repeat(from, to)` for those that are new with two purchases or more.
template <class BeginOf, class Follow, class Repeat>
void for_each_stage_span(std::span<const std::int64_t> days, const config::StageRules& rules, std::size_t periods,
                         const BeginOf& begin_of, const Follow& follow, const Repeat& repeat) {
  const std::size_t active = rules.active_purchases;
  const std::size_t no_longer_new = begin_of(days.front() + rules.new_days);
  std::size_t from = begin_of(days.front());
  for (std::size_t last = 0; last < days.size() && from < periods; ++last) {
    const std::size_t to = last + 1 < days.size() ? begin_of(days[last + 1]) : periods;
    if (to == from) continue;
    const std::int64_t day = days[last];
    const std::size_t dormant = begin_of(day + rules.dormant_days);
    const std::size_t quiet = std::clamp(std::min(begin_of(day + rules.at_risk_days), dormant), from, to);
    const bool back = last > 0 && day - days[last - 1] >= std::int64_t{rules.back_days};
    const std::size_t greeted = back ? quiet : std::clamp(no_longer_new, from, quiet);
    // Active while the purchase that many before the last is recent: today counts, so that with none asked for everybody is.
    std::size_t often = greeted;
    if (active == 0)
      often = quiet;
    else if (last + 1 >= active)
      often = std::clamp(begin_of(days[last + 1 - active] + rules.active_days), greeted, quiet);
    const std::size_t gone = std::clamp(dormant, quiet, to);
    follow({from, greeted, often, quiet, gone, to},
           {back ? Stage::Back : Stage::New, Stage::Active, Stage::Occasional, Stage::AtRisk, Stage::Dormant});
    if (last > 0 && !back) repeat(from, greeted);
    from = to;
  }
}

}  // namespace habitue::knowledge
