#include "insight/retention/retention.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/retention/cohorts.hpp"
#include "insight/retention/grid.hpp"
#include "insight/retention/rhythm.hpp"
#include "insight/retention/sums.hpp"
#include "insight/retention/values.hpp"

namespace habitue::insight {
namespace {

using retention::Act;
using retention::ActReader;
using retention::Cycles;
using retention::Entry;
using retention::Grid;
using retention::Outcome;
using retention::ShownValues;
using retention::Table;

// Cells of all values together: figures of three parts of the audience, for each thread.
constexpr std::size_t kCellsMax = 500'000;

/// Everything that a person is read with, and what is read.
struct Scratch {
  std::vector<Act> acts;
  std::vector<std::int64_t> periods;
  std::vector<Entry> entries;
  std::chrono::microseconds cycle{};
  Outcome outcome, of_value;
};

// The question bound to its data. Read-only; safe from any thread.
class Bound {
 public:
  static Result<Bound> bind(const Customers& customers, const Question& question, const RetentionSpec& spec) {
    auto lens = Lens::of(customers, question);
    if (!lens) return tl::unexpected(lens.error());
    const ActTest tests[] = {spec.start, spec.comeback};
    auto reader = ActReader::bind(customers, tests);
    if (!reader) return tl::unexpected(reader.error());
    auto table = Table::of(customers, question, spec);
    if (!table) return tl::unexpected(table.error());
    Bound bound(*std::move(lens), *std::move(reader), *std::move(table), question.as_of);
    // What came before the first cohort matters to who is first in all of the data, and to people's own cycles.
    const bool recent =
        spec.cohort_by == RetentionSpec::CohortBy::Recurring ||
        (spec.cohort_by == RetentionSpec::CohortBy::FirstMatching && spec.first_in == RetentionSpec::FirstIn::Period);
    if (recent && spec.clock != RetentionSpec::Clock::OwnCycle && bound.table.cohorts() > 0)
      bound.span_.from = bound.table.timeline().from(0);
    if (spec.clock == RetentionSpec::Clock::OwnCycle) {
      auto cycles = Cycles::fit(customers, question, bound.lens, bound.reader_, retention::kComeback, spec.cycles_min,
                                bound.table.unit());
      if (!cycles) return tl::unexpected(cycles.error());
      bound.cycles_ = *cycles;
    }
    auto values = ShownValues::rank(
        customers, question, bound.lens, spec.breakdown, [&](const Person& person, std::vector<std::uint32_t>& rows) {
          thread_local Scratch scratch;
          bound.read(person, nullptr, scratch);
          // Of starts at one instant the value decides which is first: all are counted here.
          for (const Entry& entry : scratch.entries)
            for (std::size_t act = entry.act;
                 act < scratch.acts.size() && scratch.acts[act].at == scratch.acts[entry.act].at; ++act)
              if ((scratch.acts[act].met & retention::kStart) != 0) rows.push_back(scratch.acts[act].row);
        });
    if (!values) return tl::unexpected(values.error());
    bound.values = *std::move(values);
    if (bound.table.cohorts() * bound.table.columns() * bound.values.slots() > kCellsMax)
      return invalid(
          fmt::format("{} cohorts of {} columns in {} values are more than {} cells: ask for longer units, "
                      "a shorter period, or fewer columns or values",
                      bound.table.cohorts(), bound.table.columns(), bound.values.slots(), kCellsMax));
    return bound;
  }

  void read(const Person& person, Scratch& scratch) const { read(person, &values, scratch); }
  /// Whether count_plainly() counts the same.
  bool is_plain(const RetentionSpec& spec) const {
    return table.is_plain() && spec.cohort_by != RetentionSpec::CohortBy::Recurring && !spec.breakdown &&
           !wanted().empty();
  }
  /// The question that is asked most: one entry, no values, and one event decides a column.
  void count_plainly(const journey::Selection& events, Grid& grid) const {
    const std::optional<std::size_t> start = first_start(events);
    if (!start) return;
    const UtcMicros last = last_moment(), at = events.at(*start);
    const std::optional<std::size_t> cohort = table.cohort_of_first(at, is_first_of_kind(events, at));
    if (!cohort) return;
    // All that happens at the start's moment is after it: what comes back then has come back.
    std::size_t place = *start;
    while (place > 0 && events.at(place - 1) == at) --place;
    std::uint64_t came_in = 0;
    for (; place < events.size() && events.at(place) <= last; ++place) {
      if ((reader_.met(events, place) & retention::kComeback) == 0) continue;
      const std::size_t column = table.comeback_column(events.at(place), *cohort);
      if (column == table.columns()) break;
      came_in |= std::uint64_t{1} << column;
    }
    grid.add_person(*cohort, came_in);
  }
  std::chrono::microseconds nominal_cycle() const { return cycles_ ? cycles_->rhythm().company : table.unit(); }
  const std::optional<Cycles>& cycles() const { return cycles_; }
  const std::vector<std::string>& warnings() const { return reader_.warnings(); }
  std::span<const std::uint8_t> wanted() const { return reader_.wanted(); }

  Lens lens;
  Table table;
  ShownValues values;

 private:
  Bound(Lens people, ActReader reader, Table cohorts, UtcMicros as_of)
      : lens(std::move(people)), table(std::move(cohorts)), reader_(std::move(reader)), as_of_(as_of) {}

  UtcMicros last_moment() const { return std::min(as_of_, span_.to - std::chrono::microseconds{1}); }
  std::optional<std::size_t> first_start(const journey::Selection& events) const {
    const UtcMicros last = last_moment();
    for (std::size_t place = 0; place < events.size() && events.at(place) <= last; ++place)
      if (events.at(place) >= span_.from && (reader_.met(events, place) & retention::kStart) != 0) return place;
    return std::nullopt;
  }
  bool is_first_of_kind(const journey::Selection& events, UtcMicros at) const {
    for (std::size_t place = 0; events.at(place) < at; ++place)
      if (events.at(place) >= span_.from && reader_.names(events.kind(place))) return false;
    return true;
  }

  void read(const Person& person, const ShownValues* shown, Scratch& scratch) const {
    reader_.read(person, span_, as_of_, scratch.acts);
    if (shown != nullptr)
      shown->label(person, as_of_, scratch.acts);
    else
      retention::order_ties(scratch.acts);
    table.find_entries(scratch.acts, scratch.entries);
    if (scratch.entries.empty()) return;
    table.periods_of(scratch.acts, scratch.periods);
    scratch.cycle = cycles_ ? cycles_->cycle_of(scratch.acts) : table.unit();
  }

  ActReader reader_;
  UtcMicros as_of_;
  Period span_;  // Of the acts that are read.
  std::optional<Cycles> cycles_;
};

struct Grids {
  std::vector<Grid> of;  // By slot of the value.
  void merge(const Grids& other) {
    for (std::size_t slot = 0; slot < of.size(); ++slot) of[slot].merge(other.of[slot]);
  }
};

struct Tally {
  ByAudience<Grids> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

// How often one person had the chance in each column, and came back, over all cohorts of a value.
struct OfPerson {
  std::vector<std::uint32_t> chance, returned;

  void reset(std::size_t columns) {
    chance.assign(columns, 0);
    returned.assign(columns, 0);
  }
  void add(const Outcome& outcome) {
    for (std::size_t column = 0; column < outcome.over; ++column) {
      ++chance[column];
      returned[column] += outcome.came[column];
    }
  }
  void add_to(Grid& grid) const {
    ++grid.people;
    for (std::size_t column = 0; column < chance.size() && chance[column] > 0; ++column) {
      const std::uint64_t c = chance[column], r = returned[column];
      grid.chance_squared[column] += c * c;
      grid.both[column] += c * r;
      grid.returned_squared[column] += r * r;
      ++grid.people_with_chance[column];
    }
  }
};

void count_person(const Bound& bound, const RetentionSpec& spec, const Person& person, Grids& grids) {
  thread_local Scratch scratch;
  thread_local std::vector<std::pair<std::size_t, OfPerson>> sums;  // By slot; those after `used` are spare.
  bound.read(person, scratch);
  if (scratch.entries.empty()) return;
  std::size_t used = 0;
  const auto sum_of = [&](std::size_t slot) -> OfPerson& {
    for (std::size_t index = 0; index < used; ++index)
      if (sums[index].first == slot) return sums[index].second;
    if (used == sums.size()) sums.emplace_back();
    sums[used].first = slot;
    sums[used].second.reset(bound.table.columns());
    return sums[used++].second;
  };
  for (const Entry& entry : scratch.entries) {
    bound.table.evaluate(scratch.acts, scratch.periods, entry, scratch.cycle, false, scratch.outcome);
    grids.of[0].add(entry.cohort, scratch.outcome);
    sum_of(0).add(scratch.outcome);
    if (bound.values.reader() == nullptr) continue;
    const std::size_t slot = bound.values.slot_of(scratch.acts[entry.act].value);
    if (slot == ShownValues::kNoSlot) continue;
    const Outcome* outcome = &scratch.outcome;
    if (spec.same_value_on_return && bound.values.by_event()) {
      bound.table.evaluate(scratch.acts, scratch.periods, entry, scratch.cycle, true, scratch.of_value);
      outcome = &scratch.of_value;
    }
    grids.of[slot].add(entry.cohort, *outcome);
    sum_of(slot).add(*outcome);
  }
  for (std::size_t index = 0; index < used; ++index) sums[index].second.add_to(grids.of[sums[index].first]);
}

}  // namespace

Result<RetentionReport> ask_retention(const Customers& customers, const Question& question, const RetentionSpec& spec) {
  auto bound = Bound::bind(customers, question, spec);
  if (!bound) return tl::unexpected(bound.error());
  const Grids grids{std::vector<Grid>(bound->values.slots(), Grid(bound->table.cohorts(), bound->table.columns()))};
  const Tally empty{{grids, grids, grids, grids}};
  const bool plain = bound->is_plain(spec);
  auto tally = retention::fold_sums(
      customers, question, bound->lens, empty,
      [&](Tally& into, const Person& person) {
        Grids& of_side = into.parts.of(person.audience);
        if (plain)
          bound->count_plainly(*person.selected, of_side.of[0]);
        else
          count_person(*bound, spec, person, of_side);
      },
      bound->wanted());
  if (!tally) return tl::unexpected(tally.error());
  if (plain)
    for (Grids* const of_side : {&tally->parts.inside, &tally->parts.outside, &tally->parts.unknown})
      of_side->of[0].settle(bound->table);
  add_up(tally->parts, grids);

  const auto shape = [&](const Grid& grid) {
    return retention::figures_of(grid, spec, bound->table, bound->nominal_cycle(), question.as_of);
  };
  const auto figures = [&](std::size_t slot) {
    ByAudience<RetentionFigures> parts;
    parts.inside = shape(tally->parts.inside.of[slot]);
    parts.outside = shape(tally->parts.outside.of[slot]);
    parts.unknown = shape(tally->parts.unknown.of[slot]);
    parts.all = shape(tally->parts.all.of[slot]);
    return parts;
  };
  RetentionReport report;
  for (std::size_t column = 0; column < bound->table.columns(); ++column)
    report.columns.push_back(bound->table.column(column));
  report.total = figures(0);
  for (std::size_t slot = 1; slot < bound->values.slots(); ++slot) {
    if (question.cancellation != nullptr && question.cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    report.values.push_back({bound->values.shown(slot), figures(slot)});
  }
  if (bound->cycles()) report.rhythm = bound->cycles()->rhythm();
  report.warnings = bound->warnings();
  return report;
}

Result<std::vector<PersonId>> people_of_retention(const Customers& customers, const Question& question,
                                                  const RetentionSpec& spec, const RetentionCellOf& cell) {
  using Who = RetentionCellOf::Who;
  auto bound = Bound::bind(customers, question, spec);
  if (!bound) return tl::unexpected(bound.error());
  const Table& table = bound->table;
  const auto slot = bound->values.slot(cell.value);
  if (!slot) return tl::unexpected(slot.error());
  if (cell.column && *cell.column >= table.columns())
    return fail(ErrorKind::NotFound,
                fmt::format("there are {} columns, from 0 on; {} is none of them", table.columns(), *cell.column));
  std::optional<std::size_t> cohort;
  if (cell.cohort) {
    const std::int64_t row = table.timeline().index_of(*cell.cohort);
    if (row < 0 || row >= static_cast<std::int64_t>(table.cohorts()) ||
        table.timeline().from(static_cast<std::size_t>(row)) != *cell.cohort)
      return fail(ErrorKind::NotFound,
                  fmt::format("no cohort of the answer begins at {}", format_moment(*cell.cohort)));
    cohort = static_cast<std::size_t>(row);
  }
  const bool same_value = spec.same_value_on_return && *slot > 0 && bound->values.by_event();
  return retention::people_who(customers, question, bound->lens, cell.side, [&](const Person& person) {
    thread_local Scratch scratch;
    bound->read(person, scratch);
    return std::any_of(scratch.entries.begin(), scratch.entries.end(), [&](const Entry& entry) {
      if (cohort && entry.cohort != *cohort) return false;
      if (*slot > 0 && bound->values.slot_of(scratch.acts[entry.act].value) != *slot) return false;
      if (!cell.column) return true;
      table.evaluate(scratch.acts, scratch.periods, entry, scratch.cycle, same_value, scratch.outcome);
      const bool came = scratch.outcome.came[*cell.column] != 0, over = *cell.column < scratch.outcome.over;
      switch (cell.who) {
        case Who::CameBack: return came;
        case Who::DidNot: return !came;
        case Who::ReturnedOfChance: return came && over;
        case Who::HadChance: break;
      }
      return over;
    });
  });
}

}  // namespace habitue::insight
