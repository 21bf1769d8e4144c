// The question of today and its answer, described: see describe.hpp.
#pragma once

#include "insight/today/today.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(TodaySpec, (period_days, side, limit))
HABITUE_DESCRIBE_ENUM(TodayKind, Silence, ImportFailed, LeavingCause, StageMoved, CustomersToCall, PollutedFigure,
                      Spike, AcquisitionAlert)
HABITUE_DESCRIBE_ENUM(TodayMove, Arrived, FirstPurchase, AtRisk, Left, Returned)
HABITUE_DESCRIBE_ENUM(TodayScreen, Cycle, Audience, Client, People, Data)
HABITUE_DESCRIBE_ENUM(TodayMoney, SpentLastYear, SpentInAll, CostOfOne)
HABITUE_DESCRIBE_ENUM(TodayVerdict, Told, NothingMatters, TooEarly, NobodyYet)
HABITUE_DESCRIBE(TodayCell, (kind, move, cause, payment_failed, channel, first, last, side))
HABITUE_DESCRIBE(TodayFinding, (kind, cell, side, people, expected, low, high, chance, money_minor, money, weight,
                                screen, sentence_en, sentence_fr, reason_en, reason_fr, action_en, action_fr))
HABITUE_DESCRIBE(TodayReport, (verdict, currency, from, to, compared, tests, last_event_at, sentence_en, sentence_fr,
                               findings, left_out, warnings))

}  // namespace habitue::insight
