#include "insight/retention/grid.hpp"

#include <algorithm>
#include <bit>

#include "insight/retention/flatten.hpp"

namespace habitue::insight::retention {
namespace {

using std::chrono::microseconds;

// The effective number of people behind a column's share: p(1-p) over the variance of the ratio of sums over people.
double effective_people(const Grid& grid, std::size_t column, double share, double chances) {
  const auto people = static_cast<double>(grid.people_with_chance[column]);
  const double squares = static_cast<double>(grid.returned_squared[column]) -
                         2 * share * static_cast<double>(grid.both[column]) +
                         share * share * static_cast<double>(grid.chance_squared[column]);
  // Without spread but that of rounding, or when each is in one cohort, people are what counts. Never more than was observed.
  const double rounding = 1e-12 * static_cast<double>(grid.returned_squared[column] + grid.chance_squared[column]);
  if (squares <= rounding || chances == people) return people;
  return std::min(chances, share * (1 - share) * chances * chances / squares);
}

void fill_mean(const Grid& grid, const RetentionSpec& spec, const Table& table, RetentionFigures& figures) {
  std::vector<CurvePoint> curve;
  const std::size_t reference = spec.relative == RetentionSpec::Relative::ColumnZero ? 0 : SIZE_MAX;
  for (std::size_t column = 0; column < grid.columns; ++column) {
    std::uint64_t chances = 0, returned = 0, of_complete = 0, returned_complete = 0, complete = 0;
    double sum_of_shares = 0;
    for (const RetentionCohort& cohort : figures.cohorts) {
      const RetentionCell& cell = cohort.cells[column];
      chances += cell.had_chance;
      returned += cell.returned;
      if (!cell.complete || cohort.size == 0) continue;
      of_complete += cohort.size;
      returned_complete += cell.people;
      sum_of_shares += cell.share.value;
      ++complete;
    }
    RetentionMean mean;
    const bool of_cells = spec.mean != RetentionSpec::Mean::People;
    if (of_cells ? complete > 0 : chances > 0) {
      const double all = static_cast<double>(chances), of_people = static_cast<double>(returned) / all;
      const double effective = effective_people(grid, column, of_people, all);
      const std::uint64_t whole = of_cells ? of_complete : chances, part = of_cells ? returned_complete : returned;
      double share = static_cast<double>(part) / static_cast<double>(whole);
      if (spec.mean == RetentionSpec::Mean::SimpleOfCells) share = sum_of_shares / static_cast<double>(complete);
      mean.effective_people = effective * static_cast<double>(whole) / all;
      mean.share = wilson(share, mean.effective_people);
      mean.share->part = part;
      mean.share->whole = whole;
      if (spec.relative == RetentionSpec::Relative::Cohort) {
        mean.relative = share;
      } else {
        const std::size_t base = reference == 0 ? 0 : column - 1;
        const auto& against = column == 0 ? mean.share : figures.mean[base].share;
        if (against && against->value > 0) mean.relative = share / against->value;
      }
      const RetentionReport::Column& asked = table.column(column);
      curve.push_back({(asked.first + asked.last.value_or(asked.first)) / 2.0, mean.effective_people, share});
    }
    figures.mean.push_back(mean);
  }
  figures.floor = floor_of(curve);
}

}  // namespace

void Grid::add(std::size_t cohort, const Outcome& outcome) {
  ++size[cohort];
  ++over[cohort * (columns + 1) + outcome.over];
  ++begun[cohort * (columns + 1) + outcome.begun];
  for (std::size_t column = 0; column < columns; ++column) {
    came[cohort * columns + column] += outcome.came[column];
    if (column < outcome.over) returned[cohort * columns + column] += outcome.came[column];
  }
}

void Grid::settle(const Table& table) {
  for (std::size_t cohort = 0; cohort < cohorts; ++cohort) {
    Outcome nominal;
    table.nominal(cohort, {}, nominal);
    const std::uint64_t of_cohort = size[cohort];
    people += of_cohort;
    over[cohort * (columns + 1) + nominal.over] = of_cohort;
    begun[cohort * (columns + 1) + nominal.begun] = of_cohort;
    for (std::size_t column = 0; column < nominal.over; ++column) {
      const std::uint64_t came_back = came[cohort * columns + column];
      returned[cohort * columns + column] = came_back;
      chance_squared[column] += of_cohort;
      people_with_chance[column] += of_cohort;
      both[column] += came_back;
      returned_squared[column] += came_back;
    }
  }
}

void Grid::merge(const Grid& other) {
  const auto add_all = [](std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
    for (std::size_t index = 0; index < into.size(); ++index) into[index] += from[index];
  };
  add_all(size, other.size);
  add_all(came, other.came);
  add_all(returned, other.returned);
  add_all(over, other.over);
  add_all(begun, other.begun);
  add_all(chance_squared, other.chance_squared);
  add_all(both, other.both);
  add_all(returned_squared, other.returned_squared);
  add_all(people_with_chance, other.people_with_chance);
  people += other.people;
}

RetentionFigures figures_of(const Grid& grid, const RetentionSpec& spec, const Table& table, microseconds nominal_cycle,
                            UtcMicros as_of) {
  RetentionFigures figures;
  figures.people = grid.people;
  for (std::size_t row = 0; row < grid.cohorts; ++row) {
    RetentionCohort cohort{.from = table.timeline().from(row),
                           .to = table.timeline().to(row),
                           .start = table.calendar().day_of(table.timeline().first() + static_cast<std::int64_t>(row)),
                           .size = grid.size[row],
                           .complete = table.timeline().over(row, as_of),
                           .cells = {}};
    Outcome nominal;
    table.nominal(row, nominal_cycle, nominal);
    std::uint64_t over = 0, begun = 0;  // Of people, from the last column on.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> reached(grid.columns);
    for (std::size_t column = grid.columns; column-- > 0;) {
      over += grid.over[row * (grid.columns + 1) + column + 1];
      begun += grid.begun[row * (grid.columns + 1) + column + 1];
      reached[column] = {over, begun};
    }
    for (std::size_t column = 0; column < grid.columns; ++column) {
      RetentionCell cell;
      cell.people = grid.came[row * grid.columns + column];
      cell.had_chance = reached[column].first;
      cell.returned = grid.returned[row * grid.columns + column];
      cell.share = share_of(cell.people, cohort.size);
      const bool empty = cohort.size == 0;
      cell.begun = empty ? column < nominal.begun : reached[column].second > 0;
      cell.complete = cohort.complete && (empty ? column < nominal.over : cell.had_chance == cohort.size);
      std::uint64_t base = cohort.size;
      if (spec.relative == RetentionSpec::Relative::ColumnZero)
        base = column == 0 ? cell.people : cohort.cells[0].people;
      if (spec.relative == RetentionSpec::Relative::PreviousColumn)
        base = column == 0 ? cell.people : cohort.cells[column - 1].people;
      if (base > 0 && cell.begun) cell.relative = static_cast<double>(cell.people) / static_cast<double>(base);
      cohort.cells.push_back(cell);
    }
    figures.cohorts.push_back(std::move(cohort));
  }
  fill_mean(grid, spec, table, figures);
  return figures;
}

}  // namespace habitue::insight::retention
