// Each customer's own rhythm: how the cycles of all are spread, who is overdue by the own one, whether what was expected came, and the
// hours, weekdays and months at which is bought (LIF-02, KNW-13). Where the check on later orders fails, or cannot be made yet, nobody
// is said to be late, and the answer says why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct RhythmSpec {
  std::uint32_t due_days = 30;            ///< Who is expected within so many days is due: 1 to 365.
  std::uint32_t offset = 0, limit = 20;   ///< Which of the overdue are shown, who spent most first; at most 10,000.
  AudienceSide side = AudienceSide::All;  ///< Whose, of those who are shown and of the habits.
};

/// What is learnt of a group of customers.
struct RhythmOfGroup {
  std::string group;               ///< Value of the trait; empty: all customers.
  std::uint64_t customers = 0;     ///< Who had bought again, by the end of the last month.
  double regularity = 1;           ///< 1: by chance; more: as by a clock; less: in clumps.
  double cycle_days = 0;           ///< Half of second purchases come by then, of those that come.
  double own_weight_of_one = 0;    ///< How much one own interval counts, from 0 to 1,
  double own_weight_of_three = 0;  ///< three,
  double own_weight_of_ten = 0;    ///< and ten.
};
struct RhythmOfStage {
  knowledge::Stage stage = knowledge::Stage::Prospect;
  std::uint64_t customers = 0, overdue = 0, due = 0;
};
struct RhythmCycles {
  std::uint32_t from_days = 0;
  std::optional<std::uint32_t> to_days;  ///< With this day; none: or more.
  std::uint64_t customers = 0;
};
struct RhythmFigures {
  std::uint64_t customers = 0;  ///< Who have bought.
  std::uint64_t told = 0;       ///< Of them, of whom something is expected.
  std::uint64_t overdue = 0, due = 0;
  std::vector<RhythmOfStage> stages;  ///< Of those told of.
  std::vector<RhythmCycles> cycles;   ///< Of those told of, by the middle of what is expected.
};
/// Later orders by how many intervals their customers had before them.
struct RhythmBand {
  std::uint32_t from_intervals = 0;
  std::optional<std::uint32_t> to_intervals;
  std::uint64_t orders = 0, early = 0, late = 0;  ///< Early and late: outside the 80 % interval.
  Share held;                                     ///< Came within it.
  std::optional<bool> holds;                      ///< From 65 to 95 %; nothing with fewer than 30 orders.
};
struct RhythmOrigin {
  LocalDay day;  ///< What was expected as of this day's month,
  LocalDay until;
  Share held;  ///< of the orders that came after the day, until then.
};
enum class RhythmVerdict : std::uint8_t { Passed, Failed, NotPossible };
enum class RhythmReason : std::uint8_t {
  NoCustomers,    ///< Nobody has bought yet.
  TooFewRepeats,  ///< Too few have bought again to learn from.
  TooShort,       ///< Too little time has passed to look back on.
  TooFewOrders,   ///< Too few orders came after the past dates to judge by.
  TooNarrow,      ///< Fewer than 70 % of later orders came within the intervals.
  TooWide         ///< More than 90 % did: they tell too little.
};
struct RhythmCheck {
  RhythmVerdict verdict = RhythmVerdict::NotPossible;
  std::vector<RhythmReason> reasons;
  Share held;
  std::vector<RhythmOrigin> origins;  ///< The earliest first.
  std::vector<RhythmBand> bands;
};
struct RhythmHabit {
  std::uint32_t part = 0;  ///< Hour from 0; weekday from 1, Monday; month from 1.
  std::uint64_t purchases = 0;
  double share = 0, uniform = 0;  ///< Of the purchases; and what it would be, were any moment like any other.
};
struct RhythmHabits {
  std::uint64_t purchases = 0;     ///< In the question's period.
  std::vector<RhythmHabit> hours;  ///< None where the data tell days alone.
  std::vector<RhythmHabit> weekdays, months;
};
struct RhythmCustomer {
  PersonId person{0};
  std::string key;              ///< Of the person, for whoever gives them keys.
  std::uint32_t purchases = 0;  ///< Days of purchases.
  knowledge::Stage stage = knowledge::Stage::Prospect;
  double cycle_days = 0, own_weight = 0;
  LocalDay expected_from{}, expected_until{};
  std::int64_t days_since_last = 0;
  double lateness = 0;  ///< The chance that it would have come by now.
  std::int64_t spent_minor = 0;
  std::string sentence_en, sentence_fr;
};
struct RhythmReport {
  Currency currency;
  std::optional<std::uint32_t> general_days;  ///< At risk after so many, by the rule for all; subscriptions have none.
  bool drives = false;                        ///< Whether config lets the rhythm drive stages.
  std::string rhythm_by;
  std::vector<RhythmOfGroup> learnt;  ///< All customers first.
  RhythmCheck check;
  std::string sentence_en, sentence_fr;              ///< What the check says, and how much the own purchases count.
  std::optional<ByAudience<RhythmFigures>> figures;  ///< Nothing unless the check passed; the customers likewise.
  std::vector<RhythmCustomer> customers;
  RhythmHabits habits;
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for due_days or limit out of range; those of Lens::of; Conflict when cancelled.
Result<RhythmReport> ask_rhythm(const Customers& customers, const Question& question, const RhythmSpec& spec);

struct RhythmCell {
  enum class Who : std::uint8_t { Customers, Told, Overdue, Due };
  Who who = Who::Overdue;
  std::optional<knowledge::Stage> stage;
  AudienceSide side = AudienceSide::All;
};
struct LateCustomer {
  PersonId person{0};
  std::int64_t spent_minor = 0;
};
/// Of that side, who is overdue by the own rhythm, and since `since` or later: what was expected of them ended there. Who spent most
/// first; nobody where the check did not pass. Errors: those of ask_rhythm.
Result<std::vector<LateCustomer>> newly_late(const Customers& customers, const Question& question, AudienceSide side,
                                             LocalDay since);

/// Sorted; exactly as many as the number. Errors: those of ask_rhythm; NotFound for a number that the answer does not tell.
Result<std::vector<PersonId>> people_of_rhythm(const Customers& customers, const Question& question,
                                               const RhythmSpec& spec, const RhythmCell& cell);

}  // namespace habitue::insight
