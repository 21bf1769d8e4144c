#include "insight/propensity/outcome.hpp"

#include <algorithm>

namespace habitue::insight::propensity {
namespace {

double days_between(UtcMicros from, UtcMicros to) {
  return static_cast<double>((to - from).count()) / (24.0 * 3600 * 1e6);
}

bool is_customer(knowledge::Stage stage) {
  using knowledge::Stage;
  return stage == Stage::New || stage == Stage::Active || stage == Stage::AtRisk || stage == Stage::Back ||
         stage == Stage::Occasional;
}

}  // namespace

Result<OutcomeReader> OutcomeReader::bind(const knowledge::Economics& economics, PropensityOutcome outcome,
                                          const ActTest& outcome_event) {
  OutcomeReader reader;
  const Customers& customers = economics.customers();
  reader.economics_ = &economics;
  reader.outcome_ = outcome;
  reader.subscription_ = customers.business().model == config::BusinessModel::Subscription;
  reader.recurring_ = knowledge::RecurringReader::bind(economics);
  reader.spells_ = contracts::SpellReader::bind(economics);
  if (outcome_event) {
    if (outcome != PropensityOutcome::Upgrading) return invalid("outcome_event is of the outcome upgrading alone");
    auto matcher = EventMatcher::bind(customers, {&*outcome_event, 1});
    if (!matcher) return tl::unexpected(matcher.error());
    reader.event_ = *std::move(matcher);
  } else if (outcome == PropensityOutcome::Upgrading && !reader.subscription_) {
    return invalid("upgrading of a business of purchases takes outcome_event: what counts as an upgrade");
  }
  return reader;
}

const std::vector<std::string>& OutcomeReader::warnings() const {
  static const std::vector<std::string> none;
  return event_ ? event_->warnings() : none;
}

bool OutcomeReader::could(const journey::Journey& journey, UtcMicros cut) const {
  const journey::Journey known = journey.until(cut);
  const Customers& customers = economics_->customers();
  if (known.empty()) return false;
  thread_local std::vector<contracts::Spell> spells;
  thread_local std::vector<knowledge::RecurringStep> steps;
  switch (outcome_) {
    case PropensityOutcome::BuyingAgain: return !customers.purchases(known, cut).empty();
    case PropensityOutcome::Leaving:
      if (!subscription_) return is_customer(customers.stage_of(known, cut).stage);
      spells_.read(known, cut, spells);
      return !spells.empty() && spells.back().runs_at(cut);
    case PropensityOutcome::Upgrading: break;
  }
  if (event_) return true;
  knowledge::RecurringDoubts doubts;
  recurring_.read(known, cut, steps, doubts);
  return knowledge::recurring_at(steps, cut).monthly_minor > 0;
}

Came OutcomeReader::came(const journey::Journey& journey, UtcMicros cut, UtcMicros until) const {
  const auto at = [&](UtcMicros moment) { return Came{true, days_between(cut, moment)}; };
  thread_local std::vector<contracts::Spell> spells;
  thread_local std::vector<knowledge::RecurringStep> steps;
  if (outcome_ == PropensityOutcome::Leaving && subscription_) {
    spells_.read(journey, until, spells);
    for (const contracts::Spell& spell : spells)
      if (spell.from <= cut && spell.to && *spell.to > cut) return at(*spell.to);
    return {};
  }
  if (outcome_ == PropensityOutcome::Upgrading && event_) {
    for (const journey::Event event : journey.until(until).since(cut + std::chrono::microseconds{1}))
      if ((*event_)(event) != 0) return at(event.at);
    return {};
  }
  if (outcome_ == PropensityOutcome::Upgrading) {
    knowledge::RecurringDoubts doubts;
    recurring_.read(journey, until, steps, doubts);
    const std::int64_t before = knowledge::recurring_at(steps, cut).monthly_minor;
    for (const knowledge::RecurringStep& step : steps)
      if (step.at > cut && step.monthly_minor > before) return at(step.at);
    return {};
  }
  const std::vector<UtcMicros> bought = economics_->customers().purchases(journey, until);
  const auto next = std::upper_bound(bought.begin(), bought.end(), cut);
  if (outcome_ == PropensityOutcome::Leaving) return {next == bought.end()};
  return next == bought.end() ? Came{} : at(*next);
}

}  // namespace habitue::insight::propensity
