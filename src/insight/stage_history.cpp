#include "insight/stage_history.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "insight/fold.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using retention::Timeline;

constexpr std::int64_t kPeriodsMax = 20'000;

// What changes from one period to the next: summed up at the end, so that a person costs as many steps as stages change.
struct Changes {
  std::array<std::vector<std::int64_t>, knowledge::kStages> people;
  std::vector<std::int64_t> repeat;
  Changes() = default;
  explicit Changes(std::size_t periods) : repeat(periods) {
    for (auto& of_stage : people) of_stage.resize(periods);
  }
  void merge(const Changes& other) {
    for (std::size_t stage = 0; stage < people.size(); ++stage)
      for (std::size_t period = 0; period < repeat.size(); ++period)
        people[stage][period] += other.people[stage][period];
    for (std::size_t period = 0; period < repeat.size(); ++period) repeat[period] += other.repeat[period];
  }
};

struct Tally {
  ByAudience<Changes> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

class History {
 public:
  History(const Customers& customers, const Question& question, Timeline timeline)
      : customers_(customers),
        as_of_(question.as_of),
        timeline_(std::move(timeline)),
        days_(customers.stage_change_days()) {
    if (timeline_.size() == 0) return;
    const Zone& zone = customers.zone();
    first_day_ = zone.day_of(timeline_.from(0));
    const LocalDay end = zone.day_of(timeline_.to(timeline_.size() - 1));
    for (LocalDay day = first_day_; day <= end; day += std::chrono::days{1})
      period_of_day_.push_back(timeline_.index_of(zone.start_of(day)));
  }

  std::size_t periods() const { return timeline_.size(); }
  UtcMicros moment(std::size_t period) const {
    return std::min(timeline_.to(period) - std::chrono::microseconds{1}, as_of_);
  }

  void count(Changes& changes, const journey::Journey& journey) const {
    const std::int64_t arrived = std::max<std::int64_t>(timeline_.index_of(journey[0].at), 0);
    if (arrived >= static_cast<std::int64_t>(periods())) return;
    // Whoever did nothing that decides is a prospect, and most people are.
    thread_local std::vector<std::uint32_t> rows;
    const journey::Journey known = journey.until(as_of_);
    const std::size_t deciding = known.select(customers_.kinds_that_decide_stages(), rows);
    if (deciding == 0) {
      ++changes.people[static_cast<std::size_t>(knowledge::Stage::Prospect)][static_cast<std::size_t>(arrived)];
      return;
    }
    thread_local std::vector<std::size_t> looks;
    looks.assign(1, static_cast<std::size_t>(arrived));
    add_changes(known, std::span(rows).first(deciding), looks);
    std::sort(looks.begin(), looks.end());
    looks.erase(std::unique(looks.begin(), looks.end()), looks.end());

    thread_local std::vector<UtcMicros> moments;
    thread_local std::vector<knowledge::StageVerdict> stages;
    moments.clear();
    for (const std::size_t period : looks) moments.push_back(moment(period));
    customers_.stages_at(journey, moments, stages);
    const knowledge::StageVerdict* before = nullptr;
    for (std::size_t look = 0; look < looks.size(); ++look) {
      const std::size_t period = looks[look];
      const knowledge::StageVerdict& now = stages[look];
      if (before != nullptr) {
        --changes.people[static_cast<std::size_t>(before->stage)][period];
        changes.repeat[period] -= before->repeat ? 1 : 0;
      }
      ++changes.people[static_cast<std::size_t>(now.stage)][period];
      changes.repeat[period] += now.repeat ? 1 : 0;
      before = &now;
    }
  }

  StageHistoryPoint point(std::size_t period, const retention::Calendar& calendar) const {
    return {.start = calendar.day_of(timeline_.first() + static_cast<std::int64_t>(period)),
            .at = moment(period),
            .complete = timeline_.over(period, as_of_),
            .figures = {}};
  }

 private:
  // Adds the periods in which an event decides, or in which so many days have passed since one that the stage may be another.
  void add_changes(const journey::Journey& journey, std::span<const std::uint32_t> rows,
                   std::vector<std::size_t>& looks) const {
    const Zone& zone = customers_.zone();
    const auto add = [&](std::int64_t period) {
      if (period >= 0 && period < static_cast<std::int64_t>(periods()))
        looks.push_back(static_cast<std::size_t>(period));
    };
    for (const std::uint32_t row : rows) {
      const UtcMicros at = journey.at_row(row);
      add(timeline_.index_of(at));
      const std::int64_t day = (zone.day_of(at) - first_day_).count();
      for (const std::uint32_t days : days_)
        if (const std::int64_t then = day + days; then >= 0 && then < static_cast<std::int64_t>(period_of_day_.size()))
          add(period_of_day_[static_cast<std::size_t>(then)]);
    }
  }

  const Customers& customers_;
  const UtcMicros as_of_;
  const Timeline timeline_;
  const std::vector<std::uint32_t> days_;
  // By days after the first of the timeline: the period in which the day begins.
  LocalDay first_day_{};
  std::vector<std::int64_t> period_of_day_;
};

// The stock of each period from the changes up to it.
std::vector<StageFigures> stocks_of(const Changes& changes) {
  std::vector<StageFigures> stocks(changes.repeat.size());
  for (std::size_t period = 0; period < stocks.size(); ++period) {
    StageFigures& stock = stocks[period];
    if (period > 0) stock = stocks[period - 1];
    stock.total = 0;
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage) {
      stock.people[stage] += static_cast<std::uint64_t>(changes.people[stage][period]);
      stock.total += stock.people[stage];
    }
    stock.repeat += static_cast<std::uint64_t>(changes.repeat[period]);
  }
  return stocks;
}

}  // namespace

Result<StageHistoryReport> ask_stage_history(const Customers& customers, const Question& question,
                                             const StageHistorySpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const retention::Calendar calendar(spec.bucket, spec.week_start, customers.zone(), question.as_of);
  auto range = retention::periods_asked(calendar, customers, question, kPeriodsMax);
  if (!range) return tl::unexpected(range.error());
  StageHistoryReport report{spec.bucket, {}};
  if (!*range) return report;

  const History history(customers, question, Timeline(calendar, (*range)->first, (*range)->second));
  const Changes none(history.periods());
  const Tally empty{{none, none, none, none}};
  auto tally = retention::fold_sums(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    history.count(into.parts.of(person.audience), person.journey);
  });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, none);
  const ByAudience<std::vector<StageFigures>> stocks{stocks_of(tally->parts.inside), stocks_of(tally->parts.outside),
                                                     stocks_of(tally->parts.unknown), stocks_of(tally->parts.all)};
  for (std::size_t period = 0; period < history.periods(); ++period) {
    StageHistoryPoint point = history.point(period, calendar);
    point.figures = {stocks.inside[period], stocks.outside[period], stocks.unknown[period], stocks.all[period]};
    report.points.push_back(std::move(point));
  }
  return report;
}

Result<std::vector<PersonId>> people_of_stage_history(const Customers& customers, const Question& question,
                                                      const StageHistorySpec& spec, const StageHistoryCell& cell) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const retention::Calendar calendar(spec.bucket, spec.week_start, customers.zone(), question.as_of);
  auto range = retention::periods_asked(calendar, customers, question, kPeriodsMax);
  if (!range) return tl::unexpected(range.error());
  bool found = false;
  if (*range) {
    const History history(customers, question, Timeline(calendar, (*range)->first, (*range)->second));
    for (std::size_t period = 0; period < history.periods() && !found; ++period)
      found = history.moment(period) == cell.at;
  }
  if (!found) return fail(ErrorKind::NotFound, fmt::format("the history has no moment {}", format_moment(cell.at)));
  return retention::people_who(customers, question, *lens, cell.side, [&](const Person& person) {
    if (person.journey[0].at > cell.at) return false;
    const knowledge::StageVerdict verdict = customers.stage_of(person.journey, cell.at);
    return (!cell.stage || verdict.stage == *cell.stage) && (!cell.repeat || verdict.repeat);
  });
}

}  // namespace habitue::insight
