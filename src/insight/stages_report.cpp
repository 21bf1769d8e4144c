// Stocks by stage at a moment, and the flows between two moments, which reconcile with the stocks at both.
#include <algorithm>

#include "insight/fold.hpp"
#include "insight/reports.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

constexpr std::size_t kNotHere = knowledge::kStages;

struct StageTally : StageFigures {
  void count(const knowledge::StageVerdict& verdict) {
    ++people[static_cast<std::size_t>(verdict.stage)];
    repeat += verdict.repeat ? 1 : 0;
    ++total;
  }
  void merge(const StageFigures& other) {
    for (std::size_t stage = 0; stage < people.size(); ++stage) people[stage] += other.people[stage];
    repeat += other.repeat;
    total += other.total;
  }
};

struct StagesTally {
  ByAudience<StageTally> parts;
  void merge(const StagesTally& other) { merge_parts(parts, other.parts); }
};

struct FlowTally {
  FlowsReport::Matrix flows{};
  StageTally before, after;
  void merge(const FlowTally& other) {
    for (std::size_t from = 0; from < flows.size(); ++from)
      for (std::size_t to = 0; to < flows.size(); ++to) flows[from][to] += other.flows[from][to];
    before.merge(other.before);
    after.merge(other.after);
  }
};

struct FlowsTally {
  ByAudience<FlowTally> parts;
  void merge(const FlowsTally& other) { merge_parts(parts, other.parts); }
};

static_assert(static_cast<std::size_t>(FlowEnd::Absent) == kNotHere);

// What a question's period is, when as_of bounds it.
std::pair<UtcMicros, UtcMicros> moments_of(const Question& question) {
  const UtcMicros to = std::min(question.period.to, question.as_of);
  return {std::min(question.period.from, to), to};
}

// A person who is known at `to` was there at `from` or was not: nobody leaves, a stage changes.
void count_flow(FlowTally& tally, const journey::Journey& journey, const Customers& customers, UtcMicros from,
                UtcMicros to) {
  if (journey[0].at > to) return;
  std::size_t before = kNotHere;
  if (journey[0].at <= from) {
    const knowledge::StageVerdict verdict = customers.stage_of(journey, from);
    tally.before.count(verdict);
    before = static_cast<std::size_t>(verdict.stage);
  }
  const knowledge::StageVerdict verdict = customers.stage_of(journey, to);
  tally.after.count(verdict);
  ++tally.flows[before][static_cast<std::size_t>(verdict.stage)];
}

// Each row adds up to the stock before, each column to the stock after.
bool reconciles(const FlowTally& tally) {
  for (std::size_t stage = 0; stage < knowledge::kStages; ++stage) {
    std::uint64_t left = 0, arrived = 0;
    for (std::size_t other = 0; other <= knowledge::kStages; ++other) {
      left += tally.flows[stage][other];
      arrived += tally.flows[other][stage];
    }
    if (left != tally.before.people[stage] || arrived != tally.after.people[stage]) return false;
  }
  return true;
}

}  // namespace

Result<StagesReport> ask_stages(const Customers& customers, const Question& question) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto tally = fold_people(customers, question, *lens, StagesTally{}, [&](StagesTally& into, const Person& person) {
    into.parts.of(person.audience).count(customers.stage_of(person.journey, question.as_of));
  });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts);
  return StagesReport{{tally->parts.inside, tally->parts.outside, tally->parts.unknown, tally->parts.all}};
}

Result<FlowsReport> ask_flows(const Customers& customers, const Question& question) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto [from, to] = moments_of(question);
  auto tally = fold_people(customers, question, *lens, FlowsTally{},
                           [&, from = from, to = to](FlowsTally& into, const Person& person) {
                             count_flow(into.parts.of(person.audience), person.journey, customers, from, to);
                           });
  if (!tally) return tl::unexpected(tally.error());
  ByAudience<FlowTally>& parts = tally->parts;
  add_up(parts);
  for (const FlowTally* part : {&parts.inside, &parts.outside, &parts.unknown, &parts.all})
    if (!reconciles(*part)) return broken_identity("the flows between stages do not add up to the stocks");
  FlowsReport report{.from = from, .to = to, .flows = {}, .before = {}, .after = {}};
  report.flows = {parts.inside.flows, parts.outside.flows, parts.unknown.flows, parts.all.flows};
  report.before = {parts.inside.before, parts.outside.before, parts.unknown.before, parts.all.before};
  report.after = {parts.inside.after, parts.outside.after, parts.unknown.after, parts.all.after};
  return report;
}

Result<std::vector<PersonId>> people_of_flow(const Customers& customers, const Question& question, const FlowsSpec&,
                                             const FlowCell& cell) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto [from, to] = moments_of(question);
  return retention::people_who(customers, question, *lens, cell.side, [&, from = from, to = to](const Person& person) {
    const auto stands = [&](UtcMicros at, const std::optional<FlowEnd>& end) {
      if (!end) return true;
      if (person.journey[0].at > at) return *end == FlowEnd::Absent;
      return customers.stage_of(person.journey, at).stage == static_cast<knowledge::Stage>(*end);
    };
    return person.journey[0].at <= to && stands(from, cell.from) && stands(to, cell.to);
  });
}

}  // namespace habitue::insight
