#include "insight/propensity/law.hpp"

#include <algorithm>
#include <cmath>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "models/purchases/fit.hpp"
#include "models/purchases/forecast.hpp"

namespace habitue::insight::propensity {
namespace {

using models::Leaving;

// A horizon is so many periods of the hazard: fine enough for its shape, coarse enough for few ends.
constexpr std::uint32_t kPeriodsOfHorizon = 4;
constexpr std::uint32_t kPeriodsMax = 9'000;

struct Tenures {
  std::vector<models::PeriodTenure> all;
  void merge(const Tenures& other) { all.insert(all.end(), other.all.begin(), other.all.end()); }
  void reserve(std::span<const Tenures> parts) {
    std::size_t size = 0;
    for (const Tenures& part : parts) size += part.all.size();
    all.reserve(size);
  }
};

std::uint32_t periods_between(UtcMicros from, UtcMicros to, double horizon_days) {
  const double days = static_cast<double>((to - from).count()) / (24.0 * 3600 * 1e6);
  return static_cast<std::uint32_t>(std::min<double>(kPeriodsMax, days / horizon_days * kPeriodsOfHorizon));
}

}  // namespace

Result<bool> Law::learn_purchases(const knowledge::Economics& economics, const Question& then) {
  auto lens = Lens::of(economics.customers(), then);
  if (!lens) return tl::unexpected(lens.error());
  const auto records = forecast::read_purchase_records(economics, then, *lens, nullptr, cut_, cut_);
  if (!records) return tl::unexpected(records.error());
  models::HistoryTableBuilder builder(models::MergeBy::Times);
  for (const forecast::PurchaseRecord& record : records->customers) {
    if (auto added = builder.add(record.history); !added) return tl::unexpected(added.error());
    histories_.emplace_back(record.person, record.history);
  }
  std::sort(histories_.begin(), histories_.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  const models::HistoryTable table = std::move(builder).finish();
  models::FitOptions options;
  options.threads = forecast::threads_of(then);
  if (then.cancellation != nullptr) options.stop = then.cancellation->flag();
  std::optional<double> best;
  for (const auto& [leaving, name] :
       {std::pair(Leaving::Never, "NBD"), std::pair(Leaving::AfterRepeatPurchase, "BG/NBD"),
        std::pair(Leaving::AfterAnyPurchase, "MBG/NBD")}) {
    options.leaving = leaving;
    const auto fit = models::fit_purchases(table, options);
    if (then.cancellation != nullptr && then.cancellation->cancelled()) return was_cancelled();
    if (!fit) return tl::unexpected(fit.error());
    if (fit->report.verdict == models::FitVerdict::TooFewData) continue;
    if (best && fit->report.log_likelihood <= *best + 1e-6) continue;
    best = fit->report.log_likelihood;
    purchases_ = fit->model;
    name_ = name;
  }
  return best.has_value();
}

Result<bool> Law::learn_contracts(const knowledge::Economics& economics, const Question& then) {
  auto lens = Lens::of(economics.customers(), then);
  if (!lens) return tl::unexpected(lens.error());
  spells_ = contracts::SpellReader::bind(economics);
  of_contracts_ = true;
  auto tenures = fold_lists<Tenures>(economics.customers(), then, *lens, [&](Tenures& into, const Person& person) {
    thread_local std::vector<contracts::Spell> spells;
    spells_.read(person.journey, cut_, spells);
    for (const contracts::Spell& spell : spells) {
      const std::uint32_t lasted = periods_between(spell.from, spell.to.value_or(cut_), horizon_days_);
      // It ends at the end of the period in which it ended.
      into.all.push_back({lasted + (spell.to ? 1U : 0U), spell.to.has_value()});
    }
  });
  if (!tenures) return tl::unexpected(tenures.error());
  if (tenures->all.empty()) return false;
  std::sort(tenures->all.begin(), tenures->all.end(), [](const auto& left, const auto& right) {
    return std::pair(left.periods, left.ended) < std::pair(right.periods, right.ended);
  });
  auto fit = models::fit_discrete_hazard(tenures->all, {}, {}, models::HazardLink::Logit);
  if (!fit) return tl::unexpected(fit.error());
  if (fit->report.verdict == models::FitVerdict::TooFewData) return false;
  hazard_ = *std::move(fit);
  name_ = "discrete hazard";
  return true;
}

Result<std::shared_ptr<const Law>> Law::learn(const knowledge::Economics& economics, const Question& then,
                                              PropensityOutcome outcome, std::uint32_t horizon_days) {
  if (outcome == PropensityOutcome::Upgrading) return nullptr;
  auto law = std::shared_ptr<Law>(new Law());
  law->outcome_ = outcome;
  law->cut_ = then.as_of;
  law->horizon_days_ = horizon_days;
  const bool contracts = outcome == PropensityOutcome::Leaving &&
                         economics.customers().business().model == config::BusinessModel::Subscription;
  const auto learnt = contracts ? law->learn_contracts(economics, then) : law->learn_purchases(economics, then);
  if (!learnt) return tl::unexpected(learnt.error());
  if (!*learnt) return nullptr;
  return law;
}

Result<double> Law::chance(const journey::Journey& journey) const {
  if (of_contracts_) {
    thread_local std::vector<contracts::Spell> spells;
    spells_.read(journey, cut_, spells);
    if (spells.empty() || !spells.back().runs_at(cut_)) return 0;
    const std::uint32_t lasted = periods_between(spells.back().from, cut_, horizon_days_);
    return 1 - hazard_.survival_ahead({}, lasted, kPeriodsOfHorizon).back();
  }
  const auto found = std::partition_point(histories_.begin(), histories_.end(),
                                          [&](const auto& each) { return each.first < journey.person(); });
  if (found == histories_.end() || found->first != journey.person()) return 0;
  const auto buys = models::buys_within(purchases_, found->second, horizon_days_ / forecast::kDaysAWeek);
  if (!buys) return buys;
  return outcome_ == PropensityOutcome::Leaving ? 1 - *buys : *buys;
}

}  // namespace habitue::insight::propensity
