#include "insight/funnel/check.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::insight::funnel {
namespace {

using std::chrono::microseconds;

// Sums of a moment and a window stay in range.
constexpr microseconds kWindowMax = std::chrono::days{36'525};
constexpr std::size_t kBinsMax = 90;

std::size_t last_required(const Funnel& funnel) {
  std::size_t last = 0;
  for (std::size_t step = 0; step < funnel.steps.size(); ++step)
    if (!funnel.steps[step].optional) last = step;
  return last;
}

Result<void> check_length(std::string_view what, microseconds length) {
  if (length > microseconds{0} && length <= kWindowMax) return {};
  return invalid(fmt::format("{} is more than nothing and at most 100 years; this one is {} s", what,
                             std::chrono::duration_cast<std::chrono::seconds>(length).count()));
}

Result<void> check_steps(const Funnel& funnel) {
  const auto& steps = funnel.steps;
  if (steps.empty() || steps.size() > kFunnelStepsMax)
    return invalid(fmt::format("a funnel has 1 to {} steps; this one has {}", kFunnelStepsMax, steps.size()));
  if (steps.front().optional)
    return invalid("the first step of a funnel is what people enter by: it cannot be optional");
  for (std::size_t step = 0; step < steps.size(); ++step) {
    if (steps[step].within)
      if (auto sound = check_length(fmt::format("the time limit of step {}", step + 1), *steps[step].within); !sound)
        return sound;
    if (!steps[step].optional) continue;
    const auto next = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(step), steps.end(),
                                   [](const FunnelStep& other) { return !other.optional; });
    if (next != steps.end() && next->event == steps[step].event)
      return invalid(fmt::format(
          "optional step {} is equal to the required step after it: no event could tell them apart", step + 1));
  }
  return {};
}

Result<void> check_exclusions(const Funnel& funnel) {
  if (funnel.exclusions.size() > kFunnelExclusionsMax)
    return invalid(fmt::format("a funnel has at most {} exclusions; this one has {}", kFunnelExclusionsMax,
                               funnel.exclusions.size()));
  const std::size_t last = last_required(funnel);
  for (std::size_t number = 0; number < funnel.exclusions.size(); ++number) {
    const FunnelExclusion& exclusion = funnel.exclusions[number];
    const std::size_t before = exclusion.before.value_or(last);
    if (before >= funnel.steps.size() || exclusion.after >= before)
      return invalid(fmt::format("exclusion {} lies between no two steps: after step {} and before step {}", number + 1,
                                 exclusion.after + 1, before + 1));
    if (funnel.steps[exclusion.after].optional || funnel.steps[before].optional)
      return invalid(
          fmt::format("exclusion {} lies between required steps: an optional one may not be there", number + 1));
    if (funnel.order == FunnelOrder::AnyOrder && (exclusion.after != 0 || before != last))
      return invalid(fmt::format(
          "exclusion {} lies between two steps, which have no place in any order: leave them out", number + 1));
    for (std::size_t step = 0; step < funnel.steps.size(); ++step)
      if (funnel.steps[step].event == exclusion.event)
        return invalid(fmt::format("exclusion {} is equal to step {}: the step itself would end the attempt",
                                   number + 1, step + 1));
  }
  return {};
}

Result<void> check_any_order(const Funnel& funnel) {
  for (std::size_t step = 0; step < funnel.steps.size(); ++step) {
    if (funnel.steps[step].optional)
      return invalid(fmt::format("step {} is optional, but in any order people do as many steps as they do", step + 1));
    if (funnel.steps[step].within)
      return invalid(fmt::format(
          "step {} has a time limit from the step before, but in any order there is none before it", step + 1));
  }
  if (funnel.grace != microseconds{0}) return invalid("in any order no grace is needed: leave it out");
  const bool by_step = funnel.breakdown && funnel.breakdown->by.of == Breakdown::Of::Property &&
                       funnel.breakdown->attribution == FunnelAttribution::Step;
  if (by_step)
    return invalid("in any order a step has no event of its own: break down by the first, last or all events");
  return {};
}

}  // namespace

Result<void> check(const Funnel& funnel) {
  if (auto sound = check_steps(funnel); !sound) return sound;
  if (auto sound = check_length("the window of a funnel", funnel.window); !sound) return sound;
  if (funnel.grace < microseconds{0} || funnel.grace > kFunnelGraceMax)
    return invalid(fmt::format("the grace is 0 to {} s",
                               std::chrono::duration_cast<std::chrono::seconds>(kFunnelGraceMax).count()));
  if (auto sound = check_exclusions(funnel); !sound) return sound;
  if (funnel.order == FunnelOrder::AnyOrder)
    if (auto sound = check_any_order(funnel); !sound) return sound;
  if (funnel.bins && (*funnel.bins < 1 || *funnel.bins > kBinsMax))
    return invalid(fmt::format("a histogram has 1 to {} bars; {} were asked for", kBinsMax, *funnel.bins));
  if (funnel.breakdown && funnel.breakdown->by.limit == 0) return invalid("a breakdown shows at least one value");
  if (funnel.breakdown && funnel.breakdown->attribution == FunnelAttribution::Step &&
      funnel.breakdown->step >= funnel.steps.size())
    return invalid(
        fmt::format("the breakdown is by step {}, and there are {}", funnel.breakdown->step + 1, funnel.steps.size()));
  return {};
}

Plan plan_of(const Funnel& funnel) {
  Plan plan;
  plan.order = funnel.order;
  plan.rule = funnel.rule;
  plan.steps = static_cast<std::uint32_t>(funnel.steps.size());
  plan.window_us = funnel.window.count();
  for (std::size_t step = 0; step < funnel.steps.size(); ++step) {
    if (!funnel.steps[step].optional) plan.required |= std::uint64_t{1} << step;
    plan.within_us[step] = funnel.steps[step].within ? funnel.steps[step].within->count() : kNoLimit;
  }
  const std::size_t last = last_required(funnel);
  for (std::size_t number = 0; number < funnel.exclusions.size(); ++number) {
    const FunnelExclusion& exclusion = funnel.exclusions[number];
    plan.exclusions |= std::uint64_t{1} << number;
    for (std::size_t step = exclusion.after + 1; step <= exclusion.before.value_or(last); ++step)
      plan.link_exclusions[step] |= std::uint64_t{1} << number;
  }
  return plan;
}

}  // namespace habitue::insight::funnel
