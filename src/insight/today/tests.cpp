#include "insight/today/tests.hpp"

#include <algorithm>
#include <span>

#include "insight/retention/sums.hpp"

namespace habitue::insight::today {
namespace {

constexpr std::size_t kCausesMax = 8;

std::optional<Test> test_of(const std::vector<std::uint64_t>& series, std::size_t watched_from) {
  const std::size_t last = series.size() - 1;
  if (watched_from >= last) return std::nullopt;
  const auto change = change_of(std::span(series).subspan(watched_from, last - watched_from), series[last]);
  if (!change) return std::nullopt;
  Test test;
  test.last = series[last];
  test.change = *change;
  return test;
}

// From which period on a move has been watched for as long as it takes.
std::size_t watched_from(const Asked& asked, TodayMove move) {
  const auto begun = asked.customers.snapshot().first_event_at();
  const auto wait = std::chrono::days{days_to_watch(asked.customers, move)};
  std::size_t from = 0;
  while (from < asked.periods().size() && asked.periods().bounds[from] < begun.value_or(kBeginning) + wait) ++from;
  return from;
}

}  // namespace

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

std::vector<Test> tests_of(const Asked& asked, const Moved& moved) {
  std::vector<Test> tests;
  const bool has_others = asked.spec.side == AudienceSide::Inside && (moved.people[1] > 0 || moved.people[2] > 0);
  for (std::size_t index = 0; index < kMoves; ++index) {
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
  std::vector<std::pair<std::uint64_t, Cause>> causes;
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
  const std::vector<bool> holds = hold_together(chances, kFalseAlarm);
  for (std::size_t at = 0; at < tests.size(); ++at) tests[at].holds = holds[at] && tests[at].change.matters;
  return tests;
}

}  // namespace habitue::insight::today
