// Every count that today looks at, each tested against the periods before; and which of them hold together.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "insight/today/asked.hpp"
#include "insight/today/change.hpp"

namespace habitue::insight::today {

/// A count that was looked at: of a move or, where there is none, of a cause.
struct Test {
  std::optional<TodayMove> move;
  Cause cause;
  bool of_all = false;  ///< Of everybody, to see what would have misled.
  std::uint64_t last = 0;
  Change change;
  bool holds = false;
};
/// Moves in their order, of the side and then of everybody; then the commonest causes.
std::vector<Test> tests_of(const Asked& asked, const Moved& moved);

/// The counts of a side, by period.
std::vector<std::uint64_t> of_side(const Counts& counts, AudienceSide side);

}  // namespace habitue::insight::today
