// Growth accounting by calendar periods: who is new, retained, resurrected, churned, and how many are dormant for how long. New
// is the first activity in all of the data, so that the identities hold whatever the period asked for.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

/// How long dormant people have been idle at the end of a period: 1, 2 to 3, 4 to 7, and 8 periods or more.
inline constexpr std::array<std::uint32_t, 4> kIdleBands{1, 2, 4, 8};

enum class Birth : std::uint8_t {
  FirstActivity,  ///< The first activity in all of the data: the identities hold.
  /// The moment that the first identify call with a trait `createdAt` or `created_at` tells. Somebody may be active before:
  /// such people are active in the period before that in which they are new, and `fresh_active_before` counts them.
  Creation
};

/// active = new + retained + resurrected; active before = retained + churned (+ fresh_active_before); everybody who was ever
/// active up to the period's end = active + dormant. Checked at each run.
struct GrowthPeriod {
  LocalDay start;
  UtcMicros from, to;  ///< From the first moment to just before the second.
  std::uint64_t fresh = 0, retained = 0, resurrected = 0, churned = 0;
  std::uint64_t fresh_active_before = 0;  ///< New, yet active in the period before; 0 when birth is the first activity.
  std::optional<double> quick_ratio;      ///< (new + resurrected) / churned; nothing when nobody churned.
  std::array<std::uint64_t, kIdleBands.size()> dormant{};  ///< The stock, by kIdleBands: who churned is in the first.
  bool complete = true;                                    ///< False for a period that as_of cuts.
};
struct GrowthSpec {
  Bucket bucket = Bucket::Month;
  std::vector<std::string> events;  ///< What counts as active; purchases when empty.
  Birth birth = Birth::FirstActivity;
  std::chrono::weekday week_start = std::chrono::Monday;
  /// By a property: of the first matching event of a period in which somebody is active; churned and dormant people go with the value
  /// of their last active period. By a trait: as last known at as_of. At most 400,000 periods of values.
  std::optional<Breakdown> breakdown = {};
};
/// Every number of the values adds up to that of the total. By a property people may change their value between two periods, so of
/// the identities only active = new + retained + resurrected holds within a value.
struct GrowthValue {
  ShownValue value;
  ByAudience<std::vector<GrowthPeriod>> periods;
};
struct GrowthReport {
  Bucket bucket;
  std::vector<std::string> events;  ///< What counts as active; purchases when empty was asked.
  Birth birth = Birth::FirstActivity;
  ByAudience<std::vector<GrowthPeriod>> periods;
  /// Active people of whom no creation is known: they are left out, as they can be neither new nor come back. 0 when birth
  /// is the first activity.
  ByAudience<std::uint64_t> without_creation = {};
  std::vector<GrowthValue> values =
      {};  ///< By people in any of the numbers, then by name; when a breakdown is asked for.
};
Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, const GrowthSpec& spec);
Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, Bucket bucket,
                                const std::vector<std::string>& events);

struct GrowthCell {
  enum class Who : std::uint8_t { Active, Fresh, Retained, Resurrected, Churned, Dormant };
  UtcMicros period;  ///< GrowthPeriod::from.
  Who who = Who::Active;
  std::size_t idle_band = 0;  ///< Of Dormant: index into kIdleBands.
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};  ///< Of the breakdown.
};
/// Sorted; exactly as many as the number. Errors: NotFound when the report has no such period or value.
Result<std::vector<PersonId>> people_of_growth(const Customers& customers, const Question& question,
                                               const GrowthSpec& spec, const GrowthCell& cell);

}  // namespace habitue::insight
