// Compares every #include "module/file.hpp" under src/ with what the module declared in its CMakeLists.txt. The compiler
// cannot: all modules share the include root, so one line is enough to lose a direction.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace habitue::layering {

/// Module to the modules it declares in USES, as CMake wrote them to <build>/layers.txt.
using Layers = std::map<std::string, std::set<std::string>>;

/// Reads lines `module: used used`. Throws std::runtime_error when the file cannot be read or holds no module.
Layers read_layers(const std::filesystem::path& file);

/// One sentence for each include that is not allowed, `file:line: what; how to mend it`, in the order of paths. A module
/// may include itself, what it declares and what those declare in turn.
std::vector<std::string> check_includes(const std::filesystem::path& source_root, const Layers& layers);

}  // namespace habitue::layering
