#include "insight/cohorts/cohort_history.hpp"
#include "insight/cohorts/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/cohorts/named.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using criteria::Verdict;
using retention::Timeline;

constexpr std::int64_t kPeriodsMax = 2'000;
constexpr std::chrono::microseconds kInstant{1};

// A cohort at a row of moments: just before the first period, then at the end of each.
struct History {
  Lens lens;
  criteria::Evaluator cohort;
  bool by_events_alone;
  std::vector<UtcMicros> moments;  // Empty when no period was asked.
  std::vector<LocalDay> starts;
  std::vector<bool> complete;

  // The answer at each moment; outside while somebody is not known yet. `from` and `to` are places among the moments.
  template <class Visit>
  void visit(const journey::Journey& journey, std::size_t from, std::size_t to, const Visit& visit) const {
    std::size_t events_before = 0;
    Verdict verdict = Verdict::Outside;
    for (std::size_t place = from; place <= to; ++place) {
      const std::size_t events = journey.until(moments[place]).size();
      if (events > 0 && (!by_events_alone || events != events_before))
        verdict = cohort.evaluate(journey, moments[place]);
      events_before = events;
      visit(place, verdict, events > 0);
    }
  }
  Verdict at(const journey::Journey& journey, std::size_t place) const {
    return journey.until(moments[place]).empty() ? Verdict::Outside : cohort.evaluate(journey, moments[place]);
  }
};

Result<History> bind(const Customers& customers, const Question& question, const CohortHistorySpec& spec) {
  if (spec.bucket == Bucket::Hour) return invalid("/bucket: a cohort is looked at by day, week or month");
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto expression = cohorts::expression_of(question, spec.cohort);
  if (!expression)
    return tl::unexpected(Error{expression.error().kind, fmt::format("/cohort: {}", expression.error().message)});
  auto evaluator = customers.evaluator(*expression);
  if (!evaluator) return tl::unexpected(evaluator.error());
  const retention::Calendar calendar(spec.bucket, spec.week_start, customers.zone(), question.as_of);
  auto range = retention::periods_asked(calendar, customers, question, kPeriodsMax);
  if (!range) return tl::unexpected(range.error());
  History history{std::move(*lens), std::move(*evaluator), cohorts::changes_by_events_alone(*expression), {}, {}, {}};
  if (!*range) return history;
  const Timeline timeline(calendar, (*range)->first, (*range)->second);
  history.moments.push_back(timeline.from(0) - kInstant);
  for (std::size_t period = 0; period < timeline.size(); ++period) {
    history.moments.push_back(std::min(timeline.to(period) - kInstant, question.as_of));
    history.starts.push_back(calendar.day_of(timeline.first() + static_cast<std::int64_t>(period)));
    history.complete.push_back(timeline.over(period, question.as_of));
  }
  return history;
}

void count(CohortStock& stock, Verdict before, Verdict now, bool known) {
  const bool was = before == Verdict::Inside, is = now == Verdict::Inside;
  stock.people += is ? 1 : 0;
  stock.entered += is && !was ? 1 : 0;
  stock.left += was && !is ? 1 : 0;
  stock.unknown += known && now == Verdict::Unknown ? 1 : 0;
}

struct Sums {
  std::vector<CohortStock> stocks;
  CohortStock whole;
  std::uint64_t before = 0, stayed = 0;
  void merge(const Sums& other) {
    const auto add = [](CohortStock& into, const CohortStock& from) {
      into.people += from.people;
      into.entered += from.entered;
      into.left += from.left;
      into.unknown += from.unknown;
    };
    for (std::size_t place = 0; place < stocks.size(); ++place) add(stocks[place], other.stocks[place]);
    add(whole, other.whole);
    before += other.before;
    stayed += other.stayed;
  }
  // What was there and what came and went must give what is there.
  bool holds() const {
    std::uint64_t people = before;
    for (const CohortStock& stock : stocks) {
      if (people + stock.entered != stock.people + stock.left) return false;
      people = stock.people;
    }
    return before == stayed + whole.left && whole.people == stayed + whole.entered;
  }
};

using Tally = cohorts::Tally<Sums>;
using cohorts::by_part;

}  // namespace

Result<CohortHistoryReport> ask_cohort_history(const Customers& customers, const Question& question,
                                               const CohortHistorySpec& spec) {
  auto history = bind(customers, question, spec);
  if (!history) return tl::unexpected(history.error());
  CohortHistoryReport report{{}, question.as_of, question.as_of, {}, {}, {}, history->cohort.warnings()};
  if (history->moments.empty()) return report;
  const std::size_t last = history->moments.size() - 1;
  const Sums none{std::vector<CohortStock>(last), {}, 0, 0};
  auto tally = retention::fold_sums(
      customers, question, history->lens, Tally{{none, none, none, none}}, [&](Tally& into, const Person& person) {
        Sums& sums = into.parts.of(person.audience);
        Verdict first = Verdict::Outside, before = Verdict::Outside;
        history->visit(person.journey, 0, last, [&](std::size_t place, Verdict verdict, bool known) {
          if (place == 0)
            first = verdict;
          else
            count(sums.stocks[place - 1], before, verdict, known);
          if (place == last) count(sums.whole, first, verdict, known);
          before = verdict;
        });
        sums.before += first == Verdict::Inside ? 1 : 0;
        sums.stayed += first == Verdict::Inside && before == Verdict::Inside ? 1 : 0;
      });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, none);
  for (const Sums* sums : {&tally->parts.inside, &tally->parts.outside, &tally->parts.unknown, &tally->parts.all})
    if (!sums->holds())
      return broken_identity("a cohort's people are not those before, with who came and without who went");
  report.from = history->moments.front();
  report.to = history->moments.back();
  for (std::size_t place = 0; place < last; ++place)
    report.points.push_back({history->starts[place], history->moments[place + 1], history->complete[place],
                             by_part(tally->parts, [&](const Sums& sums) { return sums.stocks[place]; })});
  report.whole = by_part(tally->parts, [](const Sums& sums) { return sums.whole; });
  report.before = by_part(tally->parts, [](const Sums& sums) { return sums.before; });
  report.stayed = by_part(tally->parts, [](const Sums& sums) { return sums.stayed; });
  return report;
}

Result<std::vector<PersonId>> people_of_cohort_history(const Customers& customers, const Question& question,
                                                       const CohortHistorySpec& spec, const CohortHistoryCell& cell) {
  using Who = CohortHistoryCell::Who;
  auto history = bind(customers, question, spec);
  if (!history) return tl::unexpected(history.error());
  if (history->moments.empty()) return std::vector<PersonId>{};
  std::size_t from = 0, to = history->moments.size() - 1;
  if (cell.start) {
    const auto found = std::find(history->starts.begin(), history->starts.end(), *cell.start);
    if (found == history->starts.end())
      return invalid(fmt::format("/start: no period of this history begins on {}", format_day(*cell.start)));
    if (cell.who == Who::Before || cell.who == Who::Stayed)
      return invalid("/start: before and stayed are of the whole, without a period");
    from = static_cast<std::size_t>(found - history->starts.begin());
    to = from + 1;
  }
  return retention::people_who(customers, question, history->lens, cell.side, [&](const Person& person) {
    const Verdict before = history->at(person.journey, from), now = history->at(person.journey, to);
    const bool was = before == Verdict::Inside, is = now == Verdict::Inside;
    switch (cell.who) {
      case Who::People: return is;
      case Who::Entered: return is && !was;
      case Who::Left: return was && !is;
      case Who::Unknown: return now == Verdict::Unknown;
      case Who::Before: return was;
      case Who::Stayed: break;
    }
    return was && is;
  });
}

}  // namespace habitue::insight
