#include "models/purchases/seasonal_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/purchases/forecast.hpp"

namespace habitue::models {
namespace {

constexpr std::size_t kHarmonics = 6;
constexpr double kPart = SeasonalClock::kYear / SeasonalClock::kParts;
constexpr double kHarmonicSpread = 0.5;
constexpr double kDayMax = 1e7;

struct Place {
  double year;  // whole years since 1970
  std::size_t part;
  double into_part;  // days
};
Place place_of(Day day) {
  const double year = std::floor(day / SeasonalClock::kYear);
  const double into_year = std::clamp(day - year * SeasonalClock::kYear, 0.0, SeasonalClock::kYear);
  const auto part = std::min(static_cast<std::size_t>(into_year / kPart), SeasonalClock::kParts - 1);
  return {year, part, into_year - static_cast<double>(part) * kPart};
}

// cos and sin of the harmonics at the middle of a stretch of days.
std::array<double, 2 * kHarmonics> waves(Day day) {
  std::array<double, 2 * kHarmonics> values;
  for (std::size_t harmonic = 0; harmonic < kHarmonics; ++harmonic) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(harmonic + 1) * day / SeasonalClock::kYear;
    values[2 * harmonic] = std::cos(angle);
    values[2 * harmonic + 1] = std::sin(angle);
  }
  return values;
}

}  // namespace

SeasonalClock::SeasonalClock() : SeasonalClock(std::array<double, kParts>{}) {}

SeasonalClock::SeasonalClock(const std::array<double, kParts>& intensities) : intensities_(intensities), passed_{} {
  double total = 0;
  for (double& intensity : intensities_) {
    if (!(intensity > 1e-6 && intensity < 1e6)) intensity = 1;
    total += intensity;
  }
  for (std::size_t part = 0; part < kParts; ++part) {
    intensities_[part] *= static_cast<double>(kParts) / total;
    passed_[part + 1] = passed_[part] + intensities_[part] * kPart;
  }
}

double SeasonalClock::intensity(Day day) const { return intensities_[place_of(day).part]; }

double SeasonalClock::reading(Day day) const {
  const Place place = place_of(day);
  return place.year * passed_.back() + passed_[place.part] + intensities_[place.part] * place.into_part;
}

double SeasonalClock::elapsed(Day from, Day to) const {
  return to > from ? std::max(0.0, reading(to) - reading(from)) : 0;
}

Day SeasonalClock::after(Day from, double elapsed) const {
  const double wanted = reading(from) + elapsed;
  const double year = std::floor(wanted / passed_.back());
  const double into_year = wanted - year * passed_.back();
  const auto next = std::upper_bound(passed_.begin() + 1, passed_.end() - 1, into_year);
  const auto part = static_cast<std::size_t>(next - passed_.begin()) - 1;
  return year * kYear + static_cast<double>(part) * kPart + (into_year - passed_[part]) / intensities_[part];
}

Result<ClockFit> fit_seasonal_clock(std::span<const CalendarWeek> weeks) {
  struct Row {
    double purchases, expected;
    std::array<double, 2 * kHarmonics> waves;
  };
  std::vector<Row> rows;
  double days = 0, purchases = 0, expected = 0;
  for (const CalendarWeek& week : weeks) {
    const bool possible = week.end > week.start && std::abs(week.start) < kDayMax && std::abs(week.end) < kDayMax &&
                          week.purchases >= 0 && week.purchases < 1e15 && week.expected >= 0 && week.expected < 1e15;
    if (!possible) return invalid("a week ends after its start and has purchases that are counts");
    if (week.expected < 1e-9) continue;
    rows.push_back({week.purchases, week.expected, waves((week.start + week.end) / 2)});
    days += week.end - week.start;
    purchases += week.purchases;
    expected += week.expected;
  }
  ClockFit fit;
  fit.report.observations = static_cast<std::uint64_t>(purchases);
  fit.report.distinct = rows.size();
  if (days < 52 * 7) fit.report.findings.push_back(FitFinding::LessThanAYear);
  if (purchases < 52) fit.report.findings.push_back(FitFinding::NoRepeatPurchases);
  if (!fit.report.findings.empty()) return fit;

  const double level = std::log(purchases / expected);
  const Objective posterior = [&](std::span<const double> at, std::span<double> gradient) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    ExactSum value;
    for (const Row& row : rows) {
      double ln = level + at[0];
      for (std::size_t wave = 0; wave < 2 * kHarmonics; ++wave) ln += at[1 + wave] * row.waves[wave];
      const double mean = row.expected * std::exp(std::min(ln, 300.0));
      value.add(row.purchases * (ln + std::log(row.expected)) - mean);
      gradient[0] += row.purchases - mean;
      for (std::size_t wave = 0; wave < 2 * kHarmonics; ++wave)
        gradient[1 + wave] += (row.purchases - mean) * row.waves[wave];
    }
    double prior = 0;
    for (std::size_t wave = 0; wave < 2 * kHarmonics; ++wave) {
      const double spread = kHarmonicSpread / static_cast<double>(wave / 2 + 1), off = at[1 + wave] / spread;
      prior -= off * off / 2;
      gradient[1 + wave] -= off / spread;
    }
    return value.value() + prior;
  };
  const std::vector<std::vector<double>> starts{std::vector<double>(1 + 2 * kHarmonics, 0.0)};
  const auto top = maximize(posterior, starts);
  if (!top) return tl::unexpected(top.error());
  std::array<double, SeasonalClock::kParts> intensities{};
  for (std::size_t part = 0; part < SeasonalClock::kParts; ++part) {
    const auto wave = waves((static_cast<double>(part) + 0.5) * kPart);
    double ln = 0;
    for (std::size_t at = 0; at < wave.size(); ++at) ln += top->parameters[1 + at] * wave[at];
    intensities[part] = std::exp(std::clamp(ln, -10.0, 10.0));
  }
  fit.clock = SeasonalClock(intensities);
  fit.report.verdict = top->covariance ? FitVerdict::Interior : FitVerdict::Boundary;
  if (!top->converged) fit.report.findings.push_back(FitFinding::NotConverged);
  fit.report.log_likelihood = top->value;
  fit.report.evaluations = top->evaluations;
  for (std::size_t at = 0; at < top->parameters.size(); ++at) {
    std::optional<double> error;
    if (top->covariance) error = std::sqrt(std::max(0.0, (*top->covariance)[at * (top->parameters.size() + 1)]));
    const std::string name = at == 0 ? "level" : fmt::format("{}_{}", at % 2 == 1 ? "cos" : "sin", (at + 1) / 2);
    fit.report.estimates.push_back({name, top->parameters[at] + (at == 0 ? level : 0), error});
  }
  return fit;
}

Result<std::vector<CalendarWeek>> expected_by_week(const PurchaseModel& model, std::span<const Day> first_days,
                                                   Day from, Day to) {
  if (!(std::abs(from) < kDayMax && std::abs(to) < kDayMax && from <= to))
    return invalid("a stretch of days ends after its start");
  std::vector<CalendarWeek> weeks;
  for (Day start = from; start + 7 <= to + 1e-9; start += 7) weeks.push_back({start, start + 7});
  // Expected of a customer by his age in whole days, asked once for each age that occurs.
  std::vector<double> until_age;  // below 0: not asked yet
  const auto expected_until = [&](double age) -> Result<double> {
    if (age <= 0) return 0.0;
    const auto days = static_cast<std::size_t>(std::lround(age));
    if (days >= until_age.size()) until_age.resize(days + 1, -1.0);
    if (until_age[days] >= 0) return until_age[days];
    const auto expected = expected_purchases(model, {}, static_cast<double>(days));
    if (expected) until_age[days] = *expected;
    return expected;
  };
  std::map<long, double> starting;  // customers by first day
  for (const Day first : first_days) {
    if (!(std::abs(first) < kDayMax)) return invalid("a first purchase is on no day");
    starting[std::lround(first)] += 1;
  }
  for (CalendarWeek& week : weeks)
    for (const auto& [first, customers] : starting) {
      const auto before = expected_until(week.start - static_cast<double>(first));
      const auto after = expected_until(week.end - static_cast<double>(first));
      if (!before) return tl::unexpected(before.error());
      if (!after) return tl::unexpected(after.error());
      week.expected += customers * (*after - *before);
    }
  return weeks;
}

Result<PurchaseHistory> clocked_history(const SeasonalClock& clock, std::span<const Day> purchases, Day until) {
  if (purchases.empty() || !(purchases.front() <= until) || !(std::abs(purchases.front()) < kDayMax) ||
      !(until < kDayMax))
    return invalid("a history begins with a purchase until its end");
  PurchaseHistory history{.T = clock.elapsed(purchases.front(), until)};
  for (std::size_t at = 1; at < purchases.size() && purchases[at] <= until; ++at) {
    if (!(purchases[at] > purchases[at - 1])) return invalid("days of purchase rise");
    ++history.x;
    history.sum_ln_gaps += std::log(std::max(clock.elapsed(purchases[at - 1], purchases[at]), 1e-9));
    history.t_x = std::min(clock.elapsed(purchases.front(), purchases[at]), history.T);
  }
  return history;
}

double ln_intensity_of(const SeasonalClock& clock, std::span<const Day> purchases, Day until) {
  double sum = 0;
  for (std::size_t at = 1; at < purchases.size() && purchases[at] <= until; ++at)
    sum += std::log(clock.intensity(purchases[at]));
  return sum;
}

}  // namespace habitue::models
