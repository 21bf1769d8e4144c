// AARRR: of the people acquired in a period, how many reached each step by as_of.
#include <algorithm>
#include <optional>

#include "insight/aarrr_fold.hpp"

namespace habitue::insight {
namespace {

struct Tally {
  ByAudience<CohortTally> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

// Exact: the middle one, or halfway between the two in the middle.
std::optional<double> median_days(std::vector<std::int64_t> elapsed_us) {
  if (elapsed_us.empty()) return std::nullopt;
  constexpr double kDayUs = 86'400e6;
  const auto middle = elapsed_us.begin() + static_cast<std::ptrdiff_t>(elapsed_us.size() / 2);
  std::nth_element(elapsed_us.begin(), middle, elapsed_us.end());
  const auto upper = static_cast<double>(*middle);
  if (elapsed_us.size() % 2 == 1) return upper / kDayUs;
  const auto lower = static_cast<double>(*std::max_element(elapsed_us.begin(), middle));
  return (lower + upper) / 2 / kDayUs;
}

AarrrFigures figures_of(CohortTally& tally, const Steps& steps) {
  AarrrFigures figures;
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const std::uint64_t people = tally.steps[index].people;
    const std::uint64_t before = tally.steps[index == 0 ? 0 : steps.previous(index)].people;
    figures.steps.push_back({.people = people,
                             .of_previous = share_of(people, before),
                             .of_first = share_of(people, tally.steps.front().people),
                             .median_days = median_days(std::move(tally.steps[index].elapsed_us))});
  }
  figures.balances = std::move(tally.balances);
  return figures;
}

}  // namespace

void CohortTally::merge(const CohortTally& other) {
  for (std::size_t index = 0; index < steps.size(); ++index) {
    StepTally& into = steps[index];
    const StepTally& from = other.steps[index];
    into.people += from.people;
    into.net_minor = knowledge::saturated_sum(into.net_minor, from.net_minor);
    into.elapsed_us.insert(into.elapsed_us.end(), from.elapsed_us.begin(), from.elapsed_us.end());
  }
  add_to(balances, other.balances);
}

Result<ByAudience<CohortTally>> fold_cohort(const Customers& customers, const Question& question, const Steps& steps) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  CohortTally cohort;
  cohort.steps.resize(steps.size());
  const Tally empty{{cohort, cohort, cohort, cohort}};
  const Currency currency = customers.business().currency;
  auto tally = fold_people(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    const auto& moments = steps.reached(person.journey, question.as_of, question.period);
    if (moments.empty()) return;
    CohortTally& figures = into.parts.of(person.audience);
    const std::vector<Balance> balances = customers.balances(person.journey, question.as_of);
    const std::int64_t net = net_in(balances, currency);
    add_to(figures.balances, balances);
    for (std::size_t index = 0; index < moments.size(); ++index) {
      if (!moments[index]) continue;
      StepTally& step = figures.steps[index];
      ++step.people;
      step.net_minor = knowledge::saturated_sum(step.net_minor, net);
      step.elapsed_us.push_back((*moments[index] - *moments.front()).count());
    }
  });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, cohort);
  // A step that must be passed cannot be reached by more people than the one before it.
  for (std::size_t index = 1; index < steps.size(); ++index)
    if (tally->parts.all.steps[index].people > tally->parts.all.steps[steps.previous(index)].people)
      return broken_identity("more people reached step \"" + steps.name(index) + "\" than the step before it");
  return std::move(tally->parts);
}

Result<AarrrReport> ask_aarrr(const Customers& customers, const Question& question) {
  auto steps = Steps::bind(customers);
  if (!steps) return tl::unexpected(steps.error());
  auto cohort = fold_cohort(customers, question, *steps);
  if (!cohort) return tl::unexpected(cohort.error());
  AarrrReport report;
  for (std::size_t index = 0; index < steps->size(); ++index) report.steps.push_back(steps->name(index));
  report.figures = {figures_of(cohort->inside, *steps), figures_of(cohort->outside, *steps),
                    figures_of(cohort->unknown, *steps), figures_of(cohort->all, *steps)};
  return report;
}

}  // namespace habitue::insight
