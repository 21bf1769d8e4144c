// Revenue that recurs each month, and what moved it: new, expansion, contraction, churned, reactivated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight {

struct RecurringSpec {
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
};

/// Amounts are minor units of the business's currency, a month.
struct RecurringStock {
  std::uint64_t subscribers = 0;  ///< People with something that recurs.
  std::int64_t monthly_minor = 0;
  std::int64_t at_risk_minor = 0;  ///< Of it: a payment failed, or the end was announced.
};
struct RecurringMove {
  std::uint64_t people = 0;
  std::int64_t monthly_minor = 0;  ///< Never below zero.
};
/// opening + fresh + reactivated + expansion - contraction - churned = closing, checked at each run.
struct RecurringMoves {
  RecurringMove fresh, reactivated, expansion, contraction, churned;
  std::optional<double>
      quick_ratio;  ///< (fresh + reactivated + expansion) / (contraction + churned); nothing where nothing fell.
  std::optional<double> net_retention;    ///< (opening + expansion - contraction - churned) / opening.
  std::optional<double> gross_retention;  ///< (opening - contraction - churned) / opening.
};
struct RecurringPeriod {
  LocalDay start;
  UtcMicros from, to;
  bool complete = true;
  ByAudience<RecurringStock> opening, closing;
  ByAudience<RecurringMoves> moves;
};
struct RecurringReport {
  Currency currency;
  std::vector<RecurringPeriod> periods;
  AmountsLeftOut not_added;
  std::vector<std::string> warnings;
};
Result<RecurringReport> ask_recurring(const Customers& customers, const Question& question, const RecurringSpec& spec);

struct RecurringCell {
  enum class Who : std::uint8_t { Subscribers, AtRisk, Fresh, Reactivated, Expansion, Contraction, Churned };
  UtcMicros period;  ///< RecurringPeriod::from. Subscribers and who is at risk: at its end.
  Who who = Who::Subscribers;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: NotFound when the report has no such period.
Result<std::vector<PersonId>> people_of_recurring(const Customers& customers, const Question& question,
                                                  const RecurringSpec& spec, const RecurringCell& cell);

}  // namespace habitue::insight
