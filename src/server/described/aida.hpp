// Where people stand before offers, described: see describe.hpp. The question of all of them, and what is said of one.
#pragma once

#include "insight/aida/aida.hpp"
#include "insight/value/periods.hpp"
#include "knowledge/aida.hpp"
#include "server/described/shared.hpp"
#include "server/described/value.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(AidaPlace, NotYet, None, Attention, Interest, Desire, Action)
HABITUE_DESCRIBE(AidaSpec, (offer))
HABITUE_DESCRIBE(AidaPhaseFigures, (phase, before, came, left, now, at_least, reached, went_on, fell_back,
                                    quartile1_days, median_days, quartile3_days))
HABITUE_DESCRIBE(AidaMove, (from, to, people))
HABITUE_DESCRIBE(AidaFigures, (before, newcomers, now, phases, moves))
HABITUE_DESCRIBE(AidaOffer, (offer, label_en, label_fr, figures))
HABITUE_DESCRIBE_ENUM(AidaAnswer, Told, NoOffers, Nobody)
HABITUE_DESCRIBE(AidaReport, (from_at, at, verdict, offers, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(AidaCell::Who, Now, Before, Came, Left, AtLeast, WentOn, FellBack, Moved)
HABITUE_DESCRIBE(AidaCell, (offer, who, phase, from, side))

}  // namespace habitue::insight

namespace habitue::criteria {
HABITUE_DESCRIBE_ENUM(Verdict, Outside, Inside, Unknown)
}  // namespace habitue::criteria

namespace habitue::knowledge {
HABITUE_DESCRIBE_ENUM(AidaPhase, None, Attention, Interest, Desire, Action)
HABITUE_DESCRIBE_ENUM(MayReason, Allowed, AnotherPhase, NotPaid, GivenBack, NobodyPaid)
HABITUE_DESCRIBE_ENUM(MoneyMove, Payment, Refund, Chargeback)
}  // namespace habitue::knowledge

namespace habitue::server {

/// Whether an action may be done: what is sent.
struct MayAsked {
  std::string action, offer, person, user_id, as_of;
};
HABITUE_DESCRIBE(MayAsked, (action, offer, person, user_id, as_of))

struct AidaSays {
  std::string part;
  criteria::Verdict verdict = criteria::Verdict::Unknown;
  std::string found;
};
HABITUE_DESCRIBE(AidaSays, (part, verdict, found))
struct AidaCriterion {
  knowledge::AidaPhase phase = knowledge::AidaPhase::None;
  criteria::Verdict verdict = criteria::Verdict::Unknown;
  std::vector<AidaSays> reasons;
};
HABITUE_DESCRIBE(AidaCriterion, (phase, verdict, reasons))
struct AidaProof {
  std::uint64_t seq = 0;
  UtcMicros at{};
  std::string event;
};
HABITUE_DESCRIBE(AidaProof, (seq, at, event))
struct AidaPayment {
  std::uint64_t seq = 0;
  UtcMicros at{};
  knowledge::MoneyMove what = knowledge::MoneyMove::Payment;
  insight::AmountIn amount;
  std::string order_id, event;
};
HABITUE_DESCRIBE(AidaPayment, (seq, at, what, amount, order_id, event))
struct MayTold {
  std::string action, label, kind;
  bool may = false;
  knowledge::MayReason reason = knowledge::MayReason::Allowed;
  std::string words;
};
HABITUE_DESCRIBE(MayTold, (action, label, kind, may, reason, words))
struct AidaStanding {
  std::string offer, label;
  knowledge::AidaPhase phase = knowledge::AidaPhase::None;
  bool stale = false;
  std::optional<UtcMicros> since;
  std::string words;
  knowledge::Role role = knowledge::Role::Unknown;
  std::optional<std::string> account;
  bool given_back = false;
  std::vector<AidaCriterion> criteria;
  std::vector<AidaProof> events;
  std::vector<AidaPayment> payments;
  std::vector<insight::AmountIn> stands;
  std::vector<MayTold> allowed, refused;
};
HABITUE_DESCRIBE(AidaStanding, (offer, label, phase, stale, since, words, role, account, given_back, criteria, events,
                                payments, stands, allowed, refused))
struct AidaOfPerson {
  std::optional<std::string> person;
  std::vector<AidaStanding> offers;
};
HABITUE_DESCRIBE(AidaOfPerson, (person, offers))
struct MayAnswer {
  std::optional<std::string> person;
  std::string offer;
  knowledge::AidaPhase phase = knowledge::AidaPhase::None;
  std::optional<UtcMicros> since;
  std::string action, label, kind;
  bool may = false;
  knowledge::MayReason reason = knowledge::MayReason::Allowed;
  std::string words, standing;
};
HABITUE_DESCRIBE(MayAnswer, (person, offer, phase, since, action, label, kind, may, reason, words, standing))

}  // namespace habitue::server
