// All that is learnt from a base, apart from whom it is asked of: it can be kept, and asked again later of the same base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "insight/forecast/backtest.hpp"
#include "insight/forecast/forecast.hpp"
#include "models/spend/spend.hpp"

namespace habitue::insight {

struct ForecastFit {
  UtcMicros as_of{};                           ///< Nothing later was seen.
  std::uint32_t horizon_days = 0;              ///< For which it was made; with the time observed it gives the window.
  double coverage = 0.8;                       ///< Of the intervals.
  double window_weeks = 0;                     ///< Of the times in the past that were foretold.
  std::uint64_t customers = 0, purchases = 0;  ///< Days of purchases, that it has learnt from.
  std::vector<forecast::Candidate>
      candidates;  ///< kCandidates, or those of occasions, or none where nobody has bought; in the season's time where that is used.
  models::SpendFit spend;
  forecast::Learnt learnt;             ///< Only where a check was possible.
  std::vector<ForecastScores> scores;  ///< Of the candidates in the check; likewise.
  ForecastCheck check;
  std::optional<ForecastSeason> season;          ///< Likewise; without months and words, which follow from the rest.
  std::vector<forecast::Covariate> known;        ///< What is asked to be known of customers, and its columns.
  std::optional<ForecastCovariates> covariates;  ///< Likewise; without effects and words.

  std::optional<ForecastOccasions> occasions;  ///< As of the fit, without words; nothing where days are counted.

  bool is_usable() const { return check.verdict == ForecastVerdict::Passed; }
  /// The time in which the candidates measure, for records that are counted as the fit's were.
  forecast::Pace pace(const forecast::PurchaseRecords& records) const {
    if (records.occasions) return forecast::Pace(records.occasions);
    return season && season->verdict == ForecastSeasonVerdict::Used ? forecast::Pace(season->intensities)
                                                                    : forecast::Pace();
  }
  /// Whether enough customers told what they pay for their purchases to have a worth.
  bool tells_worth() const { return spend.report.verdict != models::FitVerdict::TooFewData; }
};

/// Learns from everybody whom the question admits, up to its as_of, on any number of threads with the same outcome. Errors: as those of
/// ask_forecast.
Result<ForecastFit> fit_forecast(const Customers& customers, const Question& question, const ForecastSpec& spec);

/// Why a fit should be made again.
enum class FitMoved : std::uint8_t {
  Moved,  ///< A twentieth more days of purchases, or fewer, than it has learnt from, and 20 at least.
  Aged    ///< 28 days have passed, and something was bought since.
};
/// Nothing while the fit is as good as new at question.as_of. One pass.
Result<std::optional<FitMoved>> has_moved(const Customers& customers, const Question& question, const ForecastFit& fit);

/// What the fit says of itself: an answer without totals or customers.
ForecastReport report_of(const ForecastFit& fit, const Customers& customers);

/// The same fit has the same bytes, and comes back from them to the last bit. Errors: Corrupt, and when they are of another version of the
/// program.
std::string bytes_of(const ForecastFit& fit);
Result<ForecastFit> forecast_fit_of(std::string_view bytes);

}  // namespace habitue::insight
