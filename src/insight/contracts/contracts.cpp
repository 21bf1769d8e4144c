#include "insight/contracts/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "insight/contracts/factors.hpp"
#include "insight/contracts/gather.hpp"
#include "insight/contracts/leaving.hpp"
#include "insight/contracts/projection.hpp"
#include "insight/contracts/words.hpp"
#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"
#include "insight/value/asked.hpp"
#include "models/contracts/kaplan_meier.hpp"

namespace habitue::insight {
namespace {

using contracts::Spell;
using contracts::Subscriber;
using contracts::Subscribers;
using value::AskedOfMoney;

constexpr std::size_t kPointsMost = 200;
constexpr double kDaysAYear = 365.25, kDaysAhead = 1'826;

Result<void> check_spec(const ContractsSpec& spec) {
  if (spec.values < 1 || spec.values > 60)
    return invalid(fmt::format("values is from 1 to 60; this is {}", spec.values));
  if (spec.period_days < 7 || spec.period_days > 366)
    return invalid(fmt::format("period_days is from 7 to 366; this is {}", spec.period_days));
  if (spec.horizon_days < 7 || spec.horizon_days > 730)
    return invalid(fmt::format("horizon_days is from 7 to 730; this is {}", spec.horizon_days));
  if (spec.ahead < 1 || spec.ahead > 120) return invalid(fmt::format("ahead is from 1 to 120; this is {}", spec.ahead));
  if (!(spec.discount_a_year >= 0 && spec.discount_a_year <= 1))
    return invalid(fmt::format("discount_a_year is a share from 0 to 1; this is {}", spec.discount_a_year));
  if (spec.leave_out.size() > 200)
    return invalid(fmt::format("leave_out is at most 200 names; these are {}", spec.leave_out.size()));
  if ((spec.by == ContractsSpec::By::Trait) == spec.trait.empty())
    return invalid("curves by trait take the name of one, and no others do");
  return {};
}

UtcMicros just_before(UtcMicros moment) { return moment - std::chrono::microseconds{1}; }

// --- curves -----------------------------------------------------------------------------------------------------------

Result<ContractsCurve> curve_of(std::string value, const std::vector<models::Tenure>& tenures,
                                std::uint32_t period_days) {
  ContractsCurve told;
  told.value = std::move(value);
  if (tenures.empty()) return told;
  const auto curve = models::kaplan_meier(tenures);
  if (!curve) return tl::unexpected(curve.error());
  told.contracts = curve->contracts;
  told.ended = curve->ended;
  told.observed_days = curve->observed_to;
  told.median_days = curve->median();
  std::vector<double> times;
  for (const models::Tenure& tenure : tenures) times.push_back(tenure.time);
  std::sort(times.begin(), times.end());
  const auto points =
      std::min<std::size_t>(kPointsMost, static_cast<std::size_t>(curve->observed_to / period_days) + 1);
  for (std::size_t point = 0; point < points; ++point) {
    ContractsPoint at;
    at.days = static_cast<double>(point) * period_days;
    at.at_risk = static_cast<std::uint64_t>(times.end() - std::lower_bound(times.begin(), times.end(), at.days));
    const auto after = std::partition_point(curve->steps.begin(), curve->steps.end(),
                                            [&](const models::SurvivalStep& step) { return step.time <= at.days; });
    if (after != curve->steps.begin()) {
      at.survival = std::prev(after)->survival;
      at.low = std::prev(after)->low;
      at.high = std::prev(after)->high;
    }
    told.points.push_back(at);
  }
  return told;
}

Result<void> tell_curves(ContractsReport& report, std::span<const Subscriber> subscribers, UtcMicros as_of,
                         const ContractsSpec& spec) {
  std::map<std::string, std::vector<models::Tenure>> by_value;
  std::vector<models::Tenure> all;
  for (const Subscriber& subscriber : subscribers)
    for (std::size_t at = 0; at < subscriber.spells.size(); ++at) {
      const Spell& spell = subscriber.spells[at];
      const models::Tenure tenure{contracts::days_between(spell.from, spell.to.value_or(as_of)), spell.to.has_value()};
      all.push_back(tenure);
      by_value[subscriber.values[at]].push_back(tenure);
    }
  auto whole = curve_of("", all, spec.period_days);
  if (!whole) return tl::unexpected(whole.error());
  report.all = *std::move(whole);
  if (spec.by == ContractsSpec::By::Nothing) return {};
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& [value, tenures] : by_value) ranked.emplace_back(tenures.size(), value);
  std::sort(ranked.begin(), ranked.end(), [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first > right.first : left.second < right.second;
  });
  if (ranked.size() > spec.values) {
    report.warnings.push_back(
        fmt::format("the {} values of most contracts are shown, of {}", spec.values, ranked.size()));
    ranked.resize(spec.values);
  }
  if (spec.by == ContractsSpec::By::Cohort)
    std::sort(ranked.begin(), ranked.end(),
              [](const auto& left, const auto& right) { return left.second < right.second; });
  for (const auto& [size, value] : ranked) {
    auto curve = curve_of(value, by_value.at(value), spec.period_days);
    if (!curve) return tl::unexpected(curve.error());
    report.curves.push_back(*std::move(curve));
  }
  return {};
}

// --- churn ------------------------------------------------------------------------------------------------------------

struct Move {
  bool opening = false, closing = false;
};
Move move_of(const Subscriber& subscriber, UtcMicros from, UtcMicros end) {
  return {subscriber.runs_at(just_before(from)), subscriber.runs_at(end)};
}

Result<void> tell_churn(ContractsReport& report, std::span<const Subscriber> everybody, const value::Periods& periods) {
  for (std::size_t at = 0; at < periods.size(); ++at) {
    const value::Span& span = periods.spans()[at];
    ContractsPeriod period{span.start, span.from, span.to, span.complete, {}};
    for (const Subscriber& subscriber : everybody) {
      const Move move = move_of(subscriber, span.from, periods.end_of(at));
      if (!move.opening && !move.closing) continue;
      for (ContractsChurn* churn : {&period.churn.of(subscriber.audience), &period.churn.all}) {
        const std::int64_t monthly = move.opening ? subscriber.monthly_at(just_before(span.from)) : 0;
        churn->opening += move.opening ? 1 : 0;
        churn->closing += move.closing ? 1 : 0;
        churn->opening_monthly_minor += monthly;
        if (move.opening && !move.closing) {
          ++churn->left;
          churn->left_monthly_minor += monthly;
        }
        churn->begun += !move.opening && move.closing ? 1 : 0;
      }
    }
    for (ContractsChurn* churn :
         {&period.churn.inside, &period.churn.outside, &period.churn.unknown, &period.churn.all}) {
      if (churn->opening + churn->begun - churn->left != churn->closing)
        return broken_identity("contracts do not add up");
      if (churn->opening > 0)
        churn->people_share = static_cast<double>(churn->left) / static_cast<double>(churn->opening);
      if (churn->opening_monthly_minor > 0)
        churn->money_share =
            static_cast<double>(churn->left_monthly_minor) / static_cast<double>(churn->opening_monthly_minor);
    }
    report.periods.push_back(period);
  }
  return {};
}

// --- worth ------------------------------------------------------------------------------------------------------------

void tell_worth(ContractsReport& report, const models::BetaGeometric& model, std::span<const Subscriber> everybody,
                UtcMicros as_of, const ContractsSpec& spec, double margin) {
  const auto periods = static_cast<std::uint32_t>(kDaysAhead / spec.period_days);
  const double discount = std::pow(1 + spec.discount_a_year, spec.period_days / kDaysAYear) - 1;
  const double months = spec.period_days / (kDaysAYear / 12);
  ByAudience<ContractsWorth>& worth = report.worth.emplace();
  for (const Subscriber& subscriber : everybody) {
    const Spell* spell = contracts::running_at(subscriber, as_of);
    if (spell == nullptr) continue;
    const auto left = model.survival_ahead(contracts::periods_between(spell->from, as_of, spec.period_days), periods);
    const std::int64_t monthly = subscriber.monthly_at(as_of);
    const double value = static_cast<double>(monthly) * months * margin * models::residual_periods(left, discount);
    for (ContractsWorth* of : {&worth.of(subscriber.audience), &worth.all}) {
      ++of->people;
      of->monthly_minor += monthly;
      of->days_left += models::residual_periods(left, 0) * spec.period_days;
      of->value_minor += std::llround(std::clamp(value, -9e15, 9e15));
    }
  }
  for (ContractsWorth* of : {&worth.inside, &worth.outside, &worth.unknown, &worth.all})
    if (of->people > 0) of->days_left /= static_cast<double>(of->people);
}

}  // namespace

Result<ContractsReport> ask_contracts(const Customers& customers, const Question& question, const ContractsSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const auto subscribers = contracts::gather(asked->economics, question, asked->lens, spec);
  if (!subscribers) return tl::unexpected(subscribers.error());
  std::vector<Subscriber> chosen;
  for (const Subscriber& subscriber : subscribers->all)
    if (retention::on_side(subscriber.audience, spec.side)) chosen.push_back(subscriber);

  ContractsReport report;
  report.currency = asked->economics.exchange().currency();
  const auto& margin = customers.business().margin.share;
  report.margin_is_revenue = !margin.has_value();
  if (subscribers->doubts.without_price > 0)
    report.warnings.push_back(fmt::format("{} subscription(s) began without a price and count as paying nothing",
                                          subscribers->doubts.without_price));
  if (auto told = tell_curves(report, chosen, question.as_of, spec); !told) return tl::unexpected(told.error());
  if (auto told = tell_churn(report, subscribers->all, asked->periods); !told) return tl::unexpected(told.error());
  if (!chosen.empty()) {
    auto factors = contracts::find_factors(asked->economics, question, spec, chosen, report.warnings);
    if (!factors) return tl::unexpected(factors.error());
    report.factors = *std::move(factors);
  } else {
    report.factors.verdict = std::string(models::name_of(models::FitVerdict::TooFewData));
  }
  if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
  if (auto told = contracts::tell_leaving(report, chosen, subscribers->all, question.as_of, customers.zone(), spec);
      !told)
    return tl::unexpected(told.error());
  auto projection = contracts::project(customers, question, spec, chosen);
  if (!projection) return tl::unexpected(projection.error());
  report.projection = std::move(projection->told);
  if (projection->model)
    tell_worth(report, *projection->model, subscribers->all, question.as_of, spec, margin.value_or(1));
  report.sentence_en = contracts::sentence(report, spec, false);
  report.sentence_fr = contracts::sentence(report, spec, true);
  return report;
}

Result<std::vector<PersonId>> people_of_contracts(const Customers& customers, const Question& question,
                                                  const ContractsSpec& spec, const ContractsCell& cell) {
  using Who = ContractsCell::Who;
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const bool of_period = cell.who == Who::Opening || cell.who == Who::Begun || cell.who == Who::Left;
  if (of_period && !cell.period) return invalid("opening, begun and left are of a period: name it");
  if (cell.who == Who::Everybody && cell.period) return invalid("everybody is of no period");
  if (of_period && cell.value) return invalid("curves are of everybody and of who is running");
  const auto asked = AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const auto period = asked->periods.index_from(cell.period);
  if (!period) return tl::unexpected(period.error());
  const auto subscribers = contracts::gather(asked->economics, question, asked->lens, spec);
  if (!subscribers) return tl::unexpected(subscribers.error());
  const UtcMicros end = *period ? asked->periods.end_of(**period) : question.as_of;
  const UtcMicros from = *period ? asked->periods.spans()[**period].from : kBeginning;
  std::vector<PersonId> people;
  for (const Subscriber& subscriber : subscribers->all) {
    if (!retention::on_side(subscriber.audience, cell.side)) continue;
    const Move move = *period ? move_of(subscriber, from, end) : Move{false, subscriber.runs_at(end)};
    bool belongs = true;
    switch (cell.who) {
      case Who::Everybody: break;
      case Who::Running: belongs = move.closing; break;
      case Who::Opening: belongs = move.opening; break;
      case Who::Begun: belongs = !move.opening && move.closing; break;
      case Who::Left: belongs = move.opening && !move.closing; break;
    }
    if (cell.value) {
      bool has = false;
      for (std::size_t at = 0; at < subscriber.spells.size(); ++at)
        has = has || (subscriber.values[at] == *cell.value &&
                      (cell.who == Who::Everybody || subscriber.spells[at].runs_at(end)));
      belongs = belongs && has;
    }
    if (belongs) people.push_back(subscriber.person);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
