// The people of one moment of the past as rows: who could do it, what was known of them, and whether they did.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/fold.hpp"
#include "insight/propensity/features.hpp"
#include "insight/propensity/outcome.hpp"

namespace habitue::insight::propensity {

struct Row {
  std::uint64_t lot =
      0;  ///< The same of one person at every moment, and of nothing but what they did: drawn and dealt by.
  PersonId person{0};
  Came came;
  std::vector<double> values;
};

struct RowsOfCut {
  UtcMicros cut{};
  std::uint64_t eligible = 0;
  std::vector<Row> rows;  ///< At most as many as asked for, those of the lowest lots; by lot, then by what they hold.
  std::uint64_t came() const;
};

/// The moments looked back to, the last first: a horizon before as_of, two horizons before, ...; half a horizon of past is before each.
std::vector<UtcMicros> cuts_of(const Customers& customers, UtcMicros as_of, std::uint32_t horizon_days,
                               std::size_t most);

/// A number of what somebody had done by the first of the moments at which they were known.
std::uint64_t lot_of(const journey::Journey& journey, std::span<const UtcMicros> cuts, std::uint64_t seed,
                     std::span<const std::uint64_t> kinds);

/// For lot_of: of each kind its name as a number.
std::vector<std::uint64_t> names_of_kinds(const journey::Snapshot& snapshot);

/// Who could do it at `cut` and passes the question's filter then, with what came until `until`. `cuts` are all the moments, for the lots.
Result<RowsOfCut> read_rows(const Customers& customers, const Question& question, const FeatureReader& features,
                            const OutcomeReader& outcome, std::span<const UtcMicros> cuts, std::size_t which,
                            UtcMicros until, const PropensitySpec& spec);

/// The question as it was asked at a moment: of the same hypothesis, and the filter by what was known then.
Question question_at(const Customers& customers, const Question& question, UtcMicros cut);

}  // namespace habitue::insight::propensity
