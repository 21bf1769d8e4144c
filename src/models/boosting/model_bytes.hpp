// A model as bytes. All numbers are little-endian.
//
//   4  "HBPM"
//   1  version of this layout, 1
//   1  kind: 1 trees, 2 regression
//   4  columns, u32
//   8  length of the payload, u64
//   8  XXH3 of the payload, u64: damage is found before a library reads it
//   .. payload. Trees: XGBoost's model in UBJSON. Regression: the intercept, then mean, scale, coefficient, share missing and coefficient of
//      being missing a column, as f64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "models/boosting/probability_model.hpp"

namespace habitue::models {

enum class ModelKind : std::uint8_t { Trees = 1, Regression = 2 };

std::string wrapped(ModelKind kind, std::size_t columns, std::string_view payload);

struct Unwrapped {
  ModelKind kind;
  std::size_t columns;
  std::string_view payload;
};
/// Errors: Corrupt.
Result<Unwrapped> unwrapped(std::string_view bytes);

/// From their payloads. Errors: Corrupt.
Result<TrainedModel> load_trees(std::size_t columns, std::string_view payload);
Result<TrainedModel> load_regression(std::size_t columns, std::string_view payload);

/// One that says the same of everybody: what trees are when none is grown, which XGBoost has no model for.
TrainedModel constant_model(std::size_t columns, double log_odds);

void append_f64(std::string& to, double value);
double read_f64(std::string_view bytes, std::size_t place);  ///< The `place`-th of an array.

/// Nothing when the rows are whole, of `columns` columns, and no number is infinite or above 1e15; NaN passes.
Result<void> check_rows(RowMatrix rows, std::size_t columns);
/// The same, with one outcome of 0 or 1 a row.
Result<void> check_training(RowMatrix rows, std::span<const double> outcome);

}  // namespace habitue::models
