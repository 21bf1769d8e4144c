// The pollution meter: what outsiders do to each rate, and whether they hide the step that is worth working on.
#include <cmath>

#include "insight/aarrr_fold.hpp"
#include "insight/pollution_words.hpp"

namespace habitue::insight {
namespace {

// One more point of a rate turns one in a hundred of those who were at the step before into people like those who reached
// it. They then bring what those bring on average, and no longer what those bring who stopped. Where all money comes at the end,
// this is the revenue of the cohort times 0.01 / rate. Nothing where too few people tell, or where nobody stopped.
std::optional<double> gain_of_a_point(const CohortTally& cohort, std::size_t step, std::size_t previous) {
  const StepTally& here = cohort.steps[step];
  const StepTally& before = cohort.steps[previous];
  const std::uint64_t stopped = before.people - here.people;
  if (before.people < kRankedPeopleMin || here.people < kRankedReachedMin || stopped == 0) return std::nullopt;
  const auto mean = [](std::int64_t money, std::uint64_t people) {
    return static_cast<double>(money) / static_cast<double>(people);
  };
  const std::int64_t left_behind =
      knowledge::saturated_sum(before.net_minor, here.net_minor == INT64_MIN ? 0 : -here.net_minor);
  return 0.01 * static_cast<double>(before.people) * (mean(here.net_minor, here.people) - mean(left_behind, stopped));
}

std::optional<Money> in_money(std::optional<double> minor_units, Currency currency) {
  if (!minor_units || std::abs(*minor_units) > 9e18) return std::nullopt;
  return Money{std::llround(*minor_units), currency};
}

// The step whose point is worth most; the earlier of two alike. A step whose point is worth nothing is not worth working on.
std::optional<std::size_t> weakest(const CohortTally& cohort, const Steps& steps) {
  std::optional<std::size_t> best;
  double best_gain = 0;
  for (std::size_t step = 1; step < steps.size(); ++step) {
    if (steps.optional(step)) continue;
    const auto gain = gain_of_a_point(cohort, step, steps.previous(step));
    if (!gain || *gain <= best_gain) continue;
    best = step;
    best_gain = *gain;
  }
  return best;
}

}  // namespace

Result<PollutionReport> ask_pollution(const Customers& customers, const Question& question) {
  auto steps = Steps::bind(customers);
  if (!steps) return tl::unexpected(steps.error());
  auto cohort = fold_cohort(customers, question, *steps);
  if (!cohort) return tl::unexpected(cohort.error());

  PollutionReport report;
  const Currency currency = customers.business().currency;
  for (std::size_t index = 0; index < steps->size(); ++index) {
    const std::size_t previous = index == 0 ? 0 : steps->previous(index);
    const auto rate = [&](const CohortTally& part) {
      return share_of(part.steps[index].people, part.steps[previous].people);
    };
    PollutedStep step;
    step.step = steps->name(index);
    step.overall = rate(cohort->all);
    step.inside = rate(cohort->inside);
    // Without anybody inside there is no rate inside, so nothing to differ from.
    step.pollution = step.inside.whole == 0 ? 0 : step.overall.value - step.inside.value;
    step.outsiders = share_of(cohort->outside.steps[previous].people, cohort->all.steps[previous].people);
    if (index > 0 && !steps->optional(index)) {
      step.gain_overall = in_money(gain_of_a_point(cohort->all, index, previous), currency);
      step.gain_inside = in_money(gain_of_a_point(cohort->inside, index, previous), currency);
    }
    report.steps.push_back(std::move(step));
  }
  const std::uint64_t acquired = cohort->all.steps.front().people;
  report.outsiders = share_of(cohort->outside.steps.front().people, acquired);
  report.unknown = share_of(cohort->unknown.steps.front().people, acquired);
  report.weakest_overall = weakest(cohort->all, *steps);
  report.weakest_inside = weakest(cohort->inside, *steps);
  report.weakest_flips =
      report.weakest_overall && report.weakest_inside && *report.weakest_overall != *report.weakest_inside;

  const Acquired noun = acquired_noun(customers.business().steps.front());
  report.sentence_en = pollution_in_english(report, noun);
  report.sentence_fr = pollution_in_french(report, noun);
  return report;
}

}  // namespace habitue::insight
