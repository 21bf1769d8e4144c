#include "insight/stickiness/stickiness.hpp"

#include <algorithm>

#include "insight/retention/calendar.hpp"
#include "insight/stickiness/by_value.hpp"

namespace habitue::insight {
namespace {

using retention::Act;
using retention::Calendar;
using retention::Timeline;
using stickiness::Acts;

constexpr std::int64_t kPeriodsMax = 20'000;
constexpr std::array<std::int64_t, 3> kWindows{1, 7, 30};  // Days.

// The periods of a question, and their bounds in time.
struct Spans {
  Calendar calendar;
  Timeline periods;
  static Result<std::optional<Spans>> of(const Customers& customers, const Question& question, Bucket bucket,
                                         std::chrono::weekday week_start, std::int64_t earlier) {
    if (!week_start.ok()) return invalid("week_start is no day of the week");
    const Calendar calendar(bucket, week_start, customers.zone(), question.as_of);
    auto range = retention::periods_asked(calendar, customers, question, kPeriodsMax);
    if (!range) return tl::unexpected(range.error());
    if (!*range) return std::optional<Spans>{};
    return std::optional(Spans{calendar, Timeline(calendar, (*range)->first - earlier, (*range)->second)});
  }
  Period all() const { return {periods.from(0), periods.to(periods.size() - 1)}; }
};

criteria::Expression any_event() {
  static const criteria::Expression any = *parse_event_test("any event");
  return any;
}

Result<Acts> bind_acts(const Customers& customers, const Question& question, const StickinessSpec& spec, Period window,
                       const std::optional<Breakdown>& breakdown) {
  if (spec.occurrences_min < 1) return invalid("occurrences_min is 1 or more: a period without an act is not active");
  const ActTest tests[] = {spec.act ? *spec.act : any_event()};
  return Acts::bind(customers, question, tests, breakdown, window, window.to);
}

// Calls `visit(index)` for each period in which the acts of a value are enough, in order.
template <class Visit>
void for_each_active(const Acts& acts, const std::vector<Act>& read, const Timeline& periods, std::uint32_t least,
                     std::size_t slot, const Visit& visit) {
  std::int64_t current = Timeline::kBefore;
  std::uint32_t times = 0;
  const auto count = static_cast<std::int64_t>(periods.size());
  for (const Act& act : read) {
    if (!acts.is_of(act, slot)) continue;
    const std::int64_t period = periods.index_of(act.at);
    if (period == Timeline::kBefore || period >= count) continue;
    if (period != current) times = 0;
    current = period;
    if (++times == least) visit(period);
  }
}

struct Figures {
  std::vector<std::uint64_t> exact;
  void merge(const Figures& other) {
    for (std::size_t index = 0; index < exact.size(); ++index) exact[index] += other.exact[index];
  }
};

StickinessFigures shape(const Figures& figures) {
  StickinessFigures shaped{.people = 0, .exact = figures.exact, .at_least = {}};
  for (const std::uint64_t people : figures.exact) shaped.people += people;
  std::uint64_t left = shaped.people;
  for (const std::uint64_t people : figures.exact) {
    shaped.at_least.push_back(share_of(left, shaped.people));
    left -= people;
  }
  return shaped;
}

// People active in the windows that end with each day: while they are counted, more than in those of the day before.
struct Days {
  std::array<std::vector<std::int64_t>, kWindows.size()> people;
  void merge(const Days& other) {
    for (std::size_t window = 0; window < people.size(); ++window)
      for (std::size_t day = 0; day < people[window].size(); ++day) people[window][day] += other.people[window][day];
  }
};

constexpr std::int64_t kEarlier = kWindows.back() - 1;  // Days before the first that its windows reach.

std::vector<ActiveDay> days_of(const Days& counts, const Spans& spans, const Question& question,
                               UtcMicros first_event) {
  std::vector<ActiveDay> days;
  std::array<std::int64_t, kWindows.size()> people{};
  for (std::size_t index = 0; index < spans.periods.size(); ++index) {
    for (std::size_t window = 0; window < people.size(); ++window) people[window] += counts.people[window][index];
    if (index < static_cast<std::size_t>(kEarlier)) continue;
    const auto number = [&](std::size_t window) { return static_cast<std::uint64_t>(people[window]); };
    const auto covered = [&](std::size_t window) {
      return spans.periods.from(index + 1 - static_cast<std::size_t>(kWindows[window])) >= first_event;
    };
    days.push_back({.day = spans.calendar.day_of(spans.periods.first() + static_cast<std::int64_t>(index)),
                    .from = spans.periods.from(index),
                    .to = spans.periods.to(index),
                    .daily = number(0),
                    .weekly = number(1),
                    .monthly = number(2),
                    .daily_of_weekly = share_of(number(0), number(1)),
                    .daily_of_monthly = share_of(number(0), number(2)),
                    .weekly_of_monthly = share_of(number(1), number(2)),
                    .complete = spans.periods.over(index, question.as_of),
                    .weekly_covered = covered(1),
                    .monthly_covered = covered(2)});
  }
  return days;
}

Result<ByAudience<std::vector<ActiveDay>>> ask_days(const Customers& customers, const Question& question,
                                                    const StickinessSpec& spec) {
  auto spans = Spans::of(customers, question, Bucket::Day, spec.week_start, kEarlier);
  if (!spans) return tl::unexpected(spans.error());
  if (!*spans) return ByAudience<std::vector<ActiveDay>>{};
  auto acts = bind_acts(customers, question, spec, (*spans)->all(), std::nullopt);
  if (!acts) return tl::unexpected(acts.error());
  Days none;
  for (auto& people : none.people) people.resize((*spans)->periods.size());
  auto parts =
      stickiness::fold_by_slot(customers, question, *acts, none, [&](std::vector<Days>& days, const Person& person) {
        thread_local std::vector<Act> read;
        thread_local std::array<std::int64_t, kWindows.size()> until;  // Days that are counted already, by window.
        acts->read(person, read);
        until.fill(0);
        const auto count = static_cast<std::int64_t>((*spans)->periods.size());
        for_each_active(*acts, read, (*spans)->periods, spec.occurrences_min, 0, [&](std::int64_t day) {
          for (std::size_t window = 0; window < kWindows.size(); ++window) {
            const std::int64_t from = std::max(day, until[window]), to = std::min(day + kWindows[window], count);
            if (from >= to) continue;
            ++days[0].people[window][static_cast<std::size_t>(from)];
            if (to < count) --days[0].people[window][static_cast<std::size_t>(to)];
            until[window] = to;
          }
        });
      });
  if (!parts) return tl::unexpected(parts.error());
  const UtcMicros first_event = customers.snapshot().first_event_at().value_or(kBeginning);
  return stickiness::shape_slot<std::vector<ActiveDay>>(
      *parts, 0, [&](const Days& days) { return days_of(days, **spans, question, first_event); });
}

}  // namespace

Result<StickinessReport> ask_stickiness(const Customers& customers, const Question& question,
                                        const StickinessSpec& spec) {
  auto spans = Spans::of(customers, question, spec.unit, spec.week_start, 0);
  if (!spans) return tl::unexpected(spans.error());
  const Period window = *spans ? (*spans)->all() : Period{question.period.from, question.period.from};
  auto acts = bind_acts(customers, question, spec, window, spec.breakdown);
  if (!acts) return tl::unexpected(acts.error());
  StickinessReport report;
  report.warnings = acts->reader.warnings();
  if (!*spans) return report;
  const Timeline& periods = (*spans)->periods;
  for (std::size_t index = 0; index < periods.size(); ++index) report.periods.push_back(periods.from(index));
  report.last_complete = periods.over(periods.size() - 1, question.as_of);

  auto parts = stickiness::fold_by_slot(customers, question, *acts, Figures{std::vector<std::uint64_t>(periods.size())},
                                        [&](std::vector<Figures>& figures, const Person& person) {
                                          thread_local std::vector<Act> read;
                                          acts->read(person, read);
                                          acts->for_each_slot(read, [&](std::size_t slot) {
                                            std::size_t active = 0;
                                            for_each_active(*acts, read, periods, spec.occurrences_min, slot,
                                                            [&](std::int64_t) { ++active; });
                                            if (active > 0) ++figures[slot].exact[active - 1];
                                          });
                                        });
  if (!parts) return tl::unexpected(parts.error());
  report.total = stickiness::shape_slot<StickinessFigures>(*parts, 0, shape);
  for (std::size_t slot = 1; slot < acts->values.slots(); ++slot)
    report.values.push_back({acts->values.shown(slot), stickiness::shape_slot<StickinessFigures>(*parts, slot, shape)});
  auto days = ask_days(customers, question, spec);
  if (!days) return tl::unexpected(days.error());
  report.days = *std::move(days);
  return report;
}

Result<std::vector<PersonId>> people_of_stickiness(const Customers& customers, const Question& question,
                                                   const StickinessSpec& spec, const StickinessCell& cell) {
  auto spans = Spans::of(customers, question, spec.unit, spec.week_start, 0);
  if (!spans) return tl::unexpected(spans.error());
  const std::size_t periods = *spans ? (*spans)->periods.size() : 0;
  if (cell.periods < 1 || cell.periods > periods)
    return fail(ErrorKind::NotFound, fmt::format("there are {} periods; {} of them cannot be", periods, cell.periods));
  auto acts = bind_acts(customers, question, spec, (*spans)->all(), spec.breakdown);
  const auto is_one = [&](const Acts& of, const std::vector<Act>& read, std::size_t slot) {
    std::size_t active = 0;
    for_each_active(of, read, (*spans)->periods, spec.occurrences_min, slot, [&](std::int64_t) { ++active; });
    return cell.or_more ? active >= cell.periods : active == cell.periods;
  };
  return stickiness::people_by_acts(customers, question, acts, cell.value, cell.side, is_one);
}

Result<std::vector<PersonId>> people_of_active_day(const Customers& customers, const Question& question,
                                                   const StickinessSpec& spec, const ActiveDayCell& cell) {
  auto spans = Spans::of(customers, question, Bucket::Day, spec.week_start, kEarlier);
  if (!spans) return tl::unexpected(spans.error());
  const std::int64_t first = *spans ? (*spans)->periods.first() : 0;
  const std::int64_t last = *spans ? first + static_cast<std::int64_t>((*spans)->periods.size()) - 1 : -1;
  const std::int64_t day = cell.day.time_since_epoch().count();
  if (day < first + kEarlier || day > last)
    return fail(ErrorKind::NotFound, fmt::format("{} is no day of the question", format_day(cell.day)));
  auto acts = bind_acts(customers, question, spec, (*spans)->all(), std::nullopt);
  const std::int64_t reach = kWindows[static_cast<std::size_t>(cell.window)];
  const auto is_one = [&](const Acts& of, const std::vector<Act>& read, std::size_t slot) {
    bool active = false;
    for_each_active(of, read, (*spans)->periods, spec.occurrences_min, slot, [&](std::int64_t index) {
      active = active || (index + first <= day && index + first > day - reach);
    });
    return active;
  };
  return stickiness::people_by_acts(customers, question, acts, {}, cell.side, is_one);
}

}  // namespace habitue::insight
