// How many people a cohort had through time, and who came and went.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/fold.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct CohortHistorySpec {
  std::string cohort;
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
};
struct CohortStock {
  std::uint64_t people = 0;   ///< In it at the end.
  std::uint64_t entered = 0;  ///< In it at the end and not at the beginning.
  std::uint64_t left = 0;     ///< In it at the beginning and not at the end.
  std::uint64_t unknown = 0;  ///< Known by the end, and it cannot be told of them; they are in no other number.
};
struct CohortPoint {
  LocalDay start;        ///< The period's first day.
  UtcMicros at;          ///< The moment of the stock: the period's last, or as_of when that comes before.
  bool complete = true;  ///< The period was over at as_of.
  ByAudience<CohortStock> figures;
};
struct CohortHistoryReport {
  std::vector<CohortPoint> points;
  UtcMicros from, to;                ///< The moments between which `whole` tells who came and went.
  ByAudience<CohortStock> whole;     ///< From just before the first period to the last point.
  ByAudience<std::uint64_t> before;  ///< In it at `from`.
  ByAudience<std::uint64_t> stayed;  ///< In it at both ends, whatever was between.
  std::vector<std::string> warnings;
};
/// Of the whole periods that hold a moment of question.period, from the first event on. Errors: InvalidInput for hours, more than 2,000
/// periods, or a cohort that is not known; Conflict when cancelled.
Result<CohortHistoryReport> ask_cohort_history(const Customers& customers, const Question& question,
                                               const CohortHistorySpec& spec);

struct CohortHistoryCell {
  enum class Who : std::uint8_t { People, Entered, Left, Unknown, Before, Stayed };
  Who who = Who::People;
  /// CohortPoint.start; of the whole when left out. `before` and `stayed` are of the whole alone.
  std::optional<LocalDay> start;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number.
Result<std::vector<PersonId>> people_of_cohort_history(const Customers& customers, const Question& question,
                                                       const CohortHistorySpec& spec, const CohortHistoryCell& cell);

}  // namespace habitue::insight
