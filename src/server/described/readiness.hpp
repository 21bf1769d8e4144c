// Whether a programme may begin, described: see describe.hpp. The question and its answer, and who signed for a red one.
#pragma once

#include "insight/readiness/readiness.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(ReadinessSpec,
                 (segment, side, cost_of_one_minor, set_up_minor, lift, lift_source, horizon_years, discount_a_year,
                  beyond_goods, reachable, consent, low_purchases, low_margin_share, anew))
HABITUE_DESCRIBE_ENUM(ReadinessLight, Green, Amber, Red, Unknown)
HABITUE_DESCRIBE_ENUM(ReadinessReason, TooFewPeople, TooShort, NoMargin, LosesMoney, MayLoseMoney, NotForetold,
                      NotPaidBack, PaidBackOnlyIfWell, LiftTooSmall, NeedsDoubling, LiftNotGiven, LiftWithoutSource,
                      CostNotGiven, NothingBeyond, BeyondNotTold, LowInvolvement, InvolvementNotKnown, FewKnown,
                      ManyNotKnown, TooFewRepeats)
HABITUE_DESCRIBE(ReadinessMean, (minor, low_minor, high_minor))
HABITUE_DESCRIBE(ReadinessYear, (year, contribution_minor, lift_minor, programme_minor, balance_minor))
HABITUE_DESCRIBE(ReadinessProfit,
                 (light, reasons, days, revenue_minor, margin_minor, serving_minor, margin_share, contribution_of_one,
                  losing, lifetime_of_one, acquisition_of_one_minor, years, payback_year, programme_payback_year,
                  break_even_lift, forecast_en, forecast_fr, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ReadinessOffer, (light, reasons, beyond_goods, perks, buyers, purchases_a_year, low_involvement,
                                  sentence_en, sentence_fr))
HABITUE_DESCRIBE(ReadinessData,
                 (light, reasons, score, reachable, bought, consent, bought_again, sentence_en, sentence_fr))
HABITUE_DESCRIBE(ReadinessReport, (currency, people, cannot_tell, eligible, go, profit, offer, data, assumptions_en,
                                   assumptions_fr, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(ReadinessCell::Who, Segment, Losing, Ready, NotReady, Reachable, NotReachable, Bought, NotBought,
                      BoughtAgain, Consented, NotConsented, CannotTell)
HABITUE_DESCRIBE(ReadinessCell, (who))

}  // namespace habitue::insight

namespace habitue::server {

/// Whether a programme may start, and who answers for it where not: what is sent.
struct ProgrammeAsked {
  std::string programme;
  insight::ReadinessSpec ask;
};
HABITUE_DESCRIBE(ProgrammeAsked, (programme, ask))
struct ProgrammeSigning {
  std::string programme;
  insight::ReadinessSpec ask;
  std::string reason;
};
HABITUE_DESCRIBE(ProgrammeSigning, (programme, ask, reason))

struct ProgrammeSignature {
  std::string programme;
  UtcMicros signed_at{};
  std::string reason, author, author_id;
  std::vector<std::string> red;
};
HABITUE_DESCRIBE(ProgrammeSignature, (programme, signed_at, reason, author, author_id, red))
struct ProgrammeSignatures {
  std::vector<ProgrammeSignature> overrides;
};
HABITUE_DESCRIBE(ProgrammeSignatures, (overrides))
struct ProgrammeVerdict {
  std::string programme;
  bool may_start = false;
  std::vector<std::string> red;
  std::optional<ProgrammeSignature> signed_by;
  std::string words;
  insight::ReadinessReport readiness;
};
HABITUE_DESCRIBE(ProgrammeVerdict, (programme, may_start, red, signed_by, words, readiness))

}  // namespace habitue::server
