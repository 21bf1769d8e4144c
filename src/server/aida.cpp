// Where one person stands before each offer, and whether something may be done for them there.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "knowledge/aida.hpp"
#include "knowledge/wording.hpp"
#include "server/described/aida.hpp"
#include "server/described/read.hpp"
#include "server/described/write.hpp"
#include "server/finding.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;

using knowledge::Aida;

std::optional<std::string> key_of(const Asked& asked, const std::optional<PersonId>& person) {
  return person ? std::optional(key_text(asked.view.people->key_of(*person))) : std::nullopt;
}

AidaStanding standing_of(const knowledge::AidaVerdict& verdict, std::string_view language) {
  AidaStanding told;
  told.offer = verdict.offer->name;
  told.label = knowledge::label_of(*verdict.offer, language);
  told.phase = verdict.phase;
  told.stale = verdict.stale;
  told.since = verdict.since;
  told.words = verdict.words;
  told.role = verdict.role;
  if (!verdict.account.empty()) told.account = std::string(verdict.account);
  told.given_back = verdict.given_back;
  for (const knowledge::AidaCondition& condition : verdict.conditions) {
    AidaCriterion& criterion = told.criteria.emplace_back(AidaCriterion{condition.phase, condition.verdict, {}});
    for (const auto& reason : condition.reasons)
      criterion.reasons.push_back({reason.part, reason.verdict, reason.found});
  }
  for (const knowledge::AidaEvent& event : verdict.events)
    told.events.push_back({event.seq.value, event.at, std::string(event.event)});
  for (const knowledge::Movement& move : verdict.payments)
    told.payments.push_back({move.seq.value,
                             move.at,
                             move.move,
                             {move.amount.currency, move.amount.minor_units},
                             std::string(move.order_id),
                             std::string(move.event)});
  for (const knowledge::Balance& balance : verdict.balances)
    told.stands.push_back({balance.currency, balance.net_minor()});
  for (const knowledge::MayVerdict& may : verdict.actions)
    (may.may ? told.allowed : told.refused)
        .push_back({may.action->name, std::string(knowledge::label_of(*may.action, language)), may.action->kind,
                    may.may, may.reason, may.words});
  return told;
}

// Whom a body is about. A user id that nobody has yet is somebody of whom nothing is known.
Result<std::optional<PersonId>> person_of(const workspace::View& view, const MayAsked& sent) {
  if (sent.person.empty() == sent.user_id.empty())
    return invalid("name one of person (the key that lists give) and user_id");
  if (!sent.user_id.empty())
    return view.people->find(identity::Identifier{identity::IdentifierKind::User, sent.user_id});
  const auto key = parse_key(sent.person);
  const auto person = key ? view.people->find(*key) : std::nullopt;
  if (!person) return fail(ErrorKind::NotFound, "there is no such person; people are named by the key that lists give");
  return person;
}

Result<json::object> may_of(const Call& call, const MayAsked& sent) {
  if (sent.action.empty()) return invalid("action: name what is to be done");
  Request request = call.request;
  if (!sent.as_of.empty()) request.query.emplace_back("as_of", sent.as_of);
  const Call dated{call.api, request, call.path, call.workspace, call.access, call.errand};
  const auto asked = read_question_of_now(dated);
  if (!asked) return tl::unexpected(asked.error());
  const auto person = person_of(asked->view, sent);
  if (!person) return tl::unexpected(person.error());
  const auto aida = Aida::bind(*asked->view.customers);
  if (!aida) return tl::unexpected(aida.error());
  const auto offer = aida->find_offer(sent.offer);
  if (!offer) return tl::unexpected(offer.error());
  const journey::Journey journey =
      *person ? asked->view.customers->snapshot().find(**person).value_or(journey::Journey{}) : journey::Journey{};
  const UtcMicros as_of = asked->question.as_of;
  const auto may = aida->may(*offer, sent.action, journey, as_of, call.language());
  if (!may) return tl::unexpected(may.error());
  const knowledge::AidaVerdict verdict = aida->explain(*offer, journey, as_of, call.language());
  json::object body =
      described::write(MayAnswer{.person = key_of(*asked, *person),
                                 .offer = verdict.offer->name,
                                 .phase = verdict.phase,
                                 .since = verdict.since,
                                 .action = may->action->name,
                                 .label = std::string(knowledge::label_of(*may->action, call.language())),
                                 .kind = may->action->kind,
                                 .may = may->may,
                                 .reason = may->reason,
                                 .words = may->words,
                                 .standing = verdict.words})
          .as_object();
  add_question(dated, *asked, body);
  return body;
}

}  // namespace

Response get_person_aida(const Call& call) {
  const auto found = find_person(call);
  if (!found) return problem(found.error());
  const auto aida = Aida::bind(*found->asked.view.customers);
  if (!aida) return problem(aida.error());
  AidaOfPerson told{key_of(found->asked, found->person), {}};
  for (std::size_t offer = 0; offer < aida->offers(); ++offer)
    told.offers.push_back(standing_of(
        aida->explain(offer, found->journey, found->asked.question.as_of, call.language()), call.language()));
  return answer(call, found->asked, "offers", described::write(told).as_object());
}

Response post_aida_may(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const Zone zone = Zone::utc();
  MayAsked sent;
  if (auto done = described::read(*body, {"", &zone}, sent); !done) return problem(done.error());
  const auto told = may_of(call, sent);
  return told ? reply(*told) : problem(told.error());
}

}  // namespace habitue::server::handlers
