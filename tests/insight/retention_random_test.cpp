// Retention against a naive reading of its definitions, on random small journeys and over all switches.
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/retention/retention.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

using Spec = RetentionSpec;

struct Asked {
  Question question;
  Spec spec;
  std::size_t start = 0, comeback = 0;  // Conditions.
};

Asked random_retention(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Asked asked{.question = random_question(random), .spec = {}};
  Spec& spec = asked.spec;
  asked.start = static_cast<std::size_t>(draw(6));
  asked.comeback = draw(3) == 0 ? asked.start : static_cast<std::size_t>(draw(6));
  spec.start = conditions()[asked.start].test();
  spec.comeback = conditions()[asked.comeback].test();
  spec.cohort_by = static_cast<Spec::CohortBy>(draw(3));
  spec.first_in = static_cast<Spec::FirstIn>(draw(2));
  spec.clock = static_cast<Spec::Clock>(draw(3));
  spec.unit = static_cast<Bucket>(draw(4));
  if (spec.unit == Bucket::Hour) asked.question.period.to = asked.question.period.from + hours{1 + draw(30)};
  spec.week_start = draw(2) == 0 ? std::chrono::Monday : std::chrono::Sunday;
  spec.floor_to_hour = draw(2) == 0;
  spec.cycles_min = static_cast<std::uint32_t>(1 + draw(3));
  spec.counting = static_cast<Spec::Return>(draw(3));
  spec.columns = static_cast<std::size_t>(1 + draw(8));
  for (int count = 1 + draw(3); count > 0; --count) spec.brackets.push_back(static_cast<std::uint32_t>(1 + draw(4)));
  spec.occurrences_min = static_cast<std::uint32_t>(1 + draw(2));
  spec.relative = static_cast<Spec::Relative>(draw(3));
  spec.mean = static_cast<Spec::Mean>(draw(3));
  if (draw(2) == 0) spec.breakdown = Breakdown{.of = Breakdown::Of::Property, .name = "v"};
  if (draw(4) == 0) spec.breakdown = Breakdown{.of = Breakdown::Of::Trait, .name = "plan"};
  if (spec.breakdown) spec.breakdown->limit = static_cast<std::size_t>(1 + draw(4));
  spec.same_value_on_return = draw(2) == 0;
  return asked;
}

// How one person stands in one cohort.
struct Stand {
  std::string who, value;
  criteria::Verdict audience;
  std::size_t cohort;
  std::vector<bool> came, came_of_value, over, begun;
};

class Reference {
 public:
  Reference(const Small& world, const Asked& asked, const std::optional<RetentionRhythm>& rhythm)
      : world_(world), asked_(asked), calendar_{asked.spec.unit, asked.spec.week_start}, rhythm_(rhythm) {
    if (asked.spec.counting != Spec::Return::Brackets) {
      for (std::size_t column = 0; column < asked.spec.columns; ++column)
        spans_.emplace_back(static_cast<int>(column), static_cast<int>(column));
    } else {
      spans_.emplace_back(0, 0);
      for (const std::uint32_t size : asked.spec.brackets)
        spans_.emplace_back(spans_.back().second + 1, spans_.back().second + static_cast<int>(size));
    }
    each_has_a_cycle_ = rhythm && rhythm->shrinkage == 0 && each_has_a_cycle();
    cohorts = calendar_.asked(world, asked.question);
    for (const std::string& who : world.people) {
      const Journey journey(world, who, asked.question.as_of);
      if (passes(asked.question, journey)) stand(who, journey);
    }
  }
  std::vector<UtcMicros> cohorts;
  std::vector<Stand> stands;
  std::size_t columns() const { return spans_.size(); }
  UtcMicros end_of(UtcMicros cohort) const { return calendar_.next(cohort); }

 private:
  bool is_over(UtcMicros end) const { return end - microseconds{1} <= asked_.question.as_of; }

  void stand(const std::string& who, const Journey& journey) {
    const Spec& spec = asked_.spec;
    auto acts = journey.acts(conditions()[asked_.start], conditions()[asked_.comeback]);
    if (spec.breakdown && spec.breakdown->of == Breakdown::Of::Trait)
      for (NaiveAct& act : acts) act.value = journey.trait(&Happening::plan);
    for (std::size_t cohort = 0; cohort < cohorts.size(); ++cohort) {
      const NaiveAct* start = nullptr;
      for (const NaiveAct& act : acts) {
        if (!act.first || start != nullptr) continue;
        const bool in_cohort = calendar_.of(act.when) == cohorts[cohort];
        if (in_cohort) start = &act;
        if (spec.cohort_by == Spec::CohortBy::Recurring) continue;
        const bool anywhere = spec.cohort_by == Spec::CohortBy::FirstEver || spec.first_in == Spec::FirstIn::AllData;
        const bool asked_for = calendar_.of(act.when) >= cohorts.front() && calendar_.of(act.when) <= cohorts.back();
        if (!in_cohort && (anywhere || asked_for)) break;
      }
      if (start == nullptr || (spec.cohort_by == Spec::CohortBy::FirstEver && !start->is_first_named)) continue;
      Stand stand{who, start->value, journey.audience(), cohort, {}, {}, {}, {}};
      for (const auto& [low, high] : spans_) {
        const bool endless = spec.counting == Spec::Return::OnOrAfter;
        const auto [from, to] = bounds(acts, *start, cohorts[cohort], low, endless ? low : high);
        std::uint32_t times = 0, of_value = 0;
        for (const NaiveAct& act : acts) {
          if (!act.second || act.when < start->when || act.when < from || (act.when >= to && !endless)) continue;
          ++times;
          of_value += act.value == start->value ? 1 : 0;
        }
        stand.came.push_back(times >= spec.occurrences_min);
        stand.came_of_value.push_back(of_value >= spec.occurrences_min);
        stand.over.push_back(is_over(to));
        stand.begun.push_back(from <= asked_.question.as_of);
      }
      stands.push_back(stand);
    }
  }

  std::pair<UtcMicros, UtcMicros> bounds(const std::vector<NaiveAct>& acts, const NaiveAct& start, UtcMicros cohort,
                                         int low, int high) const {
    const Spec& spec = asked_.spec;
    if (spec.clock == Spec::Clock::Calendar) return {calendar_.next(cohort, low), calendar_.next(cohort, high + 1)};
    UtcMicros base = start.when;
    microseconds length =
        std::array<microseconds, 4>{days{1}, days{7}, days{30}, hours{1}}[static_cast<std::size_t>(spec.unit)];
    if (spec.clock == Spec::Clock::OwnCycle)
      length = cycle_of(acts);
    else if (spec.floor_to_hour)
      base = std::chrono::floor<hours>(base);
    return {base + low * length, base + (high + 1) * length};
  }

  static std::vector<double> intervals_of(const std::vector<NaiveAct>& acts) {
    std::vector<double> intervals;
    std::optional<UtcMicros> last;
    for (const NaiveAct& act : acts) {
      if (!act.second || (last && act.when - *last < hours{1})) continue;
      if (last) intervals.push_back(static_cast<double>((act.when - *last).count()));
      last = act.when;
    }
    std::sort(intervals.begin(), intervals.end());
    return intervals;
  }

  // Each has a cycle that never varies, and another than the others: then it is their own, with nothing to shrink.
  bool each_has_a_cycle() const {
    std::set<std::int64_t> hundredths;  // Of the logarithm.
    bool several = false;
    for (const std::string& who : world_.people) {
      const Journey journey(world_, who, asked_.question.as_of);
      if (!passes(asked_.question, journey)) continue;
      const auto intervals = intervals_of(journey.acts(conditions()[asked_.start], conditions()[asked_.comeback]));
      if (intervals.empty() || intervals.size() < asked_.spec.cycles_min) continue;
      if (std::log(intervals.back() / intervals.front()) > 1e-5) return false;
      several = several || intervals.size() > 1;
      hundredths.insert(std::llround(100 * std::log(intervals.front())));
    }
    return several && hundredths.size() > 1;
  }

  microseconds cycle_of(const std::vector<NaiveAct>& acts) const {
    const std::vector<double> intervals = intervals_of(acts);
    const std::size_t n = intervals.size();
    // Nothing to shrink by is said when people do not differ, and when they do and each is always the same.
    if (n == 0 || n < asked_.spec.cycles_min || (rhythm_->shrinkage == 0 && !each_has_a_cycle_))
      return rhythm_->company;
    const double median = n % 2 == 1 ? intervals[n / 2] : (intervals[n / 2 - 1] + intervals[n / 2]) / 2;
    const double weight =
        static_cast<double>(n) / (static_cast<double>(n) + (n > 2 ? M_PI / 2 : 1) * rhythm_->shrinkage);
    const double company = static_cast<double>(rhythm_->company.count());
    return std::max<microseconds>(hours{1},
                                  microseconds{std::llround(std::pow(median, weight) * std::pow(company, 1 - weight))});
  }

  const Small& world_;
  const Asked& asked_;
  NaiveCalendar calendar_;
  std::optional<RetentionRhythm> rhythm_;
  bool each_has_a_cycle_ = false;
  std::vector<std::pair<int, int>> spans_;
};

bool is_shown(const RetentionReport& report, const std::string& value) {
  for (const RetentionValue& shown : report.values)
    if (value.empty() ? shown.value.kind == ShownValue::Kind::Missing : shown.value.text == value) return true;
  return false;
}
bool is_of(const RetentionReport& report, const Stand& stand, const ShownValue& value) {
  switch (value.kind) {
    case ShownValue::Kind::Total: return true;
    case ShownValue::Kind::Value: return stand.value == value.text;
    case ShownValue::Kind::Missing: return stand.value.empty();
    case ShownValue::Kind::Other: break;
  }
  return !is_shown(report, stand.value);
}

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

std::string compare(const Asked& asked, const RetentionReport& report, const Reference& reference,
                    const ShownValue& value, std::string_view part, const RetentionFigures& figures) {
  const Spec& spec = asked.spec;
  const bool by_property = spec.breakdown && spec.breakdown->of == Breakdown::Of::Property;
  const bool of_value = value.kind != ShownValue::Kind::Total && spec.same_value_on_return && by_property;
  std::string where = fmt::format("{} {}", part, value.text);
  HOLDS(figures.cohorts.size(), reference.cohorts.size());
  HOLDS(report.columns.size(), reference.columns());
  std::set<std::string> people;
  for (std::size_t row = 0; row < reference.cohorts.size(); ++row) {
    const RetentionCohort& cohort = figures.cohorts[row];
    const bool complete = cohort.to - microseconds{1} <= asked.question.as_of;
    HOLDS(format_moment(cohort.from), format_moment(reference.cohorts[row]));
    HOLDS(format_moment(cohort.to), format_moment(reference.end_of(cohort.from)));
    HOLDS(cohort.complete, complete);
    for (std::size_t column = 0; column < reference.columns(); ++column) {
      std::uint64_t size = 0, came = 0, chance = 0, returned = 0, begun = 0;
      for (const Stand& stand : reference.stands) {
        if (stand.cohort != row || !counts_in(part, stand.audience) || !is_of(report, stand, value)) continue;
        people.insert(stand.who);
        const bool back = of_value ? stand.came_of_value[column] : stand.came[column];
        ++size;
        came += back ? 1 : 0;
        chance += stand.over[column] ? 1 : 0;
        returned += back && stand.over[column] ? 1 : 0;
        begun += stand.begun[column] ? 1 : 0;
      }
      const RetentionCell& cell = cohort.cells[column];
      where = fmt::format("{} {} row {} column {}", part, value.text, row, column);
      HOLDS(cohort.size, size);
      HOLDS(cell.people, came);
      HOLDS(cell.had_chance, chance);
      HOLDS(cell.returned, returned);
      HOLDS(cell.share.whole, size);
      if (size > 0) HOLDS(cell.begun, begun > 0);
      if (size > 0) HOLDS(cell.complete, (complete && chance == size));
      if (!cell.begun && cell.complete) return "complete before it begins: " + where;
      if (!cell.begun && cell.people > 0) return "people before it begins: " + where;
    }
  }
  for (std::size_t column = 0; column < reference.columns(); ++column) {
    // The mean and its spread, person by person.
    std::map<std::string, std::pair<double, double>> of_person;
    double chances = 0, returned = 0, squares = 0, shares = 0, complete = 0, size_complete = 0, came_complete = 0;
    for (const Stand& stand : reference.stands) {
      if (!counts_in(part, stand.audience) || !is_of(report, stand, value) || !stand.over[column]) continue;
      const bool back = of_value ? stand.came_of_value[column] : stand.came[column];
      of_person[stand.who].first += 1;
      of_person[stand.who].second += back ? 1 : 0;
      chances += 1;
      returned += back ? 1 : 0;
    }
    for (const auto& [who, one] : of_person) squares += std::pow(one.second - returned / chances * one.first, 2);
    for (const RetentionCohort& cohort : figures.cohorts)
      if (const RetentionCell& cell = cohort.cells[column]; cell.complete && cohort.size > 0) {
        complete += 1;
        shares += cell.share.value;
        size_complete += static_cast<double>(cohort.size);
        came_complete += static_cast<double>(cell.people);
      }
    const RetentionMean& mean = figures.mean[column];
    where = fmt::format("mean of {} {} column {}", part, value.text, column);
    const bool of_cells = spec.mean != Spec::Mean::People;
    HOLDS(mean.share.has_value(), (of_cells ? complete > 0 : chances > 0));
    if (!mean.share) continue;
    const double expected = spec.mean == Spec::Mean::People          ? returned / chances
                            : spec.mean == Spec::Mean::CompleteCells ? came_complete / size_complete
                                                                     : shares / complete;
    HOLDS(std::abs(mean.share->value - expected) < 1e-12, true);
    if (mean.share->low > expected || mean.share->high < expected) return "outside its own band: " + where;
    const double p = returned / chances, n = static_cast<double>(of_person.size());
    double effective = squares < 1e-12 ? n : std::min(chances, p * (1 - p) * chances * chances / squares);
    if (of_cells) effective *= size_complete / chances;
    if (std::abs(mean.effective_people - effective) > 1e-6 * effective)
      return fmt::format("effective people {} and not {} ({})", mean.effective_people, effective, where);
  }
  where = fmt::format("{} {}", part, value.text);
  HOLDS(figures.people, people.size());
  return "";
}

std::string compare_people(const Small& world, const Asked& asked, const RetentionReport& report,
                           const Reference& reference, std::mt19937& random) {
  if (reference.cohorts.empty()) return "";
  const auto draw = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  RetentionCellOf cell{.column = draw(reference.columns())};
  const std::size_t row = draw(reference.cohorts.size());
  cell.cohort = reference.cohorts[row];
  cell.who = static_cast<RetentionCellOf::Who>(draw(4));
  cell.side = static_cast<AudienceSide>(draw(4));
  const RetentionValue* value = nullptr;
  if (!report.values.empty() && draw(2) == 0) value = &report.values[draw(report.values.size())];
  if (value != nullptr) cell.value = value->value;
  const RetentionCohort& cohort = (value != nullptr ? value->figures : report.total).of(cell.side).cohorts[row];
  const RetentionCell& of_cell = cohort.cells[*cell.column];
  const std::array<std::uint64_t, 4> numbers{of_cell.people, cohort.size - of_cell.people, of_cell.returned,
                                             of_cell.had_chance};
  auto found = people_of_retention(*world.customers, asked.question, asked.spec, cell);
  if (!found) return found.error().message;
  std::string where = fmt::format("people, who {}", static_cast<int>(cell.who));
  HOLDS(found->size(), numbers[static_cast<std::size_t>(cell.who)]);
  HOLDS(std::is_sorted(found->begin(), found->end()), true);
  HOLDS((std::adjacent_find(found->begin(), found->end()) == found->end()), true);
  cell.column.reset();
  found = people_of_retention(*world.customers, asked.question, asked.spec, cell);
  HOLDS(found->size(), cohort.size);
  cell.cohort.reset();
  found = people_of_retention(*world.customers, asked.question, asked.spec, cell);
  HOLDS(found->size(), (value != nullptr ? value->figures : report.total).of(cell.side).people);
  return "";
}

std::string check_retention(const Small& world, std::mt19937& random) {
  const Asked asked = random_retention(random);
  const auto report = ask_retention(*world.customers, asked.question, asked.spec);
  // A world that lost its last event with a property has nothing to tell apart.
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const Reference reference(world, asked, report->rhythm);
  for (const auto& [part, figures] : parts_of(report->total))
    if (auto wrong = compare(asked, *report, reference, {}, part, *figures); !wrong.empty()) return wrong;
  for (const RetentionValue& value : report->values)
    for (const auto& [part, figures] : parts_of(value.figures))
      if (auto wrong = compare(asked, *report, reference, value.value, part, *figures); !wrong.empty()) return wrong;
  if (asked.spec.breakdown && report->values.size() > asked.spec.breakdown->limit + 1) return "more than the limit";
  return compare_people(world, asked, *report, reference, random);
}

TEST(RetentionOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(10, 50, 60, check_retention); }

}  // namespace
}  // namespace habitue::insight::reference
