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
  std::int64_t begun = 0;                      // First active here; in the first cell: here or before.
  std::array<std::int64_t, kBands> dormant{};  // While people are counted: more than in the cell before.
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

struct Cells {
  std::size_t periods = 0;
  std::vector<Cell> cells;  // By slot of the values, then by period; the first is the one before the first asked for.
  std::uint64_t without_creation = 0;
  std::span<Cell> of(std::size_t slot) { return std::span(cells).subspan(slot * periods, periods); }
  void merge(const Cells& other) {
    for (std::size_t index = 0; index < cells.size(); ++index) cells[index].merge(other.cells[index]);
    without_creation += other.without_creation;
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
  const auto place = [&](std::int64_t number) { return static_cast<std::size_t>(number - origin); };
  ++cells.cells[place(std::max(active.front(), origin))].begun;
  for (std::size_t index = 0; index < active.size(); ++index) {
    const std::int64_t here = active[index];
    const std::size_t slot = lives.slot_of(life, index);
    // In the total, and in the value; of those that no number of the answer has, in the total alone.
    const auto change = [&](std::int64_t number, const auto& in_cell) {
      in_cell(cells.cells[place(number)]);
      if (slot != 0 && slot != retention::ShownValues::kNoSlot)
        in_cell(cells.cells[slot * cells.periods + place(number)]);
    };
    const bool goes_on = index > 0 && active[index - 1] == here - 1;
    if (here >= origin)
      change(here, [&](Cell& cell) {
        ++cell.active;
        if (life.is_fresh(index)) {
          ++cell.fresh;
          if (goes_on) ++cell.fresh_active_before;
        } else {
          ++(goes_on ? cell.retained : cell.resurrected);
        }
      });
    const std::int64_t next = index + 1 < active.size() ? active[index + 1] : end;
    if (next == here + 1) continue;
    if (here + 1 >= origin && here + 1 < end) change(here + 1, [](Cell& cell) { ++cell.churned; });
    for (std::size_t band = 0; band < kBands; ++band) {
      const std::int64_t longest = band + 1 < kBands ? here + kIdleBands[band + 1] : end;
      const std::int64_t from = std::max(here + static_cast<std::int64_t>(kIdleBands[band]), origin);
      const std::int64_t to = std::min(next, longest);
      if (from >= to) continue;
      change(from, [&](Cell& cell) { ++cell.dormant[band]; });
      if (to < end) change(to, [&](Cell& cell) { --cell.dormant[band]; });
    }
  }
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
Result<void> check_values(Cells& cells, std::size_t slots, const Timeline& timeline, const Calendar& calendar) {
  for (std::size_t index = 1; index < cells.periods && slots > 1; ++index) {
    Cell sum;
    for (std::size_t slot = 1; slot < slots; ++slot) sum.merge(cells.of(slot)[index]);
    const Cell& total = cells.of(0)[index];
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

  const std::size_t slots = lives->values().slots();
  const Cells cells{.periods = timeline.size(), .cells = std::vector<Cell>(slots * timeline.size())};
  const Tally empty{{cells, cells, cells, cells}};
  auto tally = retention::fold_sums(
      customers, question, *lens, empty,
      [&](Tally& into, const Person& person) {
        thread_local Life life;
        lives->read(person, life);
        count_life(into.parts.of(person.audience), life, *lives);
      },
      lives->wanted());
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, cells);
  for (std::size_t slot = 1; slot < slots; ++slot) report.values.push_back({lives->values().shown(slot), {}});
  for (auto part : {&ByAudience<Cells>::inside, &ByAudience<Cells>::outside, &ByAudience<Cells>::unknown,
                    &ByAudience<Cells>::all}) {
    Cells& from = tally->parts.*part;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      const std::span<Cell> of_slot = from.of(slot);
      for (std::size_t index = 1; index < of_slot.size(); ++index)
        for (std::size_t band = 0; band < kBands; ++band)
          of_slot[index].dormant[band] += of_slot[index - 1].dormant[band];
    }
    if (auto sound = check(from.of(0), timeline, lives->calendar()); !sound) return tl::unexpected(sound.error());
    if (auto sound = check_values(from, slots, timeline, lives->calendar()); !sound)
      return tl::unexpected(sound.error());
  }
  const auto shape = [&](std::size_t slot) {
    const auto of = [&](Cells& part) { return periods_of(part.of(slot), timeline, lives->calendar(), question.as_of); };
    return ByAudience<std::vector<GrowthPeriod>>{of(tally->parts.inside), of(tally->parts.outside),
                                                 of(tally->parts.unknown), of(tally->parts.all)};
  };
  report.periods = shape(0);
  for (std::size_t slot = 1; slot < slots; ++slot) report.values[slot - 1].periods = shape(slot);
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
