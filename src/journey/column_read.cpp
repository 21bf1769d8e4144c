// Counting bits is one instruction of nearly every processor, and a call of a library for the others: chosen at run time.
#include "journey/column.hpp"

namespace habitue::journey {
namespace {

template <class CellOf>
[[gnu::always_inline]] inline void read(const Column& column, std::span<const std::uint32_t> rows, Cell* cells,
                                        const CellOf& cell_of) {
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const std::uint32_t index = column.find(rows[place]);
    cells[place] = index == Column::kNotThere ? Cell::missing() : cell_of(index);
  }
}

// Texts in one byte each are what filters and breakdowns read most.
[[gnu::always_inline]] inline void read_any(const Column& column, std::span<const std::uint32_t> rows, Cell* cells) {
  if (column.coding == Column::Coding::Text && column.width == 1) {
    const auto* const stored = static_cast<const std::uint8_t*>(column.cells);
    const auto base = static_cast<std::uint32_t>(column.base);
    return read(column, rows, cells, [&](std::uint32_t index) { return Cell::of_text(base + stored[index]); });
  }
  read(column, rows, cells, [&](std::uint32_t index) { return column.cell(index); });
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) void read_counting_bits(const Column& column, std::span<const std::uint32_t> rows,
                                                          Cell* cells) {
  read_any(column, rows, cells);
}
#endif

}  // namespace

void read_cells(const Column& column, std::span<const std::uint32_t> rows, Cell* cells) {
#if defined(__x86_64__)
  if (best_instructions() != Instructions::Plain) return read_counting_bits(column, rows, cells);
#endif
  read_any(column, rows, cells);
}

}  // namespace habitue::journey
