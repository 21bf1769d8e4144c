// May a programme begin for these people (LIF-19)? Three questions with a light each: is it profitable, is there something to offer beyond
// goods and discount codes, are the data there? A segment that is known to lose money is not eligible (LIF-18). Amounts are minor units of
// the business's currency. A year is 365 days.
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

/// What a programme is planned to be.
struct ReadinessSpec {
  std::optional<criteria::Expression> segment = {};  ///< For whom, at as_of. Nothing: whoever has bought.
  AudienceSide side = AudienceSide::All;             ///< Of the segment.
  std::int64_t cost_of_one_minor = 0;                ///< Of the programme, a person and year: 0 to 10^12.
  std::int64_t set_up_minor = 0;                     ///< Once: 0 to 10^15.
  std::optional<double> lift =
      {};                        ///< Of margin, that the programme is expected to bring: 0.05 is a twentieth. 0 to 5.
  std::string lift_source = {};  ///< Where that is known from: a test, another company's. At most 500 bytes.
  std::uint32_t horizon_years = 5;  ///< Within which it has to pay back: 1 to 10.
  double discount_a_year = 0.1;     ///< 0 to 1.
  /// What is offered beyond goods and discount codes: advice, events, service. An empty list says: nothing. Not given: not known.
  std::optional<std::vector<std::string>> beyond_goods = {};
  std::optional<criteria::Expression> reachable = {};  ///< Nothing: `trait email exists or trait phone exists`.
  std::optional<criteria::Expression> consent = {};    ///< Who agreed to be written to. Nothing: not asked.
  double low_purchases = 2;       ///< Under so many a year and buyer, people buy rarely. Above 0, at most 365.
  double low_margin_share = 0.2;  ///< Under this share of revenue, margin is thin. 0 to 1.
  bool anew = false;              ///< A forecast fitted for this answer, even where one is kept.
};

/// Red forbids to begin, unless somebody signs for it.
enum class ReadinessLight : std::uint8_t { Green, Amber, Red, Unknown };
enum class ReadinessReason : std::uint8_t {
  // Of profit.
  TooFewPeople,        ///< Fewer than 30.
  TooShort,            ///< Less than half a year of money.
  NoMargin,            ///< What goods cost is not known.
  LosesMoney,          ///< Serving them costs more than their margin, surely.
  MayLoseMoney,        ///< The same, not surely.
  NotForetold,         ///< The forecast does not stand.
  NotPaidBack,         ///< Not within the horizon.
  PaidBackOnlyIfWell,  ///< At the low end of the forecast, not within the horizon.
  LiftTooSmall,        ///< What the programme adds does not pay for it.
  NeedsDoubling,       ///< It would have to more than double the margin to pay.
  LiftNotGiven,
  LiftWithoutSource,
  CostNotGiven,
  // Of what is offered.
  NothingBeyond,
  BeyondNotTold,
  LowInvolvement,       ///< They buy rarely, and margin is thin: such goods do not suit.
  InvolvementNotKnown,  ///< Fewer than 30 bought, or less than half a year is known.
  // Of data.
  FewKnown,       ///< Under half of the segment have all that is needed.
  ManyNotKnown,   ///< Under four fifths.
  TooFewRepeats,  ///< Fewer than 30 bought twice: the effect cannot be measured.
};
/// A mean with 95 % limits.
struct ReadinessMean {
  std::int64_t minor = 0, low_minor = 0, high_minor = 0;
};
/// Discounted to as_of, of the whole segment.
struct ReadinessYear {
  std::uint32_t year = 1;               ///< From as_of on.
  std::int64_t contribution_minor = 0;  ///< Margin to come, less what serving costs.
  std::int64_t lift_minor = 0;          ///< More by the programme.
  std::int64_t programme_minor = 0;     ///< Its cost in the year, of everybody in the segment.
  std::int64_t balance_minor = 0;       ///< At its end, acquisition and set-up paid.
};
struct ReadinessProfit {
  ReadinessLight light = ReadinessLight::Unknown;
  std::vector<ReadinessReason> reasons;
  std::uint32_t days = 0;                                               ///< Looked at, up to as_of: at most 365.
  std::int64_t revenue_minor = 0, margin_minor = 0, serving_minor = 0;  ///< In these days.
  std::optional<double> margin_share;                                   ///< Of revenue whose margin is known.
  std::optional<ReadinessMean> contribution_of_one;                     ///< Margin less serving, a person and year.
  std::uint64_t losing = 0;                                             ///< People who cost more than they brought.
  std::optional<ReadinessMean>
      lifetime_of_one;  ///< Contribution to come within the horizon, discounted; 80 % limits, of all together.
  std::optional<std::int64_t> acquisition_of_one_minor;  ///< Of a new client of the last year; nothing: not known.
  std::vector<ReadinessYear> years;                      ///< Nothing where the forecast does not stand.
  std::optional<std::uint32_t> payback_year;             ///< The first whose balance is not below 0.
  std::optional<std::uint32_t> programme_payback_year;   ///< In which what it adds has paid for the programme alone.
  std::optional<double> break_even_lift;                 ///< Of margin, at which the programme pays for itself.
  std::string forecast_en, forecast_fr;                  ///< What the forecast's check says.
  std::string sentence_en, sentence_fr;
};
struct ReadinessOffer {
  ReadinessLight light = ReadinessLight::Unknown;
  std::vector<ReadinessReason> reasons;
  std::vector<std::string> beyond_goods;   ///< As told.
  std::vector<std::string> perks;          ///< That treatments of config give already.
  std::uint64_t buyers = 0;                ///< Who bought in the days of the profit.
  std::optional<double> purchases_a_year;  ///< Of one of them.
  std::optional<bool> low_involvement;
  std::string sentence_en, sentence_fr;
};
struct ReadinessData {
  ReadinessLight light = ReadinessLight::Unknown;
  std::vector<ReadinessReason> reasons;
  Share score;  ///< Of the segment: who have all that is needed.
  Share reachable, bought;
  std::optional<Share> consent;  ///< Where asked.
  Share bought_again;            ///< Of who bought.
  std::string sentence_en, sentence_fr;
};
struct ReadinessReport {
  Currency currency;
  std::uint64_t people = 0;       ///< In the segment.
  std::uint64_t cannot_tell = 0;  ///< Of whom it is not known whether they are in it: in no figure.
  bool eligible = true;           ///< False: known to lose money, refused.
  bool go = false;                ///< No red light, and somebody is in the segment.
  ReadinessProfit profit;
  ReadinessOffer offer;
  ReadinessData data;
  std::vector<std::string> assumptions_en, assumptions_fr;
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};

/// By `kept`, a fit of a forecast from before as_of, or by one made for this answer. The question's filter narrows what the forecast learns
/// from; the segment does not. Errors: InvalidInput for a number out of range.
Result<ReadinessReport> ask_readiness(const Customers& customers, const Question& question, const ReadinessSpec& spec,
                                      const ForecastFit* kept = nullptr);

struct ReadinessCell {
  enum class Who : std::uint8_t {
    Segment,
    Losing,  ///< ReadinessProfit::losing.
    Ready,   ///< ReadinessData::score.
    NotReady,
    Reachable,
    NotReachable,
    Bought,
    NotBought,
    BoughtAgain,
    Consented,
    NotConsented,  ///< Or not known.
    CannotTell     ///< ReadinessReport::cannot_tell.
  };
  Who who = Who::Segment;
};
/// Sorted; exactly as many as the number. Errors: those of ask_readiness.
Result<std::vector<PersonId>> people_of_readiness(const Customers& customers, const Question& question,
                                                  const ReadinessSpec& spec, const ReadinessCell& cell);

}  // namespace habitue::insight
