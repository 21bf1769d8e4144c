#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "insight/propensity/check.hpp"
#include "insight/propensity/frame.hpp"
#include "insight/propensity/learn.hpp"
#include "insight/propensity/spec.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using propensity::Cut;
using propensity::FeatureReader;
using propensity::Law;
using propensity::Learnt;
using propensity::OutcomeReader;

constexpr std::size_t kCuts = 4;
constexpr std::uint64_t kPeopleLeast = 100, kOutcomesLeast = 25;

// The rows of one moment, and the law learnt then.
Result<Cut> read_cut(const Economics& economics, const Question& question, const PropensitySpec& spec,
                     const FeatureReader& features, const OutcomeReader& outcome, std::span<const UtcMicros> cuts,
                     std::size_t which, UtcMicros until) {
  const Customers& customers = economics.customers();
  Cut cut;
  auto rows = propensity::read_rows(customers, question, features, outcome, cuts, which, until, spec);
  if (!rows) return tl::unexpected(rows.error());
  cut.of = *std::move(rows);
  if (cut.of.rows.empty()) return cut;
  const auto law =
      Law::learn(economics, propensity::question_at(customers, question, cuts[which]), spec.outcome, spec.horizon_days);
  if (!law) return tl::unexpected(law.error());
  if (*law == nullptr) return cut;
  cut.law = (*law)->name();
  cut.chances.resize(cut.of.rows.size());
  auto told = forecast::for_rows(question, cut.of.rows.size(), [&](std::size_t at) -> Result<void> {
    const auto journey = customers.snapshot().find(cut.of.rows[at].person);
    if (!journey) return {};
    const auto chance = (*law)->chance(*journey);
    if (!chance) return tl::unexpected(chance.error());
    cut.chances[at] = std::clamp(*chance, 0.0, 1.0);
    return {};
  });
  if (!told) return tl::unexpected(told.error());
  return cut;
}

void tell_cut(PropensityCheck& check, const Customers& customers, const Cut& cut, bool is_check) {
  check.cuts.push_back(
      {customers.zone().day_of(cut.of.cut), is_check, cut.of.eligible, cut.of.rows.size(), cut.of.came()});
}

void refuse(PropensityCheck& check, PropensityReason reason) { check.reasons.push_back(reason); }

// Whether there is enough to learn from and to check by; adds what is missing.
bool suffices(PropensityCheck& check, std::span<const Cut> cuts) {
  std::uint64_t learnt = 0, came = 0;
  for (const Cut& cut : cuts.subspan(1)) {
    learnt += cut.of.rows.size();
    came += cut.of.came();
  }
  const std::uint64_t checked = cuts.front().of.rows.size(), checked_came = cuts.front().of.came();
  if (learnt == 0 || checked == 0)
    refuse(check, PropensityReason::NobodyEligible);
  else if (learnt < kPeopleLeast || checked < kPeopleLeast)
    refuse(check, PropensityReason::TooFewPeople);
  else if (std::min({came, learnt - came, checked_came, checked - checked_came}) < kOutcomesLeast)
    refuse(check, PropensityReason::TooFewOutcomes);
  return check.reasons.empty();
}

PropensityFact rule_by(const PropensitySpec& spec, const OutcomeReader& outcome) {
  if (spec.outcome == PropensityOutcome::Upgrading && spec.outcome_event) return PropensityFact::DaysSinceLastEvent;
  return outcome.of_subscriptions() ? PropensityFact::Stage : PropensityFact::DaysSincePurchase;
}

}  // namespace

Result<PropensityFit> fit_propensity(const Customers& customers, const Question& question, const PropensitySpec& spec) {
  if (auto sound = propensity::check_spec(spec); !sound) return tl::unexpected(sound.error());
  if (auto lens = Lens::of(customers, question); !lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto outcome = OutcomeReader::bind(*economics, spec.outcome, spec.outcome_event);
  if (!outcome) return tl::unexpected(outcome.error());

  PropensityFit fit;
  fit.outcome = spec.outcome;
  fit.outcome_event = spec.outcome_event ? event_test_text(*spec.outcome_event) : std::string();
  fit.horizon_days = spec.horizon_days;
  fit.as_of = question.as_of;
  fit.warnings = outcome->warnings();
  PropensityCheck& check = fit.check;
  const std::vector<UtcMicros> moments = propensity::cuts_of(customers, question.as_of, spec.horizon_days, kCuts);
  if (moments.size() < 3) {
    refuse(check, PropensityReason::TooShort);
    return fit;
  }
  // Columns by what was known at the moment of the check.
  const Question then = propensity::question_at(customers, question, moments.front());
  const auto lens = Lens::of(customers, then);
  if (!lens) return tl::unexpected(lens.error());
  auto columns = propensity::choose_columns(*economics, then, *lens, spec.leave_out, fit.warnings);
  if (!columns) return tl::unexpected(columns.error());
  fit.columns = *std::move(columns);
  const FeatureReader features = FeatureReader::bind(*economics, fit.columns);

  std::vector<Cut> cuts;  // The last first: that of the check.
  for (std::size_t which = 0; which < moments.size(); ++which) {
    auto cut = read_cut(*economics, question, spec, features, *outcome, moments, which,
                        which == 0 ? question.as_of : moments[which - 1]);
    if (!cut) return tl::unexpected(cut.error());
    cuts.push_back(*std::move(cut));
    const propensity::RowsOfCut& of = cuts.back().of;
    if (of.eligible > of.rows.size())
      fit.warnings.push_back(fmt::format("of {} people on {}, {} drawn evenly are looked at", of.eligible,
                                         format_day(customers.zone().day_of(of.cut)), of.rows.size()));
  }
  for (std::size_t at = cuts.size(); at-- > 0;) tell_cut(check, customers, cuts[at], at == 0);
  if (!suffices(check, cuts)) return fit;

  std::vector<const Cut*> all, earlier;
  for (const Cut& cut : cuts)
    if (!cut.of.rows.empty()) all.push_back(&cut);
  earlier.assign(all.begin() + 1, all.end());
  const PropensityFact by = rule_by(spec, *outcome);
  if (auto judged = propensity::judge(check, cuts.front(), earlier, fit.columns, by, question, spec.seed); !judged)
    return tl::unexpected(judged.error());
  if (check.verdict != PropensityVerdict::Passed) return fit;

  auto learnt = propensity::learn(check.used, all, fit.columns, by, question, spec.seed);
  if (!learnt) return tl::unexpected(learnt.error());
  if (!*learnt) return fail(ErrorKind::Unavailable, "what was learnt for the check could not be learnt again");
  fit.rule = std::move((*learnt)->rule);
  fit.model = std::move((*learnt)->model);
  fit.calibrator = (*learnt)->calibrator;
  fit.share = (*learnt)->share;
  return fit;
}

}  // namespace habitue::insight
