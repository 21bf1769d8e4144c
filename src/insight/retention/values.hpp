// The values of a breakdown that an answer shows: ranked once over all people, then found again by what they read as.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "insight/breakdown.hpp"
#include "insight/fold.hpp"
#include "insight/retention/acts.hpp"
#include "insight/retention/asked.hpp"
#include "insight/retention/cell_counts.hpp"

namespace habitue::insight::retention {

/// Numbers for values: equal for values that read the same. 0 is "missing"; kUnknownValue one that nobody was counted by.
inline constexpr std::uint32_t kUnknownValue = UINT32_MAX;

/// Which values a breakdown shows. Without a breakdown there is the total alone. Read-only; safe from any thread.
class ShownValues {
 public:
  /// Appends the rows of the events by whose values a person is counted; a breakdown by a trait asks whether there is one.
  using RowsOf = std::function<void(const Person&, std::vector<std::uint32_t>&)>;
  /// One pass over all people when there is a breakdown. Errors: NotFound for an unknown property; InvalidInput for a limit of 0 or
  /// above kLimitMax; Conflict when cancelled.
  static Result<ShownValues> rank(const Customers& customers, const Question& question, const Lens& lens,
                                  const std::optional<Breakdown>& breakdown, const RowsOf& rows_of);
  static constexpr std::size_t kLimitMax = 1000;
  /// The same where a question counts by itself. Errors: those of `rank`.
  static Result<ValueReader> bind(const Customers& customers, const Breakdown& breakdown);
  /// Of all cells by which people are counted; others read kUnknownValue. Millions of values take seconds: where the question is
  /// cancelled meanwhile, what is returned says nothing, and the caller is to look.
  static ShownValues of(ValueReader reader, std::size_t limit, const CellCounts& people,
                        const Cancellation* cancellation);

  /// The total is slot 0; then values by people, "missing" among them, then "other" if there is more than the limit.
  std::size_t slots() const { return shown_.size(); }
  const ShownValue& shown(std::size_t slot) const { return shown_[slot]; }
  std::optional<std::size_t> find(const ShownValue& value) const;
  /// Errors: NotFound for a value that is not shown.
  Result<std::size_t> slot(const ShownValue& value) const;

  const ValueReader* reader() const { return reader_ ? &*reader_ : nullptr; }
  bool by_person() const { return reader_ && reader_->of_person(); }
  bool by_event() const { return reader_ && !reader_->of_person(); }
  std::uint32_t value_of(journey::Cell cell) const;
  std::uint32_t value_of(const Person& person, UtcMicros as_of) const {
    return value_of(reader_->of(person.journey, as_of));
  }
  /// kNoSlot for a value that nobody was counted by.
  std::size_t slot_of(std::uint32_t value) const { return value < slot_of_.size() ? slot_of_[value] : kNoSlot; }
  static constexpr std::size_t kNoSlot = SIZE_MAX;
  /// Values of all acts of a person: of their events, or of the person, or 0 without a breakdown. Then orders ties.
  void label(const Person& person, UtcMicros as_of, std::vector<Act>& acts) const;

 private:
  std::optional<ValueReader> reader_;
  std::vector<ShownValue> shown_{ShownValue{}};
  Remembered value_of_;               // By the bits of a cell.
  std::vector<std::size_t> slot_of_;  // By value.
};

}  // namespace habitue::insight::retention
