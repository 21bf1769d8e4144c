// The season of the year in forecasts: the time in which purchases are measured, how it is learnt, and whether it foretells better.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "insight/forecast/forecast.hpp"
#include "insight/forecast/purchase_records.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {
class SeasonalClock;
}

namespace habitue::insight::forecast {

/// The time in which purchases are measured: the calendar's, or that of a clock that runs fast in the weeks in which much is bought, whose
/// weeks are as long as the calendar's over a whole year; or that of occasions, whose unit is one of them.
class Pace {
 public:
  Pace() = default;  ///< The calendar's.
  /// Of a clock's intensities, one for each 52nd of the year; of none: the calendar's.
  explicit Pace(std::span<const double> intensities);

  /// Of occasions; of none: the calendar's.
  explicit Pace(std::shared_ptr<const Occasions> occasions) : occasions_(std::move(occasions)) {}

  /// Errors: InvalidInput for days that cannot be.
  Result<models::PurchaseHistory> history(const PurchaseRecords& records, const PurchaseRecord& customer) const;
  Result<std::vector<models::PurchaseHistory>> histories(const PurchaseRecords& records) const;
  /// Its weeks (or occasions that end) in so many of the calendar after a day.
  double weeks_after(LocalDay day, double weeks) const;
  /// As long as it can be foretold: of occasions, the weeks of the next whole number of them.
  double whole_weeks(LocalDay day, double weeks) const;
  /// The weeks of the calendar cut where purchases are counted and discounted: where each piece ends.
  std::vector<double> panels(LocalDay day, double weeks) const;
  /// Of an amount whose piece ends then, begun after the one before: when it comes, as a mean, in weeks from the day.
  double when(double before, double end) const { return occasions_ ? end : (before + end) / 2; }
  double unit_days() const;  ///< Seven, or those of an occasion.

 private:
  std::shared_ptr<const models::SeasonalClock> clock_;
  std::shared_ptr<const Occasions> occasions_;
};

/// A clock as learnt from what was known at a moment.
struct LearntClock {
  std::vector<double> intensities;  ///< 52, with a mean of 1; none where no season can be told.
  ForecastSeasonVerdict verdict =
      ForecastSeasonVerdict::TooShort;  ///< TooShort, NotSeen, or NotChecked where there is one.
};
/// From all repeat purchases up to the cut, against what `law` (times in weeks of the calendar) expects of each week without seasons. A
/// season is seen when it is more than chance would make of weeks as uneven as these. Errors: as the models'.
Result<LearntClock> learn_clock(const PurchaseRecords& records, const models::PurchaseModel& law);

/// How fast a clock of 52 intensities runs in each month; none of none.
std::vector<double> months_of(std::span<const double> intensities);

}  // namespace habitue::insight::forecast
