// What the pass over journeys leaves of each person who entered, and of it the figures.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "insight/funnel/funnel.hpp"
#include "journey/cell.hpp"

namespace habitue::insight::funnel {

/// The attempt of one person, or of one person and one held value.
struct Record {
  PersonId person;
  criteria::Verdict audience = criteria::Verdict::Unknown;
  bool removed = false;
  bool open = false;         ///< Not converted, and could be after as_of.
  bool has_value = true;     ///< False when the step that gives the value was not filled.
  std::uint32_t unit = 0;    ///< Among the held values of the person.
  std::uint32_t bucket = 0;  ///< Of the trend.
  std::uint32_t depth = 0;   ///< Required steps filled.
  journey::Cell value = journey::Cell::missing();
  std::uint64_t filled = 0;
  std::int64_t entry_us = 0, completed_us = 0;
  std::size_t times =
      0;  ///< Where its times begin in Records::times: one a step that is filled but the first, in order.
};

struct Records {
  std::vector<Record> records;
  std::vector<std::int64_t> times;  ///< From the previous required step, in microseconds.
  void append(const Records& other);
};

/// What figures need of the question.
struct Counting {
  std::uint64_t required = 0;  ///< Bit i: step i.
  std::size_t steps = 0, levels = 0;
  bool leave_out_open = false;
  std::optional<std::size_t> bins;
  /// The last required step before this one; of step 0 itself.
  std::size_t previous(std::size_t step) const;
  /// Whether it is in the figures at all.
  bool counts(const Record& record) const { return !record.removed && !(leave_out_open && record.open); }
  bool converted(const Record& record) const { return record.depth == levels; }
  /// The required step at which an attempt ended.
  std::size_t last_step(const Record& record) const;
};

/// The time from the previous required step to this one, which is filled and not the first.
std::int64_t time_of(const Record& record, const Records& from, std::size_t step);

/// Figures of some records of `from`, by audience.
ByAudience<FunnelFigures> count_records(std::span<const Record> records, const Records& from, const Counting& counting);

/// Whether the record is one of those that a number counts.
bool is_counted(const Record& record, const Records& from, const Counting& counting, const FunnelCell& cell);

/// Records of one value of a breakdown.
struct ValueGroup {
  FunnelValueKind kind = FunnelValueKind::Value;
  std::string text;
  std::size_t values = 1;
  std::vector<Record> records;
};
/// In the order in which they are shown. `text` reads a value. A person counts once in each group, by the deepest attempt.
std::vector<ValueGroup> group_by_value(const Records& from, const Counting& counting, std::size_t limit,
                                       const std::function<std::optional<std::string>(journey::Cell)>& text);

/// Sorts the records of a trend into the groups of the whole, by the value of each bucket's attempt: the same groups in their order, and
/// those of other, missing and not reached values also where the whole has none. A person counts once in each bucket of a group.
std::vector<ValueGroup> group_trend(const std::vector<ValueGroup>& whole, const Records& trend,
                                    const Counting& counting,
                                    const std::function<std::optional<std::string>(journey::Cell)>& text);

}  // namespace habitue::insight::funnel
