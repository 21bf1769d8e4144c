// From the table of facts to the lines of the report: counts, effects, tests, what says the same. Knows nothing of journeys.
#pragma once

#include "insight/contrast/table.hpp"

namespace habitue::insight::contrast {

/// With report.sets differences are within the table's sets. Fills tested, findings, groups and steps of the report; words come later. Errors: Conflict when cancelled.
Result<void> assess(const Table& table, const ContrastSpec& spec, const Cancellation* cancellation,
                    ContrastReport& report);

/// How far an effect is from none for sure: that end of its interval which is nearer to 0, or 0 when it holds 0. Shares are
/// compared by their difference and numbers by Cliff's delta, which for yes-or-no numbers is that difference.
double sure_effect(const ContrastLine& line);

}  // namespace habitue::insight::contrast
