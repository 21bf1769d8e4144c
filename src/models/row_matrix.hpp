// A table of numbers, row by row, that belongs to somebody else: what models learn from.
#pragma once

#include <cstddef>
#include <span>

namespace habitue::models {

/// `columns` numbers a row, one row after the other. What a number may be (missing as NaN, or not) is said by who takes it.
struct RowMatrix {
  std::span<const double> values;
  std::size_t columns = 0;

  std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  std::span<const double> row(std::size_t index) const { return values.subspan(index * columns, columns); }
  /// Whether the numbers fill whole rows.
  bool is_whole() const { return columns > 0 && values.size() % columns == 0; }
};

}  // namespace habitue::models
