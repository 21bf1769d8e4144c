#include "knowledge/aida.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/node.hpp"
#include "criteria/range.hpp"
#include "knowledge/offer_money.hpp"
#include "knowledge/rules.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

using criteria::Verdict;
using std::chrono::days;
using std::chrono::microseconds;

constexpr std::array<std::string_view, kAidaPhases> kPhaseNames{"none", "attention", "interest", "desire", "action"};
constexpr std::array<std::string_view, kMayReasons> kReasonNames{"allowed", "another_phase", "not_paid", "given_back",
                                                                 "nobody_paid"};

// Events that a criterion counts, and in which window.
struct Sign {
  criteria::Evaluator pattern;
  criteria::Window window;
};

struct Condition {
  AidaPhase phase;
  criteria::Evaluator who;
  std::vector<Sign> signs;
};

struct BoundOffer {
  std::vector<Condition> conditions;  // From attention on.
  bool any_sign = false;              // The criteria name no event: any is a sign.
  journey::KindFilter deciding;       // The kinds whose events can change what the criteria say.
  OfferPayments payments;
};

// What a criterion reads: its patterns, but for those of which it says that they did not happen.
struct Reading {
  std::vector<std::pair<criteria::Pattern, criteria::Window>> counted;
  bool any_event = false;

  void read(const criteria::Node& node, bool denied = false) {
    if (const auto* all = std::get_if<criteria::All>(&node.form)) {
      for (const criteria::NodeRef& part : all->parts) read(*part, denied);
    } else if (const auto* any = std::get_if<criteria::Any>(&node.form)) {
      for (const criteria::NodeRef& part : any->parts) read(*part, denied);
    } else if (const auto* negation = std::get_if<criteria::Not>(&node.form)) {
      read(*negation->part, !denied);
    }
    criteria::for_each_pattern(
        node, [&](const criteria::Pattern& pattern) { any_event = any_event || pattern.events.empty(); });
    if (denied) return;
    if (const auto* measure = std::get_if<criteria::Measure>(&node.form)) {
      counted.emplace_back(measure->events, measure->window);
    } else if (const auto* moment = std::get_if<criteria::Moment>(&node.form)) {
      counted.emplace_back(moment->events, moment->window);
    } else if (const auto* value = std::get_if<criteria::EdgeValue>(&node.form)) {
      counted.emplace_back(value->events, value->window);
    } else if (const auto* sequence = std::get_if<criteria::Sequence>(&node.form)) {
      for (const criteria::Pattern& step : sequence->steps) counted.emplace_back(step, sequence->window);
    }
  }
};

criteria::Expression did(const criteria::Pattern& pattern) {
  criteria::Measure measure;
  measure.events = pattern;
  return criteria::Expression(criteria::make_node({std::move(measure)}).node);
}

bool is_sign(const std::vector<Sign>& signs, const journey::Event& event, UtcMicros as_of, const Zone& zone) {
  return std::any_of(signs.begin(), signs.end(), [&](const Sign& sign) {
    if (!sign.pattern.matches(event)) return false;
    // A window that hangs on another event is taken for open.
    return sign.window.anchor || criteria::range_of(sign.window, as_of, zone, std::nullopt).has(event.at);
  });
}

Result<Condition> bind_condition(const Customers& customers, AidaPhase phase, const criteria::Expression& who,
                                 const Reading& reading) {
  auto evaluator = customers.evaluator(who);
  if (!evaluator) return tl::unexpected(evaluator.error());
  Condition condition{phase, std::move(*evaluator), {}};
  for (const auto& [pattern, window] : reading.counted) {
    auto sign = customers.evaluator(did(pattern));
    if (!sign) return tl::unexpected(sign.error());
    condition.signs.push_back({std::move(*sign), window});
  }
  return condition;
}

Result<OfferPayments> bind_payments(const Customers& customers, const config::Offer& offer) {
  OfferPayments payments;
  payments.any_kind = offer.payments.empty();
  std::vector<std::uint8_t> wanted(customers.snapshot().kinds().size());
  for (const std::string& event : offer.payments)
    if (const auto kind = customers.snapshot().find_kind(event)) wanted[kind->value] = 1;
  payments.kinds = journey::KindFilter(wanted);
  if (offer.action) {
    auto where = customers.evaluator(*offer.action);
    if (!where) return tl::unexpected(where.error());
    payments.where = std::move(*where);
  }
  return payments;
}

Result<BoundOffer> bind_offer(const Customers& customers, const config::Offer& offer) {
  BoundOffer bound;
  const journey::Snapshot& snapshot = customers.snapshot();
  std::vector<std::uint8_t> deciding(snapshot.kinds().size());
  const auto decides = [&](std::string_view kind) {
    if (const auto found = snapshot.find_kind(kind)) deciding[found->value] = 1;
  };
  bound.any_sign = true;
  for (const auto& [phase, who] :
       {std::pair{AidaPhase::Attention, &offer.attention}, std::pair{AidaPhase::Interest, &offer.interest},
        std::pair{AidaPhase::Desire, &offer.desire}}) {
    if (!*who) continue;
    Reading reading;
    reading.read((*who)->root());
    auto condition = bind_condition(customers, phase, **who, reading);
    if (!condition) return tl::unexpected(condition.error());
    bound.any_sign = bound.any_sign && condition->signs.empty();
    bound.conditions.push_back(std::move(*condition));

    const criteria::Names names = criteria::names_of(**who);
    for (const std::string& event : names.events) decides(event);
    decides(journey::kIdentifyKind);
    decides(journey::kGroupKind);
    if (reading.any_event || names.uses_role || names.uses_stage)
      std::fill(deciding.begin(), deciding.end(), std::uint8_t{1});
  }
  if (bound.any_sign && offer.within) std::fill(deciding.begin(), deciding.end(), std::uint8_t{1});
  bound.deciding = journey::KindFilter(deciding);
  auto payments = bind_payments(customers, offer);
  if (!payments) return tl::unexpected(payments.error());
  bound.payments = *std::move(payments);
  return bound;
}

}  // namespace

std::string_view name_of(AidaPhase phase) { return kPhaseNames[static_cast<std::size_t>(phase)]; }
std::string_view name_of(MayReason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }

std::optional<AidaPhase> parse_aida_phase(std::string_view name) {
  const auto found = std::find(kPhaseNames.begin(), kPhaseNames.end(), name);
  if (found == kPhaseNames.end()) return std::nullopt;
  return static_cast<AidaPhase>(found - kPhaseNames.begin());
}

struct Aida::Bound {
  const Customers* customers;
  std::vector<BoundOffer> offers;  // In the order of config.
  std::vector<std::string> warnings;

  const config::Business& business() const { return customers->business(); }

  // Of the account where one is charged for the person. Reads until the next settling of this thread.
  OfferMoney money(std::size_t offer, const journey::Journey& journey, UtcMicros as_of) const {
    const std::string_view account = customers->charged_account(journey, as_of);
    const Settlement& settlement = account.empty() ? customers->rules_->settle(journey.until(as_of))
                                                   : customers->rules_->settle_account(account, as_of);
    return money_of_offer(settlement, offers[offer].payments);
  }

  struct Wish {
    AidaPhase phase = AidaPhase::None;
    bool stale = false;
  };
  // By the criteria alone, before money is asked for.
  Wish wish(std::size_t offer, const journey::Journey& journey, UtcMicros as_of) const {
    const BoundOffer& bound = offers[offer];
    Wish wish;
    for (const Condition& condition : bound.conditions)
      if (condition.who.evaluate(journey, as_of) == Verdict::Inside) wish.phase = condition.phase;
    if (wish.phase != AidaPhase::None && is_stale(offer, journey, as_of)) wish = {AidaPhase::None, true};
    return wish;
  }
  bool is_stale(std::size_t offer, const journey::Journey& journey, UtcMicros as_of) const {
    const auto& within = business().offers[offer].within;
    if (!within) return false;
    const Zone& zone = customers->zone();
    // As `in last N days`: the event's day is later than today less N days.
    const UtcMicros from = zone.start_of(zone.day_of(as_of) - *within + days{1});
    const BoundOffer& bound = offers[offer];
    for (const journey::Event event : journey.until(as_of).since(from)) {
      if (bound.any_sign) return false;
      for (const Condition& condition : bound.conditions)
        for (const Sign& sign : condition.signs)
          if (sign.pattern.matches(event)) return false;
    }
    return true;
  }

  // The first moment of (before, at] from which the criteria give the phase, which they do at `at` and not at `before`.
  UtcMicros turn(std::size_t offer, const journey::Journey& journey, UtcMicros before, UtcMicros at,
                 AidaPhase phase) const {
    while (at - before > microseconds{1}) {
      const UtcMicros middle = before + (at - before) / 2;
      (wish(offer, journey, middle).phase == phase ? at : before) = middle;
    }
    return at;
  }

  std::vector<AidaEvent> proof(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                               AidaPhase phase) const;
  MayVerdict judge(const config::OfferAction& action, const AidaVerdict& verdict, std::string_view language) const;
};

Result<Aida> Aida::bind(const Customers& customers) {
  auto bound = std::make_shared<Bound>(Bound{&customers, {}, {}});
  for (const config::Offer& offer : customers.business().offers) {
    auto one = bind_offer(customers, offer);
    if (!one) return tl::unexpected(one.error());
    for (const Condition& condition : one->conditions)
      for (const std::string& warning : condition.who.warnings())
        bound->warnings.push_back(fmt::format("offer \"{}\", {}: {}", offer.name, name_of(condition.phase), warning));
    bound->offers.push_back(*std::move(one));
  }
  return Aida(std::move(bound));
}

std::size_t Aida::offers() const { return bound_->offers.size(); }
const std::vector<std::string>& Aida::warnings() const { return bound_->warnings; }

Result<std::size_t> Aida::find_offer(std::string_view name) const {
  const auto& offers = bound_->business().offers;
  if (offers.empty()) return fail(ErrorKind::NotFound, "the configuration has no [[offers]]");
  if (name.empty()) {
    if (offers.size() == 1) return std::size_t{0};
    return invalid("offer: name one of the offers that the configuration has");
  }
  std::vector<std::string_view> names;
  for (std::size_t at = 0; at < offers.size(); ++at) {
    if (offers[at].name == name) return at;
    names.push_back(offers[at].name);
  }
  const std::string_view nearest = nearest_word(name, names);
  return fail(ErrorKind::NotFound, nearest.empty()
                                       ? fmt::format("there is no offer \"{}\"", name)
                                       : fmt::format("there is no offer \"{}\": did you mean \"{}\"?", name, nearest));
}

AidaPhase Aida::phase_at(std::size_t offer, const journey::Journey& journey, UtcMicros as_of) const {
  if (bound_->money(offer, journey, as_of).stands) return AidaPhase::Action;
  return bound_->wish(offer, journey, as_of).phase;
}

std::optional<UtcMicros> Aida::since(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                                     AidaPhase phase) const {
  if (phase == AidaPhase::None) return std::nullopt;
  const OfferMoney money = bound_->money(offer, journey, as_of);
  if (phase == AidaPhase::Action) return money.since;

  const journey::Journey known = journey.until(as_of);
  std::vector<std::uint32_t> rows;
  const std::size_t count = known.select(bound_->offers[offer].deciding, rows);
  UtcMicros from = as_of;
  for (std::size_t at = count; at-- > 0;) {
    // From this event, or from when money went back, to the next event: the phase is held from there on.
    const UtcMicros moment = std::max(known.at_row(rows[at]), money.ended.value_or(kBeginning));
    const UtcMicros last = at + 1 == count ? as_of : known.at_row(rows[at + 1]) - microseconds{1};
    if (last < moment && moment == known.at_row(rows[at])) continue;  // Of one moment with the next.
    if (last < moment || bound_->wish(offer, journey, last).phase != phase) break;
    if (bound_->wish(offer, journey, moment).phase != phase) return bound_->turn(offer, journey, moment, last, phase);
    from = moment;
    if (moment != known.at_row(rows[at])) break;
  }
  return from;
}

// Events that the phase's own criterion counts, in its windows.
std::vector<AidaEvent> Aida::Bound::proof(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                                          AidaPhase phase) const {
  std::vector<AidaEvent> events;
  const journey::Snapshot& snapshot = customers->snapshot();
  for (const Condition& condition : offers[offer].conditions) {
    if (condition.phase != phase) continue;
    for (const journey::Event event : journey.until(as_of))
      if (is_sign(condition.signs, event, as_of, customers->zone()))
        events.push_back({snapshot.seq_of(event), event.at, snapshot.kinds()[event.kind.value]});
  }
  if (events.size() > kAidaEvents) events.erase(events.begin(), events.end() - kAidaEvents);
  return events;
}

MayVerdict Aida::Bound::judge(const config::OfferAction& action, const AidaVerdict& verdict,
                              std::string_view language) const {
  MayVerdict may{.action = &action, .words = {}};
  const std::vector<std::string> phases = config::phases_of(action);
  may.may = std::find(phases.begin(), phases.end(), name_of(verdict.phase)) != phases.end();
  // Whatever config says, nothing is delivered before payment.
  if (action.kind == "delivery" && verdict.phase != AidaPhase::Action) {
    may.may = false;
    may.reason = verdict.given_back                  ? MayReason::GivenBack
                 : verdict.role == Role::Beneficiary ? MayReason::NobodyPaid
                                                     : MayReason::NotPaid;
  } else if (!may.may) {
    may.reason = MayReason::AnotherPhase;
  }
  may.words = may_words(may, verdict, language);
  return may;
}

AidaVerdict Aida::explain(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                          std::string_view language) const {
  const Customers& customers = *bound_->customers;
  if (language.empty()) language = customers.business().language;
  AidaVerdict verdict;
  verdict.offer = &customers.business().offers[offer];
  verdict.role = customers.role_of(journey, as_of);
  verdict.account = customers.charged_account(journey, as_of);
  const Bound::Wish wish = bound_->wish(offer, journey, as_of);
  verdict.phase = phase_at(offer, journey, as_of);
  verdict.stale = verdict.phase != AidaPhase::Action && wish.stale;
  verdict.since = since(offer, journey, as_of, verdict.phase);
  for (const Condition& condition : bound_->offers[offer].conditions)
    verdict.conditions.push_back(
        {condition.phase, condition.who.evaluate(journey, as_of), condition.who.explain(journey, as_of, language)});
  verdict.events = bound_->proof(offer, journey, as_of, verdict.phase);

  const OfferMoney money = bound_->money(offer, journey, as_of);
  verdict.given_back = money.received && !money.stands;
  verdict.balances = money.balances;
  for (const MoneyLine* line : money.lines)
    verdict.payments.push_back({.seq = customers.snapshot().seq_of(line->event),
                                .at = line->at,
                                .move = line->move,
                                .amount = {line->settled, line->currency},
                                .order_id = customers.rules_->text_of(line->order),
                                .event = customers.snapshot().kinds()[line->event.kind.value]});
  verdict.words = aida_words(verdict, customers.business(), language);
  for (const config::OfferAction& action : customers.business().actions)
    verdict.actions.push_back(bound_->judge(action, verdict, language));
  return verdict;
}

Result<MayVerdict> Aida::may(std::size_t offer, std::string_view action, const journey::Journey& journey,
                             UtcMicros as_of, std::string_view language) const {
  AidaVerdict verdict = explain(offer, journey, as_of, language);
  std::vector<std::string_view> names;
  for (MayVerdict& may : verdict.actions) {
    if (may.action->name == action) return std::move(may);
    names.push_back(may.action->name);
  }
  const std::string_view nearest = nearest_word(action, names);
  return fail(ErrorKind::NotFound,
              nearest.empty() ? fmt::format("there is no action \"{}\": there are {}", action, fmt::join(names, ", "))
                              : fmt::format("there is no action \"{}\": did you mean \"{}\"?", action, nearest));
}

}  // namespace habitue::knowledge
