// What no single key can tell: keys that are right by themselves and contradict each other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace habitue::config {

struct Contradiction {
  std::string path;       ///< Where it is told: `hypotheses[1].from`.
  std::string otherwise;  ///< Where it is told when the file does not say `path`.
  std::string message;
};

/// Whether the file says something at a path; the rest has its default.
using Said = std::function<bool(const std::string& path)>;

std::vector<Contradiction> contradictions(const Business& business, const Said& said);

}  // namespace habitue::config
