#include "journey/column_check.hpp"

#include <algorithm>
#include <atomic>

#include "journey/column_builder.hpp"
#include "journey/journey.hpp"
#include "journey/parallel.hpp"

namespace habitue::journey {

namespace {

constexpr std::size_t kBlocksPerPiece = 4'096;  // Of 256 rows.

constexpr std::int64_t kExact = std::int64_t{1} << 53U;

template <class T>
std::uint64_t largest(const T* values, std::size_t count) {
  T found = 0;
  for (std::size_t index = 0; index < count; ++index) found = std::max(found, values[index]);
  return found;
}

std::uint64_t largest_stored(const Column& column) {
  switch (column.width) {
    case 1: return largest(static_cast<const std::uint8_t*>(column.cells), column.count);
    case 2: return largest(static_cast<const std::uint16_t*>(column.cells), column.count);
    case 4: return largest(static_cast<const std::uint32_t*>(column.cells), column.count);
    default: return 0;
  }
}

bool is_sound_bitmap(const Column& column) {
  const std::size_t words = sizes_of(column).bits;
  const std::uint32_t last_bits = column.rows % 64;
  if (last_bits != 0 && column.bits[words - 1] >> last_bits != 0) return false;
  std::uint32_t before = 0;
  for (std::size_t word = 0; word < words; ++word) {
    if (word % 1024 == 0 && column.starts[word / 1024] != before) return false;
    if (column.starts[word / 1024] + column.lows[word] != before) return false;
    before += static_cast<std::uint32_t>(std::popcount(column.bits[word]));
  }
  return before == column.count;
}

bool is_sound_list(const Column& column) {
  const std::size_t blocks = sizes_of(column).starts - 1;
  const std::uint32_t* const starts = column.starts;
  if (starts[0] != 0 || starts[blocks] != column.count || !std::is_sorted(starts, starts + blocks + 1)) return false;
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::uint32_t index = starts[block]; index < starts[block + 1]; ++index) {
      if (column.lows[index] >> column.list_shift != 0) return false;
      if (index > starts[block] && column.lows[index] <= column.lows[index - 1]) return false;
      if ((std::uint64_t{block} << column.list_shift) + column.lows[index] >= column.rows) return false;
    }
  }
  return true;
}

bool are_sound_cells(const Column& column, std::uint32_t texts) {
  switch (column.coding) {
    case Column::Coding::Text:
      return column.base >= 0 && static_cast<std::uint64_t>(column.base) + largest_stored(column) < texts;
    case Column::Coding::Bool:
      return column.base >= 0 && static_cast<std::uint64_t>(column.base) + largest_stored(column) <= 1;
    case Column::Coding::Scaled:
    case Column::Coding::Double: return true;  // Any bits are a number.
    case Column::Coding::Mixed: {
      const auto* const cells = static_cast<const std::uint64_t*>(column.cells);
      return std::all_of(cells, cells + column.count, [&](std::uint64_t bits) {
        const Cell cell{bits};
        return cell.type() != Value::Type::Text || cell.code() < texts;
      });
    }
  }
  return false;
}

}  // namespace

bool is_sound_shape(const Column& column) {
  if (column.presence > Column::Presence::List || column.coding > Column::Coding::Mixed) return false;
  if (column.count > column.rows || (column.count == 0) != (column.presence == Column::Presence::None)) return false;
  if (column.presence == Column::Presence::All && column.count != column.rows) return false;
  if (column.presence == Column::Presence::List && (column.list_shift < 6 || column.list_shift > 16)) return false;
  if (column.scale >= Column::kPowers.size() || column.base < -kExact || column.base > kExact) return false;
  if (column.coding == Column::Coding::Double || column.coding == Column::Coding::Mixed)
    return column.width == 8 || column.count == 0;
  return column.width == 0 || column.width == 1 || column.width == 2 || column.width == 4;
}

bool is_sound_column(const Column& column, std::uint32_t texts) {
  if (column.presence == Column::Presence::None) return true;
  if (column.presence == Column::Presence::Bitmap && !is_sound_bitmap(column)) return false;
  if (column.presence == Column::Presence::List && !is_sound_list(column)) return false;
  return are_sound_cells(column, texts);
}

bool are_sound_texts(const MappedDictionary& texts, std::uint64_t blob_bytes, std::uint32_t slots) {
  if (texts.count == 0) return slots == 0;
  if (!std::has_single_bit(slots) || slots <= texts.count || texts.count == UINT32_MAX) return false;
  for (std::uint32_t code = 0; code < texts.count; ++code) {
    const std::uint64_t base = texts.bases[code >> 16U];
    if (base > blob_bytes) return false;
    const std::uint64_t at = base + texts.offsets[code];
    std::uint16_t size = 0;
    if (at > blob_bytes || blob_bytes - at < sizeof size) return false;
    std::memcpy(&size, texts.blob + at, sizeof size);
    if (size > kTextBytesMax || blob_bytes - at - sizeof size < size) return false;
  }
  return largest(texts.slots, slots) <= texts.count;
}

bool are_sound_rows(const SegmentColumns& columns, const RowLimits& limits) {
  const std::uint32_t persons = columns.persons;
  const auto rising = [](const std::uint32_t* values, std::size_t count) {
    return std::adjacent_find(values, values + count, std::greater_equal<>()) == values + count;
  };
  if (columns.rows == UINT32_MAX || !rising(columns.person_ids, persons) ||
      !rising(columns.first_rows, persons + std::size_t{1}))
    return false;
  if (persons > 0 && columns.person_ids[persons - 1] == UINT32_MAX) return false;
  if (columns.first_rows[0] != 0 || columns.first_rows[persons] != columns.rows) return false;
  const std::size_t blocks = OriginColumn::blocks_of(columns.rows);
  const std::uint32_t* const starts = columns.origins.starts;
  if (starts[0] != 0 || starts[blocks] != limits.block_origins || !rising(starts, blocks + 1)) return false;
  if (std::any_of(columns.origins.origins, columns.origins.origins + limits.block_origins,
                  [&](std::uint32_t origin) { return origin != 0 && origin >= limits.origins; }))
    return false;

  std::atomic<bool> sound{true};
  for_each_piece((blocks + kBlocksPerPiece - 1) / kBlocksPerPiece, thread_count(), [&](std::size_t piece) {
    const std::size_t end = std::min(blocks, (piece + 1) * kBlocksPerPiece);
    const auto first_row = static_cast<std::uint32_t>(piece * kBlocksPerPiece << OriginColumn::kBlockShift);
    const auto end_row = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(columns.rows, std::uint64_t{end} << OriginColumn::kBlockShift));
    const std::uint64_t last_kind = columns.kinds.wide != nullptr
                                        ? largest(columns.kinds.wide + first_row, end_row - first_row)
                                        : largest(columns.kinds.narrow + first_row, end_row - first_row);
    if (last_kind >= limits.kinds) sound = false;
    for (std::size_t block = piece * kBlocksPerPiece; block < end; ++block) {
      const auto row = static_cast<std::uint32_t>(block << OriginColumn::kBlockShift);
      const std::uint32_t rows = std::min(columns.rows - row, 1U << OriginColumn::kBlockShift);
      if (largest(columns.origins.codes + row, rows) >= starts[block + 1] - starts[block]) sound = false;
    }
  });
  return sound;
}

bool are_of_their_persons(const SegmentColumns& columns, const std::uint32_t* person_of) {
  constexpr std::size_t kPersonsPerPiece = 16'384;
  std::atomic<bool> sound{true};
  for_each_piece((columns.persons + kPersonsPerPiece - 1) / kPersonsPerPiece, thread_count(), [&](std::size_t piece) {
    const std::size_t end = std::min<std::size_t>(columns.persons, (piece + 1) * kPersonsPerPiece);
    std::uint32_t origin = kNoOrigin.value, owner = kNobody.value;
    for (std::size_t place = piece * kPersonsPerPiece; place < end; ++place) {
      const std::uint32_t person = columns.person_ids[place];
      for (std::uint32_t row = columns.first_rows[place]; row < columns.first_rows[place + 1]; ++row) {
        if (const std::uint32_t next = columns.origins[row]; next != origin) {
          origin = next;
          owner = origin == kNoOrigin.value ? kNobody.value : person_of[origin];
        }
        if (owner != person) sound = false;
      }
    }
  });
  return sound;
}

}  // namespace habitue::journey
