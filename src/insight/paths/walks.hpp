// What the pass over the journeys leaves of each person: the paths they went, in plain arrays. Evaluation reads these alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "insight/paths/naming.hpp"
#include "insight/paths/paths.hpp"
#include "insight/retention/values.hpp"

namespace habitue::insight::paths {

struct Walker {
  PersonId person;
  criteria::Verdict audience = criteria::Verdict::Unknown;
  std::size_t walks_end = 0;  ///< They begin where those of the person before end.
};

/// People with at least one path.
struct Walks {
  std::vector<Walker> people;
  std::vector<std::size_t> ends;          ///< Of each path in `steps`; it begins where the one before ends.
  std::vector<std::uint32_t> steps;       ///< Numbers of names, in the order of the path.
  std::vector<journey::Cell> told_apart;  ///< Of each path, by the breakdown; empty without one.
  Names names;

  std::span<const std::uint32_t> walk(std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends[number - 1];
    return std::span(steps).subspan(begin, ends[number] - begin);
  }
  void merge(const Walks& other);
  void reserve(std::span<const Walks> parts);
};

/// Calls `visit(person, first, last)` with the numbers of the paths of everybody, until the watch stops.
template <class Visit>
void for_each_walker(const Walks& walks, CancellationWatch& watch, const Visit& visit) {
  std::size_t first = 0;
  for (const Walker& walker : walks.people) {
    if (watch.stopped(1 + walker.walks_end - first)) return;
    visit(walker, first, walker.walks_end);
    first = walker.walks_end;
  }
}

struct Read {
  Walks walks;
  retention::ShownValues values;
  std::vector<std::string> warnings;
};
/// Errors: those of ask_paths.
Result<Read> read_walks(const Customers& customers, const Question& question, const PathsSpec& spec);

/// Paths by the value that they are of: those of slot i are at i - 1, without names. Cut short when the watch stops.
std::vector<Walks> by_slot(const Read& read, CancellationWatch& watch);

}  // namespace habitue::insight::paths
