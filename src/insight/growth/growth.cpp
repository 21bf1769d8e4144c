#include "insight/growth/growth.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/growth/lives.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using growth::Life;
using growth::Lives;
using retention::Calendar;
using retention::Timeline;

constexpr std::size_t kBands = kIdleBands.size();

// Counts of one bucket. `active` and `begun` are counted by themselves, as the identities are checked against them.
struct Cell {
  std::int64_t active = 0, fresh = 0, retained = 0, resurrected = 0, churned = 0, fresh_active_before = 0;
  std::int64_t begun = 0;  // First active here; in the first cell: here or before.
  std::array<std::int64_t, kBands> dormant{};
  void merge(const Cell& other) {
    active += other.active;
    fresh += other.fresh;
    retained += other.retained;
    resurrected += other.resurrected;
    churned += other.churned;
    fresh_active_before += other.fresh_active_before;
    begun += other.begun;
    for (std::size_t band = 0; band < kBands; ++band) dormant[band] += other.dormant[band];
  }
};

// From one active period to the next people go on, or are idle and come back: from a band of kIdleBands.
constexpr std::size_t kWays = kBands + 1;
constexpr std::size_t kGoesOn = 0;  // The way of band b is 1 + b.

// Activity before the timeline is counted as if it were at most this far before: longer ago, idle people are in the last band.
constexpr std::int64_t kBefore = kIdleBands.back();

// By how many periods later people are active again, from which on all are alike.
constexpr auto kWayTo = [] {
  std::array<std::uint8_t, kBefore + 2> ways{};
  for (std::size_t later = 2; later < ways.size(); ++later)
    for (const std::uint32_t longest : kIdleBands)
      ways[later] = static_cast<std::uint8_t>(ways[later] + (later > longest ? 1 : 0));
  return ways;
}();

// The same of one bucket while people are counted: in as few bytes and as few sums for a person as say everything, so that a year of
// days stays in the nearest cache. Nobody is in one twice, so none is larger than the number of people.
struct Counts {
  std::array<std::uint32_t, kWays> left{};  // Active here, by the way to the next time, or to the end of all periods.
  std::array<std::uint32_t, kWays> came{};  // Active here and not new, by the way from the last time.
  std::array<std::uint32_t, kWays> came_fresh{};  // The same of those who are new nevertheless, by their creation.
  std::uint32_t fresh = 0;                        // New, and never active before.
  std::uint32_t first = 0;                        // Never active before, but new at another time.
};

struct Cells {
  std::size_t periods = 0;     // With those before, and one after the last for those who do not come back.
  std::vector<Counts> counts;  // By slot of the values, then by period.
  // By slot and period: who came back, in the slot of the value that they were idle with. Only kept with a breakdown.
  std::vector<std::array<std::uint32_t, kWays>> returned;
  std::uint64_t without_creation = 0;

  void merge(const Cells& other) {
    const auto add = [](auto& into, const auto& from) {
      for (std::size_t way = 0; way < kWays; ++way) into[way] += from[way];
    };
    for (std::size_t index = 0; index < counts.size(); ++index) {
      add(counts[index].left, other.counts[index].left);
      add(counts[index].came, other.counts[index].came);
      add(counts[index].came_fresh, other.counts[index].came_fresh);
      counts[index].fresh += other.counts[index].fresh;
      counts[index].first += other.counts[index].first;
    }
    for (std::size_t index = 0; index < returned.size(); ++index) add(returned[index], other.returned[index]);
    without_creation += other.without_creation;
  }

  // The figures of each period of the timeline; the first is the one before the first asked for.
  std::vector<Cell> settled(std::size_t slot) const {
    std::vector<Cell> cells(periods);
    for (std::size_t period = 0; period < periods; ++period) {
      const Counts& from = counts[slot * periods + period];
      Cell& cell = cells[period];
      cell.fresh = from.fresh;
      cell.resurrected = from.first;
      cell.begun = from.fresh + std::int64_t{from.first};
      for (std::size_t way = 0; way < kWays; ++way) {
        cell.active += from.left[way];
        cell.fresh += from.came_fresh[way];
        (way == kGoesOn ? cell.retained : cell.resurrected) += from.came[way];
        if (way == kGoesOn) continue;
        cell.dormant[way - 1] -=
            slot == 0 ? from.came[way] + std::int64_t{from.came_fresh[way]} : returned[slot * periods + period][way];
        leave(cells, period, way - 1, from.left[way]);
      }
      cell.fresh_active_before = from.came_fresh[kGoesOn];
    }
    for (std::size_t period = 1; period < periods; ++period)
      for (std::size_t band = 0; band < kBands; ++band) cells[period].dormant[band] += cells[period - 1].dormant[band];
    for (std::int64_t period = 0; period < kBefore; ++period)
      cells[kBefore].begun += cells[static_cast<std::size_t>(period)].begun;
    cells.erase(cells.begin(), cells.begin() + kBefore);
    cells.pop_back();
    return cells;
  }

 private:
  // Through the bands from the first to `last`.
  static void leave(std::vector<Cell>& cells, std::size_t period, std::size_t last, std::int64_t people) {
    if (people == 0) return;
    cells[period + 1].churned += people;
    for (std::size_t band = 0; band <= last && period + kIdleBands[band] < cells.size(); ++band) {
      Cell& enters = cells[period + kIdleBands[band]];
      enters.dormant[band] += people;
      if (band > 0) enters.dormant[band - 1] -= people;
    }
  }
};

struct Tally {
  ByAudience<Cells> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

void count_life(Cells& cells, const Life& life, const Lives& lives) {
  const Timeline& timeline = *lives.timeline();
  const std::vector<std::int64_t>& active = life.active;
  if (active.empty()) return;
  const std::int64_t origin = timeline.first(), end = origin + static_cast<std::int64_t>(timeline.size());
  if (life.left_out) {
    cells.without_creation += active.back() > origin ? 1 : 0;
    return;
  }
  const auto place = [&](std::int64_t number) {
    return static_cast<std::size_t>(std::max(number - origin, -kBefore) + kBefore);
  };
  const auto arrive = [&](Counts& counts, std::size_t index, std::size_t way) {
    if (index == 0)
      ++(life.is_fresh(0) ? counts.fresh : counts.first);
    else
      ++(life.is_fresh(index) ? counts.came_fresh : counts.came)[way];
  };
  arrive(cells.counts[place(active.front())], 0, kGoesOn);
  std::size_t way_here = kGoesOn;
  for (std::size_t index = 0; index < active.size(); ++index) {
    const std::int64_t next = index + 1 < active.size() ? active[index + 1] : end;
    const std::size_t from = place(active[index]), to = place(next);
    const std::size_t way = kWayTo[std::min<std::size_t>(to - from, kBefore + 1)];
    ++cells.counts[from].left[way];
    // Those who do not come back do so in a period of no figure.
    arrive(cells.counts[to], index + 1, way);
    if (!cells.returned.empty())
      if (const std::size_t slot = lives.slot_of(life, index); slot != retention::ShownValues::kNoSlot && slot != 0) {
        Counts* const of_slot = cells.counts.data() + slot * cells.periods;
        arrive(of_slot[from], index, way_here);
        ++of_slot[from].left[way];
        ++cells.returned[slot * cells.periods + to][way];
      }
    way_here = way;
  }
}

// The same of a plain life. Two events of one period add nothing, without asking whether they are: that cannot be guessed.
void count_active(Cells& cells, const growth::Active& active, const Timeline& timeline) {
  const std::size_t end = timeline.size() + static_cast<std::size_t>(kBefore);
  const auto place = [](std::int64_t period) { return static_cast<std::size_t>(std::max(period, -kBefore) + kBefore); };
  if (active.periods.empty() && !active.before) return;
  std::size_t here = place(active.before ? *active.before - timeline.first() : active.periods.front());
  Counts* const counts = cells.counts.data();
  ++counts[here].fresh;
  const auto go_on_to = [&](std::size_t next) {
    const std::size_t way = kWayTo[std::min<std::size_t>(next - here, kBefore + 1)];
    const std::uint32_t moves = next != here ? 1 : 0;
    counts[here].left[way] += moves;
    counts[next].came[way] += moves;
    here = next;
  };
  for (const std::int64_t period : active.periods) go_on_to(static_cast<std::size_t>(period + kBefore));
  go_on_to(end);
}

Error broken_in(std::string_view what, const Timeline& timeline, const Calendar& calendar, std::size_t index) {
  return broken_identity(fmt::format("{} in the period of {}", what,
                                     format_day(calendar.day_of(timeline.first() + static_cast<std::int64_t>(index)))))
      .value();
}

Result<void> check(std::span<const Cell> cells, const Timeline& timeline, const Calendar& calendar) {
  std::int64_t begun = cells.front().begun;
  for (std::size_t index = 1; index < cells.size(); ++index) {
    const Cell& before = cells[index - 1];
    const Cell& now = cells[index];
    begun += now.begun;
    std::int64_t dormant = 0;
    for (const std::int64_t people : now.dormant) dormant += people;
    if (now.active != now.fresh + now.retained + now.resurrected ||
        before.active != now.retained + now.churned + now.fresh_active_before || begun != now.active + dormant)
      return tl::unexpected(broken_in("growth does not add up", timeline, calendar, index));
  }
  return {};
}

// Every number of the values against the total, but for the period before those asked for.
Result<void> check_values(std::span<const std::vector<Cell>> slots, const Timeline& timeline,
                          const Calendar& calendar) {
  for (std::size_t index = 1; index < slots.front().size() && slots.size() > 1; ++index) {
    Cell sum;
    for (const std::vector<Cell>& of_slot : slots.subspan(1)) sum.merge(of_slot[index]);
    const Cell& total = slots.front()[index];
    if (sum.active != total.active || sum.fresh != total.fresh || sum.retained != total.retained ||
        sum.resurrected != total.resurrected || sum.churned != total.churned || sum.dormant != total.dormant ||
        sum.fresh_active_before != total.fresh_active_before ||
        sum.active != sum.fresh + sum.retained + sum.resurrected)
      return tl::unexpected(broken_in("the values of growth do not add up", timeline, calendar, index));
  }
  return {};
}

std::vector<GrowthPeriod> periods_of(std::span<const Cell> cells, const Timeline& timeline, const Calendar& calendar,
                                     UtcMicros as_of) {
  const auto count = [](std::int64_t people) { return static_cast<std::uint64_t>(people); };
  std::vector<GrowthPeriod> periods;
  for (std::size_t index = 1; index < timeline.size(); ++index) {
    const Cell& cell = cells[index];
    GrowthPeriod period;
    period.start = calendar.day_of(timeline.first() + static_cast<std::int64_t>(index));
    period.from = timeline.from(index);
    period.to = timeline.to(index);
    period.fresh = count(cell.fresh);
    period.retained = count(cell.retained);
    period.resurrected = count(cell.resurrected);
    period.churned = count(cell.churned);
    period.fresh_active_before = count(cell.fresh_active_before);
    if (cell.churned > 0)
      period.quick_ratio = static_cast<double>(cell.fresh + cell.resurrected) / static_cast<double>(cell.churned);
    for (std::size_t band = 0; band < kBands; ++band) period.dormant[band] = count(cell.dormant[band]);
    period.complete = timeline.over(index, as_of);
    periods.push_back(period);
  }
  return periods;
}

// Whether somebody is one of those asked for in a period: the active period by which they are, whose value counts.
std::optional<std::size_t> stands(const Life& life, std::int64_t number, const GrowthCell& asked) {
  using Who = GrowthCell::Who;
  if (life.left_out) return std::nullopt;
  const std::vector<std::int64_t>& active = life.active;
  const auto after = std::upper_bound(active.begin(), active.end(), number);
  if (after == active.begin()) return std::nullopt;
  const auto index = static_cast<std::size_t>(after - active.begin()) - 1;
  const auto if_so = [&](bool belongs) { return belongs ? std::optional(index) : std::nullopt; };
  if (active[index] != number) {
    const std::int64_t idle = number - active[index];
    if (asked.who == Who::Churned) return if_so(idle == 1);
    const bool is_longer = asked.idle_band + 1 < kBands && idle >= kIdleBands[asked.idle_band + 1];
    return if_so(asked.who == Who::Dormant && idle >= kIdleBands[asked.idle_band] && !is_longer);
  }
  const bool fresh = life.is_fresh(index);
  const bool goes_on = index > 0 && active[index - 1] == number - 1;
  switch (asked.who) {
    case Who::Active: return index;
    case Who::Fresh: return if_so(fresh);
    case Who::Retained: return if_so(!fresh && goes_on);
    case Who::Resurrected: return if_so(!fresh && !goes_on);
    default: return std::nullopt;
  }
}

}  // namespace

Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, const GrowthSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto lives = Lives::bind(customers, question, *lens, spec);
  if (!lives) return tl::unexpected(lives.error());
  GrowthReport report{.bucket = spec.bucket,
                      .events = spec.events.empty() ? customers.business().money.purchases : spec.events,
                      .birth = spec.birth,
                      .periods = {},
                      .without_creation = {},
                      .values = {}};
  if (!lives->timeline()) return report;
  const Timeline& timeline = *lives->timeline();

  const std::size_t slots = lives->values().slots(), periods = timeline.size() + static_cast<std::size_t>(kBefore) + 1;
  Cells cells;
  cells.periods = periods;
  cells.counts.resize(slots * periods);
  if (spec.breakdown) cells.returned.resize(slots * periods);
  const Tally empty{{cells, cells, cells, cells}};
  auto tally = retention::fold_sums(
      customers, question, *lens, empty,
      [&](Tally& into, const Person& person) {
        Cells& of_side = into.parts.of(person.audience);
        if (lives->is_plain()) {
          count_active(of_side, lives->periods_of(person.selected->at_us()), timeline);
          return;
        }
        thread_local Life life;
        lives->read(person, life);
        count_life(of_side, life, *lives);
      },
      lives->wanted());
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, cells);
  report.values.resize(slots - 1);
  for (std::size_t slot = 1; slot < slots; ++slot) report.values[slot - 1].value = lives->values().shown(slot);
  const auto add_side = [&](const Cells& from, auto side) -> Result<void> {
    std::vector<std::vector<Cell>> of_slot;
    for (std::size_t slot = 0; slot < slots; ++slot) of_slot.push_back(from.settled(slot));
    if (auto sound = check(of_slot.front(), timeline, lives->calendar()); !sound) return sound;
    if (auto sound = check_values(of_slot, timeline, lives->calendar()); !sound) return sound;
    for (std::size_t slot = 0; slot < slots; ++slot)
      (slot == 0 ? report.periods : report.values[slot - 1].periods).*side =
          periods_of(of_slot[slot], timeline, lives->calendar(), question.as_of);
    return {};
  };
  using Sides = ByAudience<std::vector<GrowthPeriod>>;
  for (const auto& [from, side] : {std::pair{&tally->parts.inside, &Sides::inside},
                                   {&tally->parts.outside, &Sides::outside},
                                   {&tally->parts.unknown, &Sides::unknown},
                                   {&tally->parts.all, &Sides::all}})
    if (auto added = add_side(*from, side); !added) return tl::unexpected(added.error());
  report.without_creation = {tally->parts.inside.without_creation, tally->parts.outside.without_creation,
                             tally->parts.unknown.without_creation, tally->parts.all.without_creation};
  return report;
}

Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, Bucket bucket,
                                const std::vector<std::string>& events) {
  return ask_growth(customers, question, GrowthSpec{.bucket = bucket, .events = events});
}

Result<std::vector<PersonId>> people_of_growth(const Customers& customers, const Question& question,
                                               const GrowthSpec& spec, const GrowthCell& cell) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto lives = Lives::bind(customers, question, *lens, spec);
  if (!lives) return tl::unexpected(lives.error());
  if (cell.idle_band >= kBands) return invalid(fmt::format("there are {} bands of idle people, from 0 on", kBands));
  const auto& timeline = lives->timeline();
  const std::int64_t index = timeline ? timeline->index_of(cell.period) : 0;
  if (index < 1 || index >= static_cast<std::int64_t>(timeline->size()) ||
      timeline->from(static_cast<std::size_t>(index)) != cell.period)
    return fail(ErrorKind::NotFound, fmt::format("no period of the question begins at {}", format_moment(cell.period)));
  const auto slot = lives->values().slot(cell.value);
  if (!slot) return tl::unexpected(slot.error());
  const std::int64_t number = timeline->first() + index;
  return retention::people_who(customers, question, *lens, cell.side, [&](const Person& person) {
    thread_local Life life;
    lives->read(person, life);
    const auto by = stands(life, number, cell);
    return by && (*slot == 0 || lives->slot_of(life, *by) == *slot);
  });
}

}  // namespace habitue::insight
