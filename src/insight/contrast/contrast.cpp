#include "insight/contrast/contrast.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/contrast/assess.hpp"
#include "insight/contrast/words.hpp"
#include "insight/event_matcher.hpp"

namespace habitue::insight {
namespace {

bool adds_up(const ContrastStanding& one) {
  return one.born == one.first + one.second + one.too_young + one.not_among + one.had_before + one.not_over +
                         one.in_both + one.in_neither + one.cannot_tell + one.not_compared;
}

std::string step_name(const ContrastSpec& spec, std::size_t step) { return event_test_text(spec.steps[step]); }

}  // namespace

Result<ContrastReport> ask_contrast(const Customers& customers, const Question& question, const ContrastSpec& spec) {
  auto gathered = contrast::gather(customers, question, spec);
  if (!gathered) return tl::unexpected(gathered.error());
  ContrastReport report;
  report.left_out = gathered->left_out;
  report.warnings = gathered->warnings;
  report.sets = gathered->sets;
  for (const contrast::Part& part : gathered->parts)
    for (const auto verdict : {criteria::Verdict::Inside, criteria::Verdict::Outside, criteria::Verdict::Unknown}) {
      const ContrastStanding& standing = part.standing[static_cast<std::size_t>(verdict)];
      contrast::add(report.people.of(verdict), standing);
      contrast::add(report.people.all, standing);
    }
  if (!adds_up(report.people.all)) return broken_identity("the groups of a contrast do not add up to those born");
  const contrast::Table table = contrast::tabulate(customers, *gathered, spec, question.cancellation);
  if (auto done = contrast::assess(table, spec, question.cancellation, report); !done)
    return tl::unexpected(done.error());
  for (std::size_t step = 0; step < report.steps.size(); ++step) report.steps[step].step = step_name(spec, step);
  contrast::put_into_words(spec, report);
  return report;
}

Result<std::vector<PersonId>> people_of_contrast(const Customers& customers, const Question& question,
                                                 const ContrastSpec& spec, const ContrastCell& cell) {
  const bool takes_part = cell.who == ContrastCell::Who::First || cell.who == ContrastCell::Who::Second;
  if ((cell.feature || cell.step) && !takes_part)
    return invalid("feature and step are of people in the first or in the second group");
  if (cell.feature && cell.step) return invalid("a cell has a feature or a step, not both");
  if (cell.step && *cell.step >= spec.steps.size())
    return fail(ErrorKind::NotFound, fmt::format("the question has {} steps", spec.steps.size()));
  if (!cell.feature && !cell.step) return contrast::people_standing(customers, question, spec, cell.who, cell.side);
  const auto gathered = contrast::gather(customers, question, spec);
  if (!gathered) return tl::unexpected(gathered.error());
  const std::uint8_t group = cell.who == ContrastCell::Who::First ? 0 : 1;
  if (cell.feature) return contrast::people_with(customers, *gathered, *cell.feature, group, cell.has, cell.side);
  std::vector<PersonId> people;
  for (const contrast::Part& part : gathered->parts)
    for (const contrast::Taker& taker : part.takers)
      if (taker.group == group && contrast::on_side(taker.verdict, cell.side) &&
          (cell.has ? taker.steps == *cell.step : taker.steps > *cell.step))
        people.push_back(taker.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
