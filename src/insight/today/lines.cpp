#include "insight/today/lines.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "insight/today/calls.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight::today {
namespace {

constexpr std::size_t kSpikesMax = 2;
constexpr auto kImportTime = std::chrono::hours{1};

// What a line is worth: first of which kind it is, then how many people it is about.
double weight_of(const TodayFinding& finding, bool good_news) {
  static constexpr std::array<double, 8> kOfKind{90, 80, 70, 60, 50, 45, 40, 35};
  const double base = good_news ? 20 : kOfKind[static_cast<std::size_t>(finding.kind)];
  const double people = static_cast<double>(finding.people);
  return base + 9 * people / (people + 100);
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

}  // namespace

AcquisitionSpec by_month() { return {}; }

void Lines::add(TodayFinding finding, Told told, bool good_news) {
  told.report = &report_;
  told.business = &asked_.customers.business();
  told.zone = &asked_.customers.zone();
  told.days = asked_.spec.period_days;
  finding.weight = weight_of(finding, good_news);
  tell(finding, told);
  report_.findings.push_back(std::move(finding));
}

void Lines::add_imports(const std::vector<TodayImport>& imports) {
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

void Lines::add_silence() {
  TodayFinding finding;
  finding.kind = TodayKind::Silence;
  finding.screen = TodayScreen::Data;
  add(std::move(finding), Told{});
}

Result<void> Lines::add_tests(const Moved& moved, const std::vector<Test>& tests, bool arrivals_are_a_spike) {
  for (const Test& test : tests) {
    if (!test.holds) continue;
    if (test.move == TodayMove::Arrived && test.change.rose && arrivals_are_a_spike) continue;
    auto added = !test.move ? add_cause(moved, test) : test.of_all ? add_polluted(tests, test) : add_move(test);
    if (!added) return added;
  }
  return {};
}

Result<void> Lines::add_calls() {
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

void Lines::add_spikes(const std::vector<Spike>& spikes) {
  for (std::size_t at = 0; at < std::min(spikes.size(), kSpikesMax); ++at) {
    const Spike& spike = spikes[at];
    TodayFinding finding;
    finding.kind = TodayKind::Spike;
    finding.people = spike.people;
    finding.expected = spike.expected;
    finding.cell = TodayCell{.kind = finding.kind, .channel = spike.channel, .first = spike.first, .last = spike.last};
    finding.screen = TodayScreen::Audience;
    Told told{};
    told.inside_share = spike.inside.value;
    add(std::move(finding), told);
  }
}

Result<void> Lines::add_alert() {
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

Result<void> Lines::add_move(const Test& test) {
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

Result<void> Lines::add_polluted(const std::vector<Test>& tests, const Test& test) {
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

Result<void> Lines::add_cause(const Moved& moved, const Test& test) {
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

Result<void> Lines::put_money(TodayFinding& finding, const std::vector<PersonId>& people) {
  const auto spent = spent_by(asked_, economics_, people);
  if (!spent) return tl::unexpected(spent.error());
  finding.money_minor = *spent;
  finding.money = TodayMoney::SpentLastYear;
  return {};
}

}  // namespace habitue::insight::today
