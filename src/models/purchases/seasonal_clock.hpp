// Time that runs fast when people buy much: a clock fitted to the weeks of the year.
//
// In the clock's time purchases have no season. A history measured with it (`clocked_history`) is fitted with any law, and a forecast
// asks for the clock's time of its horizon, which is longer before Christmas than after it. That costs nothing per customer, while
// covariates that vary in time would want a row for each week of each.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/fit_report.hpp"
#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

/// Days since 1970-01-01, as a number that may have a fraction.
using Day = double;

class SeasonalClock {
 public:
  static constexpr std::size_t kParts = 52;  ///< Of a year, each a little more than a week.
  static constexpr double kYear =
      365.2425;  ///< Days; the parts are those of the mean year, so leap days shift them by one at most.

  /// The clock of intensities that are all one: calendar time.
  SeasonalClock();
  /// Intensities of the parts of the year, each above 0; their mean is made 1. Others than finite positive ones count as 1.
  explicit SeasonalClock(const std::array<double, kParts>& intensities);

  double intensity(Day day) const;            ///< How fast the clock runs, 1 on average over a year.
  double elapsed(Day from, Day to) const;     ///< Its days between two days, from <= to; 0 otherwise.
  Day after(Day from, double elapsed) const;  ///< The day on which so much of its time has passed: the inverse.
  const std::array<double, kParts>& intensities() const { return intensities_; }

 private:
  double reading(Day day) const;

  std::array<double, kParts> intensities_;
  std::array<double, kParts + 1> passed_;  // of a year until the start of each part, in days
};

/// A week (or any stretch) of the calendar: what was bought by known customers and what would have been without seasons.
struct CalendarWeek {
  Day start;
  Day end;
  double purchases = 0;  ///< Repeat purchases of all customers.
  double expected = 0;   ///< By a model in calendar time, see `expected_by_week`; above 0 to count.
};

struct ClockFit {
  SeasonalClock clock{};
  FitReport
      report{};  ///< Estimates: level, then cos_1, sin_1, ... of the logarithm of intensity. Distinct: weeks that counted.
};

/// Poisson regression of purchases on six harmonics of the year, each held by a normal prior (0.5 / its number), so that a season needs
/// evidence. Verdict TooFewData with finding LessThanAYear and the calendar's own clock when the weeks cover less than 52 weeks.
Result<ClockFit> fit_seasonal_clock(std::span<const CalendarWeek> weeks);

/// Weeks from `from` to `to` with the repeat purchases of customers who first bought on `first_days`, as `model` (times in days)
/// expects them of new customers. `purchases` are left 0.
Result<std::vector<CalendarWeek>> expected_by_week(const PurchaseModel& model, std::span<const Day> first_days,
                                                   Day from, Day to);

/// The history of a customer who bought on these rising days, the first of them the first of all, watched until `until`, in the clock's
/// days. Purchases after `until` are not looked at. Errors: InvalidInput without a purchase until then, or when days do not rise.
Result<PurchaseHistory> clocked_history(const SeasonalClock& clock, std::span<const Day> purchases, Day until);

/// Of repeat purchases up to `until`: add to a log-likelihood in the clock's time to have it in calendar time, which can be compared.
double ln_intensity_of(const SeasonalClock& clock, std::span<const Day> purchases, Day until);

}  // namespace habitue::models
