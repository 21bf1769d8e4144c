#include "insight/today/today.hpp"

#include <algorithm>
#include <tuple>

#include "insight/retention/sums.hpp"
#include "insight/steps.hpp"
#include "insight/today/calls.hpp"
#include "insight/today/lines.hpp"

namespace habitue::insight {
namespace {

using today::Asked;
using today::Lines;
using today::Moved;
using today::Movements;
using today::Test;

constexpr std::uint32_t kDaysMax = 92, kLinesMax = 7;

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
    const std::vector<Test> tests = today::tests_of(asked, *moved);
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
      auto calls = today::calls_of(asked, *economics);
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
      return people_of_acquisition(customers, of_all_time, today::by_month(),
                                   {.period = customers.zone().start_of(*cell.first), .side = cell.side});
    }
    case TodayKind::Silence:
    case TodayKind::ImportFailed: break;
  }
  return invalid("cell: no people are behind such a line");
}

}  // namespace habitue::insight
