// Each buys at their own pace (LIF-02, KNW-13): when a customer is expected to buy again, from the own days of purchases and those of
// similar customers. What is learnt of the others is learnt by calendar month: at a moment only months that had ended are known.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/time.hpp"
#include "journey/journey.hpp"
#include "models/rhythm/interval_law.hpp"

namespace habitue::knowledge {

class MoneyReader;

/// What is expected of one customer. Days are days of the business's zone; the interval holds 80 % of next purchases, of those that come.
struct Rhythm {
  std::uint32_t intervals = 0;        ///< Own ones: days of purchases less one.
  std::optional<double> mean_days{};  ///< Of the own intervals.
  double own_weight = 0;              ///< How much they count: from 0, as everybody, to 1, as told by them alone.
  double cycle_days = 0;              ///< The middle of what is expected: half of next purchases come by then.
  LocalDay last{}, from{}, middle{}, until{};
  std::int64_t days_since_last = 0;
  std::int64_t overdue_after_days =
      0;                ///< Overdue when more days than these have passed since the last: the 90 % point.
  double lateness = 0;  ///< The chance that it would have come by now, if it comes: overdue is above 0.9.
  bool overdue = false;
  std::string_view
      group;  ///< Value of the trait that tells who is similar; empty: all customers. Lives as long as the book.
};

inline constexpr std::size_t kRhythmBands = 4;
/// Customers of 0, 1 or 2, 3 to 5, and 6 own intervals or more: chances are mended apart.
std::size_t rhythm_band(std::uint32_t intervals);

/// What is known at a moment of how a group of customers buys.
class RhythmLearnt {
 public:
  static constexpr std::uint32_t kKept = 64;  // Of fewer own intervals than this the points are computed once.

  RhythmLearnt(const models::IntervalLaw& law, const std::array<models::ChanceCounts, kRhythmBands>& counts);
  const models::IntervalLaw& law() const { return law_; }

  enum class Point : std::uint8_t { Early, Middle, Late };  ///< 10, 50 and 90 %.
  /// Days from the last purchase to the point, after intervals that sum to `total` days; at least 1.
  std::int64_t days_to(Point point, std::uint32_t intervals, std::int64_t total) const;
  /// The chance that it would have come within so many days.
  double chance(std::uint32_t intervals, std::int64_t total, std::int64_t days) const;

 private:
  double scale(Point point, std::uint32_t intervals) const;
  models::IntervalLaw law_;
  std::array<models::ChanceCounts, kRhythmBands> counts_;
  std::array<std::array<double, 3>, kRhythmBands> levels_;
  std::unique_ptr<std::array<std::atomic<double>, 3>[]> kept_;  // 0: not yet.
};

/// By which trait customers are similar.
struct RhythmTrait {
  journey::EventKind identify;
  journey::Property property;
  /// The last value that identify events tell, as text; empty where there is none.
  std::string value(const journey::Journey& journey) const;
};

/// Everybody's rhythms, month by month. Read-only once built; safe from any thread.
class RhythmBook {
 public:
  /// Two passes over all purchases, on all cores. Purchases are those that counted at the end of the month they are of. Null when
  /// cancelled.
  static std::unique_ptr<const RhythmBook> build(const journey::Snapshot& snapshot, const MoneyReader& money,
                                                 const Zone& zone, const std::optional<RhythmTrait>& trait,
                                                 const Cancellation* cancellation);

  /// What was known at the beginning of the day's month, of the group where enough is, else of everybody; null: not enough of either.
  const RhythmLearnt* learnt_at(LocalDay day, std::string_view group) const;
  /// `days`: of purchases up to `today`, ascending, of which several may be the same. Nothing without a purchase or when too little is known.
  std::optional<Rhythm> rhythm(std::span<const LocalDay> days, LocalDay today, std::string_view group) const;

 private:
  struct Month {
    std::int32_t number;
    std::unique_ptr<RhythmLearnt> learnt;  // Null where too few are known.
  };
  using Months = std::vector<Month>;
  static const RhythmLearnt* find(const Months& months, std::int32_t before);
  friend class RhythmBuilder;
  std::map<std::string, Months, std::less<>> groups_;  // By value; "": everybody.
};

/// Months since the year 0.
std::int32_t month_number(LocalDay day);

}  // namespace habitue::knowledge
