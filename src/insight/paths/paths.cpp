#include "insight/paths/paths.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "insight/paths/walks.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using namespace paths;
using retention::on_side;

/// A count of paths and of different people, who come one after the other.
struct Count {
  ByAudience<PathCount> count;
  std::size_t last_person = 0;

  void add(const Walker& walker, std::size_t number_of_person) {
    const bool is_new = last_person != number_of_person;
    last_person = number_of_person;
    for (PathCount* part : {&count.of(walker.audience), &count.all}) {
      part->people += is_new ? 1 : 0;
      ++part->transitions;
    }
  }
};

/// The names shown at each step from 1, as slots: 0 is the start, then names, "other", ended, cut.
class Slots {
 public:
  Slots(const Walks& walks, const PathsSpec& spec) : limit_(spec.names_limit), shown_(spec.steps), other_(spec.steps) {
    std::vector<std::unordered_map<std::uint32_t, Count>> counts(spec.steps);
    std::size_t number_of_person = 0;
    for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
      ++number_of_person;
      for (std::size_t number = first; number < last; ++number) {
        const auto steps = walks.walk(number);
        for (std::size_t step = 0; step < steps.size(); ++step) counts[step][steps[step]].add(walker, number_of_person);
      }
    });
    slot_of_.resize(spec.steps);
    for (std::size_t step = 0; step < counts.size(); ++step) {
      std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> order;
      for (const auto& [name, count] : counts[step])
        order.emplace_back(count.count.all.people, count.count.all.transitions, name);
      std::sort(order.begin(), order.end(), [&](const auto& left, const auto& right) {
        if (std::get<0>(left) != std::get<0>(right)) return std::get<0>(left) > std::get<0>(right);
        if (std::get<1>(left) != std::get<1>(right)) return std::get<1>(left) > std::get<1>(right);
        return walks.names.texts[std::get<2>(left)] < walks.names.texts[std::get<2>(right)];
      });
      for (std::size_t place = 0; place < std::min(order.size(), limit_); ++place) {
        slot_of_[step].emplace(std::get<2>(order[place]), place + 1);
        shown_[step].push_back(walks.names.texts[std::get<2>(order[place])]);
      }
      other_[step] = order.size() - shown_[step].size();
    }
  }

  std::size_t count() const { return limit_ + 4; }
  std::size_t other() const { return limit_ + 1; }
  std::size_t ended() const { return limit_ + 2; }
  std::size_t cut() const { return limit_ + 3; }
  std::uint64_t other_names(std::size_t step) const { return step == 0 ? 0 : other_[step - 1]; }

  /// What a path has at a step; 0 is the start, and one step after the last is cut.
  std::size_t at(std::span<const std::uint32_t> walk, std::size_t step) const {
    if (step == 0) return 0;
    if (step > walk.size()) return walk.size() == shown_.size() ? cut() : ended();
    const auto found = slot_of_[step - 1].find(walk[step - 1]);
    return found == slot_of_[step - 1].end() ? other() : found->second;
  }
  PathNode node(std::size_t step, std::size_t slot) const {
    if (slot == 0) return {};
    if (slot == other()) return {PathNode::Kind::Other};
    if (slot == ended()) return {PathNode::Kind::Ended};
    if (slot == cut()) return {PathNode::Kind::Cut};
    return {PathNode::Kind::Name, shown_[step - 1][slot - 1]};
  }
  /// Nothing when the step does not show it.
  std::optional<std::size_t> find(std::size_t step, const PathNode& node) const {
    const std::size_t steps = shown_.size();
    switch (node.kind) {
      case PathNode::Kind::Start: return step == 0 ? std::optional<std::size_t>(0) : std::nullopt;
      case PathNode::Kind::Other:
        return other_names(std::min(step, steps)) > 0 && step <= steps ? std::optional(other()) : std::nullopt;
      case PathNode::Kind::Ended: return step >= 1 && step <= steps ? std::optional(ended()) : std::nullopt;
      case PathNode::Kind::Cut: return step == steps + 1 ? std::optional(cut()) : std::nullopt;
      case PathNode::Kind::Name: break;
    }
    if (step == 0 || step > steps) return std::nullopt;
    const auto& names = shown_[step - 1];
    const auto found = std::find(names.begin(), names.end(), node.name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin()) + 1;
  }

 private:
  std::size_t limit_;
  std::vector<std::vector<std::string>> shown_;
  std::vector<std::uint64_t> other_;
  std::vector<std::unordered_map<std::uint32_t, std::size_t>> slot_of_;
};

template <class One>
bool more(const One& left, const One& right, const PathCount& of_left, const PathCount& of_right) {
  if (of_left.people != of_right.people) return of_left.people > of_right.people;
  if (of_left.transitions != of_right.transitions) return of_left.transitions > of_right.transitions;
  return left < right;
}

/// Counts of a step of the path as people reach it, and of those who go no further.
void count_steps(const Walks& walks, const PathsSpec& spec, const Slots& slots, PathsReport& report) {
  report.steps.resize(spec.steps + 1);
  for (std::uint32_t step = 0; step <= spec.steps; ++step) {
    report.steps[step].step = step;
    report.steps[step].other_names = slots.other_names(step);
  }
  for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
    std::size_t furthest = 0;
    for (std::size_t number = first; number < last; ++number) {
      const std::size_t length = walks.walk(number).size();
      furthest = std::max(furthest, length);
      for (std::size_t step = 0; step <= length; ++step) {
        ++report.steps[step].reached.of(walker.audience).transitions;
        ++report.steps[step].reached.all.transitions;
      }
      ++report.steps[length].ended.of(walker.audience).transitions;
      ++report.steps[length].ended.all.transitions;
    }
    for (std::size_t step = 0; step <= furthest; ++step) {
      ++report.steps[step].reached.of(walker.audience).people;
      ++report.steps[step].reached.all.people;
    }
    ++report.steps[furthest].ended.of(walker.audience).people;
    ++report.steps[furthest].ended.all.people;
  });
}

void count_edges(const Walks& walks, const PathsSpec& spec, const Slots& slots, PathsReport& report) {
  const std::size_t wide = slots.count();
  std::vector<Count> counts((spec.steps + 1) * wide * wide);
  std::size_t number_of_person = 0;
  for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number) {
      const auto walk = walks.walk(number);
      for (std::size_t step = 0; step <= walk.size(); ++step)
        counts[(step * wide + slots.at(walk, step)) * wide + slots.at(walk, step + 1)].add(walker, number_of_person);
    }
  });
  for (std::uint32_t step = 0; step <= spec.steps; ++step) {
    const std::size_t before = report.edges.size();
    for (std::size_t from = 0; from < wide; ++from)
      for (std::size_t to = 0; to < wide; ++to)
        if (const Count& count = counts[(step * wide + from) * wide + to]; count.count.all.transitions > 0)
          report.edges.push_back({step, slots.node(step, from), slots.node(step + 1, to), count.count});
    std::sort(report.edges.begin() + static_cast<std::ptrdiff_t>(before), report.edges.end(),
              [](const PathEdge& left, const PathEdge& right) {
                return more(std::tie(left.from, left.to), std::tie(right.from, right.to), left.count.all,
                            right.count.all);
              });
  }
}

using PathKey = std::vector<std::uint32_t>;

/// The paths that are shown, most people first.
std::vector<std::pair<PathKey, ByAudience<PathCount>>> rank_paths(const Walks& walks, const PathsSpec& spec,
                                                                  std::uint64_t& others) {
  std::map<PathKey, Count> counts;
  std::size_t number_of_person = 0;
  for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number) {
      const auto walk = walks.walk(number);
      counts[PathKey(walk.begin(), walk.end())].add(walker, number_of_person);
    }
  });
  std::vector<std::pair<PathKey, ByAudience<PathCount>>> ranked;
  for (const auto& [key, count] : counts) ranked.emplace_back(key, count.count);
  const auto less = [&](const PathKey& left, const PathKey& right) {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [&](std::uint32_t one, std::uint32_t other) {
                                          return one != other && walks.names.texts[one] < walks.names.texts[other];
                                        });
  };
  std::sort(ranked.begin(), ranked.end(), [&](const auto& left, const auto& right) {
    const PathCount &one = left.second.all, &other = right.second.all;
    if (one.people != other.people) return one.people > other.people;
    if (one.transitions != other.transitions) return one.transitions > other.transitions;
    return less(left.first, right.first);
  });
  others = ranked.size() - std::min(ranked.size(), spec.paths_limit);
  ranked.resize(std::min(ranked.size(), spec.paths_limit));
  return ranked;
}

/// Whether a path is one of those shown.
class ShownPaths {
 public:
  explicit ShownPaths(const std::vector<std::pair<PathKey, ByAudience<PathCount>>>& ranked) {
    for (const auto& [key, count] : ranked) keys_.push_back(key);
    std::sort(keys_.begin(), keys_.end());
  }
  bool has(std::span<const std::uint32_t> walk) const {
    return std::binary_search(keys_.begin(), keys_.end(), PathKey(walk.begin(), walk.end()));
  }

 private:
  std::vector<PathKey> keys_;
};

void count_paths(const Walks& walks, const PathsSpec& spec, PathsReport& report) {
  const auto ranked = rank_paths(walks, spec, report.different_other_paths);
  for (const auto& [key, count] : ranked) {
    WholePath path{.names = {}, .count = count};
    for (const std::uint32_t name : key) path.names.push_back(walks.names.texts[name]);
    report.paths.push_back(std::move(path));
  }
  const ShownPaths shown(ranked);
  Count others;
  std::size_t number_of_person = 0;
  for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number)
      if (!shown.has(walks.walk(number))) others.add(walker, number_of_person);
  });
  report.other_paths = others.count;
}

// The identities that PathStep promises.
bool adds_up(const PathsReport& report) {
  for (std::size_t step = 0; step < report.steps.size(); ++step) {
    const PathCount& here = report.steps[step].reached.all;
    const PathCount& ended = report.steps[step].ended.all;
    const PathCount next = step + 1 < report.steps.size() ? report.steps[step + 1].reached.all : PathCount{};
    if (here.people != next.people + ended.people || here.transitions != next.transitions + ended.transitions)
      return false;
  }
  std::map<std::pair<std::uint32_t, PathNode>, std::int64_t> balance;
  for (const PathEdge& edge : report.edges) {
    const auto transitions = static_cast<std::int64_t>(edge.count.all.transitions);
    if (edge.step > 0) balance[{edge.step, edge.from}] += transitions;
    if (edge.to.kind == PathNode::Kind::Name || edge.to.kind == PathNode::Kind::Other)
      balance[{edge.step + 1, edge.to}] -= transitions;
  }
  return std::all_of(balance.begin(), balance.end(), [](const auto& node) { return node.second == 0; });
}

Result<std::vector<PersonId>> people_with(const Walks& walks, AudienceSide side,
                                          const std::function<bool(std::span<const std::uint32_t>)>& belongs,
                                          std::optional<std::size_t> furthest) {
  std::vector<PersonId> people;
  for_each_walker(walks, [&](const Walker& walker, std::size_t first, std::size_t last) {
    if (!on_side(walker.audience, side)) return;
    bool found = false, goes_beyond = false;
    for (std::size_t number = first; number < last; ++number) {
      const auto walk = walks.walk(number);
      found = found || belongs(walk);
      goes_beyond = goes_beyond || (furthest && walk.size() > *furthest);
    }
    if (found && !goes_beyond) people.push_back(walker.person);
  });
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace

Result<PathsReport> ask_paths(const Customers& customers, const Question& question, const PathsSpec& spec) {
  auto read = read_walks(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  PathsReport report;
  report.warnings = std::move(read->warnings);
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  const Slots slots(read->walks, spec);
  if (!cancelled()) count_steps(read->walks, spec, slots, report);
  if (!cancelled()) count_edges(read->walks, spec, slots, report);
  if (!cancelled()) count_paths(read->walks, spec, report);
  if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
  if (!adds_up(report)) return broken_identity("the steps of paths do not add up");
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
  const Slots slots(read->walks, spec);
  std::optional<std::size_t> from, to;
  if (cell.from && !(from = slots.find(cell.step, *cell.from)))
    return missing(fmt::format("\"{}\" at step {}", cell.from->name, cell.step));
  if (cell.to && !(to = slots.find(cell.step + 1, *cell.to)))
    return missing(fmt::format("\"{}\" after step {}", cell.to->name, cell.step));
  return people_with(
      read->walks, cell.side,
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
  const Walks& walks = read->walks;
  if (!cell.names) {
    std::uint64_t others = 0;
    const ShownPaths shown(rank_paths(walks, spec, others));
    return people_with(
        walks, cell.side, [&](std::span<const std::uint32_t> walk) { return !shown.has(walk); }, std::nullopt);
  }
  PathKey key;
  for (const std::string& name : *cell.names) {
    const auto number = walks.names.number_of.find(name);
    if (number == walks.names.number_of.end()) return std::vector<PersonId>{};
    key.push_back(number->second);
  }
  return people_with(
      walks, cell.side,
      [&](std::span<const std::uint32_t> walk) { return std::equal(walk.begin(), walk.end(), key.begin(), key.end()); },
      std::nullopt);
}

}  // namespace habitue::insight
