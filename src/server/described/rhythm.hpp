// The question of rhythm and its answer, described: see describe.hpp.
#pragma once

#include "insight/rhythm/rhythm.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(RhythmSpec, (due_days, offset, limit, side))
HABITUE_DESCRIBE(RhythmOfGroup,
                 (group, customers, regularity, cycle_days, own_weight_of_one, own_weight_of_three, own_weight_of_ten))
HABITUE_DESCRIBE(RhythmOfStage, (stage, customers, overdue, due))
HABITUE_DESCRIBE(RhythmCycles, (from_days, to_days, customers))
HABITUE_DESCRIBE(RhythmFigures, (customers, told, overdue, due, stages, cycles))
HABITUE_DESCRIBE(RhythmBand, (from_intervals, to_intervals, orders, early, late, held, holds))
HABITUE_DESCRIBE(RhythmOrigin, (day, until, held))
HABITUE_DESCRIBE_ENUM(RhythmVerdict, Passed, Failed, NotPossible)
HABITUE_DESCRIBE_ENUM(RhythmReason, NoCustomers, TooFewRepeats, TooShort, TooFewOrders, TooNarrow, TooWide)
HABITUE_DESCRIBE(RhythmCheck, (verdict, reasons, held, origins, bands))
HABITUE_DESCRIBE(RhythmHabit, (part, purchases, share, uniform))
HABITUE_DESCRIBE(RhythmHabits, (purchases, hours, weekdays, months))
HABITUE_DESCRIBE(RhythmCustomer, (key, purchases, stage, cycle_days, own_weight, expected_from, expected_until,
                                  days_since_last, lateness, spent_minor, sentence_en, sentence_fr))
HABITUE_DESCRIBE(RhythmReport, (currency, general_days, drives, rhythm_by, learnt, check, sentence_en, sentence_fr,
                                figures, customers, habits, warnings))
HABITUE_DESCRIBE_ENUM(RhythmCell::Who, Customers, Told, Overdue, Due)
HABITUE_DESCRIBE(RhythmCell, (who, stage, side))

}  // namespace habitue::insight
