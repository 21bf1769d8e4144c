#include "insight/contrast/assess.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "insight/contrast/assess_sets.hpp"

namespace habitue::insight::contrast {
namespace {

using std::size_t;
using std::uint64_t;
using PerVerdict = std::array<std::array<uint64_t, 2>, 3>;  // [verdict][group]
using PerGroup = std::array<uint64_t, 2>;

constexpr size_t kAlikeMax = 256;   // Findings among which those that say the same are looked for.
constexpr double kSkewedFrom = 10;  // PostHog's mark.
constexpr double kHeterogeneous = 0.05;

PerGroup on_side_of(const PerVerdict& counts, AudienceSide side) {
  PerGroup sum{};
  for (std::uint8_t verdict = 0; verdict < 3; ++verdict)
    if (on_side(verdict, side))
      for (size_t group = 0; group < 2; ++group) sum[group] += counts[verdict][group];
  return sum;
}

ByAudience<ContrastCounts> by_audience(const PerVerdict& with, const PerVerdict& people) {
  ByAudience<ContrastCounts> counts;
  for (const auto verdict : {criteria::Verdict::Inside, criteria::Verdict::Outside, criteria::Verdict::Unknown}) {
    const auto index = static_cast<size_t>(verdict);
    ContrastCounts& part = counts.of(verdict);
    part = {.first_with = with[index][0],
            .first_without = people[index][0] - with[index][0],
            .second_with = with[index][1],
            .second_without = people[index][1] - with[index][1]};
    counts.all.first_with += part.first_with;
    counts.all.first_without += part.first_without;
    counts.all.second_with += part.second_with;
    counts.all.second_without += part.second_without;
  }
  return counts;
}

Fourfold fourfold(const PerGroup& with, const PerGroup& people) {
  return {.a = with[0], .b = people[0] - with[0], .c = with[1], .d = people[1] - with[1]};
}

bool tells_one(const Estimate& odds) { return odds.low <= 1 && odds.high >= 1; }

// Everything that is counted of the facts, in one walk over the rows.
struct Counted {
  PerVerdict people{};
  std::vector<PerVerdict> with;          // By fact.
  std::vector<PerGroup> stratum_people;  // By stratum, of the side.
  std::vector<PerGroup> stratum_with;    // [fact * strata + stratum], of the side.
};
Counted count(const Table& table, AudienceSide side, bool stratified) {
  Counted counted;
  const size_t strata = table.strata.size();
  counted.with.resize(table.facts.size());
  counted.stratum_people.resize(strata);
  if (stratified) counted.stratum_with.resize(table.facts.size() * strata);
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const Row& one = table.rows[row];
    ++counted.people[one.verdict][one.group];
    for (const std::uint32_t fact : table.facts_of(row)) ++counted.with[fact][one.verdict][one.group];
    if (!stratified || !on_side(one.verdict, side)) continue;
    ++counted.stratum_people[one.stratum][one.group];
    for (const std::uint32_t fact : table.facts_of(row)) ++counted.stratum_with[fact * strata + one.stratum][one.group];
  }
  return counted;
}

ContrastWithin within_strata(std::span<const Fourfold> strata) {
  const Pooled found = pooled(strata);
  ContrastWithin within{
      .odds = found.odds, .p_value = found.p_value, .homogeneity_p = found.homogeneity_p, .strata = found.strata};
  within.strata_differ = found.homogeneity_p && *found.homogeneity_p < kHeterogeneous;
  return within;
}

// A crude difference is gone when none is left inside the strata, or when it turns round.
bool vanishes(const ContrastWithin& within, double difference) {
  if (within.strata == 0) return false;  // What is held equal is the fact itself, or nobody can be compared.
  if (!within.odds) return within.p_value >= 0.05;
  return tells_one(*within.odds) || (within.odds->value > 1) != (difference > 0);
}

ContrastLine line_of(const Table& table, const Counted& counted, const SetsOf* sets, size_t fact,
                     const ContrastSpec& spec) {
  ContrastLine line;
  line.feature = table.facts[fact];
  line.counts = by_audience(counted.with[fact], counted.people);
  if (sets != nullptr) {
    sets->fill(fact, spec, line);
    return line;
  }
  const Fourfold four = fourfold(on_side_of(counted.with[fact], spec.side), on_side_of(counted.people, spec.side));
  line.shares = compare_shares(share_of(four.a, four.a + four.b), share_of(four.c, four.c + four.d));
  line.odds = odds_ratio(four, spec.odds == ContrastOdds::Posthog ? 1 : 0.5);
  line.phi = phi(four);
  line.first_if_with = share_of(four.a, four.a + four.c);
  line.first_if_without = share_of(four.b, four.b + four.d);
  line.p_value = line.shares.p_value;
  line.too_few = line.shares.too_few;
  if (!spec.stratify) return line;
  std::vector<Fourfold> strata;
  for (size_t stratum = 0; stratum < table.strata.size(); ++stratum)
    strata.push_back(
        fourfold(counted.stratum_with[fact * table.strata.size() + stratum], counted.stratum_people[stratum]));
  line.within = within_strata(strata);
  return line;
}

std::optional<double> median(const Numbers& numbers, size_t group) {
  uint64_t all = 0;
  for (const auto& [number, counts] : numbers) all += counts[group];
  if (all == 0) return std::nullopt;
  uint64_t before = 0;
  std::optional<double> lower;
  for (const auto& [number, counts] : numbers) {
    before += counts[group];
    if (lower && counts[group] > 0) return (*lower + number) / 2;
    if (2 * before > all) return number;
    if (2 * before == all) lower = number;
  }
  return lower;
}

std::optional<ContrastLine> line_of(const NumberFact& fact, const Counted& counted, const SetsOf* sets,
                                    AudienceSide side) {
  ContrastLine line;
  line.feature = fact.feature;
  Numbers numbers;
  PerVerdict known{};
  for (std::uint8_t verdict = 0; verdict < 3; ++verdict)
    for (const auto& [number, counts] : fact.numbers[verdict])
      for (size_t group = 0; group < 2; ++group) {
        known[verdict][group] += counts[group];
        if (on_side(verdict, side)) numbers[number][group] += counts[group];
      }
  const auto test = rank_test(numbers);
  if (!test) return std::nullopt;
  line.counts = by_audience(known, counted.people);
  const Fourfold four = fourfold(on_side_of(known, side), on_side_of(counted.people, side));
  line.shares = compare_shares(share_of(four.a, four.a + four.b), share_of(four.c, four.c + four.d));
  const Estimate& theta = test->superiority;
  line.number = ContrastNumber{.first_median = median(numbers, 0),
                               .second_median = median(numbers, 1),
                               .superiority = theta,
                               .cliffs_delta = {2 * theta.value - 1, 2 * theta.low - 1, 2 * theta.high - 1}};
  if (sets != nullptr) return sets->fill(fact, line) ? std::optional(line) : std::nullopt;
  line.first_if_with = share_of(four.a, four.a + four.c);
  line.first_if_without = share_of(four.b, four.b + four.d);
  line.p_value = test->p_value;
  line.too_few = std::min(test->first, test->second) < kComparedMin;
  return line;
}

double nearest_to_none(double low, double high) { return low > 0 ? low : high < 0 ? -high : 0; }

// Facts whose columns of bits overlap: who has both, of the people on the side.
class Overlaps {
 public:
  Overlaps(const Table& table, AudienceSide side, const std::vector<std::uint32_t>& facts)
      : words_((table.rows.size() + 63) / 64), bits_(facts.size() * words_), people_(facts.size()) {
    std::vector<std::uint32_t> column(table.facts.size(), UINT32_MAX);
    for (std::uint32_t index = 0; index < facts.size(); ++index) column[facts[index]] = index;
    for (size_t row = 0; row < table.rows.size(); ++row) {
      if (!on_side(table.rows[row].verdict, side)) continue;
      ++all_;
      for (const std::uint32_t fact : table.facts_of(row)) {
        if (column[fact] == UINT32_MAX) continue;
        bits_[column[fact] * words_ + row / 64] |= uint64_t{1} << (row % 64);
        ++people_[column[fact]];
      }
    }
  }
  /// phi and Jaccard of two columns.
  std::pair<double, double> of(size_t left, size_t right) const {
    uint64_t both = 0;
    for (size_t word = 0; word < words_; ++word)
      both += static_cast<uint64_t>(std::popcount(bits_[left * words_ + word] & bits_[right * words_ + word]));
    const auto l = static_cast<double>(people_[left]), r = static_cast<double>(people_[right]),
               n = static_cast<double>(all_), b = static_cast<double>(both);
    const double margins = std::sqrt(l * (n - l) * r * (n - r));
    const double either = l + r - b;
    return {margins > 0 ? (b * n - l * r) / margins : 0, either > 0 ? b / either : 0};
  }

 private:
  size_t words_;
  std::vector<uint64_t> bits_;
  std::vector<uint64_t> people_;
  uint64_t all_ = 0;
};

struct Numbered {
  ContrastLine line;
  std::uint32_t fact = UINT32_MAX;  // Of a yes-or-no fact.
};

auto surest_first(const Numbered& one) {
  const ContrastFeature& feature = one.line.feature;
  // Days to the first are told of those alone who did it: what all people did or are comes before. Of effects that are the same in
  // whole percents facts come before numbers: they are easier to act upon.
  return std::tuple(!one.line.finding, feature.kind == ContrastFeature::Kind::DaysToFirst,
                    -std::lround(100 * sure_effect(one.line)), feature.is_number(), -sure_effect(one.line),
                    one.line.p_value, feature.kind, feature.event, feature.property, feature.times, feature.value.kind,
                    feature.value.text);
}

// What a fact is about: an event, a trait, or channels. Days with activity are about no one of them.
std::tuple<int, std::string_view, std::string_view> subject(const ContrastFeature& feature) {
  using Kind = ContrastFeature::Kind;
  switch (feature.kind) {
    case Kind::Did:
    case Kind::AtLeast:
    case Kind::DaysToFirst: return {0, feature.event, ""};
    case Kind::WithValue: return {1, feature.event, feature.property};
    case Kind::Trait:
    case Kind::TraitNumber: return {2, feature.property, ""};
    case Kind::Channel: return {3, "", ""};
    case Kind::ActiveDays: break;
  }
  return {4, "", ""};
}

// Findings that say nearly the same, or are about the same thing, are put under the surest of them: the first in order takes all that are like it.
std::vector<ContrastGroup> grouped(const Table& table, const ContrastSpec& spec, std::vector<Numbered> lines) {
  std::vector<std::uint32_t> facts;
  std::vector<size_t> place(lines.size(), SIZE_MAX);
  for (size_t index = 0; index < lines.size() && facts.size() < kAlikeMax; ++index)
    if (lines[index].line.finding && lines[index].fact != UINT32_MAX) {
      place[index] = facts.size();
      facts.push_back(lines[index].fact);
    }
  const Overlaps overlaps(table, spec.side, facts);
  std::vector<ContrastGroup> groups;
  std::vector<bool> taken(lines.size());
  for (size_t index = 0; index < lines.size(); ++index) {
    if (taken[index]) continue;
    ContrastGroup group;
    const bool leads = lines[index].line.finding && spec.alike_from <= 1;
    for (size_t other = index + 1; leads && other < lines.size() && lines[other].line.finding; ++other) {
      if (taken[other]) continue;
      const bool same = subject(lines[index].line.feature) == subject(lines[other].line.feature);
      const bool both = place[index] != SIZE_MAX && place[other] != SIZE_MAX;
      const auto [phi, jaccard] = both ? overlaps.of(place[index], place[other]) : std::pair{0.0, 0.0};
      if (!same && std::abs(phi) < spec.alike_from && jaccard < spec.alike_from) continue;
      taken[other] = true;
      group.alike.push_back({std::move(lines[other].line), same, phi, jaccard});
    }
    group.line = std::move(lines[index].line);
    groups.push_back(std::move(group));
  }
  return groups;
}

// --- Steps ----------------------------------------------------------------------------------------------------------

ContrastStep step_of(const Table& table, const SetsOf* sets, const ContrastSpec& spec, std::uint16_t step) {
  PerVerdict people{}, stuck{};
  std::vector<PerGroup> stratum_people(table.strata.size()), stratum_stuck(table.strata.size());
  for (const Row& row : table.rows) {
    if (row.steps < step) continue;
    const bool is_stuck = row.steps == step, counts = on_side(row.verdict, spec.side);
    ++people[row.verdict][row.group];
    if (is_stuck) ++stuck[row.verdict][row.group];
    if (counts) ++stratum_people[row.stratum][row.group];
    if (counts && is_stuck) ++stratum_stuck[row.stratum][row.group];
  }
  const Fourfold four = fourfold(on_side_of(stuck, spec.side), on_side_of(people, spec.side));
  ContrastStep one;
  one.reached_before = four.total();
  one.stuck = four.a + four.c;
  one.stuck_share = share_of(one.stuck, one.reached_before);
  one.counts = by_audience(stuck, people);
  if (sets != nullptr) {
    sets->fill(step, spec, one);
    return one;
  }
  one.outcome = compare_shares(share_of(four.a, four.a + four.c), share_of(four.b, four.b + four.d));
  one.odds = odds_ratio(four, spec.odds == ContrastOdds::Posthog ? 1 : 0.5);
  one.people_concerned = -static_cast<double>(one.stuck) * one.outcome.difference;
  if (spec.stratify) {
    std::vector<Fourfold> strata;
    for (size_t stratum = 0; stratum < table.strata.size(); ++stratum)
      strata.push_back(fourfold(stratum_stuck[stratum], stratum_people[stratum]));
    one.within = within_strata(strata);
  }
  return one;
}

// Of how many people it is sure that they are more, or fewer, in the first group for being stuck.
double surely_concerned(const ContrastStep& step, const ContrastSpec& spec) {
  if (spec.at == ContrastAt::Landmark)
    return static_cast<double>(step.stuck) * nearest_to_none(step.outcome.low, step.outcome.high);
  if (!step.odds || tells_one(*step.odds)) return 0;
  const auto came = static_cast<double>(step.counts.of(spec.side).first_with);
  return came * (step.odds->low > 1 ? 1 - 1 / step.odds->low : 1 / step.odds->high - 1);
}

void assess_steps(const Table& table, const SetsOf* sets, const ContrastSpec& spec, ContrastReport& report) {
  std::vector<double> p_values;
  for (std::uint16_t step = 0; step < spec.steps.size(); ++step) {
    report.steps.push_back(step_of(table, sets, spec, step));
    p_values.push_back(report.steps.back().outcome.p_value);
  }
  const std::vector<double> adjusted_p = adjusted(p_values, spec.adjustment);
  double most = 0;
  for (size_t step = 0; step < report.steps.size(); ++step) {
    ContrastStep& one = report.steps[step];
    one.adjusted_p = adjusted_p[step];
    one.finding = !one.outcome.too_few && one.adjusted_p <= spec.false_discoveries_max;
    one.outcome.significant = one.finding;
    if (one.within) one.within->vanishes = one.finding && vanishes(*one.within, one.outcome.difference);
    const double concerned = surely_concerned(one, spec);
    if (!one.finding || concerned <= most || (one.within && one.within->vanishes)) continue;
    most = concerned;
    report.blocked_step = step;
  }
}

}  // namespace

double sure_effect(const ContrastLine& line) {
  return line.number ? nearest_to_none(line.number->cliffs_delta.low, line.number->cliffs_delta.high)
                     : nearest_to_none(line.shares.low, line.shares.high);
}

Result<void> assess(const Table& table, const ContrastSpec& spec, const Cancellation* cancellation,
                    ContrastReport& report) {
  const auto cancelled = [&] { return cancellation != nullptr && cancellation->cancelled(); };
  if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
  const Counted counted = count(table, spec.side, spec.stratify.has_value());
  const PerGroup people = on_side_of(counted.people, spec.side);
  if (people[0] == 0 || people[1] == 0) {  // Nothing to compare with.
    report.not_tested = table.not_tested + table.facts.size() + table.numbers.size();
    assess_steps(table, nullptr, spec, report);
    return {};
  }
  std::optional<SetsOf> by_sets;
  if (report.sets) by_sets.emplace(table);
  const SetsOf* const sets = by_sets ? &*by_sets : nullptr;
  std::vector<Numbered> lines;
  for (std::uint32_t fact = 0; fact < table.facts.size(); ++fact) {
    if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
    lines.push_back({line_of(table, counted, sets, fact, spec), fact});
  }
  for (const NumberFact& fact : table.numbers)
    if (auto line = line_of(fact, counted, sets, spec.side)) lines.push_back({std::move(*line), UINT32_MAX});

  const auto larger = static_cast<double>(std::max(people[0], people[1])),
             smaller = static_cast<double>(std::min(people[0], people[1]));
  std::vector<double> p_values;
  for (const Numbered& one : lines) p_values.push_back(one.line.p_value);
  const std::vector<double> adjusted_p = adjusted(p_values, spec.adjustment);
  for (size_t index = 0; index < lines.size(); ++index) {
    ContrastLine& line = lines[index].line;
    line.adjusted_p = adjusted_p[index];
    line.finding = !line.too_few && line.adjusted_p <= spec.false_discoveries_max;
    line.shares.significant = line.finding && !line.number;
    line.skewed = sets == nullptr && larger >= kSkewedFrom * smaller;
    if (line.within) line.within->vanishes = line.finding && vanishes(*line.within, line.shares.difference);
    report.findings += line.finding ? 1 : 0;
  }
  report.tested = lines.size();
  report.not_tested = table.not_tested;
  std::sort(lines.begin(), lines.end(),
            [](const Numbered& left, const Numbered& right) { return surest_first(left) < surest_first(right); });
  if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
  report.groups = grouped(table, spec, std::move(lines));
  if (report.groups.size() > spec.limit) {
    report.more_groups = report.groups.size() - spec.limit;
    report.groups.resize(spec.limit);
  }
  assess_steps(table, sets, spec, report);
  return {};
}

}  // namespace habitue::insight::contrast
