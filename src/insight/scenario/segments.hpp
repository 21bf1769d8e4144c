// Who is in which segment at as_of.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "insight/fold.hpp"
#include "insight/scenario/scenario.hpp"

namespace habitue::insight::scenario {

/// Of everybody on the question's side. By category and by nothing, all are in the one of the empty name.
struct Segments {
  std::vector<std::string> names;                       ///< Sorted.
  std::unordered_map<std::uint32_t, std::uint32_t> of;  ///< By person.
};
Result<Segments> read_segments(const Customers& customers, const Question& question, const Lens& lens,
                               const ScenarioSpec& spec);

}  // namespace habitue::insight::scenario
