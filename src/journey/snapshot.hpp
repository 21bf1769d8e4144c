// All journeys as of one commit: one large segment and a few smaller and newer ones.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "journey/journey.hpp"
#include "journey/segment_builder.hpp"
#include "journey/symbols.hpp"

namespace habitue::journey {

/// A segment less the journeys that newer segments hold. Every journey but nobody's is live in exactly one part, whole.
struct Part {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const std::vector<bool>> superseded;  ///< By place among the segment's persons; null when none is.
  std::uint32_t persons_dead = 0;
  std::uint32_t rows_dead = 0;

  bool live(std::uint32_t person) const { return superseded == nullptr || !(*superseded)[person]; }
  std::uint32_t rows_live() const { return segment->rows() - rows_dead; }
  Journey journey(std::uint32_t person) const {
    return {segment.get(), segment->person(person), segment->first_row(person), segment->first_row(person + 1)};
  }
  /// The place of a person whose live journey is here.
  std::optional<std::uint32_t> find(PersonId person) const;
  void supersede(std::span<const std::uint32_t> persons);
  /// Everything that is live, for building another segment of it.
  Source live_source() const;
};

/// What a snapshot is made of; the index keeps the numbers up to date.
struct SnapshotContents {
  std::vector<Part> parts;
  std::shared_ptr<const Symbols::Published> names;
  std::vector<std::uint64_t> kind_counts;
  EventSeq up_to;
  std::optional<UtcMicros> first_at, last_at;
  std::size_t text_bytes = 0;  ///< Of the dictionaries.
};

class IndexSnapshot final : public Snapshot {
 public:
  explicit IndexSnapshot(SnapshotContents contents);

  EventSeq up_to() const override { return in_.up_to; }
  std::size_t person_count() const override { return person_count_; }
  std::size_t event_count() const override { return event_count_; }
  std::optional<UtcMicros> first_event_at() const override { return in_.first_at; }
  std::optional<UtcMicros> last_event_at() const override { return in_.last_at; }
  std::size_t memory_bytes() const override;

  std::span<const std::string> kinds() const override { return in_.names->kinds.texts; }
  std::optional<EventKind> find_kind(std::string_view name) const override;
  std::size_t count_of(EventKind kind) const override;
  std::vector<std::string> property_names() const override;
  std::optional<Property> find_property(std::string_view name) const override;
  std::vector<std::pair<std::string, std::uint64_t>> frequent_values(Property property,
                                                                     std::size_t limit) const override;

  Value value_of(Property property, Cell cell) const override;
  std::optional<Journey> find(PersonId person) const override;
  Journey nobody() const override;
  EventSeq seq_of(const Event& event) const override { return event.segment->seq(event.row); }
  OriginId origin_of(const Event& event) const override { return event.segment->origin(event.row); }
  void for_each_journey(const std::function<void(Journey)>& visit) const override;
  void for_each_journey(std::size_t part, std::size_t parts, const std::function<void(Journey)>& visit) const override;
  void for_each_selection(std::size_t part, std::size_t parts, std::span<const std::uint8_t> wanted,
                          const std::function<void(const SelectionBlock&)>& visit) const override;
  void for_each_start(std::size_t part, std::size_t parts,
                      const std::function<void(std::span<const std::int64_t> at_us)>& visit) const override;

  const SnapshotContents& contents() const { return in_; }

 private:
  PersonId border(std::size_t part, std::size_t parts) const;
  /// Calls `visit(part, from, to)` for the persons of a range: places in the part, some of which may not be live.
  using VisitRun = std::function<void(const Part& part, std::uint32_t from, std::uint32_t to)>;
  void visit_runs(PersonId first, std::optional<PersonId> end, const VisitRun& visit) const;
  std::pair<PersonId, std::optional<PersonId>> range_of(std::size_t part, std::size_t parts) const;

  SnapshotContents in_;
  std::size_t person_count_ = 0;
  std::size_t event_count_ = 0;
  // Events of nobody come with every change and their journey may be long, so it is only joined when it is asked for.
  mutable std::once_flag nobody_once_;
  mutable std::shared_ptr<const Segment> nobody_joined_;
};

}  // namespace habitue::journey
