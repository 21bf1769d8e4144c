#include "insight/forecast/season.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>

#include "models/purchases/seasonal_clock.hpp"

namespace habitue::insight::forecast {
namespace {

using models::SeasonalClock;

constexpr std::int64_t kWeeksAtLeast = 52;
constexpr double kWeeksAtMost =
    520;  // Seasons of long ago say little, and a wrong date would ask for thousands of years.
// What twice the logarithm of a likelihood ratio of twelve waves is above in one of a hundred companies without a season.
constexpr double kEvident = 26.2;
constexpr double kWaves = 12;
// What is bought in a panel is discounted by its middle: at 10 % a year that errs by less than one in 100,000. A year has eight.
constexpr double kPanelWeeks = 6.6;

std::int64_t number_of(LocalDay day) { return day.time_since_epoch().count(); }

// Weeks up to the cut with what was bought again in each; none before the first purchase.
Result<std::vector<models::CalendarWeek>> weeks_of(const PurchaseRecords& records, const models::PurchaseModel& law) {
  const auto cut = static_cast<double>(number_of(records.cut_day));
  std::vector<models::Day> firsts;
  firsts.reserve(records.customers.size());
  double earliest = cut;
  for (const PurchaseRecord& customer : records.customers) {
    firsts.push_back(records.days_of(customer).front());
    earliest = std::min(earliest, firsts.back());
  }
  models::PurchaseModel by_days = law;
  for (auto& kind : by_days.kinds) kind.law = models::in_longer_unit(kind.law, 1 / kDaysAWeek);
  const double whole = std::min(std::floor((cut - earliest) / kDaysAWeek), kWeeksAtMost);
  auto weeks = models::expected_by_week(by_days, firsts, cut - whole * kDaysAWeek, cut);
  if (!weeks) return weeks;
  for (const PurchaseRecord& customer : records.customers)
    for (const std::int32_t day : records.days_of(customer).subspan(1)) {
      // The day of the cut is the last of the last week.
      const double back = std::floor((cut - day) / kDaysAWeek);
      if (back < static_cast<double>(weeks->size()))
        (*weeks)[weeks->size() - 1 - static_cast<std::size_t>(back)].purchases += 1;
    }
  return weeks;
}

// Twice what the clock adds to the logarithm of the likelihood, against how uneven weeks are besides: quasi-likelihood (McCullagh and
// Nelder, 1989, chapter 9).
double evidence(std::span<const models::CalendarWeek> weeks, const SeasonalClock& clock) {
  double bought = 0, expected = 0, in_season = 0;
  for (const models::CalendarWeek& week : weeks) {
    bought += week.purchases;
    expected += week.expected;
    in_season += week.expected * clock.elapsed(week.start, week.end) / kDaysAWeek;
  }
  double gain = 0, uneven = 0, counted = 0;
  for (const models::CalendarWeek& week : weeks) {
    if (week.expected < 1e-9) continue;
    const double flat = week.expected * bought / expected;
    const double seasonal = week.expected * bought / in_season * clock.elapsed(week.start, week.end) / kDaysAWeek;
    gain += week.purchases * std::log(seasonal / flat) - (seasonal - flat);
    uneven += (week.purchases - seasonal) * (week.purchases - seasonal) / seasonal;
    ++counted;
  }
  return 2 * gain / std::max(1.0, uneven / std::max(1.0, counted - kWaves - 1));
}

}  // namespace

Pace::Pace(std::span<const double> intensities) {
  if (intensities.size() != SeasonalClock::kParts) return;
  std::array<double, SeasonalClock::kParts> parts{};
  std::copy(intensities.begin(), intensities.end(), parts.begin());
  clock_ = std::make_shared<const SeasonalClock>(parts);
}

Result<models::PurchaseHistory> Pace::history(const PurchaseRecords& records, const PurchaseRecord& customer) const {
  if (clock_ == nullptr) return customer.history;
  thread_local std::vector<models::Day> days;
  const auto bought = records.days_of(customer);
  days.assign(bought.begin(), bought.end());
  auto history = models::clocked_history(*clock_, days, static_cast<double>(number_of(records.cut_day)));
  if (!history) return history;
  history->t_x /= kDaysAWeek;
  history->T /= kDaysAWeek;
  history->sum_ln_gaps -= history->x * std::log(kDaysAWeek);
  return history;
}

Result<std::vector<models::PurchaseHistory>> Pace::histories(const PurchaseRecords& records) const {
  std::vector<models::PurchaseHistory> histories;
  histories.reserve(records.customers.size());
  for (const PurchaseRecord& customer : records.customers) {
    const auto own = history(records, customer);
    if (!own) return tl::unexpected(own.error());
    histories.push_back(*own);
  }
  return histories;
}

double Pace::weeks_after(LocalDay day, double weeks) const {
  if (occasions_) return occasions_->within(day, weeks * kDaysAWeek);
  if (clock_ == nullptr) return weeks;
  const auto from = static_cast<double>(number_of(day));
  return clock_->elapsed(from, from + weeks * kDaysAWeek) / kDaysAWeek;
}

double Pace::whole_weeks(LocalDay day, double weeks) const {
  return occasions_ ? occasions_->whole_days(day, weeks * kDaysAWeek) / kDaysAWeek : weeks;
}

std::vector<double> Pace::panels(LocalDay day, double weeks) const {
  std::vector<double> ends;
  if (occasions_) {
    const std::int32_t first = occasions_->over_by(day);
    for (std::int32_t one = 0; one < occasions_->within(day, weeks * kDaysAWeek); ++one)
      ends.push_back(static_cast<double>((occasions_->last_day(first + one) - day).count()) / kDaysAWeek);
    return ends;
  }
  const auto panels = static_cast<std::size_t>(std::ceil(weeks / kPanelWeeks));
  for (std::size_t panel = 1; panel <= panels; ++panel)
    ends.push_back(weeks / static_cast<double>(panels) * static_cast<double>(panel));
  return ends;
}

double Pace::unit_days() const { return occasions_ ? occasions_->length_days() : kDaysAWeek; }

Result<LearntClock> learn_clock(const PurchaseRecords& records, const models::PurchaseModel& law) {
  LearntClock learnt;
  const auto weeks = weeks_of(records, law);
  if (!weeks) return tl::unexpected(weeks.error());
  if (static_cast<std::int64_t>(weeks->size()) < kWeeksAtLeast) return learnt;
  const auto fit = models::fit_seasonal_clock(*weeks);
  if (!fit) return tl::unexpected(fit.error());
  learnt.verdict = ForecastSeasonVerdict::NotSeen;
  if (fit->report.verdict == models::FitVerdict::TooFewData || evidence(*weeks, fit->clock) < kEvident) return learnt;
  learnt.verdict = ForecastSeasonVerdict::NotChecked;
  learnt.intensities.assign(fit->clock.intensities().begin(), fit->clock.intensities().end());
  return learnt;
}

std::vector<double> months_of(std::span<const double> intensities) {
  std::vector<double> months;
  if (intensities.size() != SeasonalClock::kParts) return months;
  std::array<double, SeasonalClock::kParts> parts{};
  std::copy(intensities.begin(), intensities.end(), parts.begin());
  const SeasonalClock clock(parts);
  using std::chrono::local_days, std::chrono::January, std::chrono::month, std::chrono::year;
  for (unsigned number = 1; number <= 12; ++number) {
    // 1970, where the clock's year begins with the calendar's.
    const LocalDay first = local_days{year{1970} / month{number} / 1};
    const LocalDay next =
        number < 12 ? local_days{year{1970} / month{number + 1} / 1} : local_days{year{1971} / January / 1};
    const auto from = static_cast<double>(number_of(first)), to = static_cast<double>(number_of(next));
    months.push_back(clock.elapsed(from, to) / (to - from));
  }
  return months;
}

}  // namespace habitue::insight::forecast
