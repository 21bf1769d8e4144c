// The counts of one value of retention, and the figures made of them: cells, the mean curve with its band, the level.
#pragma once

#include <bit>
#include <chrono>
#include <cstdint>
#include <vector>

#include "insight/retention/cohorts.hpp"
#include "insight/retention/retention.hpp"

namespace habitue::insight::retention {

/// Counts of one value: all cohorts.
struct Grid {
  std::size_t cohorts = 0, columns = 0;
  std::vector<std::uint64_t> size;            // [cohort]
  std::vector<std::uint64_t> came, returned;  // [cohort][column]; returned: of those for whom the column was over.
  std::vector<std::uint64_t> over, begun;     // [cohort][number of columns over, begun].
  // Over people, by column: sums of what is needed for the variance of returned over had_chance.
  std::vector<std::uint64_t> chance_squared, both, returned_squared, people_with_chance;
  std::uint64_t people = 0;

  Grid() = default;
  Grid(std::size_t rows, std::size_t width)
      : cohorts(rows),
        columns(width),
        size(rows),
        came(rows * width),
        returned(rows * width),
        over(rows * (width + 1)),
        begun(rows * (width + 1)),
        chance_squared(width),
        both(width),
        returned_squared(width),
        people_with_chance(width) {}

  void add(std::size_t cohort, const Outcome& outcome);
  /// Somebody with one entry, in a grid of such people alone: all the rest follows from it, in settle(). `came_in`: bit i, column i.
  void add_person(std::size_t cohort, std::uint64_t came_in) {
    ++size[cohort];
    for (std::uint64_t* const of = came.data() + cohort * columns; came_in != 0; came_in &= came_in - 1)
      ++of[std::countr_zero(came_in)];
  }
  void settle(const Table& table);
  void merge(const Grid& other);
};

/// `nominal_cycle`: by which cells of nobody are over or not.
RetentionFigures figures_of(const Grid& grid, const RetentionSpec& spec, const Table& table,
                            std::chrono::microseconds nominal_cycle, UtcMicros as_of);

}  // namespace habitue::insight::retention
