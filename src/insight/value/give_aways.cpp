#include "insight/value/give_aways.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"
#include "insight/value/asked.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using value::GiveAway;
using value::GiveAwayState;
using value::Periods;

struct Stock : GiveAwayStock {
  void add(GiveAwayState state, std::int64_t minor) {
    switch (state) {
      case GiveAwayState::Booked:
        booked_minor += minor;
        ++booked_people;
        break;
      case GiveAwayState::WrittenOff:
        written_off_minor += minor;
        ++written_off_people;
        break;
      case GiveAwayState::Open:
        open_minor += minor;
        ++open_people;
        break;
    }
  }
  void merge(const GiveAwayStock& other) {
    given_minor += other.given_minor;
    booked_minor += other.booked_minor;
    written_off_minor += other.written_off_minor;
    open_minor += other.open_minor;
    given_people += other.given_people;
    booked_people += other.booked_people;
    written_off_people += other.written_off_people;
    open_people += other.open_people;
  }
};

struct Tally {
  std::vector<ByAudience<Stock>> stocks;  // Before the first period, then at the end of each.
  knowledge::NotAdded not_added;
  void merge(const Tally& other) {
    for (std::size_t at = 0; at < stocks.size(); ++at) merge_parts(stocks[at], other.stocks[at]);
    not_added.merge(other.not_added);
  }
};

// Nothing where nothing was given.
void read_given(const Economics& economics, const journey::Journey& journey, UtcMicros as_of,
                std::vector<GiveAway>& given, knowledge::NotAdded& not_added) {
  thread_local std::vector<knowledge::Spent> costs;
  economics.spent(journey, as_of, costs, not_added);
  given.clear();
  if (!costs.empty()) value::give_aways_among(economics.customers(), journey, costs, given);
}

std::int64_t sum_until(std::span<const GiveAway> given, UtcMicros at) {
  std::int64_t sum = 0;
  for (const GiveAway& one : given)
    if (one.at <= at) sum += one.cost_minor;
  return sum;
}

std::vector<UtcMicros> moments_of(const Periods& periods) {
  std::vector<UtcMicros> moments;
  if (periods.size() == 0) return moments;
  moments.push_back(periods.spans().front().from - std::chrono::microseconds{1});
  for (std::size_t at = 0; at < periods.size(); ++at) moments.push_back(periods.end_of(at));
  return moments;
}

GiveAwayChange change(const GiveAwayStock& before, const GiveAwayStock& after) {
  return {after.given_minor - before.given_minor, after.booked_minor - before.booked_minor,
          after.written_off_minor - before.written_off_minor, after.open_minor - before.open_minor};
}

ByAudience<GiveAwayStock> plain(const ByAudience<Stock>& parts) {
  return {parts.inside, parts.outside, parts.unknown, parts.all};
}

bool adds_up(const GiveAwayStock& stock) {
  return stock.given_minor == stock.booked_minor + stock.written_off_minor + stock.open_minor &&
         stock.given_people == stock.booked_people + stock.written_off_people + stock.open_people;
}

}  // namespace

Result<GiveAwaysReport> ask_give_aways(const Customers& customers, const Question& question,
                                       const GiveAwaysSpec& spec) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const std::vector<UtcMicros> moments = moments_of(periods);

  Tally empty;
  empty.stocks.resize(moments.size());
  auto tally = fold_people(customers, question, lens, empty, [&](Tally& into, const Person& person) {
    thread_local std::vector<GiveAway> given;
    read_given(economics, person.journey, question.as_of, given, into.not_added);
    if (given.empty() || moments.empty()) return;
    for (std::size_t at = 0; at < moments.size(); ++at) {
      if (given.front().at > moments[at]) continue;
      Stock& stock = into.stocks[at].of(person.audience);
      stock.add(value::state_at(economics, person.journey, given, moments[at]), sum_until(given, moments[at]));
      // Counted by itself, gift by gift: the states are checked against it.
      ++stock.given_people;
      for (const GiveAway& one : given) stock.given_minor += one.at <= moments[at] ? one.cost_minor : 0;
    }
  });
  if (!tally) return tl::unexpected(tally.error());

  GiveAwaysReport report;
  report.currency = customers.business().currency;
  report.lost_after_days = customers.business().acquisition.lost_after_days;
  for (ByAudience<Stock>& stock : tally->stocks) {
    add_up(stock);
    if (!adds_up(stock.all) || !adds_up(stock.inside) || !adds_up(stock.outside) || !adds_up(stock.unknown))
      return broken_identity("give-aways are not booked + written off + open");
  }
  if (!tally->stocks.empty()) report.before = plain(tally->stocks.front());
  for (std::size_t at = 0; at < periods.size(); ++at) {
    const value::Span& span = periods.spans()[at];
    const ByAudience<Stock>&was = tally->stocks[at], &is = tally->stocks[at + 1];
    report.periods.push_back({span.start,
                              span.from,
                              span.to,
                              span.complete,
                              plain(is),
                              {change(was.inside, is.inside), change(was.outside, is.outside),
                               change(was.unknown, is.unknown), change(was.all, is.all)}});
  }
  report.not_added = left_out_of(tally->not_added);
  add_warnings(report.not_added, report.warnings);
  return report;
}

Result<std::vector<PersonId>> people_of_give_aways(const Customers& customers, const Question& question,
                                                   const GiveAwaysSpec& spec, const GiveAwaysCell& cell) {
  using State = GiveAwaysCell::State;
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const auto period = periods.index_from(cell.period);
  if (!period) return tl::unexpected(period.error());
  const UtcMicros moment = periods.end_of(*period);

  return retention::people_who(customers, question, lens, cell.side, [&](const Person& person) {
    thread_local std::vector<GiveAway> given;
    knowledge::NotAdded not_added;
    read_given(economics, person.journey, question.as_of, given, not_added);
    if (given.empty() || given.front().at > moment) return false;
    if (cell.state == State::Given) return true;
    const GiveAwayState state = value::state_at(economics, person.journey, given, moment);
    return (cell.state == State::Booked && state == GiveAwayState::Booked) ||
           (cell.state == State::WrittenOff && state == GiveAwayState::WrittenOff) ||
           (cell.state == State::Open && state == GiveAwayState::Open);
  });
}

}  // namespace habitue::insight
