#include "insight/forecast/equity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

#include <fmt/format.h>

#include "insight/forecast/for_rows.hpp"
#include "insight/forecast/learning.hpp"
#include "insight/forecast/scoring.hpp"
#include "insight/forecast/words.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using forecast::FitInHand;
using forecast::Foretold;
using forecast::PurchaseRecords;
using knowledge::Economics;
using knowledge::Stage;

// One customer, by the models of both dates.
struct Standing {
  PersonId person{0};
  criteria::Verdict audience = criteria::Verdict::Unknown;
  std::int64_t opening = 0, revised = 0, closing = 0;
  bool was = false, is = false;  // A customer at the date.
  EquityMove move = EquityMove::Grown;
};

struct Statement {
  FitInHand opening, closing;
  std::vector<Standing> standings;  // By person; empty unless both are usable.
  std::uint64_t without_amount = 0;
  bool tells_worth() const { return opening->tells_worth() && closing->tells_worth(); }
  bool is_told() const { return opening->is_usable() && closing->is_usable() && tells_worth(); }
};

ForecastSpec forecast_of(const EquitySpec& spec) {
  ForecastSpec forecast;
  forecast.horizon_days = spec.horizon_days;
  forecast.discount_a_year = spec.discount_a_year;
  forecast.limit = spec.limit;
  forecast.occasions = spec.occasions;
  return forecast;
}

bool is_over(Stage stage) { return stage == Stage::Dormant || stage == Stage::Lost; }

class Accountant {
 public:
  Accountant(const Economics& economics, const Question& question, const EquitySpec& spec, const EquityDates& dates)
      : economics_(economics),
        customers_(economics.customers()),
        question_(question),
        spec_(spec),
        dates_(dates),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())),
        margin_(customers_.business().margin.share.value_or(1)) {}

  Result<Statement> state(const EquityFits& kept) const {
    Statement statement;
    const auto opening = records_at(dates_.opening), closing = records_at(dates_.closing);
    if (!opening) return tl::unexpected(opening.error());
    if (!closing) return tl::unexpected(closing.error());
    statement.without_amount = closing->without_amount;
    for (const auto& [given, into, records, at] :
         {std::tuple(kept.opening, &statement.opening, &*opening, dates_.opening),
          std::tuple(kept.closing, &statement.closing, &*closing, dates_.closing)}) {
      Question then = question_;
      then.as_of = at;
      const auto lens = Lens::of(customers_, then);
      if (!lens) return tl::unexpected(lens.error());
      auto fit = FitInHand::of(given, economics_, then, *lens, forecast_of(spec_), *records);
      if (!fit) return tl::unexpected(fit.error());
      *into = *std::move(fit);
    }
    if (!statement.is_told()) return statement;
    if (auto done = compare(statement, *opening, *closing); !done) return tl::unexpected(done.error());
    return statement;
  }

 private:
  Result<PurchaseRecords> records_at(UtcMicros at) const {
    const auto lens = Lens::of(customers_, question_);
    if (!lens) return tl::unexpected(lens.error());
    return forecast::read_records(economics_, question_, *lens, forecast_of(spec_), at);
  }

  Result<std::vector<std::int64_t>> worth(const ForecastFit& fit, const PurchaseRecords& records) const {
    const auto foretold = forecast::foretell(
        customers_, fit, records, {spec_.horizon_days / forecast::kDaysAWeek, spec_.discount_a_year}, question_);
    if (!foretold) return tl::unexpected(foretold.error());
    std::vector<std::int64_t> minor(records.customers.size());
    // Rounded customer by customer, so that the lines add up to the last unit.
    for (std::size_t at = 0; at < minor.size(); ++at)
      minor[at] = forecast::in_minor(foretold->value(at, margin_), units_);
    return minor;
  }

  Result<void> compare(Statement& statement, const PurchaseRecords& opening, const PurchaseRecords& closing) const {
    const auto then = worth(*statement.opening, opening), revised = worth(*statement.closing, opening),
               now = worth(*statement.closing, closing);
    for (const auto* each : {&then, &revised, &now})
      if (!*each) return tl::unexpected(each->error());
    std::unordered_map<std::uint32_t, std::size_t> places;
    std::vector<Standing>& standings = statement.standings;
    for (std::size_t at = 0; at < opening.customers.size(); ++at) {
      places.emplace(opening.customers[at].person.value, standings.size());
      standings.push_back({.person = opening.customers[at].person,
                           .audience = opening.customers[at].audience,
                           .opening = (*then)[at],
                           .revised = (*revised)[at],
                           .was = true});
    }
    for (std::size_t at = 0; at < closing.customers.size(); ++at) {
      const auto [found, is_new] = places.emplace(closing.customers[at].person.value, standings.size());
      if (is_new)
        standings.push_back({.person = closing.customers[at].person, .audience = closing.customers[at].audience});
      standings[found->second].closing = (*now)[at];
      standings[found->second].is = true;
    }
    std::sort(standings.begin(), standings.end(),
              [](const Standing& left, const Standing& right) { return left.person < right.person; });
    return forecast::for_rows(question_, standings.size(), [&](std::size_t at) -> Result<void> {
      standings[at].move = move_of(standings[at]);
      return {};
    });
  }

  EquityMove move_of(const Standing& standing) const {
    if (!standing.was) return EquityMove::Fresh;
    if (!standing.is) return EquityMove::Lost;
    const auto journey = customers_.snapshot().find(standing.person);
    if (journey && is_over(customers_.stage_of(*journey, dates_.closing).stage) &&
        !is_over(customers_.stage_of(*journey, dates_.opening).stage))
      return EquityMove::Lost;
    return standing.closing > standing.revised ? EquityMove::Grown : EquityMove::Shrunk;
  }

  const Economics& economics_;
  const Customers& customers_;
  const Question& question_;
  const EquitySpec& spec_;
  EquityDates dates_;
  double units_, margin_;
};

void add(EquityLine& line, std::int64_t minor) {
  ++line.customers;
  line.minor += minor;
}

void count(EquityFigures& figures, const Standing& of) {
  if (of.was) {
    add(figures.opening, of.opening);
    add(figures.revised, of.revised - of.opening);
  }
  if (of.is) add(figures.closing, of.closing);
  EquityLine* const lines[] = {&figures.fresh, &figures.grown, &figures.shrunk, &figures.lost};
  add(*lines[static_cast<std::size_t>(of.move)], of.closing - of.revised);
}

bool adds_up(const EquityFigures& of) {
  return of.opening.minor + of.revised.minor + of.fresh.minor + of.grown.minor + of.shrunk.minor + of.lost.minor ==
         of.closing.minor;
}

// What was received between the dates, from whoever the lens admits.
Result<ByAudience<std::int64_t>> received_between(const Economics& economics, const Question& question,
                                                  const EquityDates& dates) {
  struct Received {
    ByAudience<std::int64_t> minor;
    void merge(const Received& other) {
      minor.inside += other.minor.inside;
      minor.outside += other.minor.outside;
      minor.unknown += other.minor.unknown;
    }
  };
  const auto lens = Lens::of(economics.customers(), question);
  if (!lens) return tl::unexpected(lens.error());
  auto sum = fold_people(economics.customers(), question, *lens, Received{}, [&](Received& into, const Person& person) {
    thread_local std::vector<knowledge::Earned> moves;
    knowledge::NotAdded ignored;
    economics.earned(person.journey, dates.closing, moves, ignored);
    for (const knowledge::Earned& move : moves)
      if (move.at > dates.opening) into.minor.of(person.audience) += move.revenue_minor;
  });
  if (!sum) return tl::unexpected(sum.error());
  sum->minor.all = sum->minor.inside + sum->minor.outside + sum->minor.unknown;
  return sum->minor;
}

std::string sentence_of(const EquityReport& report, const EquitySpec& spec, const Zone& zone, bool french) {
  const std::string first = format_day(zone.day_of(report.opening_at)),
                    second = format_day(zone.day_of(report.closing_at));
  if (report.verdict == EquityVerdict::NoAmounts)
    return french ? "La valeur des clients ne peut pas être dite : trop peu d'entre eux disent ce qu'ils paient."
                  : "What the customers are worth cannot be told: too few of them tell what they pay.";
  if (report.verdict != EquityVerdict::Told) {
    const bool opening = report.verdict == EquityVerdict::NoOpening;
    const std::string& day = opening ? first : second;
    const std::string& check = french ? (opening ? report.opening_check_fr : report.closing_check_fr)
                                      : (opening ? report.opening_check_en : report.closing_check_en);
    return french ? fmt::format("La valeur des clients au {} ne peut pas être dite. {}", day, check)
                  : fmt::format("What the customers were worth on {} cannot be told. {}", day, check);
  }
  const EquityFigures& of = report.figures->all;
  const auto money = [&](std::int64_t minor) { return forecast::amount_text(minor, report.currency, french); };
  if (french)
    return fmt::format(
        "Au {}, les clients valaient {} sur les {} jours à venir ; au {}, {}. Les nouveaux apportent {}, ceux qui "
        "montent "
        "{}, ceux qui baissent {}, les perdus {} ; ce que les modèles ont appris depuis change {}.",
        first, money(of.opening.minor), spec.horizon_days, second, money(of.closing.minor), money(of.fresh.minor),
        money(of.grown.minor), money(of.shrunk.minor), money(of.lost.minor), money(of.revised.minor));
  return fmt::format(
      "On {} the customers were worth {} over the {} days to come; on {}, {}. New ones bring {}, those who grew {}, "
      "those "
      "who shrank {}, the lost {}; what models have learnt since changes {}.",
      first, money(of.opening.minor), spec.horizon_days, second, money(of.closing.minor), money(of.fresh.minor),
      money(of.grown.minor), money(of.shrunk.minor), money(of.lost.minor), money(of.revised.minor));
}

std::vector<EquityCustomer> moved_most(const std::vector<Standing>& standings, const EquitySpec& spec) {
  std::vector<const Standing*> shown;
  for (const Standing& standing : standings)
    if (retention::on_side(standing.audience, spec.side)) shown.push_back(&standing);
  const std::size_t first = std::min<std::size_t>(spec.offset, shown.size());
  const std::size_t last = std::min<std::size_t>(shown.size(), first + spec.limit);
  const auto by = [](const Standing* of) { return std::abs(of->closing - of->revised); };
  std::partial_sort(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(last), shown.end(),
                    [&](const Standing* left, const Standing* right) {
                      return by(left) != by(right) ? by(left) > by(right) : left->person < right->person;
                    });
  std::vector<EquityCustomer> customers;
  for (std::size_t at = first; at < last; ++at)
    customers.push_back({.person = shown[at]->person,
                         .key = {},
                         .move = shown[at]->move,
                         .opening_minor = shown[at]->revised,
                         .closing_minor = shown[at]->closing});
  return customers;
}

// A statement with what its question binds.
struct Stated {
  EquityDates dates;
  Economics economics;
  Statement statement;
  static Result<Stated> of(const Customers& customers, const Question& question, const EquitySpec& spec,
                           const EquityFits& kept) {
    if (auto sound = forecast::check_spec(forecast_of(spec)); !sound) return tl::unexpected(sound.error());
    const auto dates = equity_dates(question);
    if (!dates) return tl::unexpected(dates.error());
    auto economics = Economics::bind(customers);
    if (!economics) return tl::unexpected(economics.error());
    auto statement = Accountant(*economics, question, spec, *dates).state(kept);
    if (!statement) return tl::unexpected(statement.error());
    return Stated{*dates, *std::move(economics), *std::move(statement)};
  }
};

}  // namespace

Result<EquityDates> equity_dates(const Question& question) {
  if (question.period.from <= kBeginning)
    return invalid("from: the value of customers is compared between two dates; say from, or a period");
  const EquityDates dates{.opening = question.period.from - std::chrono::microseconds(1),
                          .closing = std::min(question.as_of, question.period.to - std::chrono::microseconds(1))};
  if (dates.closing <= dates.opening) return invalid("from: nothing lies between it and as_of");
  return dates;
}

Result<EquityReport> ask_equity(const Customers& customers, const Question& question, const EquitySpec& spec,
                                const EquityFits& kept) {
  const auto stated = Stated::of(customers, question, spec, kept);
  if (!stated) return tl::unexpected(stated.error());
  const Statement* const statement = &stated->statement;
  EquityReport report;
  report.currency = customers.business().currency;
  report.margin_is_revenue = !customers.business().margin.share.has_value();
  report.opening_at = stated->dates.opening;
  report.closing_at = stated->dates.closing;
  if (statement->without_amount > 0)
    report.warnings.push_back(
        fmt::format("{} day(s) of purchases tell no amount that can be added, and say nothing of spend",
                    statement->without_amount));
  const ForecastReport opening = report_of(*statement->opening, customers),
                       closing = report_of(*statement->closing, customers);
  report.opening_check_en = opening.sentence_en;
  report.opening_check_fr = opening.sentence_fr;
  report.closing_check_en = closing.sentence_en;
  report.closing_check_fr = closing.sentence_fr;
  report.verdict = !statement->closing->is_usable()   ? EquityVerdict::NoClosing
                   : !statement->opening->is_usable() ? EquityVerdict::NoOpening
                   : !statement->tells_worth()        ? EquityVerdict::NoAmounts
                                                      : EquityVerdict::Told;
  if (report.verdict == EquityVerdict::Told) {
    ByAudience<EquityFigures>& figures = report.figures.emplace();
    for (const Standing& standing : statement->standings)
      for (EquityFigures* into : {&figures.of(standing.audience), &figures.all}) count(*into, standing);
    for (const EquityFigures* each : {&figures.inside, &figures.outside, &figures.unknown, &figures.all})
      if (!adds_up(*each)) return broken_identity("the lines of customer equity do not add up");
    const auto received = received_between(stated->economics, question, stated->dates);
    if (!received) return tl::unexpected(received.error());
    figures.inside.received_minor = received->inside;
    figures.outside.received_minor = received->outside;
    figures.unknown.received_minor = received->unknown;
    figures.all.received_minor = received->all;
    report.customers = moved_most(statement->standings, spec);
  }
  report.sentence_en = sentence_of(report, spec, customers.zone(), false);
  report.sentence_fr = sentence_of(report, spec, customers.zone(), true);
  return report;
}

Result<std::vector<PersonId>> people_of_equity(const Customers& customers, const Question& question,
                                               const EquitySpec& spec, const EquityCell& cell, const EquityFits& kept) {
  const auto stated = Stated::of(customers, question, spec, kept);
  if (!stated) return tl::unexpected(stated.error());
  const Statement* const statement = &stated->statement;
  if (statement->standings.empty())
    return fail(ErrorKind::Conflict,
                "the value of customers cannot be told at both dates: ask the question to see why");
  std::vector<PersonId> people;
  for (const Standing& standing : statement->standings)
    if (standing.move == cell.move && retention::on_side(standing.audience, cell.side))
      people.push_back(standing.person);
  return people;
}

}  // namespace habitue::insight
