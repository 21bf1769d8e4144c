#include "insight/paths/paths.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/paths/slots.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using namespace paths;
using retention::on_side;

/// What is counted of the paths of everybody, or of one value.
struct Figures {
  std::vector<PathStep> steps;
  std::vector<PathEdge> edges;
  std::vector<WholePath> paths;
  ByAudience<PathCount> other_paths;
  std::uint64_t different_other_paths = 0;
};

/// Counts of a step of the path as people reach it, and of those who go no further.
void count_steps(const Walks& walks, const PathsSpec& spec, const Slots& slots, CancellationWatch& watch,
                 std::vector<PathStep>& steps) {
  steps.resize(spec.steps + 1);
  for (std::uint32_t step = 0; step <= spec.steps; ++step) {
    steps[step].step = step;
    steps[step].other_names = slots.other_names(step);
  }
  for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    std::size_t furthest = 0;
    for (std::size_t number = first; number < last; ++number) {
      const std::size_t length = walks.walk(number).size();
      furthest = std::max(furthest, length);
      for (std::size_t step = 0; step <= length; ++step) {
        ++steps[step].reached.of(walker.audience).transitions;
        ++steps[step].reached.all.transitions;
      }
      ++steps[length].ended.of(walker.audience).transitions;
      ++steps[length].ended.all.transitions;
    }
    for (std::size_t step = 0; step <= furthest; ++step) {
      ++steps[step].reached.of(walker.audience).people;
      ++steps[step].reached.all.people;
    }
    ++steps[furthest].ended.of(walker.audience).people;
    ++steps[furthest].ended.all.people;
  });
}

std::vector<PathEdge> count_edges(const Walks& walks, const PathsSpec& spec, const Slots& slots,
                                  CancellationWatch& watch) {
  const std::size_t wide = slots.count();
  std::vector<Count> counts((spec.steps + 1) * wide * wide);
  std::size_t number_of_person = 0;
  for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number) {
      const auto walk = walks.walk(number);
      for (std::size_t step = 0; step <= walk.size(); ++step)
        counts[(step * wide + slots.at(walk, step)) * wide + slots.at(walk, step + 1)].add(walker, number_of_person);
    }
  });
  std::vector<PathEdge> edges;
  for (std::uint32_t step = 0; step <= spec.steps; ++step) {
    const std::size_t before = edges.size();
    for (std::size_t from = 0; from < wide; ++from)
      for (std::size_t to = 0; to < wide; ++to)
        if (const Count& count = counts[(step * wide + from) * wide + to]; count.count.all.transitions > 0)
          edges.push_back({step, slots.node(step, from), slots.node(step + 1, to), count.count});
    std::sort(edges.begin() + static_cast<std::ptrdiff_t>(before), edges.end(),
              [](const PathEdge& left, const PathEdge& right) {
                const PathCount &one = left.count.all, &other = right.count.all;
                if (one.people != other.people) return one.people > other.people;
                if (one.transitions != other.transitions) return one.transitions > other.transitions;
                return std::tie(left.from, left.to) < std::tie(right.from, right.to);
              });
  }
  return edges;
}

/// `seen`: of each different path, the last round in which it was among the others.
void count_paths(const Walks& walks, const Names& names, const WholePaths& whole, std::size_t round,
                 std::vector<std::size_t>& seen, CancellationWatch& watch, Figures& figures) {
  std::vector<Count> counts(whole.shown());
  Count others;
  std::size_t number_of_person = 0;
  for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number) {
      const std::uint32_t id = whole.id(walks.walk(number));
      if (const auto place = whole.place(id)) {
        counts[*place].add(walker, number_of_person);
        continue;
      }
      others.add(walker, number_of_person);
      figures.different_other_paths += seen[id] == round ? 0 : 1;
      seen[id] = round;
    }
  });
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (counts[place].count.all.transitions == 0) continue;
    WholePath path{.names = {}, .count = counts[place].count};
    for (const std::uint32_t name : whole.path(place)) path.names.emplace_back(names.texts[name]);
    figures.paths.push_back(std::move(path));
  }
  figures.other_paths = others.count;
}

// The identities that PathStep promises.
bool adds_up(const Figures& figures) {
  for (std::size_t step = 0; step < figures.steps.size(); ++step) {
    const PathCount& here = figures.steps[step].reached.all;
    const PathCount& ended = figures.steps[step].ended.all;
    const PathCount next = step + 1 < figures.steps.size() ? figures.steps[step + 1].reached.all : PathCount{};
    if (here.people != next.people + ended.people || here.transitions != next.transitions + ended.transitions)
      return false;
  }
  std::map<std::pair<std::uint32_t, PathNode>, std::int64_t> balance;
  for (const PathEdge& edge : figures.edges) {
    const auto transitions = static_cast<std::int64_t>(edge.count.all.transitions);
    if (edge.step > 0) balance[{edge.step, edge.from}] += transitions;
    if (edge.to.kind == PathNode::Kind::Name || edge.to.kind == PathNode::Kind::Other)
      balance[{edge.step + 1, edge.to}] -= transitions;
  }
  return std::all_of(balance.begin(), balance.end(), [](const auto& node) { return node.second == 0; });
}

// That the paths of all values are those of the total.
bool values_add_up(const PathsReport& report) {
  std::uint64_t paths = 0;
  for (const PathsValue& value : report.values) paths += value.steps[0].reached.all.transitions;
  return report.values.empty() || paths == report.steps[0].reached.all.transitions;
}

/// The paths that a list of people is about: of everybody, or of one value.
struct Chosen {
  std::vector<Walks> of_slot;
  const Walks* walks = nullptr;
};
Result<Chosen> walks_of(const Read& read, const ShownValue& value, CancellationWatch& watch) {
  const auto slot = read.values.slot(value);
  if (!slot) return tl::unexpected(slot.error());
  if (*slot == 0) return Chosen{{}, &read.walks};
  Chosen chosen{by_slot(read, watch), nullptr};
  chosen.walks = &chosen.of_slot[*slot - 1];
  return chosen;
}

Result<std::vector<PersonId>> people_with(const Walks& walks, AudienceSide side, CancellationWatch& watch,
                                          const std::function<bool(std::span<const std::uint32_t>)>& belongs,
                                          std::optional<std::size_t> furthest) {
  std::vector<PersonId> people;
  for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    if (!on_side(walker.audience, side)) return;
    bool found = false, goes_beyond = false;
    for (std::size_t number = first; number < last; ++number) {
      const auto walk = walks.walk(number);
      found = found || belongs(walk);
      goes_beyond = goes_beyond || (furthest && walk.size() > *furthest);
    }
    if (found && !goes_beyond) people.push_back(walker.person);
  });
  if (watch.look()) return was_cancelled();
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace

Result<PathsReport> ask_paths(const Customers& customers, const Question& question, const PathsSpec& spec) {
  auto read = read_walks(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  CancellationWatch watch(question.cancellation);
  const Slots slots(read->walks, spec, watch);
  if (watch.look()) return was_cancelled();
  const WholePaths whole(read->walks, spec, watch);
  if (watch.look()) return was_cancelled();
  std::vector<std::size_t> seen(whole.different());
  std::size_t round = 0;
  const auto count = [&](const Walks& walks) -> Result<Figures> {
    Figures figures;
    count_steps(walks, spec, slots, watch, figures.steps);
    if (!watch.look()) figures.edges = count_edges(walks, spec, slots, watch);
    if (!watch.look()) count_paths(walks, read->walks.names, whole, ++round, seen, watch, figures);
    if (watch.look()) return was_cancelled();
    if (!adds_up(figures)) return broken_identity("the steps of paths do not add up");
    return figures;
  };
  auto total = count(read->walks);
  if (!total) return tl::unexpected(total.error());
  PathsReport report{.steps = std::move(total->steps),
                     .edges = std::move(total->edges),
                     .paths = std::move(total->paths),
                     .other_paths = total->other_paths,
                     .different_other_paths = total->different_other_paths,
                     .values = {},
                     .warnings = std::move(read->warnings)};
  const std::vector<Walks> of_slot = by_slot(*read, watch);
  for (std::size_t slot = 0; slot < of_slot.size(); ++slot) {
    auto of_value = count(of_slot[slot]);
    if (!of_value) return tl::unexpected(of_value.error());
    report.values.push_back({.value = read->values.shown(slot + 1),
                             .steps = std::move(of_value->steps),
                             .edges = std::move(of_value->edges),
                             .paths = std::move(of_value->paths),
                             .other_paths = of_value->other_paths,
                             .different_other_paths = of_value->different_other_paths});
  }
  if (!values_add_up(report)) return broken_identity("the paths of values do not add up to all paths");
  return report;
}

Result<std::vector<PersonId>> people_of_path_edge(const Customers& customers, const Question& question,
                                                  const PathsSpec& spec, const PathEdgeCell& cell) {
  auto read = read_walks(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  const auto missing = [](std::string_view what) {
    return fail(ErrorKind::NotFound, fmt::format("the answer shows no {}", what));
  };
  if (cell.step > spec.steps) return missing(fmt::format("step {}", cell.step));
  CancellationWatch watch(question.cancellation);
  const Slots slots(read->walks, spec, watch);
  if (watch.look()) return was_cancelled();
  std::optional<std::size_t> from, to;
  if (cell.from && !(from = slots.find(cell.step, *cell.from)))
    return missing(fmt::format("\"{}\" at step {}", cell.from->name, cell.step));
  if (cell.to && !(to = slots.find(cell.step + 1, *cell.to)))
    return missing(fmt::format("\"{}\" after step {}", cell.to->name, cell.step));
  const auto walks = walks_of(*read, cell.value, watch);
  if (!walks) return tl::unexpected(walks.error());
  return people_with(
      *walks->walks, cell.side, watch,
      [&](std::span<const std::uint32_t> walk) {
        return walk.size() >= cell.step && (!from || slots.at(walk, cell.step) == *from) &&
               (!to || slots.at(walk, cell.step + 1) == *to);
      },
      cell.furthest ? std::optional<std::size_t>(cell.step) : std::nullopt);
}

Result<std::vector<PersonId>> people_of_whole_path(const Customers& customers, const Question& question,
                                                   const PathsSpec& spec, const WholePathCell& cell) {
  auto read = read_walks(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  CancellationWatch watch(question.cancellation);
  const auto walks = walks_of(*read, cell.value, watch);
  if (!walks) return tl::unexpected(walks.error());
  if (!cell.names) {
    const WholePaths whole(read->walks, spec, watch);
    if (watch.look()) return was_cancelled();
    return people_with(
        *walks->walks, cell.side, watch,
        [&](std::span<const std::uint32_t> walk) { return !whole.place(whole.id(walk)); }, std::nullopt);
  }
  std::vector<std::uint32_t> path;
  for (const std::string& name : *cell.names) {
    const auto number = read->walks.names.texts.find(name);
    if (!number) return std::vector<PersonId>{};
    path.push_back(*number);
  }
  return people_with(
      *walks->walks, cell.side, watch,
      [&](std::span<const std::uint32_t> walk) { return std::ranges::equal(walk, path); }, std::nullopt);
}

}  // namespace habitue::insight
