// What if price, margin or retention changed (POR-03): what customers would buy and leave, what stays of it, and how sure that is. How
// buying and leaving answer to prices is learnt from prices that moved, or given by the caller; where neither is there, only what needs no
// estimate is told: how many purchases may be lost before a rise costs margin. What is assumed is said in words beside each answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct ForecastFit;

struct ScenarioSpec {
  enum class By : std::uint8_t {
    Nothing,
    Side,   ///< Of the audience.
    Stage,  ///< At as_of.
    Role,   ///< At as_of.
    Trait,  ///< As last told up to as_of.
    Category
  };
  enum class Base : std::uint8_t { Forecast, LastPeriod };
  double price_change = 0.05;  ///< Of all prices: 0.05 is a twentieth more. -0.9 to 5.
  double margin_change =
      0;  ///< Points of the price of today that are left more of a unit: 0.02 is two points. -1 to 1.
  double retention_change = 0;       ///< Of the chance to leave: -0.1 is a tenth fewer who leave. -1 to 5.
  std::uint32_t horizon_days = 365;  ///< 7 to 730.
  By by = By::Nothing;
  std::string trait = {};
  std::uint32_t values = 8;                                           ///< Segments, of most customers: 1 to 60.
  std::optional<double> elasticity, elasticity_low, elasticity_high;  ///< Given, with 95 % limits or none: -20 to 5.
  Base base = Base::Forecast;  ///< Of purchases; a forecast that fails its check is not taken.
  Bucket bucket = Bucket::
      Week;  ///< In which prices are compared: Week or Month. A price that changes within one looks weaker than it is.
  std::uint32_t period_days = 30;         ///< Of a renewal: 7 to 366.
  std::uint32_t felt_periods = 3;         ///< For how many renewals a rise is felt: 1 to 24.
  double likely = 0.5;                    ///< From which chance to leave somebody is listed: 0 to 1.
  std::uint32_t seed = 1;                 ///< Of the draws behind intervals.
  AudienceSide side = AudienceSide::All;  ///< Whose.
  bool anew = false;                      ///< The forecast is made for this answer, even where a fit is kept.
};

struct ScenarioNumber {
  double value = 0, low = 0, high = 0;  ///< 95 %.
};
struct ScenarioMoney {
  std::int64_t minor = 0, low_minor = 0, high_minor = 0;  ///< Likewise.
};

enum class ScenarioVerdict : std::uint8_t {
  Told,
  Given,           ///< By the caller.
  NotNeeded,       ///< The price stays.
  NoPrices,        ///< Purchases tell no products with a price.
  NoVariation,     ///< No price has moved.
  TooFewProducts,  ///< Fewer than three whose price moved.
  TooFewPeriods,   ///< Fewer than six months or weeks.
  TooFewSales,     ///< Under 100 units; of contracts under 20 ends, or 50 renewals with another price.
  MovedTogether,   ///< All prices moved at once: it cannot be told from what else happened.
  Implausible,     ///< The dearer, the more is bought, or the fewer leave: something else moved both.
  TooFar           ///< The change is beyond three times what prices have done.
};
/// How buying answers to price: by `value` per cent for each per cent of price.
struct ScenarioElasticity {
  ScenarioVerdict verdict = ScenarioVerdict::NoPrices;
  std::optional<double> value, low, high;  ///< As used: Told and Given. 95 %.
  std::optional<double> own, own_error;    ///< Of the segment alone, before it was drawn towards what segments share.
  double own_share = 1;                    ///< Of its own estimate in what is used.
  std::uint32_t products = 0, products_that_moved = 0, periods = 0;
  double quantity = 0;                        ///< Units that were learnt from.
  double moved_together = 0;                  ///< Share of the movement of prices that periods explain.
  std::optional<double> seen_low, seen_high;  ///< Changes of price that were seen, for nine products' periods of ten.
  bool extrapolated = false;                  ///< The change is beyond them: the interval is widened, by `widened`.
  double widened = 1;
  bool may_be_none = false;  ///< Learnt, and the interval holds 0: that price matters at all is not shown.
};
enum class ScenarioBasis : std::uint8_t {
  Forecast,    ///< Of who are customers today, by the forecast that passed its check.
  LastPeriod,  ///< What came in the last days, brought to the horizon.
  Nothing      ///< Nothing was bought.
};
struct ScenarioBase {
  ScenarioBasis basis = ScenarioBasis::Nothing;
  std::uint32_t days = 0;       ///< Of LastPeriod: that were counted.
  std::uint64_t customers = 0;  ///< Who bought up to as_of.
  double purchases = 0;
  std::int64_t revenue_minor = 0;
  std::optional<std::int64_t> margin_minor;  ///< Nothing where no margin is known.
};
struct ScenarioOutcome {
  ScenarioNumber purchases;
  ScenarioMoney revenue;
  std::optional<ScenarioMoney> margin;
  std::optional<double>
      margin_rises;  ///< Chance that more margin is left than in the base. Nothing without an interval, or where price may not matter at all.
};
/// Needs no estimate but the margin.
struct ScenarioBreakEven {
  double purchases_lost = 0;         ///< Share that may be lost before margin falls; below 0: that has to be won.
  std::optional<double> elasticity;  ///< At which margin stays the same; nothing where the price stays.
};
/// How many came back, of who bought in the days before.
struct ScenarioReturning {
  std::uint32_t days = 0;
  std::uint64_t customers = 0, came_back = 0;
  double share = 0, then = 0;  ///< As it is, and in the scenario.
};
struct ScenarioSubscriptions {
  std::uint64_t subscribers = 0;
  std::int64_t monthly_minor = 0;
  double leave = 0;  ///< Chance to leave within the horizon, as it is: a mean.
  std::int64_t revenue_minor = 0;
  std::optional<std::int64_t> margin_minor;
  std::optional<ScenarioNumber> leave_then;  ///< Nothing where the risk after a rise cannot be told.
  std::optional<ScenarioMoney> revenue_then, margin_then;
  std::optional<double>
      more_may_leave;  ///< By how much the chance to leave may grow at each renewal before margin falls: 0.1 is a tenth.
  std::optional<std::uint64_t> likely;  ///< Whose chance to leave in the scenario is `likely` or more.
};
struct ScenarioSegment {
  std::string value;  ///< Empty: all, or who told none.
  ScenarioElasticity elasticity;
  ScenarioBase base;
  std::optional<ScenarioOutcome> outcome;
  std::optional<ScenarioBreakEven> break_even;
  std::optional<ScenarioReturning> returning;  ///< Where retention changes.
  std::optional<ScenarioSubscriptions> subscriptions;
  std::string sentence_en, sentence_fr;
};
/// What contracts whose price changed have done, against others of the same age at the same time.
struct ScenarioRises {
  ScenarioVerdict verdict = ScenarioVerdict::NoVariation;
  std::uint64_t contract_periods = 0, changed = 0, ended = 0;
  double largest = 0;  ///< Rise that was seen.
  std::optional<ScenarioNumber>
      risk;  ///< How many times as likely to leave at each renewal while the scenario's rise is felt.
  bool extrapolated = false;
};
struct ScenarioReport {
  Currency currency;
  std::uint32_t seed = 1, draws = 0;
  bool margin_is_revenue = false;  ///< No margin is known: none is told.
  ScenarioSegment all;
  std::vector<ScenarioSegment> segments;            ///< Of most customers first.
  std::optional<double> common_elasticity, spread;  ///< What segments share, and the standard deviation between them.
  std::optional<ScenarioRises> rises;               ///< Where there are subscriptions and the price changes.
  std::string forecast_en, forecast_fr;             ///< What the forecast's check says, where it was asked.
  std::vector<std::string> assumptions_en, assumptions_fr;
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};

/// Prices are learnt from within the question's period. By `kept`, a fit of a forecast from before as_of, or by one made for this answer.
/// Errors: InvalidInput for a number out of range, limits without an elasticity between them, a trait without its name; NotFound for a
/// trait that nobody has.
Result<ScenarioReport> ask_scenario(const Customers& customers, const Question& question, const ScenarioSpec& spec,
                                    const ForecastFit* kept = nullptr);

struct ScenarioCell {
  enum class Who : std::uint8_t {
    Customers,     ///< ScenarioBase::customers.
    Subscribers,   ///< Whose contract runs.
    LeavingLikely  ///< ScenarioSubscriptions::likely.
  };
  Who who = Who::Customers;
  std::optional<std::string> value = {};  ///< Of a segment; none: all.
};
/// Sorted; exactly as many as the number. Errors: those of ask_scenario, and NotFound for a segment that is not there.
Result<std::vector<PersonId>> people_of_scenario(const Customers& customers, const Question& question,
                                                 const ScenarioSpec& spec, const ScenarioCell& cell);

}  // namespace habitue::insight
