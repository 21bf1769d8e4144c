// How many people were at which stage, at the end of each period: the life cycle through time.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct StageHistorySpec {
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
};
struct StageHistoryPoint {
  LocalDay start;  ///< The period's first day.
  UtcMicros at;    ///< The moment of the stages: the period's last, or as_of when that comes before.
  bool complete = true;
  ByAudience<StageFigures>
      figures;  ///< Of everybody known by then: the same as ask_stages at `at`, but for the audience, which is that of as_of.
};
struct StageHistoryReport {
  Bucket bucket;
  std::vector<StageHistoryPoint> points;
};
/// Of the whole periods that hold a moment of question.period, from the first event on. Errors: InvalidInput for more than 20,000
/// periods; NotFound for an unknown hypothesis; Conflict when cancelled.
Result<StageHistoryReport> ask_stage_history(const Customers& customers, const Question& question,
                                             const StageHistorySpec& spec);

struct StageHistoryCell {
  UtcMicros at;                                ///< StageHistoryPoint::at.
  std::optional<knowledge::Stage> stage = {};  ///< Nothing: everybody known by then, StageFigures::total.
  bool repeat = false;                         ///< Only those whom StageFigures::repeat counts.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: those of ask_stage_history, and NotFound when the history has no such moment.
Result<std::vector<PersonId>> people_of_stage_history(const Customers& customers, const Question& question,
                                                      const StageHistorySpec& spec, const StageHistoryCell& cell);

}  // namespace habitue::insight
