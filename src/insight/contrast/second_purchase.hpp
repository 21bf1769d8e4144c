// The second-purchase clock: what share of first-time buyers buys again by each day, and the days on which they are likeliest to.
//
// Not everybody has been watched for as long: whoever came last month has not had a year to come back. The share is that of Kaplan
// and Meier (1958), Nonparametric estimation from incomplete observations, JASA 53, over whole days of 24 hours from the first
// purchase; somebody counts on a day only when all of it is over at as_of.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/contrast/statistics.hpp"
#include "insight/fold.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

/// The question's period bounds first purchases.
struct SecondPurchaseSpec {
  ActTest first =
      {};  ///< What starts the clock, once for each person: the first in all of the data. Nothing: purchases.
  ActTest second = {};                                        ///< What stops it. Nothing: purchases.
  std::uint32_t days = 365;                                   ///< 1 to 3,650.
  std::vector<std::uint32_t> marks = {30, 60, 90, 180, 365};  ///< Days told for each cohort; those up to `days`.
  std::uint32_t window_days = 14;                             ///< Length of the best window. 1 to `days`.
  std::optional<Bucket> cohort = Bucket::Month;               ///< By first purchase. Nothing: no cohorts.
};

struct SecondPurchaseDay {
  std::uint32_t day = 0;      ///< 0: the first 24 hours.
  std::uint64_t at_risk = 0;  ///< Had not bought again, and all of the day is over.
  std::uint64_t again = 0;    ///< Of these, bought again on this day.
  /// Have bought again by the end of the day: 1 - S. Interval: Greenwood's variance on the log-log scale (Kalbfleisch and Prentice
  /// 1980); where nobody or everybody did, Wilson's of those at risk. Nothing once nobody is left at risk.
  std::optional<Estimate> share;
};
/// The days in a row, from day 1 on, on which most of those who wait buy again for sure: whose interval begins highest. Chosen among many,
/// so it looks better than it will prove.
struct SecondPurchaseWindow {
  std::uint32_t first_day = 0, last_day = 0;
  std::uint64_t again = 0, person_days = 0;
  Estimate per_thousand;  ///< Second purchases for a thousand days of waiting: Garwood's exact Poisson interval (1936).
  double usual_per_thousand = 0;  ///< Of all days from day 1 on.
};
struct SecondPurchaseFigures {
  std::uint64_t people = 0;                  ///< Made a first purchase in the period.
  std::uint64_t again = 0;                   ///< Seen to buy again within the days.
  std::vector<SecondPurchaseDay> days;       ///< Of the total alone.
  std::vector<SecondPurchaseDay> marks;      ///< By the end of each mark: day mark - 1.
  std::optional<std::uint32_t> half_day;     ///< The first day by whose end half of them have bought again.
  std::optional<SecondPurchaseWindow> best;  ///< Nothing under 30 people at risk or 5 second purchases in every window.
};
struct SecondPurchaseCohort {
  LocalDay start;
  UtcMicros from;
  ByAudience<SecondPurchaseFigures> figures;
};
struct SecondPurchaseReport {
  ByAudience<SecondPurchaseFigures> total;
  std::vector<SecondPurchaseCohort> cohorts;  ///< In order of time.
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for a spec out of its bounds and for more than 1,000 cohorts; NotFound for an unknown hypothesis; Conflict
/// when cancelled.
Result<SecondPurchaseReport> ask_second_purchase(const Customers& customers, const Question& question,
                                                 const SecondPurchaseSpec& spec);

struct SecondPurchaseCell {
  std::optional<LocalDay> cohort = {};                         ///< SecondPurchaseCohort::start; nothing: all.
  std::optional<std::uint32_t> first_day = {}, last_day = {};  ///< Who bought again on these days; neither: everybody.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; as many as `people`, or as `again` of the days together.
Result<std::vector<PersonId>> people_of_second_purchase(const Customers& customers, const Question& question,
                                                        const SecondPurchaseSpec& spec, const SecondPurchaseCell& cell);

namespace contrast {
struct DayCount {
  std::uint64_t at_risk = 0, again = 0;
};
/// Shares who have had the event by the end of each day; nothing from the first day on which nobody is at risk.
std::vector<std::optional<Estimate>> kaplan_meier(std::span<const DayCount> days);
}  // namespace contrast

}  // namespace habitue::insight
