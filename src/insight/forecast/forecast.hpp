// What to expect of customers: whether they are still there, what they will buy and spend, and what that is worth. Models compete on
// the past, their forecasts are mended by what they missed there, and shown beside a check on months that they had not seen. Where
// the check fails, or cannot be made yet, nothing is foretold, and the answer says why (LIF-15, LIF-18).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

enum class ForecastSeasons : std::uint8_t {
  WhenBetter,  ///< Used where the past is foretold better with them.
  LeftOut
};

struct ForecastSpec {
  std::uint32_t horizon_days = 365;       ///< 7 to 3,650, from as_of on.
  double discount_a_year = 0.1;           ///< What a euro in a year is worth less today: 0 to 1.
  double coverage = 0.8;                  ///< Of the intervals: 0.5 to 0.99.
  std::uint32_t offset = 0, limit = 20;   ///< Which customers are shown, the most valuable first; at most 10,000.
  AudienceSide side = AudienceSide::All;  ///< Whose.
  bool anew = false;                      ///< Fitted for this answer, even where a fit is kept that could give it.
  /// What was known of a customer at the first purchase and may move the rates of buying and leaving: `channel`, `trait NAME`, `purchase
  /// NAME` (a property of the first purchase); at most 4.
  std::vector<std::string> covariates{};
  ForecastSeasons seasons = ForecastSeasons::WhenBetter;  ///< Of the year.
  /// Where customers can buy once an occasion (a yearly appeal, a season, a renewal): `week`, `month`, `quarter`, `year`, or a condition on
  /// the events that begin one; empty: at any time. Purchases are then counted by occasions that are over, by models that go by them,
  /// without seasons and covariates.
  std::string occasions{};
};

struct ForecastParameter {
  std::string name;
  double value = 0;
  std::optional<double> standard_error;
};
/// How good forecasts of the check were; lower is better but for bias, which is best at 0.
struct ForecastScores {
  double deviance = 0;              ///< Poisson deviance of the numbers of purchases.
  std::optional<double> log_score;  ///< In nats; nothing where only means are foretold.
  double root_mean_squared = 0;     ///< Of the numbers of purchases.
  std::optional<double> bias;       ///< Foretold / came - 1.
  double reliability_error = 0;     ///< Of the chance to buy at all: mean difference from how often it came.
};
struct ForecastModel {
  std::string name;
  std::string verdict;                        ///< "interior", "boundary", "too_few_data".
  std::vector<std::string> findings;          ///< "no_dropout_detectable", ...
  std::vector<ForecastParameter> parameters;  ///< Times in weeks.
  double log_likelihood = 0;
  double weight = 0;  ///< In the forecast; the weights sum to 1.
  std::optional<ForecastScores> scores;
};
struct ForecastSpendModel {
  std::string name;  ///< "gamma-gamma" or "log-normal".
  std::string verdict;
  std::vector<std::string> findings;
  std::vector<ForecastParameter> parameters;
  double correlation = 0;  ///< Of the logarithms of frequency and mean spend.
};
struct ForecastByFrequency {
  std::uint32_t repeat_purchases = 0;  ///< 7: 7 or more.
  std::uint64_t customers = 0;
  double expected = 0, observed = 0;  ///< Purchases of one customer.
};
struct ForecastByWeek {
  std::uint32_t week = 0;             ///< From 0; or the occasion.
  double expected = 0, observed = 0;  ///< Purchases of all who were looked at.
};
/// What was counted, where occasions are.
struct ForecastOccasions {
  std::string of;                    ///< As asked.
  double days = 0;                   ///< Of one: the mean, or the middle one of those over.
  std::optional<LocalDay> last_day;  ///< Of the last that is over; what came later is not counted yet.
  std::uint32_t ahead = 0;           ///< That are foretold: those of the horizon, from that day on.
  std::optional<LocalDay> until;     ///< Their last day.
  std::string sentence_en, sentence_fr;
};
struct ForecastReliability {
  double lowest = 0, highest = 0, mean_forecast = 0, share_that_bought = 0, low = 0, high = 0;
  std::uint64_t people = 0;
};
enum class ForecastVerdict : std::uint8_t { Passed, Failed, NotPossible };
enum class ForecastReason : std::uint8_t {
  NoCustomers,  ///< Nobody has bought yet.
  TooFewCustomers,
  TooShort,           ///< Too little time has passed to look back on.
  Biased,             ///< In all it foretold a quarter too much or too little.
  NoBetterThanAlike,  ///< Taking everybody for alike foretells as well.
  Unreliable,         ///< Chances to buy are off by more than a tenth.
  NoOccasions         ///< None is over yet.
};
struct ForecastCheck {
  ForecastVerdict verdict = ForecastVerdict::NotPossible;
  std::vector<ForecastReason> reasons;
  std::optional<LocalDay> origin;  ///< The day as of which the checked forecast was made.
  double weeks = 0;                ///< Foretold from then on.
  std::uint64_t customers = 0, looked_at = 0;
  std::uint32_t earlier_origins = 0;  ///< From which the checked forecast had learnt.
  std::optional<ForecastScores> everybody_alike, chosen;
  std::optional<double> interval_held;   ///< Share of customers whose spend fell into their interval.
  std::optional<double> purchases_held;  ///< The same of the number of their purchases.
  std::vector<ForecastByFrequency> by_frequency;
  std::vector<ForecastByWeek> by_week;
  std::vector<ForecastByWeek> by_occasion;  ///< Instead of weeks, where occasions are counted.
  std::vector<ForecastReliability> reliability;
};
enum class ForecastSeasonVerdict : std::uint8_t {
  NotSought,   ///< The question leaves seasons out.
  TooShort,    ///< Less than 52 weeks of purchases.
  NotSeen,     ///< No more than chance makes.
  NotChecked,  ///< Seen, but not yet known at enough of the times in the past that were foretold.
  NotBetter,   ///< Seen, but the past was foretold as well without it.
  Used
};
/// How well the past was foretold, over the origins at which a season was known already; lower is better.
struct ForecastOfPast {
  double log_score = 0;  ///< In nats a customer.
  double missed = 0;  ///< By what share all purchases together were missed, from origin to origin (root mean square).
};
/// Of the year. Where it is used, everything is measured in a time that runs fast when people buy much.
struct ForecastSeason {
  ForecastSeasonVerdict verdict = ForecastSeasonVerdict::TooShort;
  std::uint32_t origins = 0;  ///< At which it was known.
  bool checked = false;       ///< The forecast of the check went by it.
  std::optional<ForecastOfPast> without, with;
  std::vector<double>
      intensities;  ///< Of each 52nd of the year from 1 January on; their mean is 1. None where no season is seen.
  std::vector<double> months;  ///< The same of each month.
  std::string sentence_en, sentence_fr;
};
enum class ForecastCovariatesVerdict : std::uint8_t {
  NothingDiffers,  ///< No two values have customers enough.
  NotChecked,      ///< Fewer than two earlier origins to compare by.
  NotBetter,       ///< The past was foretold as well without them.
  Used
};
/// What goes with a value, beside the usual one: both are factors, with 95 % intervals where the fit gives one.
struct ForecastEffect {
  std::string name, value, usual;  ///< An empty value is not known.
  bool others = false;             ///< All values too rare to be told apart.
  std::uint64_t customers = 0;
  double buying = 1;  ///< Of the rate of buying.
  std::optional<double> buying_low, buying_high;
  std::optional<double> leaving, leaving_low,
      leaving_high;  ///< Of the odds (or the rate) of leaving; nothing where none is seen.
};
struct ForecastCovariates {
  ForecastCovariatesVerdict verdict = ForecastCovariatesVerdict::NothingDiffers;
  bool checked = false;                         ///< The forecast of the check went by them.
  std::optional<ForecastOfPast> without, with;  ///< Each origin by weights of the others.
  std::vector<ForecastEffect> effects;
  std::string sentence_en, sentence_fr;
};
/// Amounts are minor units of the business's currency. Nothing where too few customers tell what they pay to learn from: purchases can be
/// foretold then, and not what they bring.
struct ForecastTotals {
  std::uint64_t customers = 0;  ///< Who have bought.
  double alive = 0;             ///< Of them, expected to be customers still.
  double purchases = 0;
  std::optional<std::int64_t> spend_minor;
  std::optional<std::int64_t>
      value_minor;  ///< Margin of that spend, discounted to as_of: customer equity over the horizon.
  std::optional<std::int64_t> value_low_minor, value_high_minor;  ///< By how far the level missed in the past.
};
struct ForecastCustomer {
  PersonId person{0};
  std::string key;                                     ///< Of the person, for whoever gives them keys.
  std::uint32_t purchases = 0;                         ///< Days of purchases so far, or occasions.
  std::optional<std::uint32_t> occasions_since_first;  ///< That are over; nothing where days are counted.
  double days_since_last = 0;
  std::optional<double> cycle_days;  ///< Own time between purchases, from those so far and from everybody's.
  double alive = 0;                  ///< Calibrated.
  double expected_purchases = 0;
  double purchases_low = 0, purchases_high = 0;  ///< Of the number that comes, as the models together say.
  double discounted_purchases = 0;               ///< Expected, each worth less the later it comes.
  std::optional<std::int64_t> spend_minor, spend_low_minor, spend_high_minor, value_minor;
  std::string sentence_en, sentence_fr;
};
struct ForecastReport {
  Currency currency;
  UtcMicros fitted_as_of{};            ///< What the models have seen; later than it only by whom they are asked of.
  std::uint64_t fitted_customers = 0;  ///< They have learnt from.
  std::optional<std::uint64_t> fit;    ///< The kept fit that answered; nothing when it was made for this answer.
  std::vector<ForecastModel> models;
  std::optional<ForecastSpendModel> spend;
  std::optional<ForecastOccasions> occasions;    ///< Nothing where days are counted.
  std::optional<ForecastSeason> season;          ///< Nothing where no check was possible.
  std::optional<ForecastCovariates> covariates;  ///< Nothing unless asked for, and a check was possible.
  ForecastCheck check;
  std::string sentence_en, sentence_fr;              ///< What the check says, in words.
  double level = 1;                                  ///< By which expectations were mended.
  bool margin_is_revenue = false;                    ///< [margin] gives no share: value is revenue.
  std::optional<ByAudience<ForecastTotals>> totals;  ///< Nothing unless the check passed; the customers likewise.
  std::vector<ForecastCustomer> customers;
  std::vector<std::string> warnings;
};
struct ForecastFit;  // fit.hpp

/// By `kept`, a fit from before as_of of the same horizon and coverage, or else by one made for this answer. Errors: InvalidInput for a
/// horizon, discount, coverage or limit out of range, and for a fit from after as_of.
Result<ForecastReport> ask_forecast(const Customers& customers, const Question& question, const ForecastSpec& spec,
                                    const ForecastFit* kept = nullptr);

struct ForecastCell {
  AudienceSide side = AudienceSide::All;
};
/// Who has bought: ForecastTotals::customers. Sorted.
Result<std::vector<PersonId>> people_of_forecast(const Customers& customers, const Question& question,
                                                 const ForecastSpec& spec, const ForecastCell& cell);

}  // namespace habitue::insight
