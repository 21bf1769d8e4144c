#include "simulate/clock.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace habitue::simulate {
namespace {

using std::chrono::microseconds;
constexpr double kMicrosPerHour = 3.6e9;
constexpr double kMicrosPerDay = 24 * kMicrosPerHour;

std::vector<double> scaled_to_mean_one(const std::vector<double>& factors) {
  const double mean = std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(factors.size());
  std::vector<double> scaled;
  scaled.reserve(factors.size());
  for (const double factor : factors) scaled.push_back(factor / mean);
  return scaled;
}

}  // namespace

Clock Clock::of_season(const Season& season, const Zone& zone, LocalDay from, LocalDay to) {
  const std::vector<double> months = scaled_to_mean_one(season.months);
  const std::vector<double> weekdays = scaled_to_mean_one(season.weekdays);
  const std::vector<double> hours = scaled_to_mean_one(season.hours);
  const UtcMicros start = zone.start_of(from);
  std::vector<double> intensity;
  for (UtcMicros hour = start; hour < zone.start_of(to); hour += std::chrono::hours(1)) {
    const auto wall = zone.wall_of(hour);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const auto month = static_cast<unsigned>(std::chrono::year_month_day{day}.month());
    const unsigned weekday = std::chrono::weekday{day}.iso_encoding();
    const auto hour_of_day = static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(wall - day).count());
    intensity.push_back(months[month - 1] * weekdays[weekday - 1] * hours[hour_of_day]);
  }
  return Clock(start, intensity);
}

Clock::Clock(UtcMicros start, std::span<const double> intensity_by_hour) : start_(start) {
  cumulated_.reserve(intensity_by_hour.size() + 1);
  cumulated_.push_back(0);
  for (const double intensity : intensity_by_hour) cumulated_.push_back(cumulated_.back() + intensity / 24);
  assert(total() > 0);

  const auto seasonal_hours = static_cast<std::size_t>(std::ceil(total() * 24)) + 1;
  first_.reserve(seasonal_hours);
  std::size_t hour = 0;
  for (std::size_t i = 0; i < seasonal_hours; ++i) {
    while (hour + 1 < hours() && cumulated_[hour + 1] <= static_cast<double>(i) / 24) ++hour;
    first_.push_back(static_cast<std::uint32_t>(hour));
  }
}

double Clock::seasonal(UtcMicros moment) const {
  const double hour = static_cast<double>((moment - start_).count()) / kMicrosPerHour;
  if (hour < 0) return hour / 24;
  const auto whole = static_cast<std::size_t>(hour);
  if (whole >= hours()) return total() + (hour - static_cast<double>(hours())) / 24;
  return cumulated_[whole] + (cumulated_[whole + 1] - cumulated_[whole]) * (hour - static_cast<double>(whole));
}

UtcMicros Clock::wall(double seasonal_days) const {
  if (seasonal_days <= 0) return start_ + microseconds(std::llround(seasonal_days * kMicrosPerDay));
  if (seasonal_days >= total()) {
    const double past = std::min(seasonal_days - total(), 1e6);
    return start_ + std::chrono::hours(hours()) + microseconds(std::llround(past * kMicrosPerDay));
  }
  std::size_t hour = first_[static_cast<std::size_t>(seasonal_days * 24)];
  while (hour + 1 < hours() && cumulated_[hour + 1] <= seasonal_days) ++hour;
  const double span = cumulated_[hour + 1] - cumulated_[hour];
  const double into = span > 0 ? (seasonal_days - cumulated_[hour]) / span : 0;
  return start_ + microseconds(std::llround((static_cast<double>(hour) + std::min(into, 1.0)) * kMicrosPerHour));
}

}  // namespace habitue::simulate
