// Forecasts made as of a moment in the past, against what came after: how models are chosen, mended and checked.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "insight/forecast/candidates.hpp"
#include "insight/forecast/season.hpp"
#include "models/calibration/calibrators.hpp"
#include "models/calibration/conformal.hpp"
#include "models/spend/spend.hpp"

namespace habitue::insight::forecast {

/// A customer at an origin, and what came.
struct BacktestRow {
  std::uint32_t repeat_purchases = 0;
  double mean_spend = 0;  ///< Expected of a purchase.
  double observed = 0;    ///< Days of purchases after the origin.
  double observed_spend = 0;
};

/// In which time histories are measured and horizons asked. Where occasions are counted there is no season, and theirs is the calendar.
enum class Time : std::uint8_t { Calendar, Season };

/// What the models say of an origin's rows, measured in one time.
struct InTime {
  Pace pace;
  double weeks = 0;  ///< Its own (or occasions), of those that are looked at.
  std::vector<Candidate> candidates;
  std::vector<models::PurchaseHistory> histories;  ///< Row by row.
  models::Covariates known;                        ///< The same; without columns where nothing is asked to be known.
  std::vector<Expected> expected;                  ///< Row by row, one a candidate.
  std::vector<double> chance_of_what_came;         ///< The same.

  std::span<const Expected> expected_of(std::size_t row) const {
    return std::span(expected).subspan(row * candidates.size(), candidates.size());
  }
  std::span<const double> chances_of(std::size_t row) const {
    return std::span(chance_of_what_came).subspan(row * candidates.size(), candidates.size());
  }
};

struct Origin {
  UtcMicros cut{};
  LocalDay cut_day{};
  double weeks = 0;                               ///< Of the time after it that is looked at.
  std::uint64_t customers = 0;                    ///< Who had bought by then, and were fitted.
  std::vector<BacktestRow> rows;                  ///< Of all customers, or of at most so many drawn evenly.
  std::vector<std::vector<std::uint16_t>> later;  ///< Of each row: PurchaseRecord::later.
  InTime calendar;
  std::optional<InTime> seasonal;  ///< Where a season was asked for and seen by then.

  const InTime& in(Time time) const { return time == Time::Season && seasonal ? *seasonal : calendar; }
};
enum class Seasons : std::uint8_t { Ignored, Sought };
/// Errors: Conflict when cancelled.
Result<Origin> run_origin(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                          std::shared_ptr<const Occasions> occasions, UtcMicros cut, UtcMicros until,
                          std::size_t rows_max, Seasons seasons, std::span<const std::string> covariates);

/// How well each time foretold over the origins at which a season was known; `verdict` and intensities are not touched.
Result<ForecastSeason> compare_times(std::span<const Origin* const> origins);
/// Whether the season's time foretold better: by the chances that it gave to what came, and by the sums.
bool season_is_better(const ForecastSeason& compared);

/// How well what is known of customers foretold, beside the models without it: weights are learnt from all origins but one, and foretell
/// that one. `with` is better when the gain in log score is more than its standard error; nothing with fewer than two origins.
struct InformedCompared {
  ForecastOfPast without, with;
  bool better = false;
};
Result<std::optional<InformedCompared>> compare_informed(std::span<const Origin* const> origins, Time time);

/// What origins teach.
struct Learnt {
  std::vector<double>
      weights;       ///< By candidate; they sum to 1 (stacking by log score). Nought for the last where it is not used.
  double level = 1;  ///< By which expectations are multiplied: how much more came than was expected, drawn towards 1.
  /// Standard deviation of the logarithm of what came over what was expected, from origin to origin; nothing with fewer than two.
  std::optional<double> level_spread;
  std::optional<models::RisingLine>
      buys;                            ///< From the chance of a purchase within an origin's weeks to how often it came.
  models::ConformalBands spend_bands;  ///< Of spend within the weeks, in units of `scale_of`.
  std::size_t origins = 0;
};
/// Whether the model that knows more of customers takes part.
enum class Knowing : std::uint8_t { Histories, Covariates };
/// From at least one origin; in the season's time, from those at which it was known. Errors: as the models', and Conflict when cancelled.
Result<Learnt> learn(std::span<const Origin* const> origins, Time time, Knowing knowing, double coverage,
                     const Question& question);

/// Intervals are the dearest: they are learnt from, and checked on, so many rows of an origin.
inline constexpr std::size_t kRowsOfIntervals = 2'000;
/// Every so manieth of the rows leaves at most `most`.
inline std::size_t step_for(std::size_t rows, std::size_t most) {
  return std::max<std::size_t>(1, (rows + most - 1) / most);
}

/// Customers who bought once, twice, 3 or 4 times, 5 to 7 times, and more: in each of these bands intervals hold what they promise.
std::uint32_t band_of(std::uint32_t repeat_purchases);
/// What an amount is large against.
inline double scale_of(double expected_spend, double mean_spend) { return expected_spend + mean_spend; }

/// The candidates' expectations with their weights and, of purchases, the level.
Expected blended(const Learnt& learnt, std::span<const Expected> of_candidates);
/// The numbers of purchases that are not exceeded with these chances, of the candidates together.
Result<std::vector<double>> count_quantiles(const Learnt& learnt, std::span<const Candidate> candidates,
                                            const models::PurchaseHistory& history, std::span<const double> known,
                                            double weeks, std::span<const double> chances);

}  // namespace habitue::insight::forecast
