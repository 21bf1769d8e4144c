// What serving people costs, by who they are, and whether the money of those who pay covers those who do not (WHO-04).
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

struct CostsSpec {
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
};

/// Amounts are minor units of the business's currency.
struct CostOfRole {
  knowledge::Role role = knowledge::Role::Unknown;  ///< When the money was spent.
  std::uint64_t people = 0;
  std::int64_t cost_minor = 0;
};
struct CostOfResource {
  std::string resource;  ///< The name of a rule of [[costs]].
  std::uint64_t people = 0;
  std::int64_t cost_minor = 0;
};
struct CostFigures {
  std::uint64_t people = 0;  ///< On whom something was spent, each once.
  std::int64_t cost_minor = 0;
  std::vector<CostOfRole> roles;          ///< Client, prospect, beneficiary, unknown. Somebody may be in several.
  std::vector<CostOfResource> resources;  ///< In the order of config.
  /// Spent on those who had paid by then, and on those who had not.
  std::int64_t for_who_paid_minor = 0, for_who_did_not_minor = 0;
  std::int64_t revenue_minor = 0;  ///< Received less given back, of the same people.
  std::int64_t margin_minor = 0;   ///< Of it, where known; see payments_without_margin.
  /// revenue / for_who_did_not: below 1 those who pay do not bring what those who do not cost. Nothing when these cost nothing.
  std::optional<double> cover;
};
struct CostsPeriod {
  LocalDay start;
  UtcMicros from, to;
  bool complete = true;
  ByAudience<CostFigures> figures;
};
/// How long the reserve lasts at the pace of the last 90 days, of everybody whom the question looks at.
struct Runway {
  LocalDay since;  ///< First day of the pace.
  std::int64_t days = 0;
  std::int64_t cost_minor = 0;    ///< Of serving all, in these days.
  std::int64_t margin_minor = 0;  ///< Brought in these days; revenue where margin is not known.
  std::int64_t uncovered_minor_a_day = 0;
  bool covered = false;                 ///< What comes in covers what is spent: there is no end.
  std::optional<LocalDay> lasts_until;  ///< Nothing when covered, or when config names no reserve.
};
struct CostsReport {
  Currency currency;
  std::vector<CostsPeriod> periods;
  ByAudience<CostFigures> total;  ///< Of the periods shown.
  std::optional<Runway> runway;
  std::int64_t of_nobody_minor = 0;  ///< Spent by events that name nobody, in no figure above.
  AmountsLeftOut not_added;
  std::vector<std::string> warnings;
};
Result<CostsReport> ask_costs(const Customers& customers, const Question& question, const CostsSpec& spec);

/// Who is behind a cost.
struct CostsCell {
  std::optional<UtcMicros> period = {};  ///< CostsPeriod::from; nothing: all of them.
  std::optional<knowledge::Role> role = {};
  std::string resource = {};  ///< Empty: any.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: NotFound when the report has no such period or resource.
Result<std::vector<PersonId>> people_of_costs(const Customers& customers, const Question& question,
                                              const CostsSpec& spec, const CostsCell& cell);

}  // namespace habitue::insight
