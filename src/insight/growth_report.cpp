// Growth accounting by calendar periods: who is new, retained, resurrected, churned. New is the first activity in all of the
// data, so that the identities hold whatever the period asked for.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "insight/fold.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {
namespace {

using std::chrono::days;
using std::chrono::months;

// More columns than anybody reads, and little enough to keep for each part of the audience.
constexpr std::int64_t kBucketsMax = 20'000;

// Buckets are numbered: days and Mondays since 1970, months since year 0.
std::int64_t bucket_of(LocalDay day, Bucket bucket) {
  switch (bucket) {
    case Bucket::Day: return day.time_since_epoch().count();
    case Bucket::Week:
      return std::chrono::floor<std::chrono::weeks>(day - LocalDay{days{4}}).count();  // 1970-01-05: a Monday.
    case Bucket::Month: break;
  }
  const std::chrono::year_month_day date{day};
  return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 + static_cast<unsigned>(date.month()) - 1;
}

LocalDay start_of(std::int64_t number, Bucket bucket) {
  switch (bucket) {
    case Bucket::Day: return LocalDay{days{number}};
    case Bucket::Week: return LocalDay{days{4 + 7 * number}};
    case Bucket::Month: break;
  }
  using namespace std::chrono;
  const std::int64_t year_number = number >= 0 ? number / 12 : (number - 11) / 12;
  return LocalDay{year{static_cast<int>(year_number)} / month{static_cast<unsigned>(number - year_number * 12) + 1} /
                  day{1}};
}

// Counts of one bucket. `active` is counted by itself, as the identities are checked against it.
struct Cell {
  std::uint64_t active = 0, fresh = 0, retained = 0, resurrected = 0, churned = 0;
  void merge(const Cell& other) {
    active += other.active;
    fresh += other.fresh;
    retained += other.retained;
    resurrected += other.resurrected;
    churned += other.churned;
  }
};

struct Cells {
  std::vector<Cell> cells;  // The first is the bucket before the first asked for.
  void merge(const Cells& other) {
    for (std::size_t index = 0; index < cells.size(); ++index) cells[index].merge(other.cells[index]);
  }
};

struct Tally {
  ByAudience<Cells> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

/// The buckets asked for, by number.
struct Range {
  std::int64_t first, last;
  bool empty() const { return last < first; }
};

// `active` in ascending order, each bucket once.
void count_active(Cells& cells, const std::vector<std::int64_t>& active, const Range& range) {
  const std::int64_t origin = range.first - 1;
  const auto cell = [&](std::int64_t bucket) -> Cell* {
    if (bucket < origin || bucket > range.last) return nullptr;
    return &cells.cells[static_cast<std::size_t>(bucket - origin)];
  };
  for (std::size_t index = 0; index < active.size(); ++index) {
    const std::int64_t bucket = active[index];
    if (Cell* here = cell(bucket)) {
      ++here->active;
      if (index == 0)
        ++here->fresh;
      else if (active[index - 1] == bucket - 1)
        ++here->retained;
      else
        ++here->resurrected;
    }
    const bool goes_on = index + 1 < active.size() && active[index + 1] == bucket + 1;
    if (Cell* next = cell(bucket + 1); next != nullptr && !goes_on) ++next->churned;
  }
}

Result<void> check(const Cells& cells, const Range& range, Bucket bucket) {
  for (std::size_t index = 1; index < cells.cells.size(); ++index) {
    const Cell& before = cells.cells[index - 1];
    const Cell& now = cells.cells[index];
    if (now.active != now.fresh + now.retained + now.resurrected || before.active != now.retained + now.churned)
      return broken_identity(
          fmt::format("growth does not add up in the period of {}",
                      format_day(start_of(range.first + static_cast<std::int64_t>(index) - 1, bucket))));
  }
  return {};
}

std::vector<GrowthPeriod> periods_of(const Cells& cells, const Range& range, Bucket bucket, const Zone& zone,
                                     UtcMicros as_of) {
  std::vector<GrowthPeriod> periods;
  for (std::int64_t number = range.first; number <= range.last; ++number) {
    const Cell& cell = cells.cells[static_cast<std::size_t>(number - range.first + 1)];
    GrowthPeriod period;
    period.start = start_of(number, bucket);
    period.fresh = cell.fresh;
    period.retained = cell.retained;
    period.resurrected = cell.resurrected;
    period.churned = cell.churned;
    if (cell.churned > 0)
      period.quick_ratio = static_cast<double>(cell.fresh + cell.resurrected) / static_cast<double>(cell.churned);
    period.complete = zone.start_of(start_of(number + 1, bucket)) - std::chrono::microseconds{1} <= as_of;
    periods.push_back(period);
  }
  return periods;
}

// The whole calendar periods that hold a moment of the question's period, from the first event on.
Result<Range> range_of(const Customers& customers, const Question& question, Bucket bucket) {
  const auto first_event = customers.snapshot().first_event_at();
  const UtcMicros end = std::min(question.period.to - std::chrono::microseconds{1}, question.as_of);
  if (!first_event || end < *first_event || end < question.period.from) return Range{0, -1};
  const UtcMicros begin = std::max(question.period.from, *first_event);
  const Range range{bucket_of(customers.zone().day_of(begin), bucket), bucket_of(customers.zone().day_of(end), bucket)};
  if (range.last - range.first >= kBucketsMax)
    return invalid(
        fmt::format("{} periods are more than the {} that are shown: ask for weeks or months, or for a shorter period",
                    range.last - range.first + 1, kBucketsMax));
  return range;
}

}  // namespace

Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, Bucket bucket,
                                const std::vector<std::string>& events) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const journey::Snapshot& snapshot = customers.snapshot();
  std::vector<std::uint8_t> counts(snapshot.kinds().size(), 0);
  if (!events.empty()) {
    auto kinds = snapshot.find_kinds(events);
    if (!kinds) return tl::unexpected(kinds.error());
    for (const journey::EventKind kind : *kinds) counts[kind.value] = 1;
  }
  auto range = range_of(customers, question, bucket);
  if (!range) return tl::unexpected(range.error());
  GrowthReport report{
      .bucket = bucket, .events = events.empty() ? customers.business().money.purchases : events, .periods = {}};
  if (range->empty()) return report;

  Cells cells{std::vector<Cell>(static_cast<std::size_t>(range->last - range->first + 2))};
  const Tally empty{{cells, cells, cells, cells}};
  const Zone& zone = customers.zone();
  auto tally = fold_people(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    thread_local std::vector<std::int64_t> active;
    active.clear();
    const auto add = [&](UtcMicros at) {
      const std::int64_t number = bucket_of(zone.day_of(at), bucket);
      if (active.empty() || active.back() != number) active.push_back(number);
    };
    if (events.empty()) {
      for (const UtcMicros at : customers.purchases(person.journey, question.as_of)) add(at);
    } else {
      for (const journey::Event event : person.journey.until(question.as_of))
        if (counts[event.kind.value] != 0) add(event.at);
    }
    count_active(into.parts.of(person.audience), active, *range);
  });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, cells);
  const std::array<std::pair<const Cells*, std::vector<GrowthPeriod>*>, 4> parts{
      {{&tally->parts.inside, &report.periods.inside},
       {&tally->parts.outside, &report.periods.outside},
       {&tally->parts.unknown, &report.periods.unknown},
       {&tally->parts.all, &report.periods.all}}};
  for (const auto& [from, into] : parts) {
    if (auto sound = check(*from, *range, bucket); !sound) return tl::unexpected(sound.error());
    *into = periods_of(*from, *range, bucket, zone, question.as_of);
  }
  return report;
}

}  // namespace habitue::insight
