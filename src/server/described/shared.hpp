// What the questions and answers of several families have in common, described: see describe.hpp.
#pragma once

#include "insight/breakdown.hpp"
#include "insight/funnel/comparison.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"
#include "insight/stickiness/quantiles.hpp"
#include "server/described/describe.hpp"

namespace habitue::knowledge {
HABITUE_DESCRIBE_ENUM(Role, Client, Prospect, Beneficiary, Unknown)
HABITUE_DESCRIBE_ENUM(Stage, Prospect, Trial, New, Active, AtRisk, Dormant, Back, Occasional, Lost)
}  // namespace habitue::knowledge

namespace habitue::insight {

HABITUE_DESCRIBE(Share, (part, whole, value, low, high))
HABITUE_DESCRIBE_ENUM(AudienceSide, All, Inside, Outside, Unknown)
HABITUE_DESCRIBE_ENUM(Bucket, Day, Week, Month, Hour)
HABITUE_DESCRIBE_ENUM(Breakdown::Of, Property, Trait)
HABITUE_DESCRIBE(Breakdown, (of, name, limit))
HABITUE_DESCRIBE_ENUM(ShownValue::Kind, Total, Value, Missing, Other)
HABITUE_DESCRIBE(ShownValue, (kind, text))
HABITUE_DESCRIBE(Quantiles, (least, p10, p25, median, p75, p90, most, mean))
HABITUE_DESCRIBE_ENUM(ShareTest, FisherExact, TwoProportions, MantelHaenszel)
HABITUE_DESCRIBE(TwoShares, (first, second, difference, low, high, p_value, test, too_few, significant))

}  // namespace habitue::insight
