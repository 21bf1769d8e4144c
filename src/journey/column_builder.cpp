#include "journey/column_builder.hpp"

#include <cmath>
#include <limits>

namespace habitue::journey {

namespace {

// Rows a bitmap or a list costs: a bitmap 5/32 bytes a row, a list 2.5 bytes a cell. They meet at one cell in 16.
constexpr std::uint32_t kListBelow = 16;

// number * 10^scale as an integer, if dividing it again gives the number back bit by bit.
bool scaled(double number, unsigned scale, std::int64_t& integer) {
  constexpr double kExact = 4'503'599'627'370'496.0;  // 2^52
  const double product = number * Column::kPowers[scale];
  if (!(std::abs(product) < kExact)) return false;
  integer = std::llrint(product);
  return std::bit_cast<std::uint64_t>(static_cast<double>(integer) / Column::kPowers[scale]) ==
         std::bit_cast<std::uint64_t>(number);
}

struct Range {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  void take(std::int64_t value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  // The bytes that hold every value less `least`, or 8 when four do not.
  std::uint8_t width() const {
    const std::uint64_t span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    if (span == 0) return 0;
    if (span <= 0xFF) return 1;
    if (span <= 0xFFFF) return 2;
    return span <= 0xFFFF'FFFF ? 4 : 8;
  }
};

// The least scale at which all numbers are integers, with their range; false when there is none.
bool scale_of(std::span<const Cell> cells, std::uint8_t& scale, Range& range) {
  std::int64_t integer = 0;
  for (const Cell cell : cells)
    while (!scaled(cell.number(), scale, integer))
      if (++scale == Column::kPowers.size()) return false;
  for (const Cell cell : cells) {  // Again with the final scale: larger integers may have lost their exactness.
    if (!scaled(cell.number(), scale, integer)) return false;
    range.take(integer);
  }
  return range.width() <= 4;
}

template <class Stored, class Read>
const void* pack(std::span<const Cell> cells, Storage& storage, const Read& read) {
  Stored* const packed = storage.make<Stored>(cells.size());
  for (std::size_t index = 0; index < cells.size(); ++index) packed[index] = static_cast<Stored>(read(cells[index]));
  return packed;
}

template <class Read>
void pack_integers(Column& column, const Range& range, std::span<const Cell> cells, Storage& storage,
                   const Read& read) {
  column.base = range.least;
  column.width = range.width();
  const auto from_base = [&](Cell cell) { return read(cell) - column.base; };
  if (column.width == 1) column.cells = pack<std::uint8_t>(cells, storage, from_base);
  if (column.width == 2) column.cells = pack<std::uint16_t>(cells, storage, from_base);
  if (column.width == 4) column.cells = pack<std::uint32_t>(cells, storage, from_base);
}

void build_cells(Column& column, std::span<const Cell> cells, Storage& storage) {
  bool numbers = false, texts = false, bools = false;
  for (const Cell cell : cells) {
    const Value::Type type = cell.type();
    numbers |= type == Value::Type::Number;
    texts |= type == Value::Type::Text;
    bools |= type == Value::Type::Bool;
  }
  Range range;
  const auto code_of = [](Cell cell) { return static_cast<std::int64_t>(cell.code()); };
  const auto bool_of = [](Cell cell) { return static_cast<std::int64_t>(cell.boolean()); };
  if (texts && !numbers && !bools) {
    column.coding = Column::Coding::Text;
    for (const Cell cell : cells) range.take(code_of(cell));
    pack_integers(column, range, cells, storage, code_of);
  } else if (bools && !numbers && !texts) {
    column.coding = Column::Coding::Bool;
    for (const Cell cell : cells) range.take(bool_of(cell));
    pack_integers(column, range, cells, storage, bool_of);
  } else if (numbers && !bools && !texts) {
    if (scale_of(cells, column.scale, range)) {
      column.coding = Column::Coding::Scaled;
      const auto integer_of = [&](Cell cell) { return std::llrint(cell.number() * Column::kPowers[column.scale]); };
      pack_integers(column, range, cells, storage, integer_of);
    } else {
      column.coding = Column::Coding::Double;
      column.scale = 0;
      column.width = sizeof(double);
      column.cells = pack<double>(cells, storage, [](Cell cell) { return cell.number(); });
    }
  } else {
    column.coding = Column::Coding::Mixed;
    column.width = sizeof(std::uint64_t);
    column.cells = pack<std::uint64_t>(cells, storage, [](Cell cell) { return cell.bits; });
  }
}

void build_bitmap(Column& column, std::span<const std::uint32_t> rows, Storage& storage) {
  const ColumnSizes sizes = sizes_of(column);
  auto* const bits = storage.make<std::uint64_t>(sizes.bits);
  auto* const starts = storage.make<std::uint32_t>(sizes.starts);
  auto* const lows = storage.make<std::uint16_t>(sizes.lows);
  std::fill_n(bits, sizes.bits, 0);
  for (const std::uint32_t row : rows) bits[row >> 6U] |= std::uint64_t{1} << (row & 63U);
  std::uint32_t before = 0;
  for (std::size_t word = 0; word < sizes.bits; ++word) {
    if (word % 1024 == 0) starts[word / 1024] = before;
    lows[word] = static_cast<std::uint16_t>(before - starts[word / 1024]);
    before += static_cast<std::uint32_t>(std::popcount(bits[word]));
  }
  column.bits = bits;
  column.starts = starts;
  column.lows = lows;
}

void build_list(Column& column, std::span<const std::uint32_t> rows, Storage& storage) {
  // About eight cells a block, and a row's place in its block fits two bytes.
  column.list_shift = 6;
  while (column.list_shift < 16 && (std::uint64_t{column.count} << column.list_shift) < std::uint64_t{8} * column.rows)
    ++column.list_shift;
  const ColumnSizes sizes = sizes_of(column);
  auto* const starts = storage.make<std::uint32_t>(sizes.starts);
  auto* const lows = storage.make<std::uint16_t>(sizes.lows);
  std::size_t block = 0;
  starts[0] = 0;
  for (std::uint32_t index = 0; index < rows.size(); ++index) {
    while (block < rows[index] >> column.list_shift) starts[++block] = index;
    lows[index] = static_cast<std::uint16_t>(rows[index] & ((1U << column.list_shift) - 1U));
  }
  while (block + 1 < sizes.starts) starts[++block] = column.count;
  column.starts = starts;
  column.lows = lows;
}

}  // namespace

ColumnSizes sizes_of(const Column& column) {
  ColumnSizes sizes{0, 0, 0, 0};
  if (column.presence == Column::Presence::Bitmap) {
    sizes.bits = (std::size_t{column.rows} + 63) / 64;
    sizes.lows = sizes.bits;
    sizes.starts = (std::size_t{column.rows} + 65'535) / 65'536;
  } else if (column.presence == Column::Presence::List) {
    sizes.starts = ((std::size_t{column.rows} - 1) >> column.list_shift) + 2;
    sizes.lows = column.count;
  }
  sizes.cell_bytes = std::size_t{column.count} * column.width;
  return sizes;
}

Column build_column(std::span<const std::uint32_t> rows, std::span<const Cell> cells, std::uint32_t segment_rows,
                    const Dictionary* dictionary, Storage& storage) {
  Column column;
  column.rows = segment_rows;
  column.count = static_cast<std::uint32_t>(cells.size());
  column.dictionary = dictionary;
  if (cells.empty()) return column;
  if (column.count == segment_rows) {
    column.presence = Column::Presence::All;
  } else if (column.count >= segment_rows / kListBelow) {
    column.presence = Column::Presence::Bitmap;
    build_bitmap(column, rows, storage);
  } else {
    column.presence = Column::Presence::List;
    build_list(column, rows, storage);
  }
  build_cells(column, cells, storage);
  return column;
}

}  // namespace habitue::journey
