#include "insight/uplift/uplift.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"
#include "insight/uplift/scores.hpp"
#include "insight/uplift/subjects.hpp"
#include "insight/uplift/words.hpp"
#include "models/uplift/anytime.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using uplift::Subject;
using uplift::Subjects;

constexpr double kNormal95 = 1.959963984540054;
constexpr std::uint64_t kArmLeast = 100, kOutcomesLeast = 25;
constexpr double kUnequalBelow = 0.001;

Result<void> check_spec(const UpliftSpec& spec) {
  if (spec.within_days < 1 || spec.within_days > 365)
    return invalid(fmt::format("within_days is from 1 to 365; this is {}", spec.within_days));
  if (!(spec.treated_share >= 0.01 && spec.treated_share <= 0.99))
    return invalid(fmt::format("treated_share is from 0.01 to 0.99; this is {}", spec.treated_share));
  if (spec.planned_people < 200 || spec.planned_people > 1'000'000'000)
    return invalid(fmt::format("planned_people is from 200 to 1000000000; this is {}", spec.planned_people));
  if (spec.rows_max < 500 || spec.rows_max > 1'000'000)
    return invalid(fmt::format("rows_max is from 500 to 1000000; this is {}", spec.rows_max));
  if (spec.leave_out.size() > 200)
    return invalid(fmt::format("leave_out is at most 200 names; these are {}", spec.leave_out.size()));
  if (spec.measure == UpliftMeasure::Money && spec.outcome)
    return invalid("money is received, whatever the event: outcome is of the measure `happens`");
  return {};
}

bool counts(const Subject& subject) { return !subject.to_both && !subject.still_open; }

double two_sided(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

UpliftEffect effect_of(std::span<const Subject> subjects, const UpliftSpec& spec,
                       std::optional<criteria::Verdict> side) {
  struct Moments {
    double n = 0, mean = 0, squares = 0;
    void add(double value) {
      const double away = value - mean;
      mean += away / ++n;
      squares += away * (value - mean);
    }
    double variance_of_mean() const { return squares / (n - 1) / n; }
  };
  Moments treated, control;
  UpliftEffect effect;
  for (const Subject& subject : subjects) {
    if (!counts(subject) || (side && subject.audience != *side)) continue;
    (subject.treated ? treated : control).add(subject.outcome);
    UpliftArm& arm = subject.treated ? effect.treated : effect.control;
    ++arm.people;
    arm.came += subject.outcome != 0 ? 1 : 0;
  }
  effect.treated.mean = treated.mean;
  effect.control.mean = control.mean;
  if (treated.n < 2 || control.n < 2) return effect;
  const double difference = treated.mean - control.mean;
  const double error = std::sqrt(treated.variance_of_mean() + control.variance_of_mean());
  effect.difference = difference;
  effect.low = difference - kNormal95 * error;
  effect.high = difference + kNormal95 * error;
  effect.p_value = error > 0 ? two_sided(difference / error) : (difference == 0 ? 1.0 : 0.0);
  // Without a spread seen there is no error to be sure of.
  if (treated.n < kArmLeast || control.n < kArmLeast || error <= 0) return effect;
  const auto anytime =
      models::anytime_interval(difference, error, treated.n + control.n, static_cast<double>(spec.planned_people));
  effect.anytime_low = anytime.low;
  effect.anytime_high = anytime.high;
  effect.anytime_p_value = anytime.p_value;
  return effect;
}

ByAudience<UpliftEffect> effects_of(const Subjects& subjects, const UpliftSpec& spec) {
  ByAudience<UpliftEffect> effects;
  for (const criteria::Verdict side :
       {criteria::Verdict::Inside, criteria::Verdict::Outside, criteria::Verdict::Unknown})
    effects.of(side) = effect_of(subjects.all, spec, side);
  effects.all = effect_of(subjects.all, spec, std::nullopt);
  return effects;
}

void judge(UpliftReport& report, const UpliftSpec& spec) {
  const UpliftEffect& effect = report.effect.of(spec.side);
  const std::uint64_t people = effect.treated.people + effect.control.people;
  const std::uint64_t came = effect.treated.came + effect.control.came;
  if (people == 0)
    report.reasons.push_back(UpliftReason::NobodyAssigned);
  else if (effect.treated.people < kArmLeast || effect.control.people < kArmLeast)
    report.reasons.push_back(UpliftReason::TooFewPeople);
  else if (came < kOutcomesLeast || (spec.measure == UpliftMeasure::Happens && came == people))
    report.reasons.push_back(UpliftReason::TooFewOutcomes);
  if (report.unequal_p_value < kUnequalBelow) report.reasons.push_back(UpliftReason::UnequalArms);
}

// Whom the model is about: those of the side whose time is over, at most as many as asked for.
std::vector<Subject> learnt_from(const Subjects& subjects, const UpliftSpec& spec) {
  std::vector<Subject> chosen;
  for (const Subject& subject : subjects.all) {
    if (!counts(subject) || !retention::on_side(subject.audience, spec.side)) continue;
    // They come by lot.
    if (chosen.size() == spec.rows_max) break;
    chosen.push_back(subject);
  }
  return chosen;
}

}  // namespace

Result<UpliftReport> ask_uplift(const Customers& customers, const Question& question, const UpliftSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto subjects = uplift::read_subjects(*economics, question, spec);
  if (!subjects) return tl::unexpected(subjects.error());
  UpliftReport report;
  report.currency = economics->exchange().currency();
  report.warnings = subjects->warnings;
  for (const Subject& subject : subjects->all) {
    report.to_both += subject.to_both ? 1 : 0;
    if (subject.to_both) continue;
    (subject.treated ? report.assigned_treated : report.assigned_control) += 1;
    report.still_open += subject.still_open ? 1 : 0;
  }
  const auto assigned = static_cast<double>(report.assigned_treated + report.assigned_control);
  if (assigned > 0)
    report.unequal_p_value = two_sided((static_cast<double>(report.assigned_treated) - assigned * spec.treated_share) /
                                       std::sqrt(assigned * spec.treated_share * (1 - spec.treated_share)));
  report.effect = effects_of(*subjects, spec);
  judge(report, spec);
  if (report.reasons.empty()) {
    const std::vector<Subject> chosen = learnt_from(*subjects, spec);
    report.learnt_from = chosen.size();
    const UpliftEffect& effect = report.effect.of(spec.side);
    if (const std::uint64_t all = effect.treated.people + effect.control.people; all > chosen.size())
      report.warnings.push_back(fmt::format("of {} people, {} drawn evenly are learnt from", all, chosen.size()));
    const auto scored = uplift::score(*economics, question, spec, chosen);
    if (!scored) return tl::unexpected(scored.error());
    if (auto told = uplift::tell(report, *scored, chosen); !told) return tl::unexpected(told.error());
  }
  report.sentence_en = uplift::sentence(report, spec, false);
  report.sentence_fr = uplift::sentence(report, spec, true);
  return report;
}

Result<std::vector<PersonId>> people_of_uplift(const Customers& customers, const Question& question,
                                               const UpliftSpec& spec, const UpliftCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto subjects = uplift::read_subjects(*economics, question, spec);
  if (!subjects) return tl::unexpected(subjects.error());
  std::vector<Subject> among = subjects->all;
  if (cell.tenth) {
    UpliftReport report;
    report.effect = effects_of(*subjects, spec);
    judge(report, spec);
    const auto none = fail(ErrorKind::NotFound, fmt::format("there is no tenth {}", *cell.tenth));
    if (!report.reasons.empty()) return none;
    const std::vector<Subject> chosen = learnt_from(*subjects, spec);
    const auto scored = uplift::score(*economics, question, spec, chosen);
    if (!scored) return tl::unexpected(scored.error());
    if (*cell.tenth >= scored->judged.report.groups.size()) return none;
    const models::UpliftGroup& group = scored->judged.report.groups[*cell.tenth];
    among.clear();
    for (std::size_t at = 0; at < chosen.size(); ++at)
      if (scored->judged.score[at] >= group.lowest && scored->judged.score[at] <= group.highest)
        among.push_back(chosen[at]);
  }
  std::vector<PersonId> people;
  for (const Subject& subject : among) {
    if (!retention::on_side(subject.audience, cell.side) || (cell.came && (!counts(subject) || subject.outcome == 0)))
      continue;
    using Who = UpliftCell::Who;
    const bool belongs = !cell.who                  ? counts(subject)
                         : *cell.who == Who::ToBoth ? subject.to_both
                         : *cell.who == Who::StillOpen
                             ? subject.still_open && !subject.to_both
                             : counts(subject) && subject.treated == (*cell.who == Who::Treated);
    if (belongs) people.push_back(subject.person);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
