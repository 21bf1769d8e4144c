// Periods said by where they lie from now: what a saved question keeps.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "insight/question.hpp"

namespace habitue::insight {

/// The period that a text means at a moment, by the calendar of the zone:
///   today, yesterday, this week, this month, this quarter, this year     to the end of the unit that holds as_of
///   last week, last month, last quarter, last year                       the whole unit before that
///   last 30 days, last 12 weeks, last 6 months, ...                      so many units, the one that holds as_of is the last
///   last 30 full days, ...                                               so many whole units before the one that holds as_of
///   since 2025-01-01, all                                                open at the end
/// Weeks begin on Monday. Errors: InvalidInput for any other text.
Result<Period> period_of(std::string_view text, UtcMicros as_of, const Zone& zone);

}  // namespace habitue::insight
