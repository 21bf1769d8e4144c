#include "models/standardised.hpp"

#include <algorithm>
#include <cmath>

#include "models/calibration/checks.hpp"

namespace habitue::models {

Result<Standardised> standardise(RowMatrix columns, std::size_t rows, std::span<const std::string> names) {
  if (columns.columns > 1000) return invalid("at most 1,000 columns can be used");
  if (names.size() != columns.columns || columns.values.size() != rows * columns.columns)
    return invalid("each row has one number a column, and each column a name");
  if (!std::all_of(columns.values.begin(), columns.values.end(),
                   [](double value) { return std::abs(value) <= kLargestNumber; }))
    return invalid("a number is missing, infinite or above 1e15");

  Standardised result;
  result.values.assign(columns.values.begin(), columns.values.end());
  for (std::size_t column = 0; column < columns.columns; ++column) {
    double mean = 0, squares = 0;
    for (std::size_t row = 0; row < rows; ++row) mean += columns.row(row)[column] / static_cast<double>(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const double away = columns.row(row)[column] - mean;
      squares += away * away / static_cast<double>(rows);
    }
    // What is left of a constant after rounding is no spread.
    const double spread = std::sqrt(squares);
    const bool varies = spread > std::max(1e-12 * std::abs(mean), 1e-100);
    result.means.push_back(mean);
    result.scales.push_back(varies ? spread : 1);
    for (std::size_t row = 0; row < rows; ++row) {
      double& value = result.values[row * columns.columns + column];
      value = varies ? (value - mean) / spread : 0;
    }
  }
  return result;
}

}  // namespace habitue::models
