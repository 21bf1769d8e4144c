#include "insight/contracts/leaving.hpp"

#include <algorithm>
#include <cmath>

#include "insight/contracts/projection.hpp"
#include "models/calibration/scores.hpp"

namespace habitue::insight::contracts {
namespace {

constexpr std::uint32_t kHazardsMost = 200;
constexpr std::size_t kEndedLeast = 20, kRunningLeast = 50;
constexpr double kBiasMost = 0.25, kUnreliableFrom = 0.1;

// Nothing where too few ended to learn from.
Result<std::optional<models::DiscreteHazard>> learn(std::span<const models::PeriodTenure> tenures) {
  const auto ended = std::count_if(tenures.begin(), tenures.end(), [](const auto& each) { return each.ended; });
  if (static_cast<std::size_t>(ended) < kEndedLeast) return std::nullopt;
  auto hazard = models::fit_discrete_hazard(tenures, {}, {}, models::HazardLink::Logit);
  if (!hazard) return tl::unexpected(hazard.error());
  if (hazard->report.verdict == models::FitVerdict::TooFewData) return std::nullopt;
  return std::optional(*std::move(hazard));
}

// That a contract which runs at the moment ends within the horizon.
double chance_to_leave(const models::DiscreteHazard& hazard, const Spell& spell, UtcMicros at,
                       const ContractsSpec& spec) {
  const double periods = static_cast<double>(spec.horizon_days) / spec.period_days;
  const auto whole = static_cast<std::uint32_t>(periods);
  const auto left = hazard.survival_ahead({}, periods_between(spell.from, at, spec.period_days), whole + 1);
  // Within a period contracts end evenly on the scale of the logarithm.
  const double before = whole == 0 ? 1 : left[whole - 1], after = left[whole];
  return 1 - before * std::pow(before > 0 ? after / before : 0, periods - whole);
}

void tell_hazards(ContractsReport& report, std::span<const models::PeriodTenure> tenures,
                  const models::DiscreteHazard& hazard) {
  std::uint32_t longest = 0;
  for (const models::PeriodTenure& tenure : tenures) longest = std::max(longest, tenure.periods);
  for (std::uint32_t period = 1; period <= std::min(longest, kHazardsMost); ++period) {
    ContractsHazard at{.period = period};
    for (const models::PeriodTenure& tenure : tenures) {
      at.at_risk += tenure.periods >= period ? 1 : 0;
      at.ended += tenure.ended && tenure.periods == period ? 1 : 0;
    }
    if (at.at_risk == 0) break;
    at.share = static_cast<double>(at.ended) / static_cast<double>(at.at_risk);
    at.modelled = hazard.hazard({}, period);
    report.hazards.push_back(at);
  }
}

Result<ContractsLeavingCheck> check_leaving(std::span<const Subscriber> chosen, UtcMicros as_of, const Zone& zone,
                                            const ContractsSpec& spec) {
  ContractsLeavingCheck check;
  const UtcMicros then = as_of - std::chrono::days{spec.horizon_days};
  check.checked_on = zone.day_of(then);
  const auto hazard = learn(tenures_at(chosen, then, spec.period_days));
  if (!hazard) return tl::unexpected(hazard.error());
  std::vector<double> told, came;
  double variance = 0;
  if (*hazard) {
    for (const Subscriber& subscriber : chosen) {
      const Spell* spell = running_at(subscriber, then);
      if (spell == nullptr) continue;
      const double chance = std::clamp(chance_to_leave(**hazard, *spell, then, spec), 0.0, 1.0);
      const bool left = spell->to && *spell->to <= as_of;
      told.push_back(chance);
      came.push_back(left ? 1 : 0);
      check.foretold += chance;
      check.came += left ? 1 : 0;
      variance += chance * (1 - chance);
    }
  }
  check.people = told.size();
  if (told.size() < kRunningLeast) {
    check.reasons.push_back(ContractsLeavingReason::TooFew);
    return check;
  }
  const auto reliable = models::reliability(told, came);
  if (!reliable) return tl::unexpected(reliable.error());
  check.reliability_error = reliable->error;
  for (const models::ReliabilityBin& bin : reliable->bins)
    check.reliability.push_back(
        {bin.lowest, bin.highest, bin.mean_forecast, bin.share_that_came, bin.low, bin.high, bin.people});
  const auto counted = static_cast<double>(check.came);
  if (check.came > 0) check.level = check.foretold / counted;
  // Of few, chance alone may make a quarter.
  const double missed = std::abs(check.foretold - counted);
  if (missed > kBiasMost * counted && missed > 1.96 * std::sqrt(variance))
    check.reasons.push_back(ContractsLeavingReason::Biased);
  if (check.reliability_error > kUnreliableFrom) check.reasons.push_back(ContractsLeavingReason::Unreliable);
  check.verdict = check.reasons.empty() ? ContractsVerdict::Passed : ContractsVerdict::Failed;
  return check;
}

}  // namespace

const Spell* running_at(const Subscriber& subscriber, UtcMicros at) {
  for (const Spell& spell : subscriber.spells)
    if (spell.runs_at(at)) return &spell;
  return nullptr;
}

Result<void> tell_leaving(ContractsReport& report, std::span<const Subscriber> chosen,
                          std::span<const Subscriber> everybody, UtcMicros as_of, const Zone& zone,
                          const ContractsSpec& spec) {
  const auto tenures = tenures_at(chosen, as_of, spec.period_days);
  const auto hazard = learn(tenures);
  if (!hazard) return tl::unexpected(hazard.error());
  auto check = check_leaving(chosen, as_of, zone, spec);
  if (!check) return tl::unexpected(check.error());
  report.leaving_check = *std::move(check);
  if (!*hazard) return {};
  tell_hazards(report, tenures, **hazard);
  if (report.leaving_check.verdict != ContractsVerdict::Passed) return {};
  ByAudience<ContractsLeaving>& leaving = report.leaving.emplace();
  for (const Subscriber& subscriber : everybody) {
    const Spell* spell = running_at(subscriber, as_of);
    if (spell == nullptr) continue;
    const double chance = chance_to_leave(**hazard, *spell, as_of, spec);
    for (ContractsLeaving* of : {&leaving.of(subscriber.audience), &leaving.all}) {
      ++of->people;
      of->expected += chance;
    }
  }
  return {};
}

}  // namespace habitue::insight::contracts
