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

namespace habitue::journey {

/// Where a segment's columns are. Every array has `rows` entries but the last two.
struct SegmentColumns {
  std::uint32_t rows = 0;
  std::uint32_t persons = 0;
  const std::int64_t* at_us = nullptr;
  const std::uint16_t* kinds = nullptr;
  const std::uint32_t* origins = nullptr;
  std::uint64_t seq_base = 0;
  const std::uint32_t* seqs = nullptr;        ///< seq - seq_base; null when the range of places needs eight bytes,
  const std::uint64_t* wide_seqs = nullptr;   ///< and then this holds seq itself.
  const std::uint32_t* person_ids = nullptr;  ///< Ascending; none in a block of rows that are not grouped yet.
  const std::uint32_t* first_rows = nullptr;  ///< persons + 1 entries: where each journey begins, and the end.
};

class Segment {
 public:
  /// `properties` is indexed by property; `owner` keeps alive all that is pointed at.
  Segment(const SegmentColumns& columns, std::vector<Column> properties, std::shared_ptr<const void> owner,
          std::size_t bytes)
      : columns_(columns), properties_(std::move(properties)), owner_(std::move(owner)), bytes_(bytes) {}

  UtcMicros at(std::uint32_t row) const { return UtcMicros{std::chrono::microseconds{columns_.at_us[row]}}; }
  EventKind kind(std::uint32_t row) const { return EventKind{columns_.kinds[row]}; }
  OriginId origin(std::uint32_t row) const { return OriginId{columns_.origins[row]}; }
  EventSeq seq(std::uint32_t row) const {
    return EventSeq{columns_.seqs != nullptr ? columns_.seq_base + columns_.seqs[row] : columns_.wide_seqs[row]};
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
  std::optional<std::uint32_t> find(PersonId wanted) const {
    const std::uint32_t index = lower_bound(wanted);
    if (index == columns_.persons || columns_.person_ids[index] != wanted.value) return std::nullopt;
    return index;
  }

  const SegmentColumns& columns() const { return columns_; }
  std::span<const Column> properties() const { return properties_; }
  std::size_t bytes() const { return bytes_; }

 private:
  SegmentColumns columns_;
  std::vector<Column> properties_;
  std::shared_ptr<const void> owner_;
  std::size_t bytes_;
};

}  // namespace habitue::journey
