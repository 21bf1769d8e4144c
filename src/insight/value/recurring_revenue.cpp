#include "insight/value/recurring_revenue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"
#include "insight/value/asked.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using knowledge::RecurringReader;
using knowledge::RecurringStep;
using value::Periods;
using Who = RecurringCell::Who;

struct Sums {
  RecurringStock opening, closing;
  RecurringMoves moves;
  void merge(const Sums& other) {
    for (const auto stock : {&Sums::opening, &Sums::closing}) {
      (this->*stock).subscribers += (other.*stock).subscribers;
      (this->*stock).monthly_minor += (other.*stock).monthly_minor;
      (this->*stock).at_risk_minor += (other.*stock).at_risk_minor;
    }
    for (const auto move : {&RecurringMoves::fresh, &RecurringMoves::reactivated, &RecurringMoves::expansion,
                            &RecurringMoves::contraction, &RecurringMoves::churned}) {
      (moves.*move).people += (other.moves.*move).people;
      (moves.*move).monthly_minor += (other.moves.*move).monthly_minor;
    }
  }
};

struct Tally {
  std::vector<ByAudience<Sums>> periods;
  knowledge::RecurringDoubts doubts;
  void merge(const Tally& other) {
    for (std::size_t at = 0; at < periods.size(); ++at) merge_parts(periods[at], other.periods[at]);
    doubts.merge(other.doubts);
  }
};

// How somebody moved between two moments; nothing when they did not.
std::optional<Who> move_of(std::span<const RecurringStep> steps, UtcMicros before, const RecurringStep& was,
                           const RecurringStep& is) {
  if (was.monthly_minor == is.monthly_minor) return std::nullopt;
  if (is.monthly_minor == 0) return Who::Churned;
  if (was.monthly_minor > 0) return is.monthly_minor > was.monthly_minor ? Who::Expansion : Who::Contraction;
  const bool had_once = std::any_of(steps.begin(), steps.end(), [&](const RecurringStep& step) {
    return step.at <= before && step.monthly_minor > 0;
  });
  return had_once ? Who::Reactivated : Who::Fresh;
}

RecurringMove& place_of(RecurringMoves& moves, Who who) {
  switch (who) {
    case Who::Fresh: return moves.fresh;
    case Who::Reactivated: return moves.reactivated;
    case Who::Expansion: return moves.expansion;
    case Who::Contraction: return moves.contraction;
    default: return moves.churned;
  }
}

void add_stock(RecurringStock& stock, const RecurringStep& step) {
  stock.subscribers += step.monthly_minor > 0 ? 1 : 0;
  stock.monthly_minor += step.monthly_minor;
  stock.at_risk_minor += step.at_risk_minor;
}

UtcMicros just_before(UtcMicros moment) { return moment - std::chrono::microseconds{1}; }

void add_person(Tally& tally, const Periods& periods, criteria::Verdict audience,
                std::span<const RecurringStep> steps) {
  if (steps.empty()) return;
  for (std::size_t at = 0; at < periods.size(); ++at) {
    const UtcMicros before = just_before(periods.spans()[at].from);
    if (periods.end_of(at) < steps.front().at) continue;
    const RecurringStep was = knowledge::recurring_at(steps, before);
    const RecurringStep is = knowledge::recurring_at(steps, periods.end_of(at));
    Sums& sums = tally.periods[at].of(audience);
    add_stock(sums.opening, was);
    add_stock(sums.closing, is);
    if (const auto who = move_of(steps, before, was, is)) {
      RecurringMove& move = place_of(sums.moves, *who);
      ++move.people;
      move.monthly_minor += std::abs(is.monthly_minor - was.monthly_minor);
    }
  }
}

Result<void> settle(Sums& sums) {
  RecurringMoves& moves = sums.moves;
  const std::int64_t opening = sums.opening.monthly_minor;
  const std::int64_t rose = moves.fresh.monthly_minor + moves.reactivated.monthly_minor + moves.expansion.monthly_minor;
  const std::int64_t fell = moves.contraction.monthly_minor + moves.churned.monthly_minor;
  if (opening + rose - fell != sums.closing.monthly_minor ||
      sums.opening.subscribers + moves.fresh.people + moves.reactivated.people - moves.churned.people !=
          sums.closing.subscribers)
    return broken_identity("recurring revenue does not add up");
  if (fell > 0) moves.quick_ratio = static_cast<double>(rose) / static_cast<double>(fell);
  if (opening > 0) {
    const auto whole = static_cast<double>(opening);
    moves.net_retention = static_cast<double>(opening + moves.expansion.monthly_minor - fell) / whole;
    moves.gross_retention = static_cast<double>(opening - fell) / whole;
  }
  return {};
}

}  // namespace

Result<RecurringReport> ask_recurring(const Customers& customers, const Question& question, const RecurringSpec& spec) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const RecurringReader reader = RecurringReader::bind(economics);

  Tally empty;
  empty.periods.resize(periods.size());
  auto tally = fold_people(customers, question, lens, empty, [&](Tally& into, const Person& person) {
    thread_local std::vector<RecurringStep> steps;
    reader.read(person.journey, question.as_of, steps, into.doubts);
    add_person(into, periods, person.audience, steps);
  });
  if (!tally) return tl::unexpected(tally.error());

  RecurringReport report;
  report.currency = customers.business().currency;
  for (std::size_t at = 0; at < periods.size(); ++at) {
    ByAudience<Sums>& parts = tally->periods[at];
    add_up(parts);
    const value::Span& span = periods.spans()[at];
    RecurringPeriod& period = report.periods.emplace_back();
    period.start = span.start;
    period.from = span.from;
    period.to = span.to;
    period.complete = span.complete;
    for (const auto& [from, stock, moves] :
         {std::tuple{&parts.inside, &ByAudience<RecurringStock>::inside, &ByAudience<RecurringMoves>::inside},
          {&parts.outside, &ByAudience<RecurringStock>::outside, &ByAudience<RecurringMoves>::outside},
          {&parts.unknown, &ByAudience<RecurringStock>::unknown, &ByAudience<RecurringMoves>::unknown},
          {&parts.all, &ByAudience<RecurringStock>::all, &ByAudience<RecurringMoves>::all}}) {
      if (auto sound = settle(*from); !sound) return tl::unexpected(sound.error());
      period.opening.*stock = from->opening;
      period.closing.*stock = from->closing;
      period.moves.*moves = from->moves;
    }
  }
  const knowledge::RecurringDoubts& doubts = tally->doubts;
  report.not_added = left_out_of(doubts.not_added);
  add_warnings(report.not_added, report.warnings);
  if (doubts.without_price > 0)
    report.warnings.push_back(
        fmt::format("{} subscription(s) began without a price: name its property in subscription.price of habitue.toml",
                    doubts.without_price));
  if (doubts.unknown_interval > 0)
    report.warnings.push_back(fmt::format(
        "the interval of {} event(s) is no word that is known (day, week, month, quarter, year): they are taken for a "
        "month",
        doubts.unknown_interval));
  return report;
}

Result<std::vector<PersonId>> people_of_recurring(const Customers& customers, const Question& question,
                                                  const RecurringSpec& spec, const RecurringCell& cell) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const auto period = periods.index_from(cell.period);
  if (!period) return tl::unexpected(period.error());
  const RecurringReader reader = RecurringReader::bind(economics);
  const UtcMicros before = just_before(periods.spans()[*period].from), end = periods.end_of(*period);

  return retention::people_who(customers, question, lens, cell.side, [&](const Person& person) {
    thread_local std::vector<RecurringStep> steps;
    knowledge::RecurringDoubts doubts;
    reader.read(person.journey, question.as_of, steps, doubts);
    const RecurringStep was = knowledge::recurring_at(steps, before), is = knowledge::recurring_at(steps, end);
    if (cell.who == Who::Subscribers) return is.monthly_minor > 0;
    if (cell.who == Who::AtRisk) return is.at_risk_minor > 0;
    return move_of(steps, before, was, is) == cell.who;
  });
}

}  // namespace habitue::insight
