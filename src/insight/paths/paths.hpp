// Paths: what people do after or before an event, or from the start or the end of their sessions, step by step.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/fold.hpp"
#include "insight/question.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

enum class PathsFrom : std::uint8_t {
  Anchor,       ///< Every anchor event of the period begins a path.
  FirstAnchor,  ///< Each person's first of the period does.
  Session       ///< Every session does: its first event when paths go on, its last when they go back, is in the period.
};
enum class PathsDirection : std::uint8_t { After, Before };
enum class PathsRepeats : std::uint8_t {
  Folded,  ///< The same name several times on end is one step.
  Kept
};

/// Rewrites a name that the whole pattern fits; `*` stands for any characters, also none. The first rule that fits is taken.
struct PathsRule {
  std::string pattern;  ///< `/product/*`.
  std::string name;     ///< `product page`; empty: the event is left out.
};

struct PathsSpec {
  PathsFrom from = PathsFrom::Anchor;
  PathsDirection direction = PathsDirection::After;
  ActTest anchor = {};      ///< Nothing: purchases. Not looked at from sessions.
  std::uint32_t steps = 5;  ///< 1 to 20. Those after the anchor; from sessions the first event is step 1.
  /// A pause longer than this ends a path, and a session. Nothing: paths go on, and all of a journey is one session.
  std::optional<std::chrono::microseconds> gap = std::chrono::minutes{30};
  PathsRepeats repeats = PathsRepeats::Folded;
  /// Names the events that have it, e.g. `path`; the others go by their own name.
  std::optional<std::string> property = {};
  std::vector<PathsRule> rules = {};                ///< At most 100, on names however they were found.
  std::vector<criteria::Expression> excluded = {};  ///< Conditions on single events that are not looked at. At most 64.
  std::size_t names_limit =
      10;  ///< Names shown at each step, those of most people first; the rest are "other". 1 to 100.
  std::size_t paths_limit = 50;  ///< Whole paths shown. 1 to 1,000.
  /// By a property: of the event that a path begins with, the anchor or the first of the session (the last when it goes back). By a
  /// trait: as last known at as_of.
  std::optional<Breakdown> breakdown = {};
};

/// What is on one end of an edge.
struct PathNode {
  enum class Kind : std::uint8_t {
    Start,  ///< The anchor, or the session.
    Name,
    Other,  ///< Names that are not shown at this step.
    Ended,  ///< The path has no further step.
    Cut     ///< It has all the steps that were asked for, and is not followed further.
  };
  Kind kind = Kind::Start;
  std::string name = {};  ///< Of Kind::Name.
  friend auto operator<=>(const PathNode&, const PathNode&) = default;
};
struct PathCount {
  std::uint64_t people = 0;
  std::uint64_t transitions = 0;  ///< Paths that go this way; one person may have many.
};
/// From what is at `step` to what is at the next one. Step 0 is the start.
struct PathEdge {
  std::uint32_t step = 0;
  PathNode from, to;
  ByAudience<PathCount> count;
};
/// At each step, of people and of paths: reached = reached the next + ended here. Checked at each run, as is for every node of a
/// step that as many paths come as go.
struct PathStep {
  std::uint32_t step = 0;
  ByAudience<PathCount> reached;
  ByAudience<PathCount> ended;    ///< People: no path of theirs goes further. At the last step these are cut.
  std::uint64_t other_names = 0;  ///< How many names "other" stands for.
};
struct WholePath {
  std::vector<std::string>
      names;  ///< From the start on, in the order of steps; as long as it went, "other" never among them.
  ByAudience<PathCount> count;
};
/// The paths of one value. Names and whole paths are those that the total shows, so that the paths of all values add up to its; people
/// do when told apart by a trait, and need not by a property, as one person may go paths of several.
struct PathsValue {
  ShownValue value;
  std::vector<PathStep> steps;  ///< As those of the report; `other_names` too.
  std::vector<PathEdge> edges;
  std::vector<WholePath> paths;  ///< Those that somebody went.
  ByAudience<PathCount> other_paths;
  std::uint64_t different_other_paths = 0;
};
struct PathsReport {
  std::vector<PathStep> steps;              ///< From 0 to the steps asked for.
  std::vector<PathEdge> edges;              ///< By step, then by people, paths and names.
  std::vector<WholePath> paths;             ///< By people, paths and names.
  ByAudience<PathCount> other_paths;        ///< All paths that are not shown above.
  std::uint64_t different_other_paths = 0;  ///< How many different ones.
  std::vector<PathsValue> values;           ///< By people, then by name; when a breakdown is asked for.
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for a spec out of its bounds; NotFound for an unknown hypothesis or property; Conflict when cancelled.
Result<PathsReport> ask_paths(const Customers& customers, const Question& question, const PathsSpec& spec);

struct PathEdgeCell {
  std::uint32_t step = 0;
  std::optional<PathNode> from = {}, to = {};  ///< Nothing: any. Neither: whoever reached the step.
  bool furthest = false;                       ///< Only people of whom no path goes beyond `step`: PathStep::ended.
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};  ///< Of the breakdown.
};
/// Sorted; exactly as many as the number. Errors: those of ask_paths, and NotFound for a step, node or value that the answer does not
/// show.
Result<std::vector<PersonId>> people_of_path_edge(const Customers& customers, const Question& question,
                                                  const PathsSpec& spec, const PathEdgeCell& cell);
struct WholePathCell {
  std::optional<std::vector<std::string>> names = {};  ///< Nothing: PathsReport::other_paths.
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};  ///< Of the breakdown.
};
/// Whoever went exactly this way, also if it is not among those shown: nobody when none did. Sorted.
Result<std::vector<PersonId>> people_of_whole_path(const Customers& customers, const Question& question,
                                                   const PathsSpec& spec, const WholePathCell& cell);

}  // namespace habitue::insight
