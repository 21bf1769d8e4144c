// The file of a saved index. All numbers are little-endian; the file is used in place, so it is the columns of segment.hpp
// and column.hpp as they lie in memory. It is a cache: any doubt about it is ErrorKind::Corrupt, and the index is built
// again from the ledger.
//
//   bytes 0-127     header (FileHeader)
//   then            sections in the order below, each beginning at a multiple of 64, the gaps filled with zeros
//   table_offset    table: a SectionEntry for each section, to the end of the file
//
// Sections, once each:
//   Kinds           the names of kinds in order of their number, each two bytes of length and its UTF-8 bytes
//   Properties      the names of properties, likewise
//   At              moments, packed (packed.hpp): at_base and at_unit in microseconds since 1970, UTC
//   KindOf          rows x kind_bytes: number of the kind
//   OriginCodes     rows x u8: which of its block's origins (OriginColumn in segment.hpp)
//   OriginStarts    (blocks + 1) x u32
//   Origins         block_origins x u32
//   Seq             packed, of unit 1 from seq_base
//   Persons         persons x u32, ascending
//   FirstRows       (persons + 1) x u32: where each person's rows begin; the last is `rows`
//   PersonOf        origins x u32: the person of each origin, 4294967295 when it has none
//   Columns         properties x ColumnEntry
// Then for each property in order, those of these that are not empty by its ColumnEntry (their sizes follow from it):
//   Bits, Starts, Lows, Cells                        as in column.hpp
//   Texts, TextBases, TextOffsets, TextSlots         as MappedDictionary in dictionary.hpp
//
// A version is one exact layout: a change of any of this is a new version, and older files are built again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace habitue::journey {

inline constexpr char kFileMagic[8] = {'H', 'A', 'B', 'J', 'R', 'N', '\r', '\n'};
inline constexpr std::uint32_t kFileVersion = 2;
inline constexpr std::uint32_t kFileByteOrder = 0x0403'0201;  // Reads as 01 02 03 04 in the file.
inline constexpr std::size_t kSectionAlignment = 64;

struct FileHeader {
  char magic[8];                  // 0
  std::uint32_t version;          // 8
  std::uint32_t byte_order;       // 12
  std::uint64_t file_bytes;       // 16  Length of the whole file.
  std::uint64_t table_offset;     // 24
  std::uint32_t sections;         // 32
  std::uint32_t rows;             // 36
  std::uint32_t persons;          // 40
  std::uint32_t kinds;            // 44
  std::uint32_t properties;       // 48
  std::uint32_t origins;          // 52
  std::uint64_t up_to;            // 56  Last event of the ledger that is in.
  std::uint64_t seq_base;         // 64
  std::uint64_t at_base;          // 72
  std::uint32_t at_unit;          // 80  1, 1,000 or 1,000,000.
  std::uint32_t at_bits;          // 84
  std::uint32_t seq_bits;         // 88
  std::uint32_t kind_bytes;       // 92  1 or 2.
  std::uint32_t block_origins;    // 96
  std::uint8_t reserved[12];      // 100 Zeros.
  std::uint64_t table_checksum;   // 112 XXH3 of the table.
  std::uint64_t header_checksum;  // 120 XXH3 of bytes 0-119.
};
static_assert(sizeof(FileHeader) == 128 && offsetof(FileHeader, header_checksum) == 120);

enum class SectionKind : std::uint32_t {
  Kinds = 1,
  Properties = 2,
  At = 3,
  KindOf = 4,
  OriginCodes = 5,
  Seq = 6,
  OriginStarts = 7,
  Persons = 8,
  FirstRows = 9,
  PersonOf = 10,
  Columns = 11,
  Origins = 12,
  Bits = 20,
  Starts = 21,
  Lows = 22,
  Cells = 23,
  Texts = 24,
  TextBases = 25,
  TextOffsets = 26,
  TextSlots = 27,
};

struct SectionEntry {
  SectionKind kind;        // 0
  std::uint32_t property;  // 4  Zero for sections of no property.
  std::uint64_t offset;    // 8
  std::uint64_t bytes;     // 16
  std::uint64_t checksum;  // 24 XXH3 of the section's bytes.
};
static_assert(sizeof(SectionEntry) == 32);

struct ColumnEntry {
  std::uint8_t presence;     // 0  Column::Presence
  std::uint8_t coding;       // 1  Column::Coding
  std::uint8_t width;        // 2
  std::uint8_t scale;        // 3
  std::uint8_t list_shift;   // 4
  std::uint8_t reserved[3];  // 5  Zeros.
  std::uint32_t count;       // 8  Cells.
  std::uint32_t texts;       // 12 Codes of the dictionary.
  std::int64_t base;         // 16
  std::uint32_t text_slots;  // 24 A power of two above `texts`; 0 without texts.
  std::uint32_t reserved2;   // 28 Zero.
};
static_assert(sizeof(ColumnEntry) == 32);

constexpr std::uint64_t section_aligned(std::uint64_t offset) {
  return (offset + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

}  // namespace habitue::journey
