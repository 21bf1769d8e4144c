// An immutable block of rows in columns, sorted by person, then time, then arrival. Plain pointers into memory of its own
// or into a mapped file; what a fold reads is here, inline.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "journey/column.hpp"
#include "journey/packed.hpp"

namespace habitue::journey {

/// The kind of each row: one byte while no kind of the segment has a number above 255.
struct KindColumn {
  const std::uint8_t* narrow = nullptr;
  const std::uint16_t* wide = nullptr;  ///< Instead of narrow.
  std::uint16_t operator[](std::uint32_t row) const { return narrow != nullptr ? narrow[row] : wide[row]; }
  /// Asks the processor for a row.
  void prefetch(std::uint32_t row) const {
    __builtin_prefetch(narrow != nullptr ? static_cast<const void*>(narrow + row) : wide + row, 0, 2);
  }
};

/// The origin of each row. Few people share a block of rows, so one byte says which of the block's origins it is.
struct OriginColumn {
  static constexpr std::uint32_t kBlockShift = 8;  // As many rows as a byte has values: they never run out.
  const std::uint8_t* codes = nullptr;
  const std::uint32_t* starts = nullptr;  ///< By block, and the end: where its origins begin.
  const std::uint32_t* origins = nullptr;
  std::uint32_t operator[](std::uint32_t row) const { return origins[starts[row >> kBlockShift] + codes[row]]; }
  static std::size_t blocks_of(std::uint32_t rows) { return (std::size_t{rows} + 255) >> kBlockShift; }
};

/// Where a segment's columns are. Every column has `rows` entries but the last two.
struct SegmentColumns {
  std::uint32_t rows = 0;
  std::uint32_t persons = 0;
  Packed at_us;  ///< Signed.
  KindColumn kinds;
  OriginColumn origins;
  Packed seqs;
  const std::uint32_t* person_ids = nullptr;  ///< Ascending; none in a block of rows that are not grouped yet.
  const std::uint32_t* first_rows = nullptr;  ///< persons + 1 entries: where each journey begins, and the end.

  std::int64_t us(std::uint32_t row) const { return static_cast<std::int64_t>(at_us[row]); }
};

class Segment {
 public:
  /// `properties` is indexed by property; `owner` keeps alive all that is pointed at.
  Segment(const SegmentColumns& columns, std::vector<Column> properties, std::shared_ptr<const void> owner,
          std::size_t bytes)
      : columns_(columns), properties_(std::move(properties)), owner_(std::move(owner)), bytes_(bytes) {}

  UtcMicros at(std::uint32_t row) const { return UtcMicros{std::chrono::microseconds{columns_.us(row)}}; }
  EventKind kind(std::uint32_t row) const { return EventKind{columns_.kinds[row]}; }
  OriginId origin(std::uint32_t row) const { return OriginId{columns_.origins[row]}; }
  EventSeq seq(std::uint32_t row) const { return EventSeq{columns_.seqs[row]}; }
  /// The first of rows first..last-1 that is at or after `from`, or last. The rows are of one journey.
  std::uint32_t row_since(std::uint32_t first, std::uint32_t last, UtcMicros from) const {
    return first_row_where(first, last,
                           [from_us = from.time_since_epoch().count()](std::int64_t us) { return us >= from_us; });
  }
  /// Likewise the first that is after `as_of`.
  std::uint32_t row_after(std::uint32_t first, std::uint32_t last, UtcMicros as_of) const {
    return first_row_where(first, last,
                           [as_of_us = as_of.time_since_epoch().count()](std::int64_t us) { return us > as_of_us; });
  }
  Value value(std::uint32_t property, std::uint32_t row) const {
    return property < properties_.size() ? properties_[property].value(row) : Value{};
  }

  std::uint32_t rows() const { return columns_.rows; }
  std::uint32_t persons() const { return columns_.persons; }
  PersonId person(std::uint32_t index) const { return PersonId{columns_.person_ids[index]}; }
  std::uint32_t first_row(std::uint32_t index) const { return columns_.first_rows[index]; }
  /// The place among persons() of the first person at or after this one.
  std::uint32_t lower_bound(PersonId wanted) const {
    const std::uint32_t* const end = columns_.person_ids + columns_.persons;
    return static_cast<std::uint32_t>(std::lower_bound(columns_.person_ids, end, wanted.value) - columns_.person_ids);
  }
  /// The same, when it is known to be at or after the place `from` and thought to be near it.
  std::uint32_t lower_bound_near(PersonId wanted, std::uint32_t from) const {
    std::uint32_t step = 1, first = from;
    while (first + step < columns_.persons && columns_.person_ids[first + step] < wanted.value) {
      first += step;
      step *= 2;
    }
    const std::uint32_t* const ids = columns_.person_ids;
    const std::uint32_t last = std::min(first + step, columns_.persons);
    return static_cast<std::uint32_t>(std::lower_bound(ids + first, ids + last, wanted.value) - ids);
  }
  std::optional<std::uint32_t> find(PersonId wanted) const {
    const std::uint32_t index = lower_bound(wanted);
    if (index == columns_.persons || columns_.person_ids[index] != wanted.value) return std::nullopt;
    return index;
  }

  const SegmentColumns& columns() const { return columns_; }
  std::span<const Column> properties() const { return properties_; }
  std::size_t bytes() const { return bytes_; }

 private:
  template <class Holds>
  std::uint32_t first_row_where(std::uint32_t first, std::uint32_t last, const Holds& holds) const {
    while (first < last) {
      const std::uint32_t middle = first + (last - first) / 2;
      if (holds(columns_.us(middle)))
        last = middle;
      else
        first = middle + 1;
    }
    return first;
  }

  SegmentColumns columns_;
  std::vector<Column> properties_;
  std::shared_ptr<const void> owner_;
  std::size_t bytes_;
};

}  // namespace habitue::journey
