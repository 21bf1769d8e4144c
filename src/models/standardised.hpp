// Columns brought to mean 0 and spread 1, so that one penalty is fair to all and exponents stay small.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "models/row_matrix.hpp"

namespace habitue::models {

struct Standardised {
  std::vector<double> values;  ///< Row by row, as they came.
  std::vector<double> means;
  std::vector<double> scales;  ///< Standard deviations; 1 for a column that never varies, which becomes 0.
};

/// Errors: InvalidInput when the table is not `rows` whole rows with a name a column (no columns at all are fine), has more than 1,000
/// columns, or a number is missing or above 1e15.
Result<Standardised> standardise(RowMatrix columns, std::size_t rows, std::span<const std::string> names);

}  // namespace habitue::models
