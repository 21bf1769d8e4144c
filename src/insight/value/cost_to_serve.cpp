#include "insight/value/cost_to_serve.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"
#include "insight/value/asked.hpp"
#include "insight/value/standing.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using knowledge::kRoles;
using std::chrono::days;
using value::Periods;

constexpr std::int64_t kPaceDays = 90;

struct Sums {
  std::array<std::uint64_t, kRoles> people_of_role{};
  std::array<std::int64_t, kRoles> cost_of_role{};
  std::vector<std::uint64_t> people_of_resource;
  std::vector<std::int64_t> cost_of_resource;
  std::uint64_t people = 0;
  std::int64_t who_paid = 0, who_did_not = 0, revenue = 0, margin = 0;

  explicit Sums(std::size_t resources = 0) : people_of_resource(resources), cost_of_resource(resources) {}
  void merge(const Sums& other) {
    for (std::size_t role = 0; role < kRoles; ++role) {
      people_of_role[role] += other.people_of_role[role];
      cost_of_role[role] += other.cost_of_role[role];
    }
    for (std::size_t at = 0; at < other.people_of_resource.size(); ++at) {
      people_of_resource[at] += other.people_of_resource[at];
      cost_of_resource[at] += other.cost_of_resource[at];
    }
    people += other.people;
    who_paid += other.who_paid;
    who_did_not += other.who_did_not;
    revenue += other.revenue;
    margin += other.margin;
  }
};

// Which roles and resources one person is in, so that each is counted once.
struct Marks {
  std::array<bool, kRoles> roles{};
  std::vector<bool> resources;
  bool any = false;
  explicit Marks(std::size_t count) : resources(count) {}
  void count(Sums& sums) const {
    if (!any) return;
    ++sums.people;
    for (std::size_t role = 0; role < kRoles; ++role) sums.people_of_role[role] += roles[role] ? 1 : 0;
    for (std::size_t at = 0; at < resources.size(); ++at) sums.people_of_resource[at] += resources[at] ? 1 : 0;
  }
};

struct Pace {
  std::int64_t cost = 0, margin = 0;
};

struct Tally {
  std::vector<ByAudience<Sums>> periods;
  ByAudience<Sums> total;
  Pace pace;
  knowledge::NotAdded not_added;
  void merge(const Tally& other) {
    for (std::size_t at = 0; at < periods.size(); ++at) merge_parts(periods[at], other.periods[at]);
    merge_parts(total, other.total);
    pace.cost += other.pace.cost;
    pace.margin += other.pace.margin;
    not_added.merge(other.not_added);
  }
};

// What costs one person: of each the period, and who they were.
struct PlacedCost {
  std::size_t period;
  std::uint32_t rule;
  std::int64_t minor;
  value::Standing standing;
};
void place_costs(const Customers& customers, const journey::Journey& journey, std::span<const knowledge::Spent> costs,
                 const Periods& periods, std::vector<PlacedCost>& placed) {
  placed.clear();
  std::optional<UtcMicros> judged;
  value::Standing standing;
  for (const knowledge::Spent& cost : costs) {
    const auto period = periods.index_of(cost.at);
    if (!period) continue;
    if (judged != cost.at) standing = value::standing_at(customers, journey, cost.at);
    judged = cost.at;
    placed.push_back({*period, cost.rule, cost.cost_minor, standing});
  }
}

CostFigures figures_of(const Sums& sums, const std::vector<config::CostRule>& rules) {
  CostFigures figures;
  figures.people = sums.people;
  for (std::size_t role = 0; role < kRoles; ++role)
    figures.roles.push_back({static_cast<knowledge::Role>(role), sums.people_of_role[role], sums.cost_of_role[role]});
  for (std::size_t at = 0; at < rules.size() && at < sums.cost_of_resource.size(); ++at)
    figures.resources.push_back({rules[at].name, sums.people_of_resource[at], sums.cost_of_resource[at]});
  figures.cost_minor = sums.who_paid + sums.who_did_not;
  figures.for_who_paid_minor = sums.who_paid;
  figures.for_who_did_not_minor = sums.who_did_not;
  figures.revenue_minor = sums.revenue;
  figures.margin_minor = sums.margin;
  if (sums.who_did_not > 0) figures.cover = static_cast<double>(sums.revenue) / static_cast<double>(sums.who_did_not);
  return figures;
}

ByAudience<CostFigures> figures_of(const ByAudience<Sums>& parts, const std::vector<config::CostRule>& rules) {
  return {figures_of(parts.inside, rules), figures_of(parts.outside, rules), figures_of(parts.unknown, rules),
          figures_of(parts.all, rules)};
}

Result<void> check(const CostFigures& figures) {
  std::int64_t by_role = 0, by_resource = 0;
  for (const CostOfRole& one : figures.roles) by_role += one.cost_minor;
  for (const CostOfResource& one : figures.resources) by_resource += one.cost_minor;
  if (by_role != figures.cost_minor || by_resource != figures.cost_minor)
    return broken_identity("costs by role and by resource do not add up");
  return {};
}

class CostsFold {
 public:
  CostsFold(const Economics& economics, const Periods& periods, const Question& question)
      : economics_(economics),
        periods_(periods),
        as_of_(question.as_of),
        pace_from_(economics.customers().zone().start_of(economics.customers().zone().day_of(question.as_of) -
                                                         days{kPaceDays - 1})) {}

  UtcMicros pace_from() const { return pace_from_; }
  Tally empty() const {
    const std::size_t rules = economics_.customers().business().costs.size();
    const Sums sums(rules);
    return {std::vector<ByAudience<Sums>>(periods_.size(), {sums, sums, sums, sums}), {sums, sums, sums, sums}, {}, {}};
  }

  void add(Tally& tally, const Person& person) const {
    thread_local std::vector<knowledge::Spent> costs;
    thread_local std::vector<knowledge::Earned> earned;
    thread_local std::vector<PlacedCost> placed;
    economics_.spent(person.journey, as_of_, costs, tally.not_added);
    economics_.earned(person.journey, as_of_, earned, tally.not_added);
    place_costs(economics_.customers(), person.journey, costs, periods_, placed);
    Sums& total = tally.total.of(person.audience);
    const std::size_t rules = total.cost_of_resource.size();
    Marks of_period(rules), of_all(rules);
    for (std::size_t at = 0; at < placed.size(); ++at) {
      const PlacedCost& cost = placed[at];
      Sums& sums = tally.periods[cost.period].of(person.audience);
      const auto role = static_cast<std::size_t>(cost.standing.role);
      for (Sums* into : {&sums, &total}) {
        into->cost_of_role[role] += cost.minor;
        into->cost_of_resource[cost.rule] += cost.minor;
        (cost.standing.has_paid ? into->who_paid : into->who_did_not) += cost.minor;
      }
      for (Marks* marks : {&of_period, &of_all}) {
        marks->any = marks->roles[role] = true;
        marks->resources[cost.rule] = true;
      }
      // Costs are in order of time, and so of periods.
      if (at + 1 == placed.size() || placed[at + 1].period != cost.period) {
        of_period.count(sums);
        of_period = Marks(rules);
      }
    }
    of_all.count(total);
    for (const knowledge::Earned& move : earned)
      if (const auto period = periods_.index_of(move.at))
        for (Sums* into : {&tally.periods[*period].of(person.audience), &total}) {
          into->revenue += move.revenue_minor;
          into->margin += move.margin_minor.value_or(0);
        }
    for (const knowledge::Spent& cost : costs)
      if (cost.at >= pace_from_) tally.pace.cost += cost.cost_minor;
    for (const knowledge::Earned& move : earned)
      if (move.at >= pace_from_) tally.pace.margin += move.margin_minor.value_or(move.revenue_minor);
  }

 private:
  const Economics& economics_;
  const Periods& periods_;
  UtcMicros as_of_, pace_from_;
};

std::optional<Runway> runway_of(const Economics& economics, const Pace& pace, UtcMicros pace_from, UtcMicros as_of) {
  const Customers& customers = economics.customers();
  const auto first = customers.snapshot().first_event_at();
  if (!first || *first > as_of) return std::nullopt;
  const Zone& zone = customers.zone();
  Runway runway;
  runway.since = zone.day_of(std::max(pace_from, *first));
  runway.days = days(zone.day_of(as_of) - runway.since).count() + 1;
  runway.cost_minor = pace.cost;
  runway.margin_minor = pace.margin;
  const std::int64_t uncovered = pace.cost - pace.margin;
  runway.covered = uncovered <= 0;
  runway.uncovered_minor_a_day =
      runway.covered ? 0 : std::llround(static_cast<double>(uncovered) / static_cast<double>(runway.days));
  const auto reserve = customers.business().acquisition.reserve;
  if (runway.covered || !reserve) return runway;
  const double lasts = static_cast<double>(economics.exchange().minor_of(*reserve)) * static_cast<double>(runway.days) /
                       static_cast<double>(uncovered);
  // A century is as good as any later day.
  runway.lasts_until = zone.day_of(as_of) + days{static_cast<std::int64_t>(std::min(lasts, 36'500.0))};
  return runway;
}

}  // namespace

Result<CostsReport> ask_costs(const Customers& customers, const Question& question, const CostsSpec& spec) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;

  const CostsFold fold(economics, periods, question);
  auto tally = fold_people(customers, question, lens, fold.empty(),
                           [&](Tally& into, const Person& person) { fold.add(into, person); });
  if (!tally) return tl::unexpected(tally.error());

  const std::vector<config::CostRule>& rules = customers.business().costs;
  CostsReport report;
  report.currency = customers.business().currency;
  for (std::size_t at = 0; at < periods.size(); ++at) {
    add_up(tally->periods[at], Sums(rules.size()));
    const value::Span& span = periods.spans()[at];
    report.periods.push_back({span.start, span.from, span.to, span.complete, figures_of(tally->periods[at], rules)});
    if (auto sound = check(report.periods.back().figures.all); !sound) return tl::unexpected(sound.error());
  }
  add_up(tally->total, Sums(rules.size()));
  report.total = figures_of(tally->total, rules);
  if (auto sound = check(report.total.all); !sound) return tl::unexpected(sound.error());
  report.runway = runway_of(economics, tally->pace, fold.pace_from(), question.as_of);

  std::vector<knowledge::Spent> of_nobody;
  economics.spent(customers.snapshot().nobody(), question.as_of, of_nobody, tally->not_added);
  for (const knowledge::Spent& cost : of_nobody)
    if (periods.index_of(cost.at)) report.of_nobody_minor += cost.cost_minor;
  report.not_added = left_out_of(tally->not_added);
  add_warnings(report.not_added, report.warnings);
  if (report.total.all.cost_minor == 0 && report.of_nobody_minor == 0)
    report.warnings.push_back(
        "nothing was spent on anybody: name the events that tell of costs in [[costs]] of habitue.toml");
  return report;
}

Result<std::vector<PersonId>> people_of_costs(const Customers& customers, const Question& question,
                                              const CostsSpec& spec, const CostsCell& cell) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;

  const auto asked_period = periods.index_from(cell.period);
  if (!asked_period) return tl::unexpected(asked_period.error());
  const std::optional<std::size_t> period = *asked_period;
  std::optional<std::uint32_t> rule;
  const std::vector<config::CostRule>& rules = customers.business().costs;
  for (std::uint32_t at = 0; at < rules.size() && !cell.resource.empty(); ++at)
    if (rules[at].name == cell.resource) rule = at;
  if (!rule && !cell.resource.empty())
    return fail(ErrorKind::NotFound, fmt::format("[[costs]] has no \"{}\"", cell.resource));

  return retention::people_who(customers, question, lens, cell.side, [&](const Person& person) {
    thread_local std::vector<knowledge::Spent> costs;
    thread_local std::vector<PlacedCost> placed;
    knowledge::NotAdded not_added;
    economics.spent(person.journey, question.as_of, costs, not_added);
    place_costs(customers, person.journey, costs, periods, placed);
    return std::any_of(placed.begin(), placed.end(), [&](const PlacedCost& cost) {
      return (!period || cost.period == *period) && (!rule || cost.rule == *rule) &&
             (!cell.role || cost.standing.role == *cell.role);
    });
  });
}

}  // namespace habitue::insight
