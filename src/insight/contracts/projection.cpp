#include "insight/contracts/projection.hpp"

#include <algorithm>
#include <cmath>

#include "models/contracts/kaplan_meier.hpp"

namespace habitue::insight::contracts {
namespace {

constexpr std::size_t kContractsLeast = 50, kEndedLeast = 20;
constexpr std::uint32_t kPeriodsLeast = 6, kPeriodsMost = 9'000;
constexpr std::uint64_t kAtRiskLeast = 10;  // At an age, for its counted share to be compared with.
constexpr double kMissedMost = 0.05;

std::size_t ended_of(std::span<const models::PeriodTenure> tenures) {
  return static_cast<std::size_t>(
      std::count_if(tenures.begin(), tenures.end(), [](const auto& each) { return each.ended; }));
}
std::uint32_t longest_of(std::span<const models::PeriodTenure> tenures) {
  std::uint32_t longest = 0;
  for (const models::PeriodTenure& tenure : tenures) longest = std::max(longest, tenure.periods);
  return longest;
}

// The counted share at each age from 0 on, up to the last that enough were watched at.
Result<std::vector<double>> counted(std::span<const models::PeriodTenure> tenures) {
  std::vector<models::Tenure> of;
  for (const models::PeriodTenure& tenure : tenures) of.push_back({static_cast<double>(tenure.periods), tenure.ended});
  const auto curve = models::kaplan_meier(of);
  if (!curve) return tl::unexpected(curve.error());
  std::vector<double> shares{1};
  for (std::uint32_t age = 1; age <= longest_of(tenures); ++age) {
    const auto watched =
        std::count_if(tenures.begin(), tenures.end(), [&](const auto& each) { return each.periods >= age; });
    if (static_cast<std::uint64_t>(watched) < kAtRiskLeast) break;
    shares.push_back(curve->at(age));
  }
  return shares;
}

}  // namespace

std::uint32_t periods_between(UtcMicros from, UtcMicros to, std::uint32_t period_days) {
  return static_cast<std::uint32_t>(std::min<double>(kPeriodsMost, days_between(from, to) / period_days));
}

std::vector<models::PeriodTenure> tenures_at(std::span<const Subscriber> subscribers, UtcMicros as_of,
                                             std::uint32_t period_days) {
  std::vector<models::PeriodTenure> tenures;
  for (const Subscriber& subscriber : subscribers)
    for (const Spell& spell : subscriber.spells) {
      if (spell.from > as_of) continue;
      const bool ended = spell.to && *spell.to <= as_of;
      tenures.push_back(
          {periods_between(spell.from, ended ? *spell.to : as_of, period_days) + (ended ? 1U : 0U), ended});
    }
  std::sort(tenures.begin(), tenures.end(), [](const auto& left, const auto& right) {
    return std::pair(left.periods, left.ended) < std::pair(right.periods, right.ended);
  });
  return tenures;
}

Result<Projection> project(const Customers& customers, const Question& question, const ContractsSpec& spec,
                           std::span<const Subscriber> subscribers) {
  Projection projection;
  ContractsProjection& told = projection.told;
  const auto now = tenures_at(subscribers, question.as_of, spec.period_days);
  const std::uint32_t longest = longest_of(now);
  if (now.empty()) {
    told.reasons.push_back(ContractsReason::NoContracts);
    return projection;
  }
  if (longest < kPeriodsLeast) told.reasons.push_back(ContractsReason::TooShort);
  // A third of the ages is left to be foretold.
  const std::uint32_t back = std::max(2U, longest / 3);
  const UtcMicros then = question.as_of - std::chrono::days{std::int64_t{back} * spec.period_days};
  const auto known = tenures_at(subscribers, then, spec.period_days);
  if (std::min(now.size(), known.size()) < kContractsLeast || std::min(ended_of(now), ended_of(known)) < kEndedLeast)
    told.reasons.push_back(ContractsReason::TooFew);
  if (!told.reasons.empty()) return projection;

  const auto shares = counted(now);
  if (!shares) return tl::unexpected(shares.error());
  told.checked_on = customers.zone().day_of(then);
  const std::uint32_t seen_then = longest_of(known);
  told.ages_checked = shares->size() > seen_then + 1 ? static_cast<std::uint32_t>(shares->size() - 1 - seen_then) : 0;
  if (told.ages_checked == 0) {
    told.reasons.push_back(ContractsReason::TooShort);
    return projection;
  }
  std::optional<std::size_t> best;
  std::vector<models::BetaGeometric> fits;
  for (const auto& [ageing, name] : {std::pair(models::Ageing::None, "shifted beta-geometric"),
                                     std::pair(models::Ageing::Weibull, "beta-discrete-Weibull")}) {
    const auto before = models::fit_beta_geometric(models::count_contracts(known), ageing);
    auto fit = models::fit_beta_geometric(models::count_contracts(now), ageing);
    if (!before) return tl::unexpected(before.error());
    if (!fit) return tl::unexpected(fit.error());
    double missed = 0;
    for (std::uint32_t age = seen_then + 1; age < shares->size(); ++age)
      missed += std::abs(before->survival(age) - (*shares)[age]) / told.ages_checked;
    ContractsModel model{.name = name,
                         .verdict = std::string(models::name_of(fit->report.verdict)),
                         .alpha = fit->alpha,
                         .beta = fit->beta,
                         .c = fit->c,
                         .log_likelihood = fit->report.log_likelihood,
                         .missed_by = missed};
    if (!best || missed < *told.models[*best].missed_by) best = told.models.size();
    told.models.push_back(std::move(model));
    fits.push_back(*std::move(fit));
  }
  if (*told.models[*best].missed_by > kMissedMost) {
    told.verdict = ContractsVerdict::Failed;
    told.reasons.push_back(ContractsReason::MissedPast);
    return projection;
  }
  told.verdict = ContractsVerdict::Passed;
  told.models[*best].used = true;
  projection.model = fits[*best];
  for (std::uint32_t age = 0; age <= longest + spec.ahead; ++age)
    told.points.push_back(
        {age, age < shares->size() ? std::optional((*shares)[age]) : std::nullopt, projection.model->survival(age)});
  return projection;
}

}  // namespace habitue::insight::contracts
