// Scenarios in words, French and English.
#pragma once

#include <string>
#include <vector>

#include "insight/scenario/scenario.hpp"

namespace habitue::insight::scenario {

/// Of one segment, or of all: what is expected, or why it is not told and what can be all the same.
std::string sentence(const ScenarioSegment& segment, const ScenarioReport& report, const ScenarioSpec& spec,
                     bool french);
/// What the numbers take for granted, each a sentence.
std::vector<std::string> assumptions(const ScenarioReport& report, const ScenarioSpec& spec, bool french);

}  // namespace habitue::insight::scenario
