// What was given before anybody paid: booked to the acquisition of those who became clients, written off with those who were lost,
// or still open (WHO-08). At every date the three add up to what was given.
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
#include "insight/value/standing.hpp"

namespace habitue::insight {

struct GiveAwaysSpec {
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
};

/// Of everything that was given up to a moment. Amounts are minor units of the business's currency.
struct GiveAwayStock {
  std::int64_t given_minor = 0, booked_minor = 0, written_off_minor = 0, open_minor = 0;
  std::uint64_t given_people = 0, booked_people = 0, written_off_people = 0, open_people = 0;
};
/// By how much the stock changed. Booked or written off fall below zero where a first payment was given back, or where somebody
/// lost came to pay after all.
struct GiveAwayChange {
  std::int64_t given_minor = 0, booked_minor = 0, written_off_minor = 0, open_minor = 0;
};
struct GiveAwaysPeriod {
  LocalDay start;
  UtcMicros from, to;
  bool complete = true;
  ByAudience<GiveAwayStock> at_end;  ///< At its end, or at as_of where that cuts it.
  ByAudience<GiveAwayChange> during;
};
struct GiveAwaysReport {
  Currency currency;
  std::uint32_t lost_after_days = 0;
  ByAudience<GiveAwayStock> before;  ///< Just before the first period.
  std::vector<GiveAwaysPeriod> periods;
  AmountsLeftOut not_added;
  std::vector<std::string> warnings;
};
/// Each identity is checked at every run: given = booked + written off + open in every stock, and stocks differ by the changes.
Result<GiveAwaysReport> ask_give_aways(const Customers& customers, const Question& question, const GiveAwaysSpec& spec);

struct GiveAwaysCell {
  enum class State : std::uint8_t { Given, Booked, WrittenOff, Open };
  UtcMicros period;  ///< GiveAwaysPeriod::from: of the stock at its end.
  State state = State::Given;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number of the stock. Errors: NotFound when the report has no such period.
Result<std::vector<PersonId>> people_of_give_aways(const Customers& customers, const Question& question,
                                                   const GiveAwaysSpec& spec, const GiveAwaysCell& cell);

}  // namespace habitue::insight
