// Frequency: how often each person did something in the question's period.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"
#include "insight/stickiness/quantiles.hpp"

namespace habitue::insight {

struct FrequencySpec {
  ActTest act;  ///< Default: a purchase.
  /// By a property: acts of each value are counted by themselves, so one person may be in many values.
  std::optional<Breakdown> breakdown;
};
struct FrequencyFigures {
  struct Count {
    std::uint64_t times = 0;
    std::uint64_t people = 0;
  };
  std::uint64_t people = 0;        ///< At least once.
  std::uint64_t never = 0;         ///< Known at as_of, and not once in the period. 0 in the values of a breakdown.
  std::uint64_t acts = 0;          ///< All together.
  std::vector<Count> counts;       ///< From the fewest times on, without gaps of nobody.
  std::optional<Quantiles> times;  ///< Of the times of those who did it at least once: exact.
};
struct FrequencyValue {
  ShownValue value;
  ByAudience<FrequencyFigures> figures;
};
struct FrequencyReport {
  ByAudience<FrequencyFigures> total;
  std::vector<FrequencyValue> values;
  std::vector<std::string> warnings;
};
/// Acts from period.from to just before period.to, up to as_of. Errors as those of ask_retention.
Result<FrequencyReport> ask_frequency(const Customers& customers, const Question& question, const FrequencySpec& spec);

struct FrequencyCell {
  std::uint64_t times_min = 1, times_max = UINT64_MAX;  ///< Both included; 0 to 0 is `never`.
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};
};
/// Sorted; exactly as many as the number.
Result<std::vector<PersonId>> people_of_frequency(const Customers& customers, const Question& question,
                                                  const FrequencySpec& spec, const FrequencyCell& cell);

}  // namespace habitue::insight
