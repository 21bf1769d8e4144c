// Whether columns from a file can be read without stepping outside: counts, offsets and codes within their bounds.
#pragma once

#include <cstdint>

#include "journey/column.hpp"
#include "journey/segment.hpp"

namespace habitue::journey {

/// The numbers of a column, before its arrays are looked for.
bool is_sound_shape(const Column& column);
/// The arrays of a column of sound shape, `texts` being the number of codes in its dictionary.
bool is_sound_column(const Column& column, std::uint32_t texts);
bool are_sound_texts(const MappedDictionary& texts, std::uint64_t blob_bytes, std::uint32_t slots);
struct RowLimits {
  std::uint32_t kinds, origins, block_origins;
};
bool are_sound_rows(const SegmentColumns& columns, const RowLimits& limits);
/// Of sound rows: each is in the journey of the person to whom its origin belongs, or a change would move it into a
/// journey that it does not know of.
bool are_of_their_persons(const SegmentColumns& columns, const std::uint32_t* person_of);

}  // namespace habitue::journey
