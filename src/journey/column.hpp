// One property's cells in a segment, only for the rows that have one. Plain pointers, so that it lies in memory of our
// own or in a mapped file alike, and so that reading a cell inlines into a fold.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "journey/cell.hpp"
#include "journey/dictionary.hpp"
#include "journey/instructions.hpp"

namespace habitue::journey {

struct Column {
  /// How a row finds its cell.
  enum class Presence : std::uint8_t {
    None = 0,    ///< No row has one.
    All = 1,     ///< Cell number is row number.
    Bitmap = 2,  ///< A bit a row; `starts` counts cells before each 65,536 rows, `lows` before each 64 rows of those.
    List = 3,    ///< Rows by blocks of 2^list_shift: `starts` says where a block's cells begin, `lows` its rows.
  };
  /// What a cell is.
  enum class Coding : std::uint8_t {
    Text = 0,    ///< base + stored is a code of the dictionary.
    Scaled = 1,  ///< (base + stored) / 10^scale is the number, exactly.
    Double = 2,
    Bool = 3,   ///< base + stored is 0 or 1.
    Mixed = 4,  ///< Each cell with its type, as Cell.
  };
  static constexpr std::uint32_t kNotThere = UINT32_MAX;
  static constexpr std::array<double, 5> kPowers = {1, 10, 100, 1'000, 10'000};

  Presence presence = Presence::None;
  Coding coding = Coding::Double;
  std::uint8_t width = 0;  ///< Bytes stored a cell: 0 (all the same), 1, 2, 4; 8 for Double and Mixed.
  std::uint8_t scale = 0;
  std::uint8_t list_shift = 0;
  std::uint32_t rows = 0;   ///< Of the segment.
  std::uint32_t count = 0;  ///< Cells.
  std::int64_t base = 0;
  const std::uint64_t* bits = nullptr;
  const std::uint32_t* starts = nullptr;
  const std::uint16_t* lows = nullptr;
  const void* cells = nullptr;
  const Dictionary* dictionary = nullptr;

  /// Which cell is the row's, or kNotThere. Constant time; in a crowded block of a list, logarithmic in the block.
  std::uint32_t find(std::uint32_t row) const {
    switch (presence) {
      case Presence::None: return kNotThere;
      case Presence::All: return row;
      case Presence::Bitmap: {
        const std::uint64_t word = bits[row >> 6U];
        const std::uint64_t mask = std::uint64_t{1} << (row & 63U);
        if ((word & mask) == 0) return kNotThere;
        return starts[row >> 16U] + lows[row >> 6U] + static_cast<std::uint32_t>(std::popcount(word & (mask - 1)));
      }
      case Presence::List: {
        const std::uint32_t block = row >> list_shift;
        const auto low = static_cast<std::uint16_t>(row & ((1U << list_shift) - 1U));
        const std::uint16_t* const last = lows + starts[block + 1];
        const std::uint16_t* const found = std::lower_bound(lows + starts[block], last, low);
        return found != last && *found == low ? static_cast<std::uint32_t>(found - lows) : kNotThere;
      }
    }
    return kNotThere;
  }

  /// Calls visit(row, cell number) for the cells of rows first..last-1, in order.
  template <class Visit>
  void for_cells_in(std::uint32_t first, std::uint32_t last, const Visit& visit) const {
    if (first >= last) return;
    switch (presence) {
      case Presence::None: return;
      case Presence::All:
        for (std::uint32_t row = first; row < last; ++row) visit(row, row);
        return;
      case Presence::Bitmap: return for_bits_in(first, last, visit);
      case Presence::List: return for_listed_in(first, last, visit);
    }
  }

  Cell cell(std::uint32_t index) const {
    switch (coding) {
      case Coding::Text: return Cell::of_text(static_cast<std::uint32_t>(base + stored(index)));
      case Coding::Scaled: return Cell::of_number(static_cast<double>(base + stored(index)) / kPowers[scale]);
      case Coding::Double: return Cell::of_number(static_cast<const double*>(cells)[index]);
      case Coding::Bool: return Cell::of_bool(base + stored(index) != 0);
      case Coding::Mixed: return {static_cast<const std::uint64_t*>(cells)[index]};
    }
    return Cell::missing();
  }

  Value value(std::uint32_t row) const {
    const std::uint32_t index = find(row);
    if (index == kNotThere) return {};
    const Cell found = cell(index);
    switch (found.type()) {
      case Value::Type::Missing: return {};
      case Value::Type::Bool: return {Value::Type::Bool, found.boolean(), 0, {}};
      case Value::Type::Number: return {Value::Type::Number, false, found.number(), {}};
      case Value::Type::Text: return {Value::Type::Text, false, 0, dictionary->text(found.code())};
    }
    return {};
  }

 private:
  std::int64_t stored(std::uint32_t index) const {
    switch (width) {
      case 1: return static_cast<const std::uint8_t*>(cells)[index];
      case 2: return static_cast<const std::uint16_t*>(cells)[index];
      case 4: return static_cast<const std::uint32_t*>(cells)[index];
      default: return 0;
    }
  }

  template <class Visit>
  void for_bits_in(std::uint32_t first, std::uint32_t last, const Visit& visit) const {
    const std::uint32_t last_word = (last - 1) >> 6U;
    for (std::uint32_t at = first >> 6U; at <= last_word; ++at) {
      const std::uint64_t whole = bits[at];
      std::uint64_t word = whole;
      if (at == first >> 6U) word &= ~std::uint64_t{0} << (first & 63U);
      if (at == last_word && (last & 63U) != 0) word &= (std::uint64_t{1} << (last & 63U)) - 1;
      if (word == 0) continue;
      const std::uint64_t before = whole & ((word & (~word + 1)) - 1);
      std::uint32_t index = starts[at >> 10U] + lows[at] + static_cast<std::uint32_t>(std::popcount(before));
      for (; word != 0; word &= word - 1)
        visit((at << 6U) + static_cast<std::uint32_t>(std::countr_zero(word)), index++);
    }
  }

  template <class Visit>
  void for_listed_in(std::uint32_t first, std::uint32_t last, const Visit& visit) const {
    const std::uint32_t last_block = (last - 1) >> list_shift;
    for (std::uint32_t block = first >> list_shift; block <= last_block; ++block) {
      for (std::uint32_t index = starts[block]; index < starts[block + 1]; ++index) {
        const std::uint32_t row = (block << list_shift) + lows[index];
        if (row >= last) return;
        if (row >= first) visit(row, index);
      }
    }
  }
};

/// The cells of some rows of one column: rows.size() of them.
void read_cells(const Column& column, std::span<const std::uint32_t> rows, Cell* cells);

}  // namespace habitue::journey
