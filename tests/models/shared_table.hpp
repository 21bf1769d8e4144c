// Data that is not part of this repository, for tests of published figures: a test that needs it is skipped by name without it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habitue::models {

/// Calls `row` with the cells of each line after the header of a CSV or gzipped CSV. `path` is relative to HABITUE_SHARED_DATA or
/// ../shared/data; or, beginning with "examples/", to the source tree. Returns the header, or nothing when the file is not there.
/// Cells in double quotes may hold the separator, no line break.
std::optional<std::vector<std::string>> read_shared(
    const std::string& path, const std::function<void(const std::vector<std::string_view>&)>& row,
    char separator = ',');

double number(std::string_view cell);  ///< 0 when it is none.

}  // namespace habitue::models

/// At the start of a test: leaves it, skipped by name, when a file is not there.
#define HABITUE_NEEDS(found, path) \
  if (!(found)) GTEST_SKIP() << path " is not here (HABITUE_SHARED_DATA)"
