// Packs the cells of one property into the smallest column that gives them back exactly.
#pragma once

#include <cstdint>
#include <span>

#include "journey/column.hpp"
#include "journey/storage.hpp"

namespace habitue::journey {

/// Cell i is of row `rows[i]`; rows ascend and none of the cells is missing. `segment_rows` is how many rows there are at
/// all. The column lies in `storage`; `dictionary` is what its codes are of.
Column build_column(std::span<const std::uint32_t> rows, std::span<const Cell> cells, std::uint32_t segment_rows,
                    const Dictionary* dictionary, Storage& storage);

/// How long the arrays of a column are, by its numbers alone: what a file that holds one must have room for.
struct ColumnSizes {
  std::size_t bits, starts, lows, cell_bytes;
};
ColumnSizes sizes_of(const Column& column);

}  // namespace habitue::journey
