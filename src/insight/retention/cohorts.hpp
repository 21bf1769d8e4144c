// One person in retention: which cohorts they are in, and in which columns they came back. Plain arrays in, plain arrays out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "insight/retention/acts.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/retention.hpp"

namespace habitue::insight::retention {

inline constexpr std::uint64_t kStart = 1, kComeback = 2;

/// Somebody in a cohort.
struct Entry {
  std::size_t cohort;
  std::size_t act;  ///< The start.
};

/// What became of an entry.
struct Outcome {
  std::vector<std::uint8_t> came;  ///< By column.
  std::size_t over = 0;            ///< Columns, from the first, that were over for this person at as_of.
  std::size_t begun = 0;           ///< Columns that had begun.
};

/// The table of a question: rows and columns. Read-only; safe from any thread.
class Table {
 public:
  /// Errors: InvalidInput for a spec out of its bounds, and for too many cohorts.
  static Result<Table> of(const Customers& customers, const Question& question, const RetentionSpec& spec);

  std::size_t cohorts() const { return cohorts_; }
  std::size_t columns() const { return columns_.size(); }
  const RetentionReport::Column& column(std::size_t index) const { return columns_[index]; }
  const Timeline& timeline() const { return timeline_; }
  const Calendar& calendar() const { return calendar_; }
  std::chrono::microseconds unit() const { return unit_; }
  /// Columns over and begun for somebody who starts at the cohort's last moment, when nobody did.
  void nominal(std::size_t cohort, std::chrono::microseconds cycle, Outcome& outcome) const;

  /// In order of cohorts, each once. The acts are ordered as ActReader promises.
  void find_entries(const std::vector<Act>& acts, std::vector<Entry>& entries) const;
  /// `periods`: of the acts, from periods_of. `cycle`: of the person, for OwnCycle. `same_value`: only comebacks with the start's value.
  void evaluate(const std::vector<Act>& acts, const std::vector<std::int64_t>& periods, const Entry& entry,
                std::chrono::microseconds cycle, bool same_value, Outcome& outcome) const;
  /// Whether one event decides each column, by its calendar period: comeback_column then says which.
  bool is_plain() const { return is_plain_; }
  /// Of a plain table: the column of a comeback at or after the start, which is in `cohort`; columns() beyond the last.
  std::size_t comeback_column(UtcMicros at, std::size_t cohort) const {
    const auto offset = static_cast<std::size_t>(timeline_.index_of(at)) - cohort;
    return offset < column_of_.size() ? column_of_[offset] : columns_.size();
  }
  /// The cohort of the first start that was read, when there may be no other entry than it; nothing when it is in none.
  std::optional<std::size_t> cohort_of_first(UtcMicros start, bool is_first_of_kind) const;
  /// The period of each act on the timeline; not used off the Calendar clock.
  void periods_of(const std::vector<Act>& acts, std::vector<std::int64_t>& periods) const;

 private:
  Table(const RetentionSpec& spec, const Calendar& calendar, const Timeline& timeline, UtcMicros as_of)
      : spec_(spec), calendar_(calendar), timeline_(timeline), as_of_(as_of) {}
  struct Nominal {
    std::size_t over, begun;
  };
  std::size_t columns_over(std::int64_t periods_over) const;
  std::size_t columns_begun(std::int64_t last_period) const;

  RetentionSpec spec_;
  Calendar calendar_;
  Timeline timeline_;  // Of cohorts, and on the Calendar clock of all columns of the last.
  UtcMicros as_of_;
  std::chrono::microseconds unit_{};
  std::size_t cohorts_ = 0;
  std::int64_t now_ =
      0;  // On the Calendar clock: the period that holds as_of; its end counts as over when as_of is its last moment.
  std::int64_t over_ = 0;  // Periods of the timeline that are over.
  std::vector<RetentionReport::Column> columns_;
  std::vector<Nominal> nominal_;  // By cohort, on the Calendar clock.
  bool is_plain_ = false;
  std::vector<std::uint16_t> column_of_;  // By periods after the start, up to the end of the last column.
};

}  // namespace habitue::insight::retention
