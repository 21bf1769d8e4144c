// Stickiness, frequency and intervals against a naive reading of their definitions, on random small journeys.
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"
#include "insight/stickiness/frequency.hpp"
#include "insight/stickiness/intervals.hpp"
#include "insight/stickiness/stickiness.hpp"

namespace habitue::insight::reference {
namespace {

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

std::optional<Breakdown> random_breakdown(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const int kind = draw(3);
  if (kind == 0) return std::nullopt;
  Breakdown breakdown{.of = Breakdown::Of::Property, .name = "v"};
  if (kind == 1) breakdown = {.of = Breakdown::Of::Trait, .name = "plan"};
  breakdown.limit = static_cast<std::size_t>(1 + draw(4));
  return breakdown;
}

/// Whether an act is of a value that a report shows; `Report` has values with a `value`.
template <class Report>
bool is_of(const Report& report, const NaiveAct& act, const ShownValue& value) {
  const auto is = [&](const ShownValue& shown) {
    return shown.kind == ShownValue::Kind::Missing ? act.value.empty()
                                                   : shown.kind == ShownValue::Kind::Value && act.value == shown.text;
  };
  if (value.kind == ShownValue::Kind::Total) return true;
  if (value.kind != ShownValue::Kind::Other) return is(value);
  return std::none_of(report.values.begin(), report.values.end(), [&](const auto& one) { return is(one.value); });
}

// The people of a question with their acts, and the value of the trait on each act when it is broken down by it.
struct Somebody {
  std::string who;
  criteria::Verdict audience;
  std::vector<NaiveAct> acts;
};
std::vector<Somebody> everybody(const Small& world, const Question& question, const Condition& first,
                                const Condition& second, const std::optional<Breakdown>& breakdown) {
  std::vector<Somebody> people;
  for (const std::string& who : world.people) {
    const Journey journey(world, who, question.as_of);
    if (!passes(question, journey)) continue;
    people.push_back({who, journey.audience(), journey.acts(first, second)});
    if (breakdown && breakdown->of == Breakdown::Of::Trait)
      for (NaiveAct& act : people.back().acts) act.value = journey.trait(&Happening::plan);
  }
  return people;
}

const Condition kNothing{"nothing", [](const Happening&) { return false; }, [](const Happening&) { return false; }};
const Condition kAnything{"any event", [](const Happening&) { return true; }, [](const Happening&) { return true; }};

// --- Stickiness -----------------------------------------------------------------------------------------------------

std::string check_stickiness(const Small& world, std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Question question = random_question(random);
  StickinessSpec spec;
  const auto condition = static_cast<std::size_t>(draw(6));
  const Condition& asked = condition == 0 ? kAnything : conditions()[condition];
  if (condition > 0) spec.act = conditions()[condition].test();
  spec.unit = static_cast<Bucket>(draw(4));
  if (spec.unit == Bucket::Hour) question.period.to = question.period.from + hours{1 + draw(30)};
  spec.week_start = draw(2) == 0 ? std::chrono::Monday : std::chrono::Sunday;
  spec.occurrences_min = static_cast<std::uint32_t>(1 + draw(2));
  spec.breakdown = random_breakdown(random);
  const auto report = ask_stickiness(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;

  const NaiveCalendar calendar{spec.unit, spec.week_start};
  const std::vector<UtcMicros> periods = calendar.asked(world, question);
  std::string where = "periods";
  HOLDS((report->periods == periods), true);
  if (periods.empty()) return "";
  HOLDS(report->last_complete, (calendar.next(periods.back()) - microseconds{1} <= question.as_of));
  const auto people = everybody(world, question, asked, kNothing, spec.breakdown);
  const auto active_periods = [&](const Somebody& one, const ShownValue& value) {
    std::size_t active = 0;
    for (const UtcMicros period : periods) {
      std::uint32_t times = 0;
      for (const NaiveAct& act : one.acts)
        times += calendar.of(act.when) == period && is_of(*report, act, value) ? 1 : 0;
      active += times >= spec.occurrences_min ? 1 : 0;
    }
    return active;
  };
  std::vector<std::pair<ShownValue, const ByAudience<StickinessFigures>*>> shown{{ShownValue{}, &report->total}};
  for (const StickinessValue& value : report->values) shown.emplace_back(value.value, &value.figures);
  for (const auto& [value, figures] : shown)
    for (const auto& [part, one] : parts_of(*figures)) {
      std::vector<std::uint64_t> exact(periods.size());
      std::uint64_t active = 0;
      for (const Somebody& somebody : people)
        if (const std::size_t count = active_periods(somebody, value);
            counts_in(part, somebody.audience) && count > 0) {
          ++exact[count - 1];
          ++active;
        }
      where = fmt::format("{} {}", part, value.text);
      HOLDS(one->people, active);
      HOLDS((one->exact == exact), true);
      for (std::size_t least = exact.size(); least-- > 0;) {
        std::uint64_t at_least = 0;
        for (std::size_t count = least; count < exact.size(); ++count) at_least += exact[count];
        HOLDS(one->at_least[least].part, at_least);
        HOLDS(one->at_least[least].whole, active);
      }
    }
  StickinessCell cell{.periods = 1 + static_cast<std::size_t>(draw(static_cast<int>(periods.size()))),
                      .or_more = draw(2) == 0,
                      .side = static_cast<AudienceSide>(draw(4))};
  const auto& picked = shown[static_cast<std::size_t>(draw(static_cast<int>(shown.size())))];
  cell.value = picked.first;
  const auto found = people_of_stickiness(*world.customers, question, spec, cell);
  std::set<std::string> expected;
  for (const Somebody& somebody : people) {
    const std::size_t count = active_periods(somebody, cell.value);
    if (cell.side == AudienceSide::All ||
        somebody.audience == (cell.side == AudienceSide::Inside    ? criteria::Verdict::Inside
                              : cell.side == AudienceSide::Outside ? criteria::Verdict::Outside
                                                                   : criteria::Verdict::Unknown))
      if (cell.or_more ? count >= cell.periods : count == cell.periods) expected.insert(somebody.who);
  }
  where = "people";
  HOLDS((*found == sorted_ids(world, expected)), true);

  // Days and their windows, by hand.
  const auto acted = everybody(world, question, asked, kNothing, std::nullopt);
  const NaiveCalendar of_days{Bucket::Day, spec.week_start};
  const std::vector<UtcMicros> days_asked = of_days.asked(world, question);
  HOLDS(report->days.all.size(), days_asked.size());
  for (const auto& [part, figures] : parts_of(report->days))
    for (std::size_t index = 0; index < days_asked.size(); ++index) {
      const LocalDay day = paris().day_of(days_asked[index]);
      std::array<std::uint64_t, 3> counts{};
      for (const Somebody& somebody : acted) {
        if (!counts_in(part, somebody.audience)) continue;
        for (std::size_t window = 0; window < 3; ++window) {
          bool active = false;
          for (int back = 0; back < std::array{1, 7, 30}[window]; ++back) {
            std::uint32_t times = 0;
            for (const NaiveAct& act : somebody.acts) times += paris().day_of(act.when) == day - days{back} ? 1 : 0;
            active = active || times >= spec.occurrences_min;
          }
          counts[window] += active ? 1 : 0;
        }
      }
      const ActiveDay& one = (*figures)[index];
      where = fmt::format("{} {}", part, format_day(day));
      HOLDS((one.day == day), true);
      HOLDS(one.daily, counts[0]);
      HOLDS(one.weekly, counts[1]);
      HOLDS(one.monthly, counts[2]);
      HOLDS(one.daily_of_monthly.part, counts[0]);
      HOLDS(one.complete, (one.to - microseconds{1} <= question.as_of));
      HOLDS(one.monthly_covered, (paris().start_of(day - days{29}) >= world.happenings.front().when));
      if (index == 0) {
        const auto window = static_cast<std::size_t>(draw(3));
        const auto those = people_of_active_day(*world.customers, question, spec,
                                                {.day = day, .window = static_cast<ActiveDayCell::Window>(window)});
        if (std::string_view(part) == "all") HOLDS(those->size(), counts[window]);
      }
    }
  return "";
}

TEST(StickinessOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(6, 40, 20, check_stickiness); }

// --- Frequency ------------------------------------------------------------------------------------------------------

// Type 7 of Hyndman and Fan.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}
bool are_quantiles(const std::optional<Quantiles>& found, std::vector<double> numbers) {
  if (found.has_value() == numbers.empty()) return false;
  if (numbers.empty()) return true;
  std::sort(numbers.begin(), numbers.end());
  double sum = 0;
  for (const double number : numbers) sum += number;
  const auto near = [](double left, double right) { return std::abs(left - right) <= 1e-9 * (1 + std::abs(right)); };
  return found->least == numbers.front() && found->most == numbers.back() && near(found->p10, quantile(numbers, 0.1)) &&
         near(found->p25, quantile(numbers, 0.25)) && near(found->median, quantile(numbers, 0.5)) &&
         near(found->p75, quantile(numbers, 0.75)) && near(found->p90, quantile(numbers, 0.9)) &&
         near(found->mean, sum / static_cast<double>(numbers.size()));
}

std::string check_frequency(const Small& world, std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const Question question = random_question(random);
  const Condition& asked = conditions()[static_cast<std::size_t>(draw(6))];
  const FrequencySpec spec{.act = asked.test(), .breakdown = random_breakdown(random)};
  const auto report = ask_frequency(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const auto people = everybody(world, question, asked, kNothing, spec.breakdown);
  std::vector<std::pair<ShownValue, const ByAudience<FrequencyFigures>*>> shown{{ShownValue{}, &report->total}};
  for (const FrequencyValue& value : report->values) shown.emplace_back(value.value, &value.figures);
  for (const auto& [value, figures] : shown)
    for (const auto& [part, one] : parts_of(*figures)) {
      std::map<std::uint64_t, std::uint64_t> expected;
      std::vector<double> times_of_people;
      std::uint64_t never = 0, all = 0;
      for (const Somebody& somebody : people) {
        if (!counts_in(part, somebody.audience)) continue;
        std::uint64_t times = 0;
        for (const NaiveAct& act : somebody.acts)
          times += act.when >= question.period.from && act.when < question.period.to && is_of(*report, act, value);
        if (times > 0) {
          ++expected[times];
          times_of_people.push_back(static_cast<double>(times));
          all += times;
        } else if (value.kind == ShownValue::Kind::Total) {
          ++never;
        }
      }
      const std::string where = fmt::format("{} {}", part, value.text);
      HOLDS(one->people, times_of_people.size());
      HOLDS(one->never, never);
      HOLDS(one->acts, all);
      HOLDS(one->counts.size(), expected.size());
      for (const FrequencyFigures::Count& count : one->counts) HOLDS(count.people, expected[count.times]);
      HOLDS(are_quantiles(one->times, times_of_people), true);
      if (std::string_view(part) != "unknown" || one->counts.empty()) continue;
      const FrequencyFigures::Count& picked = one->counts[one->counts.size() / 2];
      const auto found = people_of_frequency(
          *world.customers, question, spec,
          {.times_min = picked.times, .times_max = picked.times, .side = AudienceSide::Unknown, .value = value});
      HOLDS(found->size(), picked.people);
      const auto nobody = people_of_frequency(*world.customers, question, spec, {.times_min = 0, .times_max = 0});
      HOLDS(nobody->size(), report->total.all.never);
    }
  return "";
}

TEST(FrequencyOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(8, 50, 60, check_frequency); }

// --- Intervals ------------------------------------------------------------------------------------------------------

std::string check_intervals(const Small& world, std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const Question question = random_question(random);
  const auto from = static_cast<std::size_t>(draw(6));
  const std::size_t to = draw(2) == 0 ? from : static_cast<std::size_t>(draw(6));
  IntervalsSpec spec;
  spec.from = conditions()[from].test();
  spec.to = conditions()[to].test();
  spec.pairs = static_cast<IntervalsSpec::Pairs>(draw(2));
  if (draw(3) == 0) spec.longest = hours{draw(100)};
  if (draw(2) == 0) spec.bins = static_cast<std::uint32_t>(1 + draw(10));
  spec.breakdown = random_breakdown(random);
  const auto report = ask_intervals(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const auto people = everybody(world, question, conditions()[from], conditions()[to], spec.breakdown);
  std::vector<std::pair<ShownValue, const ByAudience<IntervalFigures>*>> shown{{ShownValue{}, &report->total}};
  for (const IntervalValue& value : report->values) shown.emplace_back(value.value, &value.figures);
  for (const auto& [value, figures] : shown)
    for (const auto& [part, one] : parts_of(*figures)) {
      std::vector<double> intervals;
      std::uint64_t with = 0, waiting = 0, not_followed = 0;
      for (const Somebody& somebody : people) {
        if (!counts_in(part, somebody.audience)) continue;
        bool has = false, waits = false, seen = false;
        for (std::size_t index = 0; index < somebody.acts.size(); ++index) {
          const NaiveAct& act = somebody.acts[index];
          if (!act.first || act.when < question.period.from || act.when >= question.period.to) continue;
          if (seen && spec.pairs == IntervalsSpec::Pairs::FirstOfPerson) continue;
          seen = true;
          if (!is_of(*report, act, value)) continue;
          std::size_t next = index + 1;
          while (next < somebody.acts.size() && !somebody.acts[next].second) ++next;
          if (next < somebody.acts.size() && (!spec.longest || somebody.acts[next].when - act.when <= *spec.longest)) {
            intervals.push_back(static_cast<double>((somebody.acts[next].when - act.when).count()));
            has = true;
          } else {
            ++not_followed;
            waits = true;
          }
        }
        with += has ? 1 : 0;
        waiting += waits ? 1 : 0;
      }
      const std::string where = fmt::format("{} {}", part, value.text);
      HOLDS(one->intervals, intervals.size());
      HOLDS(one->people, with);
      HOLDS(one->not_followed, not_followed);
      HOLDS(one->people_waiting, waiting);
      HOLDS(are_quantiles(one->us, intervals), true);
      std::vector<std::uint64_t> bins(one->histogram.size());
      for (const double us : intervals)
        ++bins.at(static_cast<std::size_t>((static_cast<std::int64_t>(us) - report->bins_from_us) / report->bin_us));
      HOLDS((one->histogram == bins), true);
      if (spec.bins && one->histogram.size() > *spec.bins) return "more bins than were asked for";
      if (std::string_view(part) != "inside") continue;
      IntervalCell cell{.side = AudienceSide::Inside, .value = value};
      HOLDS(people_of_intervals(*world.customers, question, spec, cell)->size(), with);
      cell.not_followed = true;
      HOLDS(people_of_intervals(*world.customers, question, spec, cell)->size(), waiting);
    }
  return "";
}

TEST(IntervalsOnRandomJourneys, AreThoseOfTheDefinitions) { for_random_worlds(8, 50, 60, check_intervals); }

}  // namespace
}  // namespace habitue::insight::reference
