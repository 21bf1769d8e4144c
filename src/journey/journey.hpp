// Journeys: each person's events in order of time, in columns sorted by person. What all questions fold over.
// A Snapshot is immutable and lives as long as somebody holds it; readers never wait for writers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "journey/kind_filter.hpp"
#include "journey/segment.hpp"
#include "journey/value.hpp"

namespace habitue::journey {

// Track events are of the kind of their name; the other calls are of the kinds below. A property's column belongs to the
// key alone, so one key reads the same in all kinds.
inline constexpr std::string_view kIdentifyKind = "$identify";  ///< Its properties are traits.
inline constexpr std::string_view kPageKind = "$page";          ///< Its name is the property `name`.
inline constexpr std::string_view kScreenKind = "$screen";
inline constexpr std::string_view kGroupKind = "$group";  ///< Its properties are the account's traits.
inline constexpr std::string_view kAliasKind = "$alias";
/// Where track events go once there are 65,535 kinds. A track event that bears one of these names is of the kind
/// `track:` and its name, so that nobody passes a track event for an identify.
inline constexpr std::string_view kOtherKind = "$other";

/// Properties made from the parts of an event that are not its properties.
inline constexpr std::string_view kGroupIdProperty = "$group_id";  ///< Group, or context.groupId: the account.
inline constexpr std::string_view kProvenanceProperty =
    "$provenance";  ///< "given", "heard" or "inferred"; missing when observed.
// Context goes by its path with the prefix `$context.`: `$context.campaign.source`, `$context.page.referrer`.
// Nested properties go by their path: `address.city`. Arrays and nulls are not in the index; the ledger keeps them. Texts
// are cut at kTextBytesMax, and kPropertiesMax names are kept (event_reader.hpp says what context is left out).

/// One event of a journey, by value: 24 bytes.
struct Event {
  UtcMicros at;
  const Segment* segment;
  std::uint32_t row;  ///< Where the event's cells are in the segment's columns.
  EventKind kind;
};
static_assert(sizeof(Event) == 24);

/// One person's events, in order of (time, arrival). A view: valid while its snapshot is held; cheap to copy.
class Journey {
 public:
  class Iterator;
  Journey() = default;
  Journey(const Segment* segment, PersonId person, std::uint32_t first, std::uint32_t last)
      : segment_(segment), person_(person), first_(first), last_(last) {}

  PersonId person() const { return person_; }
  std::size_t size() const { return last_ - first_; }
  bool empty() const { return first_ == last_; }
  Event operator[](std::size_t index) const;
  Iterator begin() const;
  Iterator end() const;

  /// The events up to and with `as_of`: what was known then. Binary search.
  Journey until(UtcMicros as_of) const;
  /// The events at or after `from`.
  Journey since(UtcMicros from) const;
  /// Of the last event; not of an empty journey.
  UtcMicros last_at() const { return segment_->at(last_ - 1); }
  /// Puts the rows of the events of some kinds in `rows`, in order, and returns how many. `rows` is the caller's, and grows.
  std::size_t select(const KindFilter& kinds, std::vector<std::uint32_t>& rows) const;
  /// When the event of a row of select was.
  UtcMicros at_row(std::uint32_t row) const { return segment_->at(row); }
  /// Calls `visit(event)` for the events of some kinds, in order, until it returns false. `rows` as for select.
  template <class Visit>
  void visit_kinds(const KindFilter& kinds, std::vector<std::uint32_t>& rows, const Visit& visit) const;

 private:
  const Segment* segment_ = nullptr;
  PersonId person_;
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
};

class Journey::Iterator {
 public:
  using value_type = Event;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;
  Iterator() = default;
  Iterator(const Segment* segment, std::uint32_t row) : segment_(segment), row_(row) {}
  Event operator*() const;
  Iterator& operator++() {
    ++row_;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++row_;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  const Segment* segment_ = nullptr;
  std::uint32_t row_ = 0;
};

/// The events of some kinds in one journey, in order. A view: valid while it is visited.
class Selection {
 public:
  /// Of every event its row and its moment, in microseconds.
  Selection(const Segment* segment, std::span<const std::uint32_t> rows, const std::int64_t* at_us)
      : segment_(segment), rows_(rows), at_us_(at_us) {}
  std::size_t size() const { return rows_.size(); }
  Event operator[](std::size_t index) const {
    const std::uint32_t row = rows_[index];
    return {at(index), segment_, row, segment_->kind(row)};
  }
  UtcMicros at(std::size_t index) const { return UtcMicros{std::chrono::microseconds{at_us_[index]}}; }
  EventKind kind(std::size_t index) const { return segment_->kind(rows_[index]); }
  std::span<const std::int64_t> at_us() const { return {at_us_, rows_.size()}; }

 private:
  const Segment* segment_;
  std::span<const std::uint32_t> rows_;
  const std::int64_t* at_us_;
};

/// Several people of one segment, each with at least one event of the kinds that were asked for. Views: valid while visited.
struct SelectionBlock {
  struct Of {
    std::uint32_t place;        ///< Of the person in the segment.
    std::uint32_t first, last;  ///< Their events: first to last - 1 of `rows`.
  };
  const Segment* segment = nullptr;
  std::span<const Of> people;
  std::span<const std::uint32_t> rows;  ///< Ascending. Some may be of nobody among `people`.
  const std::int64_t* at_us = nullptr;  ///< Of each row its moment, in microseconds.

  Journey journey(const Of& of) const {
    return {segment, segment->person(of.place), segment->first_row(of.place), segment->first_row(of.place + 1)};
  }
  /// Of one row, by its place among `rows`.
  Event event(std::size_t place) const {
    const std::uint32_t row = rows[place];
    return {UtcMicros{std::chrono::microseconds{at_us[place]}}, segment, row, segment->kind(row)};
  }
  Selection selection(const Of& of) const {
    return {segment, rows.subspan(of.first, of.last - of.first), at_us + of.first};
  }
};

/// A property across all kinds, resolved once and then read per event. Cheap to copy; valid while the snapshot is held.
class Property {
 public:
  Property() = default;
  explicit Property(std::uint32_t index) : index_(index) {}
  std::uint32_t index() const { return index_; }
  /// Missing when the event has no such property.
  Value at(const Event& event) const;
  /// The same in eight bytes, equal for equal values within a snapshot: Snapshot::value_of gives the value back.
  Cell cell(const Event& event) const;
  std::optional<double> number(const Event& event) const;          ///< Also of text that is a plain decimal number.
  std::optional<std::string_view> text(const Event& event) const;  ///< Text only.
  friend auto operator<=>(Property, Property) = default;

 private:
  const Column* column_of(const Event& event) const {
    const std::span<const Column> columns = event.segment->properties();
    return index_ < columns.size() ? &columns[index_] : nullptr;
  }
  std::uint32_t index_ = UINT32_MAX;
};

/// The number that a text is when it is a plain decimal: digits with at most one point, perhaps after a minus.
std::optional<double> number_of_text(std::string_view text);

/// All journeys as of one commit.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  /// The last event of the ledger that is in it.
  virtual EventSeq up_to() const = 0;
  virtual std::size_t person_count() const = 0;  ///< Persons with at least one event; kNobody not counted.
  virtual std::size_t event_count() const = 0;   ///< With those of nobody.
  virtual std::optional<UtcMicros> first_event_at() const = 0;
  virtual std::optional<UtcMicros> last_event_at() const = 0;
  virtual std::size_t memory_bytes() const = 0;

  /// Names of kinds by their index.
  virtual std::span<const std::string> kinds() const = 0;
  virtual std::optional<EventKind> find_kind(std::string_view name) const = 0;
  /// Errors: NotFound, naming the nearest kind that exists.
  Result<std::vector<EventKind>> find_kinds(std::span<const std::string> names) const;
  virtual std::size_t count_of(EventKind kind) const = 0;

  virtual std::vector<std::string> property_names() const = 0;
  virtual std::optional<Property> find_property(std::string_view name) const = 0;
  /// The most frequent texts of a property with their counts, at most `limit`: for building filters.
  virtual std::vector<std::pair<std::string, std::uint64_t>> frequent_values(Property property,
                                                                             std::size_t limit) const = 0;

  /// The value of a cell that Property::cell gave.
  virtual Value value_of(Property property, Cell cell) const = 0;

  virtual std::optional<Journey> find(PersonId person) const = 0;
  /// The events that name nobody.
  virtual Journey nobody() const = 0;
  /// Which event of the ledger this is.
  virtual EventSeq seq_of(const Event& event) const = 0;
  /// Which identifier the event came with.
  virtual OriginId origin_of(const Event& event) const = 0;

  /// Calls `visit` for every person but nobody, in a fixed order (by PersonId). On the calling thread.
  virtual void for_each_journey(const std::function<void(Journey)>& visit) const = 0;
  /// Splits the persons in `parts` ranges and visits one of them: workers fold a part each, and the parts' order is fixed,
  /// so that the answer does not depend on the number of threads.
  virtual void for_each_journey(std::size_t part, std::size_t parts,
                                const std::function<void(Journey)>& visit) const = 0;
  /// Of a part those who have events of the kinds that `wanted` says (by kind, 1 or 0; at least kinds().size() entries), with these
  /// events, some hundreds at a time: the others are passed over without being looked at. Everybody once, in no order that
  /// means anything: it depends on what came when.
  virtual void for_each_selection(std::size_t part, std::size_t parts, std::span<const std::uint8_t> wanted,
                                  const std::function<void(const SelectionBlock&)>& visit) const = 0;
  /// Of a part the moment of everybody's first event, in microseconds, some hundreds at a time and in no order that means anything.
  virtual void for_each_start(std::size_t part, std::size_t parts,
                              const std::function<void(std::span<const std::int64_t> at_us)>& visit) const = 0;
};

inline Event Journey::Iterator::operator*() const { return {segment_->at(row_), segment_, row_, segment_->kind(row_)}; }

inline Event Journey::operator[](std::size_t index) const {
  return *Iterator(segment_, first_ + static_cast<std::uint32_t>(index));
}
inline Journey::Iterator Journey::begin() const { return {segment_, first_}; }
inline Journey::Iterator Journey::end() const { return {segment_, last_}; }

inline Journey Journey::until(UtcMicros as_of) const {
  // Mostly all of it is before as_of.
  if (empty() || segment_->at(last_ - 1) <= as_of) return *this;
  return {segment_, person_, first_, segment_->row_after(first_, last_, as_of)};
}
inline Journey Journey::since(UtcMicros from) const {
  if (empty() || segment_->at(first_) >= from) return *this;
  return {segment_, person_, segment_->row_since(first_, last_, from), last_};
}

inline std::size_t Journey::select(const KindFilter& kinds, std::vector<std::uint32_t>& rows) const {
  if (empty()) return 0;
  if (rows.size() < size() + KindFilter::kSpareRows) rows.resize(size() + KindFilter::kSpareRows);
  return kinds.select(segment_->columns().kinds, first_, last_, rows.data());
}

template <class Visit>
void Journey::visit_kinds(const KindFilter& kinds, std::vector<std::uint32_t>& rows, const Visit& visit) const {
  const std::size_t count = select(kinds, rows);
  for (std::size_t index = 0; index < count; ++index)
    if (!visit(*Iterator(segment_, rows[index]))) return;
}

inline Value Property::at(const Event& event) const { return event.segment->value(index_, event.row); }

inline Cell Property::cell(const Event& event) const {
  const Column* const column = column_of(event);
  const std::uint32_t index = column == nullptr ? Column::kNotThere : column->find(event.row);
  return index == Column::kNotThere ? Cell::missing() : column->cell(index);
}

inline std::optional<double> Property::number(const Event& event) const {
  const Column* const column = column_of(event);
  const std::uint32_t index = column == nullptr ? Column::kNotThere : column->find(event.row);
  if (index == Column::kNotThere) return std::nullopt;
  const Cell cell = column->cell(index);
  switch (cell.type()) {
    case Value::Type::Number: return cell.number();
    case Value::Type::Text: return number_of_text(column->dictionary->text(cell.code()));
    default: return std::nullopt;
  }
}

inline std::optional<std::string_view> Property::text(const Event& event) const {
  const Column* const column = column_of(event);
  const std::uint32_t index = column == nullptr ? Column::kNotThere : column->find(event.row);
  if (index == Column::kNotThere) return std::nullopt;
  const Cell cell = column->cell(index);
  if (cell.type() != Value::Type::Text) return std::nullopt;
  return column->dictionary->text(cell.code());
}

}  // namespace habitue::journey
