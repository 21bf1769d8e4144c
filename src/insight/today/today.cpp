#include "insight/today/today.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"
#include "insight/rhythm/rhythm.hpp"
#include "insight/steps.hpp"
#include "insight/today/change.hpp"
#include "insight/today/moves.hpp"
#include "insight/today/words.hpp"
#include "insight/value/acquisition_cost.hpp"
#include "knowledge/economics.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight {
namespace {

using today::Change;
using today::Counts;
using today::Moved;
using today::Movements;
using today::Told;

constexpr std::size_t kCausesMax = 8, kSpikesMax = 2, kCallsMax = 20;
constexpr std::uint32_t kRhythmListed = 10'000;
constexpr std::uint32_t kDaysMax = 92, kLinesMax = 7;
constexpr auto kImportTime = std::chrono::hours{1};

// What a line is worth: first of which kind it is, then how many people it is about.
double weight_of(const TodayFinding& finding, bool good_news) {
  static constexpr std::array<double, 8> kOfKind{90, 80, 70, 60, 50, 45, 40, 35};
  const double base = good_news ? 20 : kOfKind[static_cast<std::size_t>(finding.kind)];
  const double people = static_cast<double>(finding.people);
  return base + 9 * people / (people + 100);
}

std::vector<std::uint64_t> of_side(const Counts& counts, AudienceSide side) {
  std::vector<std::uint64_t> series;
  for (const auto& period : counts) {
    std::uint64_t people = 0;
    for (std::size_t verdict = 0; verdict < period.size(); ++verdict)
      if (retention::on_side(static_cast<criteria::Verdict>(verdict), side)) people += period[verdict];
    series.push_back(people);
  }
  return series;
}

// A count that was looked at.
struct Test {
  std::optional<TodayMove> move;
  today::Cause cause;
  bool of_all = false;  // Of everybody, to see what would have misled.
  std::uint64_t last = 0;
  Change change;
  bool holds = false;
};

std::optional<Test> test_of(const std::vector<std::uint64_t>& series, std::size_t watched_from) {
  const std::size_t last = series.size() - 1;
  if (watched_from >= last) return std::nullopt;
  const auto change = today::change_of(std::span(series).subspan(watched_from, last - watched_from), series[last]);
  if (!change) return std::nullopt;
  Test test;
  test.last = series[last];
  test.change = *change;
  return test;
}

struct Asked {
  const Customers& customers;
  const Question& question;
  const TodaySpec& spec;
  const Lens& lens;
  const Movements& movements;
  const today::Periods& periods() const { return movements.periods(); }
};

// From which period on a move has been watched for as long as it takes.
std::size_t watched_from(const Asked& asked, TodayMove move) {
  const auto begun = asked.customers.snapshot().first_event_at();
  const auto wait = std::chrono::days{today::days_to_watch(asked.customers, move)};
  std::size_t from = 0;
  while (from < asked.periods().size() && asked.periods().bounds[from] < begun.value_or(kBeginning) + wait) ++from;
  return from;
}

std::vector<Test> tests_of(const Asked& asked, const Moved& moved) {
  std::vector<Test> tests;
  const bool has_others = asked.spec.side == AudienceSide::Inside && (moved.people[1] > 0 || moved.people[2] > 0);
  for (std::size_t index = 0; index < today::kMoves; ++index) {
    const auto move = static_cast<TodayMove>(index);
    const std::size_t from = watched_from(asked, move);
    for (const bool of_all : {false, true}) {
      if (of_all && !has_others) continue;
      auto test = test_of(of_side(moved.moves[index], of_all ? AudienceSide::All : asked.spec.side), from);
      if (!test) continue;
      test->move = move;
      test->of_all = of_all;
      tests.push_back(std::move(*test));
    }
  }
  // The causes told most often; of as many, by name.
  std::vector<std::pair<std::uint64_t, today::Cause>> causes;
  for (const auto& [cause, counts] : moved.causes) {
    std::uint64_t people = 0;
    for (const std::uint64_t count : of_side(counts, asked.spec.side)) people += count;
    if (people > 0) causes.emplace_back(people, cause);
  }
  std::stable_sort(causes.begin(), causes.end(),
                   [](const auto& left, const auto& right) { return left.first > right.first; });
  if (causes.size() > kCausesMax) causes.resize(kCausesMax);
  for (const auto& [people, cause] : causes) {
    auto test = test_of(of_side(moved.causes.at(cause), asked.spec.side), 0);
    if (!test) continue;
    test->cause = cause;
    tests.push_back(std::move(*test));
  }
  std::vector<double> chances;
  for (const Test& test : tests) chances.push_back(test.change.chance);
  const std::vector<bool> holds = today::hold_together(chances, today::kFalseAlarm);
  for (std::size_t at = 0; at < tests.size(); ++at) tests[at].holds = holds[at] && tests[at].change.matters;
  return tests;
}

// What the people paid in the 365 days up to as_of; of an account, once.
Result<std::int64_t> spent_by(const Asked& asked, const knowledge::Economics& economics,
                              const std::vector<PersonId>& people) {
  std::vector<std::string_view> accounts;
  std::vector<knowledge::Earned> moves;
  knowledge::NotAdded not_added;
  std::int64_t sum = 0;
  const UtcMicros as_of = asked.question.as_of;
  const auto add = [&] {
    for (const knowledge::Earned& move : moves)
      if (move.at > as_of - std::chrono::days{365}) sum = knowledge::saturated_sum(sum, move.revenue_minor);
  };
  for (const PersonId person : people) {
    if (asked.question.cancellation != nullptr && asked.question.cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    const auto journey = asked.customers.snapshot().find(person);
    if (!journey) continue;
    if (const std::string_view account = asked.customers.charged_account(*journey, as_of); !account.empty()) {
      accounts.push_back(account);
      continue;
    }
    economics.earned(*journey, as_of, moves, not_added);
    add();
  }
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  for (const std::string_view account : accounts) {
    economics.earned_of_account(account, as_of, moves, not_added);
    add();
  }
  return sum;
}

void expect(TodayFinding& finding, const Change& change) {
  finding.expected = change.expected;
  finding.low = change.low;
  finding.high = change.high;
  finding.chance = change.chance;
}

// --- who is to be called ------------------------------------------------------------------------------------------------

struct Calls {
  std::vector<PersonId> people;  // Who paid most first.
  std::uint64_t overdue = 0;     // All who came into doubt.
  std::int64_t spent_minor = 0;
};

Result<Calls> calls_of_purchases(const Asked& asked) {
  RhythmSpec spec;
  spec.limit = kRhythmListed;
  spec.side = asked.spec.side;
  auto rhythm = ask_rhythm(asked.customers, asked.question, spec);
  if (!rhythm) return tl::unexpected(rhythm.error());
  const LocalDay since = asked.customers.zone().day_of(asked.periods().from());
  Calls calls;
  for (const RhythmCustomer& customer : rhythm->customers) {
    if (customer.expected_until < since || customer.spent_minor <= 0) continue;
    ++calls.overdue;
    if (calls.people.size() == kCallsMax) continue;
    calls.people.push_back(customer.person);
    calls.spent_minor = knowledge::saturated_sum(calls.spent_minor, customer.spent_minor);
  }
  return calls;
}

Result<Calls> calls_of_subscriptions(const Asked& asked, const knowledge::Economics& economics) {
  auto people = asked.movements.people_of_move(asked.question, asked.lens, TodayMove::AtRisk, asked.spec.side);
  if (!people) return tl::unexpected(people.error());
  std::vector<std::pair<std::int64_t, PersonId>> by_money;
  std::vector<knowledge::Earned> moves;
  knowledge::NotAdded not_added;
  for (const PersonId person : *people) {
    economics.earned(*asked.customers.snapshot().find(person), asked.question.as_of, moves, not_added);
    std::int64_t spent = 0;
    for (const knowledge::Earned& move : moves) spent = knowledge::saturated_sum(spent, move.revenue_minor);
    if (spent > 0) by_money.emplace_back(-spent, person);
  }
  std::sort(by_money.begin(), by_money.end());
  Calls calls;
  calls.overdue = by_money.size();
  for (const auto& [spent, person] : by_money) {
    if (calls.people.size() == kCallsMax) break;
    calls.people.push_back(person);
    calls.spent_minor = knowledge::saturated_sum(calls.spent_minor, -spent);
  }
  return calls;
}

Result<Calls> calls_of(const Asked& asked, const knowledge::Economics& economics) {
  return asked.customers.business().model == config::BusinessModel::Subscription
             ? calls_of_subscriptions(asked, economics)
             : calls_of_purchases(asked);
}

// --- the month that ended -------------------------------------------------------------------------------------------------

AcquisitionSpec by_month() { return {}; }

// Nothing where no month ended in these days, or nothing is told of marketing.
Result<std::optional<AcquisitionPeriod>> alert_of(const Asked& asked) {
  const Customers& customers = asked.customers;
  const auto& events = customers.business().marketing.events;
  if (std::none_of(events.begin(), events.end(),
                   [&](const std::string& name) { return customers.snapshot().find_kind(name).has_value(); }))
    return std::optional<AcquisitionPeriod>{};
  const auto month_of = [&](UtcMicros at) {
    const std::chrono::year_month_day day{customers.zone().day_of(at)};
    return day.year() / day.month();
  };
  if (month_of(asked.periods().from()) == month_of(asked.periods().to())) return std::optional<AcquisitionPeriod>{};
  Question of_all_time = asked.question;
  of_all_time.period = {};
  auto report = ask_acquisition(customers, of_all_time, by_month());
  if (!report) return tl::unexpected(report.error());
  for (const AcquisitionPeriod& period : report->periods)
    if (period.complete && period.exceeds && period.to > asked.periods().from() && period.to <= asked.periods().to())
      return std::optional(period);
  return std::optional<AcquisitionPeriod>{};
}

// --- the lines ----------------------------------------------------------------------------------------------------------

class Lines {
 public:
  Lines(const Asked& asked, const knowledge::Economics& economics, TodayReport& report)
      : asked_(asked), economics_(economics), report_(report) {}

  void add(TodayFinding finding, Told told, bool good_news = false) {
    told.report = &report_;
    told.business = &asked_.customers.business();
    told.zone = &asked_.customers.zone();
    told.days = asked_.spec.period_days;
    finding.weight = weight_of(finding, good_news);
    today::tell(finding, told);
    report_.findings.push_back(std::move(finding));
  }

  void add_imports(const std::vector<TodayImport>& imports) {
    for (const TodayImport& import : imports) {
      if (import.at <= report_.from || import.at > report_.to) continue;
      // One that began just now is still at work.
      if (import.finished ? import.rejected == 0 : import.at + kImportTime > report_.to) continue;
      TodayFinding finding;
      finding.kind = TodayKind::ImportFailed;
      finding.people = import.rejected;
      finding.screen = TodayScreen::Data;
      Told told{};
      told.import = &import;
      add(std::move(finding), told);
    }
  }

  void add_silence() {
    TodayFinding finding;
    finding.kind = TodayKind::Silence;
    finding.screen = TodayScreen::Data;
    add(std::move(finding), Told{});
  }

  Result<void> add_tests(const Moved& moved, const std::vector<Test>& tests, bool arrivals_are_a_spike) {
    for (const Test& test : tests) {
      if (!test.holds) continue;
      if (test.move == TodayMove::Arrived && test.change.rose && arrivals_are_a_spike) continue;
      auto added = !test.move ? add_cause(moved, test) : test.of_all ? add_polluted(tests, test) : add_move(test);
      if (!added) return added;
    }
    return {};
  }

  Result<void> add_calls() {
    const auto calls = calls_of(asked_, economics_);
    if (!calls) return tl::unexpected(calls.error());
    if (calls->people.empty()) return {};
    TodayFinding finding;
    finding.kind = TodayKind::CustomersToCall;
    finding.side = asked_.spec.side;
    finding.people = calls->people.size();
    finding.money_minor = calls->spent_minor;
    finding.money = TodayMoney::SpentInAll;
    finding.cell = TodayCell{.kind = finding.kind, .side = finding.side};
    finding.screen = TodayScreen::People;
    Told told{};
    told.overdue = calls->overdue;
    add(std::move(finding), told);
    return {};
  }

  void add_spikes(const std::vector<Spike>& spikes) {
    for (std::size_t at = 0; at < std::min(spikes.size(), kSpikesMax); ++at) {
      const Spike& spike = spikes[at];
      TodayFinding finding;
      finding.kind = TodayKind::Spike;
      finding.people = spike.people;
      finding.expected = spike.expected;
      finding.cell =
          TodayCell{.kind = finding.kind, .channel = spike.channel, .first = spike.first, .last = spike.last};
      finding.screen = TodayScreen::Audience;
      Told told{};
      told.inside_share = spike.inside.value;
      add(std::move(finding), told);
    }
  }

  Result<void> add_alert() {
    const auto alert = alert_of(asked_);
    if (!alert) return tl::unexpected(alert.error());
    if (!*alert) return {};
    const AcquisitionPeriod& period = **alert;
    // The alert is that of everybody's cost, whatever side is read.
    const AcquisitionFigures& figures = period.cost.figures.all;
    if (!figures.cost_of_one_minor || !period.allowed_minor) return {};
    TodayFinding finding;
    finding.kind = TodayKind::AcquisitionAlert;
    finding.people = figures.clients;
    finding.money_minor = figures.cost_of_one_minor;
    finding.money = TodayMoney::CostOfOne;
    finding.cell = TodayCell{.kind = finding.kind, .first = period.start};
    finding.screen = TodayScreen::Client;
    Told told{};
    told.allowed_minor = period.allowed_minor;
    add(std::move(finding), told);
    return {};
  }

 private:
  Result<void> add_move(const Test& test) {
    const TodayMove move = *test.move;
    const bool bad = move == TodayMove::AtRisk || move == TodayMove::Left;
    TodayFinding finding;
    finding.kind = TodayKind::StageMoved;
    finding.side = asked_.spec.side;
    finding.people = test.last;
    finding.cell = TodayCell{.kind = finding.kind, .move = move, .side = finding.side};
    finding.screen = move == TodayMove::Arrived ? TodayScreen::Audience : TodayScreen::Cycle;
    expect(finding, test.change);
    if (bad && test.change.rose) {
      auto people = asked_.movements.people_of_move(asked_.question, asked_.lens, move, finding.side);
      if (!people) return tl::unexpected(people.error());
      if (auto put = put_money(finding, *people); !put) return put;
    }
    Told told{};
    told.rose = test.change.rose;
    add(std::move(finding), told, bad != test.change.rose);
    return {};
  }

  Result<void> add_polluted(const std::vector<Test>& tests, const Test& test) {
    const auto inside = std::find_if(tests.begin(), tests.end(),
                                     [&](const Test& other) { return !other.of_all && other.move == test.move; });
    // Inside too it moved, or may have: then the figure of everybody misleads nobody.
    if (inside == tests.end() || inside->change.chance < 0.05) return {};
    TodayFinding finding;
    finding.kind = TodayKind::PollutedFigure;
    finding.people = test.last;
    finding.cell = TodayCell{.kind = finding.kind, .move = test.move};
    finding.screen = TodayScreen::Audience;
    expect(finding, test.change);
    Told told{};
    told.rose = test.change.rose;
    told.inside = inside->last;
    told.inside_expected = inside->change.expected;
    add(std::move(finding), told);
    return {};
  }

  Result<void> add_cause(const Moved& moved, const Test& test) {
    if (!test.change.rose) return {};
    TodayFinding finding;
    finding.kind = TodayKind::LeavingCause;
    finding.side = asked_.spec.side;
    finding.people = test.last;
    finding.cell = TodayCell{.kind = finding.kind,
                             .cause = std::string(test.cause.second),
                             .payment_failed = test.cause.first,
                             .side = finding.side};
    finding.screen = TodayScreen::Cycle;
    expect(finding, test.change);
    auto people = asked_.movements.people_of_cause(asked_.question, asked_.lens, test.cause, finding.side);
    if (!people) return tl::unexpected(people.error());
    if (auto put = put_money(finding, *people); !put) return put;
    Told told{};
    told.rose = true;
    const auto left = of_side(moved.left, finding.side), of_cause = of_side(moved.causes.at(test.cause), finding.side);
    told.left = left.back();
    std::uint64_t before = 0, caused = 0;
    for (std::size_t period = 0; period + 1 < left.size(); ++period) {
      before += left[period];
      caused += of_cause[period];
    }
    told.share_before = before == 0 ? 0 : static_cast<double>(caused) / static_cast<double>(before);
    add(std::move(finding), told);
    return {};
  }

  Result<void> put_money(TodayFinding& finding, const std::vector<PersonId>& people) {
    const auto spent = spent_by(asked_, economics_, people);
    if (!spent) return tl::unexpected(spent.error());
    finding.money_minor = *spent;
    finding.money = TodayMoney::SpentLastYear;
    return {};
  }

  const Asked& asked_;
  const knowledge::Economics& economics_;
  TodayReport& report_;
};

Result<void> check_spec(const TodaySpec& spec) {
  if (spec.period_days < 1 || spec.period_days > kDaysMax) return invalid("period_days: 1 to 92");
  if (spec.limit < 1 || spec.limit > kLinesMax) return invalid("limit: 1 to 7");
  return {};
}

// Most weight first; of two alike, in the order of the kinds and then of what they say.
void choose(TodayReport& report, std::uint32_t limit) {
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const TodayFinding& left, const TodayFinding& right) {
                     return std::tuple(-left.weight, left.kind, std::string_view(left.sentence_en)) <
                            std::tuple(-right.weight, right.kind, std::string_view(right.sentence_en));
                   });
  if (report.findings.size() <= limit) return;
  report.left_out = report.findings.size() - limit;
  report.findings.resize(limit);
}

// Spikes whose days reach into the last period.
Result<std::vector<Spike>> spikes_of(const Asked& asked) {
  Question question = asked.question;
  question.period = {asked.periods().from(), kEnd};
  auto report = ask_spikes(asked.customers, question);
  if (!report) return tl::unexpected(report.error());
  return std::move(report->spikes);
}

std::optional<UtcMicros> last_event(const Customers& customers, const Moved& moved, UtcMicros as_of) {
  const journey::Journey nobody = customers.snapshot().nobody().until(as_of);
  if (nobody.empty()) return moved.last_event_at;
  return std::max(moved.last_event_at.value_or(kBeginning), nobody.last_at());
}

}  // namespace

Result<TodayReport> ask_today(const Customers& customers, const Question& question, const TodaySpec& spec,
                              const std::vector<TodayImport>& imports) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto economics = knowledge::Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const Movements movements(customers, today::periods_of(customers, question.as_of, spec.period_days));
  auto moved = movements.count(question, *lens);
  if (!moved) return tl::unexpected(moved.error());

  TodayReport report;
  report.currency = customers.business().currency;
  report.from = movements.periods().from();
  report.to = movements.periods().to();
  report.compared = static_cast<std::uint32_t>(movements.periods().last());
  report.last_event_at = last_event(customers, *moved, question.as_of);

  const Asked asked{customers, question, spec, *lens, movements};
  Lines lines(asked, *economics, report);
  lines.add_imports(imports);
  const bool silent = report.last_event_at && *report.last_event_at <= report.from;
  if (silent) {
    lines.add_silence();
  } else if (report.last_event_at) {
    const std::vector<Test> tests = tests_of(asked, *moved);
    report.tests = static_cast<std::uint32_t>(tests.size());
    const auto spikes = spikes_of(asked);
    if (!spikes) return tl::unexpected(spikes.error());
    if (auto added = lines.add_tests(*moved, tests, !spikes->empty()); !added) return tl::unexpected(added.error());
    lines.add_spikes(*spikes);
    if (auto added = lines.add_calls(); !added) return tl::unexpected(added.error());
    if (auto added = lines.add_alert(); !added) return tl::unexpected(added.error());
  }
  report.verdict = !report.findings.empty()               ? TodayVerdict::Told
                   : !report.last_event_at                ? TodayVerdict::NobodyYet
                   : report.compared < today::kPeriodsMin ? TodayVerdict::TooEarly
                                                          : TodayVerdict::NothingMatters;
  choose(report, spec.limit);
  report.sentence_en = today::headline(report, customers.zone(), spec.period_days, false);
  report.sentence_fr = today::headline(report, customers.zone(), spec.period_days, true);
  return report;
}

Result<std::vector<PersonId>> people_of_today(const Customers& customers, const Question& question,
                                              const TodaySpec& spec, const TodayCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const Movements movements(customers, today::periods_of(customers, question.as_of, spec.period_days));
  TodaySpec of_cell = spec;
  of_cell.side = cell.side;
  const Asked asked{customers, question, of_cell, *lens, movements};
  switch (cell.kind) {
    case TodayKind::StageMoved:
    case TodayKind::PollutedFigure:
      if (!cell.move) return invalid("cell: a stage that moved has a `move`");
      return movements.people_of_move(question, *lens, *cell.move, cell.side);
    case TodayKind::LeavingCause:
      return movements.people_of_cause(question, *lens, {cell.payment_failed, cell.cause.value_or(std::string())},
                                       cell.side);
    case TodayKind::CustomersToCall: {
      const auto economics = knowledge::Economics::bind(customers);
      if (!economics) return tl::unexpected(economics.error());
      auto calls = calls_of(asked, *economics);
      if (!calls) return tl::unexpected(calls.error());
      std::sort(calls->people.begin(), calls->people.end());
      return std::move(calls->people);
    }
    case TodayKind::Spike: {
      if (!cell.first || !cell.last || !cell.channel) return invalid("cell: a spike has `channel`, `first` and `last`");
      auto steps = Steps::bind(customers);
      if (!steps) return tl::unexpected(steps.error());
      return retention::people_who(customers, question, *lens, cell.side, [&](const Person& person) {
        const auto acquired = steps->acquired_at(person.journey, question.as_of);
        if (!acquired) return false;
        const LocalDay day = customers.zone().day_of(*acquired);
        return day >= *cell.first && day <= *cell.last &&
               (cell.channel->empty() || customers.channel_of(person.journey, question.as_of) == *cell.channel);
      });
    }
    case TodayKind::AcquisitionAlert: {
      if (!cell.first) return invalid("cell: the month of an alert has its `first` day");
      Question of_all_time = question;
      of_all_time.period = {};
      return people_of_acquisition(customers, of_all_time, by_month(),
                                   {.period = customers.zone().start_of(*cell.first), .side = cell.side});
    }
    case TodayKind::Silence:
    case TodayKind::ImportFailed: break;
  }
  return invalid("cell: no people are behind such a line");
}

}  // namespace habitue::insight
