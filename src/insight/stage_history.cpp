#include "insight/stage_history.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "insight/fold.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/sums.hpp"
#include "knowledge/plain_purchases.hpp"
#include "knowledge/stage_spans.hpp"

namespace habitue::insight {
namespace {

using retention::Timeline;

constexpr std::int64_t kPeriodsMax = 20'000;

// What changes from one period to the next: summed up at the end, so that a person costs as many steps as stages change.
struct Changes {
  static constexpr std::size_t kRepeat = knowledge::kStages;
  // Of each period its stages and, last, the repeat ones. One more for what comes after all periods.
  std::vector<std::array<std::int64_t, knowledge::kStages + 1>> of_period;
  Changes() = default;
  explicit Changes(std::size_t periods) : of_period(periods + 1) {}
  std::int64_t& of(knowledge::Stage stage, std::size_t period) {
    return of_period[period][static_cast<std::size_t>(stage)];
  }
  void merge(const Changes& other) {
    for (std::size_t period = 0; period < of_period.size(); ++period)
      for (std::size_t stage = 0; stage <= kRepeat; ++stage) of_period[period][stage] += other.of_period[period][stage];
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
        days_(customers.stage_change_days()),
        watched_days_(customers.rhythm_drives() ? customers.business().stages.at_risk_days : 0) {
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
  const Timeline& timeline() const { return timeline_; }

  /// Everybody begins as a prospect, and most people stay one.
  void arrive(Changes& changes, UtcMicros first_at) const {
    ++changes.of(knowledge::Stage::Prospect, arrival_of(first_at));
  }

  /// What becomes of somebody who has arrived.
  void count(Changes& changes, const journey::Journey& journey) const {
    const std::size_t arrived = arrival_of(journey[0].at);
    if (arrived >= periods()) return;
    thread_local std::vector<std::uint32_t> rows;
    const journey::Journey known = journey.until(as_of_);
    const std::size_t deciding = known.select(customers_.kinds_that_decide_stages(), rows);
    if (deciding == 0) return;
    thread_local std::vector<std::size_t> looks;
    looks.assign(1, arrived);
    add_changes(known, std::span(rows).first(deciding), looks);
    std::sort(looks.begin(), looks.end());
    looks.erase(std::unique(looks.begin(), looks.end()), looks.end());

    thread_local std::vector<UtcMicros> moments;
    thread_local std::vector<knowledge::StageVerdict> stages;
    moments.clear();
    for (const std::size_t period : looks) moments.push_back(moment(period));
    customers_.stages_at(journey, moments, stages);
    const knowledge::StageVerdict arrives{.stage = knowledge::Stage::Prospect};
    const knowledge::StageVerdict* before = &arrives;
    for (std::size_t look = 0; look < looks.size(); ++look) {
      auto& now = changes.of_period[looks[look]];
      --now[static_cast<std::size_t>(before->stage)];
      now[Changes::kRepeat] -= before->repeat ? 1 : 0;
      before = &stages[look];
      ++now[static_cast<std::size_t>(before->stage)];
      now[Changes::kRepeat] += before->repeat ? 1 : 0;
    }
  }

  StageHistoryPoint point(std::size_t period, const retention::Calendar& calendar) const {
    return {.start = calendar.day_of(timeline_.first() + static_cast<std::int64_t>(period)),
            .at = moment(period),
            .complete = timeline_.over(period, as_of_),
            .figures = {}};
  }

 private:
  // The first period at whose end somebody was known.
  std::size_t arrival_of(UtcMicros first_at) const {
    return static_cast<std::size_t>(std::max<std::int64_t>(timeline_.index_of(first_at), 0));
  }

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
      add_watched(day, looks);
    }
  }

  // Where the own rhythm drives, somebody may be overdue at the end of any period until the rule for all holds.
  void add_watched(std::int64_t day, std::vector<std::size_t>& looks) const {
    const auto last = std::min(day + watched_days_, static_cast<std::int64_t>(period_of_day_.size()) - 1);
    std::int64_t before = -1;
    for (std::int64_t then = std::max<std::int64_t>(day, 0); watched_days_ > 0 && then <= last; ++then) {
      const std::int64_t period = period_of_day_[static_cast<std::size_t>(then)];
      if (period == before || period < 0 || period >= static_cast<std::int64_t>(periods())) continue;
      looks.push_back(static_cast<std::size_t>(before = period));
    }
  }

  const Customers& customers_;
  const UtcMicros as_of_;
  const Timeline timeline_;
  const std::vector<std::uint32_t> days_;
  const std::int64_t watched_days_;
  // By days after the first of the timeline: the period in which the day begins.
  LocalDay first_day_{};
  std::vector<std::int64_t> period_of_day_;
};

// The same of plain purchases, for many people at a time.
class PlainHistory {
 public:
  static constexpr std::int64_t kDaysMax = 20'000;

  // Nothing where stages do not follow from purchases and days alone, or there are too many days.
  static std::optional<PlainHistory> of(const Customers& customers, const Question& question, Bucket bucket,
                                        const History& history) {
    if (customers.business().model == config::BusinessModel::Subscription || customers.rhythm_drives() ||
        bucket == Bucket::Hour)
      return {};
    const retention::Calendar calendar(Bucket::Day, std::chrono::Monday, customers.zone(), question.as_of);
    const std::int64_t first = calendar.number_of(*customers.snapshot().first_event_at());
    const std::int64_t last = calendar.number_of(question.as_of);
    if (last - first >= kDaysMax) return {};
    return PlainHistory(customers, history, Timeline(calendar, first, last));
  }

  /// `count_others(person)` is called for those who are not plain.
  template <class SideOf, class CountOthers>
  void count(const journey::SelectionBlock& block, UtcMicros as_of, const SideOf& changes_of,
             const CountOthers& count_others) const {
    thread_local knowledge::PlainPurchases purchases;
    thread_local std::vector<std::int64_t> days;
    customers_->read_plain_purchases(block, as_of, purchases);
    if (days.size() < purchases.at_us().size()) days.resize(purchases.at_us().size());
    days_.indices_of(purchases.at_us(), days.data());
    for (std::size_t index = 0; index < block.people.size(); ++index) {
      const knowledge::PlainPurchases::Of& of = purchases.people()[index];
      if (of.plain && of.first == of.last) continue;
      Changes* const changes = changes_of(block.people[index]);
      if (changes == nullptr) continue;
      if (of.plain)
        add(*changes, std::span(days).subspan(of.first, of.last - of.first));
      else
        count_others(*changes, block.people[index]);
    }
  }

 private:
  PlainHistory(const Customers& customers, const History& history, Timeline days)
      : customers_(&customers),
        rules_(customers.business().stages),
        days_(std::move(days)),
        periods_(history.periods()) {
    const Zone& zone = customers.zone();
    std::uint32_t period = 0;
    for (std::size_t day = 0; day < days_.size(); ++day) {
      const LocalDay of_day = zone.day_of(days_.from(day));
      while (period < periods_ && zone.day_of(history.moment(period)) < of_day) ++period;
      begins_.push_back(period);
    }
    begins_.push_back(static_cast<std::uint32_t>(periods_));
  }

  void add(Changes& changes, std::span<const std::int64_t> days) const {
    const auto begin_of = [&](std::int64_t day) -> std::size_t {
      return begins_[std::min(static_cast<std::size_t>(day), begins_.size() - 1)];
    };
    auto* const of_period = changes.of_period.data();
    --of_period[begin_of(days.front())][static_cast<std::size_t>(knowledge::Stage::Prospect)];
    knowledge::for_each_stage_span(
        days, rules_, periods_, begin_of,
        [&](const knowledge::StageBounds& bounds, const knowledge::StagesOfSpans& stages) {
          // Empty spans add nothing, without asking whether they are: that cannot be guessed.
          for (std::size_t span = 0; span < stages.size(); ++span) {
            ++of_period[bounds[span]][static_cast<std::size_t>(stages[span])];
            --of_period[bounds[span + 1]][static_cast<std::size_t>(stages[span])];
          }
        },
        [&](std::size_t from, std::size_t to) {
          ++of_period[from][Changes::kRepeat];
          --of_period[to][Changes::kRepeat];
        });
  }

  const Customers* customers_;
  config::StageRules rules_;
  Timeline days_;  // From the first event on.
  std::size_t periods_;
  // By day of days_, and for all later ones: the first period whose last day is at or after it.
  std::vector<std::uint32_t> begins_;
};

// Counts everybody's arrival, and then what becomes of those who did something that decides.
class Pass {
 public:
  Pass(const Customers& customers, const Question& question, const Lens& lens, Bucket bucket, const History& history)
      : customers_(customers),
        question_(question),
        lens_(lens),
        history_(history),
        plain_(PlainHistory::of(customers, question, bucket, history)) {
    const journey::KindFilter& kinds = customers.kinds_that_decide_stages();
    for (std::uint16_t kind = 0; kind < customers.snapshot().kinds().size(); ++kind)
      wanted_.push_back(kinds.contains(kind) ? 1 : 0);
  }

  Result<Tally> run() const {
    const Changes none(history_.periods());
    return retention::fold_parts(customers_, question_, Tally{{none, none, none, none}},
                                 [&](Tally& into, std::size_t part) { count(into, part); });
  }

 private:
  void count(Tally& into, std::size_t part) const {
    if (!plain_) {
      customers_.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
        if (cancelled()) return;
        const auto person = lens_.admit(journey);
        if (!person) return;
        Changes& changes = into.parts.of(person->audience);
        history_.arrive(changes, journey[0].at);
        history_.count(changes, journey);
      });
      return;
    }
    count_arrivals(into, part);
    customers_.snapshot().for_each_selection(part, kParts, wanted_, [&](const journey::SelectionBlock& block) {
      if (cancelled()) return;
      const bool clear = lens_.is_clear();
      plain_->count(
          block, question_.as_of,
          [&](const journey::SelectionBlock::Of& of) -> Changes* {
            if (clear) return &into.parts.inside;
            const auto person = lens_.admit(block.journey(of));
            return person ? &into.parts.of(person->audience) : nullptr;
          },
          [&](Changes& changes, const journey::SelectionBlock::Of& of) {
            const journey::Journey journey = block.journey(of);
            if (journey[0].at <= question_.as_of) history_.count(changes, journey);
          });
    });
  }

  void count_arrivals(Tally& into, std::size_t part) const {
    if (!lens_.is_clear()) {
      customers_.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
        if (cancelled()) return;
        if (const auto person = lens_.admit(journey)) history_.arrive(into.parts.of(person->audience), journey[0].at);
      });
      return;
    }
    const std::int64_t as_of_us = question_.as_of.time_since_epoch().count();
    std::vector<std::int64_t> periods;
    customers_.snapshot().for_each_start(part, kParts, [&](std::span<const std::int64_t> at_us) {
      if (cancelled()) return;
      if (periods.size() < at_us.size()) periods.resize(at_us.size());
      history_.timeline().indices_of(at_us, periods.data());
      auto* const of_period = into.parts.inside.of_period.data();
      for (std::size_t index = 0; index < at_us.size(); ++index)
        of_period[std::max<std::int64_t>(periods[index], 0)][static_cast<std::size_t>(knowledge::Stage::Prospect)] +=
            at_us[index] <= as_of_us ? 1 : 0;
    });
  }

  bool cancelled() const { return question_.cancellation != nullptr && question_.cancellation->cancelled(); }

  const Customers& customers_;
  const Question& question_;
  const Lens& lens_;
  const History& history_;
  std::vector<std::uint8_t> wanted_;  // By kind.
  std::optional<PlainHistory> plain_;
};

// The stock of each period from the changes up to it.
std::vector<StageFigures> stocks_of(const Changes& changes) {
  std::vector<StageFigures> stocks(changes.of_period.size() - 1);
  for (std::size_t period = 0; period < stocks.size(); ++period) {
    StageFigures& stock = stocks[period];
    if (period > 0) stock = stocks[period - 1];
    stock.total = 0;
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage) {
      stock.people[stage] += static_cast<std::uint64_t>(changes.of_period[period][stage]);
      stock.total += stock.people[stage];
    }
    stock.repeat += static_cast<std::uint64_t>(changes.of_period[period][Changes::kRepeat]);
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
  auto tally = Pass(customers, question, *lens, spec.bucket, history).run();
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, Changes(history.periods()));
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
