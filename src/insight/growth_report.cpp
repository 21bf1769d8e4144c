// Growth accounting by calendar periods: who is new, retained, resurrected, churned, and how many are dormant for how long. New
// is the first activity in all of the data, so that the identities hold whatever the period asked for.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "insight/fold.hpp"
#include "insight/reports.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using retention::Calendar;
using retention::Timeline;

// More columns than anybody reads, and little enough to keep for each part of the audience.
constexpr std::int64_t kBucketsMax = 20'000;
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
  std::vector<Cell> cells;  // The first is the bucket before the first asked for.
  std::uint64_t without_creation = 0;
  void merge(const Cells& other) {
    for (std::size_t index = 0; index < cells.size(); ++index) cells[index].merge(other.cells[index]);
    without_creation += other.without_creation;
  }
};

struct Tally {
  ByAudience<Cells> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

/// When somebody was active, by the numbers of periods, each once and in order. Of those before the timeline the last alone.
struct Life {
  std::vector<std::int64_t> active;
  std::optional<std::int64_t> created;  // The period of the creation, when birth is the creation.
  bool left_out = false;                // Birth is the creation, and none is known.

  bool is_fresh(std::size_t index) const { return created ? active[index] == *created : index == 0; }
};

// Reads lives from journeys. Read-only.
class Lives {
 public:
  static Result<Lives> bind(const Customers& customers, const Question& question, const GrowthSpec& spec) {
    Lives lives(customers, question, spec);
    auto range = retention::periods_asked(lives.calendar_, customers, question, kBucketsMax);
    if (!range) return tl::unexpected(range.error());
    if (*range) lives.timeline_.emplace(lives.calendar_, (*range)->first - 1, (*range)->second);
    const journey::Snapshot& snapshot = customers.snapshot();
    lives.counts_.resize(snapshot.kinds().size(), 0);
    if (!spec.events.empty()) {
      auto kinds = snapshot.find_kinds(spec.events);
      if (!kinds) return tl::unexpected(kinds.error());
      for (const journey::EventKind kind : *kinds) lives.counts_[kind.value] = 1;
    }
    if (spec.birth == Birth::Creation) {
      lives.identify_ = snapshot.find_kind(journey::kIdentifyKind);
      for (const char* name : {"createdAt", "created_at"})
        if (const auto property = snapshot.find_property(name)) lives.creations_.push_back(*property);
    }
    return lives;
  }

  /// Periods asked for, after one before them; nothing when there is none.
  const std::optional<Timeline>& timeline() const { return timeline_; }
  const Calendar& calendar() const { return calendar_; }
  /// By kind: what counts as active. Nothing when purchases do.
  std::span<const std::uint8_t> wanted() const {
    return by_purchases_ ? std::span<const std::uint8_t>{} : std::span<const std::uint8_t>(counts_);
  }

  void read(const Person& person, Life& life) const {
    const journey::Journey& journey = person.journey;
    life.active.clear();
    std::optional<UtcMicros> last_before;
    std::int64_t index = 0;
    const auto add = [&](UtcMicros at) {
      index = timeline_->index_of(at, index);
      if (index == Timeline::kBefore) {
        last_before = at;
        index = 0;
      } else if (index < static_cast<std::int64_t>(timeline_->size())) {
        const std::int64_t number = timeline_->first() + index;
        if (life.active.empty() || life.active.back() != number) life.active.push_back(number);
      }
    };
    if (by_purchases_) {
      for (const UtcMicros at : customers_->purchases(journey, as_of_)) add(at);
    } else if (person.selected != nullptr) {
      for (std::size_t place = 0; place < person.selected->size(); ++place)
        if (const journey::Event event = (*person.selected)[place]; event.at <= as_of_) add(event.at);
    } else {
      for (const journey::Event event : journey.until(as_of_))
        if (counts_[event.kind.value] != 0) add(event.at);
    }
    if (last_before) life.active.insert(life.active.begin(), calendar_.number_of(*last_before));
    life.created.reset();
    life.left_out = false;
    if (birth_ == Birth::Creation) {
      if (const auto created = creation(journey)) life.created = calendar_.number_of(*created);
      life.left_out = !life.created;
    }
  }

 private:
  Lives(const Customers& customers, const Question& question, const GrowthSpec& spec)
      : customers_(&customers),
        as_of_(question.as_of),
        by_purchases_(spec.events.empty()),
        birth_(spec.birth),
        calendar_(spec.bucket, spec.week_start, customers.zone(), question.as_of) {}

  // What the first identify call that tells a creation says, when it can be read.
  std::optional<UtcMicros> creation(const journey::Journey& journey) const {
    if (!identify_) return std::nullopt;
    for (const journey::Event event : journey.until(as_of_)) {
      if (event.kind != *identify_) continue;
      for (const journey::Property property : creations_) {
        const journey::Value value = property.at(event);
        if (value.type == journey::Value::Type::Missing) continue;
        const auto moment = parse_moment(
            value.type == journey::Value::Type::Number ? fmt::format("{}", value.number) : std::string(value.text),
            customers_->zone());
        return moment ? std::optional(*moment) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  const Customers* customers_;
  UtcMicros as_of_;
  bool by_purchases_;
  Birth birth_;
  Calendar calendar_;
  std::optional<Timeline> timeline_;
  std::vector<std::uint8_t> counts_;
  std::optional<journey::EventKind> identify_;
  std::vector<journey::Property> creations_;
};

void count_life(Cells& cells, const Life& life, const Timeline& timeline) {
  const std::vector<std::int64_t>& active = life.active;
  if (active.empty()) return;
  const std::int64_t origin = timeline.first(), end = origin + static_cast<std::int64_t>(timeline.size());
  if (life.left_out) {
    cells.without_creation += active.back() > origin ? 1 : 0;
    return;
  }
  const auto cell = [&](std::int64_t number) -> Cell& {
    return cells.cells[static_cast<std::size_t>(number - origin)];
  };
  ++cell(std::max(active.front(), origin)).begun;
  for (std::size_t index = 0; index < active.size(); ++index) {
    const std::int64_t here = active[index];
    const bool goes_on = index > 0 && active[index - 1] == here - 1;
    if (here >= origin) {
      ++cell(here).active;
      if (life.is_fresh(index)) {
        ++cell(here).fresh;
        if (goes_on) ++cell(here).fresh_active_before;
      } else {
        ++(goes_on ? cell(here).retained : cell(here).resurrected);
      }
    }
    const std::int64_t next = index + 1 < active.size() ? active[index + 1] : end;
    if (next == here + 1) continue;
    if (here + 1 >= origin && here + 1 < end) ++cell(here + 1).churned;
    for (std::size_t band = 0; band < kBands; ++band) {
      const std::int64_t longest = band + 1 < kBands ? here + kIdleBands[band + 1] : end;
      const std::int64_t from = std::max(here + static_cast<std::int64_t>(kIdleBands[band]), origin);
      const std::int64_t to = std::min(next, longest);
      if (from >= to) continue;
      ++cell(from).dormant[band];
      if (to < end) --cell(to).dormant[band];
    }
  }
}

Result<void> check(const Cells& cells, const Timeline& timeline, const Calendar& calendar) {
  std::int64_t begun = cells.cells.front().begun;
  for (std::size_t index = 1; index < cells.cells.size(); ++index) {
    const Cell& before = cells.cells[index - 1];
    const Cell& now = cells.cells[index];
    begun += now.begun;
    std::int64_t dormant = 0;
    for (const std::int64_t people : now.dormant) dormant += people;
    if (now.active != now.fresh + now.retained + now.resurrected ||
        before.active != now.retained + now.churned + now.fresh_active_before || begun != now.active + dormant)
      return broken_identity(
          fmt::format("growth does not add up in the period of {}",
                      format_day(calendar.day_of(timeline.first() + static_cast<std::int64_t>(index)))));
  }
  return {};
}

std::vector<GrowthPeriod> periods_of(const Cells& cells, const Timeline& timeline, const Calendar& calendar,
                                     UtcMicros as_of) {
  const auto count = [](std::int64_t people) { return static_cast<std::uint64_t>(people); };
  std::vector<GrowthPeriod> periods;
  for (std::size_t index = 1; index < timeline.size(); ++index) {
    const Cell& cell = cells.cells[index];
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

// Whether somebody is one of those asked for in a period.
bool stands(const Life& life, std::int64_t number, const GrowthCell& asked) {
  using Who = GrowthCell::Who;
  if (life.left_out) return false;
  const std::vector<std::int64_t>& active = life.active;
  const auto after = std::upper_bound(active.begin(), active.end(), number);
  if (after == active.begin()) return false;
  const std::int64_t last = *(after - 1);
  if (last != number) {
    if (asked.who == Who::Churned) return last == number - 1;
    if (asked.who != Who::Dormant) return false;
    const std::int64_t idle = number - last;
    const bool is_longer = asked.idle_band + 1 < kBands && idle >= kIdleBands[asked.idle_band + 1];
    return idle >= kIdleBands[asked.idle_band] && !is_longer;
  }
  const auto index = static_cast<std::size_t>(after - active.begin()) - 1;
  const bool fresh = life.is_fresh(index);
  const bool goes_on = index > 0 && active[index - 1] == number - 1;
  switch (asked.who) {
    case Who::Active: return true;
    case Who::Fresh: return fresh;
    case Who::Retained: return !fresh && goes_on;
    case Who::Resurrected: return !fresh && !goes_on;
    default: return false;
  }
}

}  // namespace

Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, const GrowthSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto lives = Lives::bind(customers, question, spec);
  if (!lives) return tl::unexpected(lives.error());
  GrowthReport report{.bucket = spec.bucket,
                      .events = spec.events.empty() ? customers.business().money.purchases : spec.events,
                      .birth = spec.birth,
                      .periods = {}};
  if (!lives->timeline()) return report;
  const Timeline& timeline = *lives->timeline();

  const Cells cells{.cells = std::vector<Cell>(timeline.size())};
  const Tally empty{{cells, cells, cells, cells}};
  auto tally = retention::fold_sums(
      customers, question, *lens, empty,
      [&](Tally& into, const Person& person) {
        thread_local Life life;
        lives->read(person, life);
        count_life(into.parts.of(person.audience), life, timeline);
      },
      lives->wanted());
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, cells);
  struct Part {
    Cells* from;
    std::vector<GrowthPeriod>* periods;
    std::uint64_t* without_creation;
  };
  for (const Part& part : {
           Part{&tally->parts.inside, &report.periods.inside, &report.without_creation.inside},
           Part{&tally->parts.outside, &report.periods.outside, &report.without_creation.outside},
           Part{&tally->parts.unknown, &report.periods.unknown, &report.without_creation.unknown},
           Part{&tally->parts.all, &report.periods.all, &report.without_creation.all},
       }) {
    std::vector<Cell>& of_period = part.from->cells;
    for (std::size_t index = 1; index < of_period.size(); ++index)
      for (std::size_t band = 0; band < kBands; ++band)
        of_period[index].dormant[band] += of_period[index - 1].dormant[band];
    if (auto sound = check(*part.from, timeline, lives->calendar()); !sound) return tl::unexpected(sound.error());
    *part.periods = periods_of(*part.from, timeline, lives->calendar(), question.as_of);
    *part.without_creation = part.from->without_creation;
  }
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
  auto lives = Lives::bind(customers, question, spec);
  if (!lives) return tl::unexpected(lives.error());
  if (cell.idle_band >= kBands) return invalid(fmt::format("there are {} bands of idle people, from 0 on", kBands));
  const auto& timeline = lives->timeline();
  const std::int64_t index = timeline ? timeline->index_of(cell.period) : 0;
  if (index < 1 || index >= static_cast<std::int64_t>(timeline->size()) ||
      timeline->from(static_cast<std::size_t>(index)) != cell.period)
    return fail(ErrorKind::NotFound, fmt::format("no period of the question begins at {}", format_moment(cell.period)));
  const std::int64_t number = timeline->first() + index;
  return retention::people_who(customers, question, *lens, cell.side, [&](const Person& person) {
    thread_local Life life;
    lives->read(person, life);
    return stands(life, number, cell);
  });
}

}  // namespace habitue::insight
