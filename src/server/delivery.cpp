// The delivery gate: may an order be delivered, who answers for it when it is not paid, and what became of that.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "knowledge/delivery.hpp"
#include "server/finding.hpp"
#include "server/json_of.hpp"
#include "workspace/keys.hpp"
#include "workspace/overrides.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;

using knowledge::DeliveryGate;
using knowledge::DeliveryVerdict;
using knowledge::SignedOverride;

// What a body asks for, as it was sent.
struct Sent {
  std::string person, user_id, account, order_id, currency, as_of, reason;
  std::optional<double> total;
};

Result<Sent> read_body(const Call& call, bool signs) {
  const auto body = parse_json(call.request.body);
  if (!body) return tl::unexpected(body.error());
  if (!body->is_object())
    return invalid("the body must be an object with an order_id and a person, user_id or account");
  Sent sent;
  for (const auto& [name, value] : body->as_object()) {
    if (value.is_null()) continue;
    if (name == "total") {
      if (!value.is_number()) return invalid("total: must be a number, as 12.5");
      sent.total = value.to_number<double>();
      continue;
    }
    std::string* const text = name == "person"            ? &sent.person
                              : name == "user_id"         ? &sent.user_id
                              : name == "account"         ? &sent.account
                              : name == "order_id"        ? &sent.order_id
                              : name == "currency"        ? &sent.currency
                              : name == "as_of" && !signs ? &sent.as_of
                              : name == "reason" && signs ? &sent.reason
                                                          : nullptr;
    if (text == nullptr) return invalid(fmt::format("{}: there is no such field", std::string_view(name)));
    if (name == "order_id" && (value.is_int64() || value.is_uint64()))
      *text = json::serialize(value);
    else if (value.is_string())
      *text = std::string(value.as_string());
    else
      return invalid(fmt::format("{}: must be text", std::string_view(name)));
  }
  if (trimmed(sent.order_id).empty()) return invalid("order_id: name the order");
  const auto named = (sent.person.empty() ? 0 : 1) + (sent.user_id.empty() ? 0 : 1) + (sent.account.empty() ? 0 : 1);
  if (named != 1) return invalid("name one of person (the key that lists give), user_id and account");
  return sent;
}

// Whom the order is of. A user id that nobody has yet is somebody of whom nothing is known.
struct Subject {
  std::optional<PersonId> person;
  journey::Journey journey;
  std::string account;
};

Result<Subject> read_subject(const workspace::View& view, const Sent& sent) {
  Subject subject;
  subject.account = sent.account;
  if (!sent.account.empty()) return subject;
  if (sent.person.empty()) {
    subject.person = view.people->find(identity::Identifier{identity::IdentifierKind::User, sent.user_id});
  } else {
    const auto key = parse_key(sent.person);
    subject.person = key ? view.people->find(*key) : std::nullopt;
    if (!subject.person)
      return fail(ErrorKind::NotFound, "there is no such person; people are named by the key that lists give");
  }
  if (subject.person) subject.journey = view.customers->snapshot().find(*subject.person).value_or(journey::Journey{});
  return subject;
}

Result<DeliveryGate> gate_of(const Call& call, const workspace::View& view) {
  auto check = workspace::override_check(call.workspace->folder(), view.people);
  if (!check) return tl::unexpected(check.error());
  return DeliveryGate::bind(view.customers, std::move(*check));
}

Result<std::optional<Money>> read_total(const Sent& sent, const config::Business& business) {
  Currency currency = business.currency;
  if (!sent.currency.empty()) {
    const auto parsed = Currency::parse(sent.currency);
    if (!parsed) return tl::unexpected(parsed.error());
    currency = *parsed;
  }
  if (!sent.total) return std::optional<Money>();
  const auto money = money_of(*sent.total, currency);
  if (!money) return tl::unexpected(money.error());
  if (money->minor_units <= 0) return invalid("total: must be above zero");
  return std::optional(*money);
}

Result<DeliveryVerdict> judge(const DeliveryGate& gate, const Subject& subject,
                              const knowledge::DeliveryRequest& request, UtcMicros as_of, std::string_view language) {
  return subject.account.empty() ? gate.of_person(subject.journey, request, as_of, language)
                                 : gate.of_account(subject.account, request, as_of, language);
}

json::value key_json(const workspace::View& view, const std::optional<PersonId>& person) {
  return person && *person != kNobody ? json::value(key_text(view.people->key_of(*person))) : json::value(nullptr);
}

json::value text_or_null(std::string_view text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object override_json(const workspace::View& view, const SignedOverride& each) {
  return {{"seq", each.seq.value},
          {"signed_at", each.signed_at},
          {"order_id", each.order_id},
          {"person", key_json(view, each.person)},
          {"account", text_or_null(each.account)},
          {"reason", each.reason},
          {"author", each.author},
          {"author_id", each.author_id}};
}

json::object verdict_json(const Asked& asked, const Subject& subject, const Sent& sent,
                          const DeliveryVerdict& verdict) {
  constexpr std::array<std::string_view, 4> kWhat{"order", "payment", "refund", "chargeback"};
  json::array rows;
  for (const knowledge::DeliveryRow& row : verdict.rows)
    rows.push_back(json::object{{"seq", row.seq.value},
                                {"at", format_moment(row.at)},
                                {"what", kWhat[static_cast<std::size_t>(row.what)]},
                                {"amount", json_of(row.amount)},
                                {"event", row.event}});
  json::array without_rate;
  for (const knowledge::Balance& balance : verdict.owed_without_rate)
    without_rate.push_back(json_of(Money{balance.received_minor, balance.currency}));
  const bool by_override = verdict.signed_override.has_value();
  return {
      {"may_deliver", verdict.may_deliver},
      {"reason", knowledge::name_of(verdict.reason)},
      {"words", verdict.words},
      {"order_id", sent.order_id},
      {"person", key_json(asked.view, subject.person)},
      {"account", text_or_null(verdict.account)},
      {"order_told", verdict.told},
      {"total", json_of(verdict.total)},
      {"paid", json_of(verdict.paid)},
      {"due", json_of(verdict.due)},
      {"given_back", json_of(verdict.given_back)},
      {"charged_back", json_of(verdict.charged_back)},
      {"owed", json_of(verdict.owed)},
      {"owed_without_rate", std::move(without_rate)},
      {"credit", name_of(verdict.credit)},
      {"credit_until", verdict.credit_until ? json::value(format_day(*verdict.credit_until)) : json::value(nullptr)},
      {"credit_max", json_of(verdict.credit_max)},
      {"override",
       by_override ? json::value(override_json(asked.view, *verdict.signed_override)) : json::value(nullptr)},
      {"rows", std::move(rows)}};
}

// The verdict on what was sent, with all that was acknowledged before.
Result<json::object> verdict_on(const Call& call, const Sent& sent) {
  Request request = call.request;
  if (!sent.as_of.empty()) request.query.emplace_back("as_of", sent.as_of);
  const Call dated{call.api, request, call.path, call.workspace, call.access, call.errand};
  const auto asked = read_question_of_now(dated);
  if (!asked) return tl::unexpected(asked.error());
  const auto subject = read_subject(asked->view, sent);
  if (!subject) return tl::unexpected(subject.error());
  const auto total = read_total(sent, asked->view.customers->business());
  if (!total) return tl::unexpected(total.error());
  const auto gate = gate_of(call, asked->view);
  if (!gate) return tl::unexpected(gate.error());
  const auto verdict = judge(*gate, *subject, {sent.order_id, *total}, asked->question.as_of, call.language());
  if (!verdict) return tl::unexpected(verdict.error());
  json::object body = verdict_json(*asked, *subject, sent, *verdict);
  add_question(dated, *asked, body);
  return body;
}

// Who signs, for people to read: the name of the key, or that it was done on this very machine.
struct Author {
  std::string name, id;
};
Author author_of(const Call& call) {
  if (call.access.kind == "key" || call.access.kind == "session") {
    if (const auto keys = workspace::list_keys(call.workspace->ledger()))
      for (const workspace::Key& key : *keys)
        if (key.id == call.access.by) return {key.name.empty() ? key.id : key.name, "key:" + key.id};
    return {call.access.by, "key:" + call.access.by};
  }
  return {call.access.by, call.access.kind};
}

// Identifiers of a person under which an event can be sent, the most telling first.
std::optional<identity::Identifier> sendable(const workspace::View& view, PersonId person) {
  const auto identifiers = view.people->identifiers_of(person);
  for (const auto kind :
       {identity::IdentifierKind::User, identity::IdentifierKind::Anonymous, identity::IdentifierKind::External})
    for (const identity::Identifier& identifier : identifiers)
      if (identifier.kind == kind) return identifier;
  return identifiers.empty() ? std::nullopt : std::optional(identifiers.front());
}

Result<void> sign(const Call& call, const Sent& sent) {
  const workspace::View view = call.workspace->view();
  const auto subject = read_subject(view, sent);
  if (!subject) return tl::unexpected(subject.error());
  // What would be refused afterwards is not signed.
  if (auto total = read_total(sent, view.customers->business()); !total) return tl::unexpected(total.error());
  const auto gate = gate_of(call, view);
  if (!gate) return tl::unexpected(gate.error());
  if (auto judged = judge(*gate, *subject, {sent.order_id, std::nullopt}, now(), "en"); !judged)
    return tl::unexpected(judged.error());

  const Author author = author_of(call);
  workspace::OverrideOrder order{std::nullopt, sent.account, sent.order_id, sent.reason, author.name, author.id};
  if (!sent.user_id.empty())
    order.person = identity::Identifier{identity::IdentifierKind::User, sent.user_id};
  else if (subject->person)
    order.person = sendable(view, *subject->person);
  auto event = workspace::sign_override(call.workspace->folder(), order, now());
  if (!event) return tl::unexpected(event.error());
  std::vector<intake::Event> events;
  events.push_back(std::move(*event));
  const auto kept = call.workspace->accept(std::move(events));
  if (!kept) return tl::unexpected(kept.error());
  call.api.counters.events_accepted.fetch_add(kept->added, std::memory_order_relaxed);
  return {};
}

struct ByAuthor {
  std::string_view name;
  std::uint64_t overrides = 0, paid_since = 0;
};

}  // namespace

Response post_delivery_gate(const Call& call) {
  const auto sent = read_body(call, false);
  if (!sent) return problem(sent.error());
  const auto verdict = verdict_on(call, *sent);
  return verdict ? reply(*verdict) : problem(verdict.error());
}

Response post_delivery_override(const Call& call) {
  const auto sent = read_body(call, true);
  if (!sent) return problem(sent.error());
  if (auto settled = call.workspace->settle(); !settled) return problem(settled.error());
  if (auto signed_here = sign(call, *sent); !signed_here) return problem(signed_here.error());
  const auto verdict = verdict_on(call, *sent);
  return verdict ? reply(*verdict) : problem(verdict.error());
}

Response get_delivery_overrides(const Call& call) {
  const auto asked = read_question_of_now(call);
  if (!asked) return problem(asked.error());
  const auto gate = gate_of(call, asked->view);
  if (!gate) return problem(gate.error());
  const insight::Question& question = asked->question;
  const DeliveryGate::Overrides all = gate->overrides(question.as_of);
  json::array overrides;
  std::map<std::string_view, ByAuthor> authors;
  for (const SignedOverride& each : all.good) {
    if (each.at < question.period.from || each.at >= question.period.to) continue;
    Subject subject;
    if (each.person == kNobody) {
      subject.account = each.account;
    } else {
      subject.person = each.person;
      subject.journey = asked->view.customers->snapshot().find(each.person).value_or(journey::Journey{});
    }
    const auto verdict = judge(*gate, subject, {each.order_id, std::nullopt}, question.as_of, call.language());
    if (!verdict) return problem(verdict.error());
    const bool paid = verdict->reason == knowledge::DeliveryReason::Paid;
    json::object row = override_json(asked->view, each);
    row["paid_since"] = paid;
    for (const auto& [name, amount] :
         {std::pair{"total", &verdict->total}, std::pair{"paid", &verdict->paid}, std::pair{"due", &verdict->due}})
      row[name] = json_of(*amount);
    overrides.push_back(std::move(row));
    ByAuthor& author = authors[each.author_id];
    author.name = each.author;
    ++author.overrides;
    author.paid_since += paid ? 1 : 0;
  }
  json::array by_author;
  for (const auto& [id, author] : authors)
    by_author.push_back(json::object{{"author", author.name},
                                     {"author_id", id},
                                     {"overrides", author.overrides},
                                     {"paid_since", author.paid_since},
                                     {"not_paid", author.overrides - author.paid_since}});
  return answer(call, *asked, "overrides",
                {{"overrides", std::move(overrides)},
                 {"authors", std::move(by_author)},
                 {"not_signed_here", all.not_signed_here}});
}

}  // namespace habitue::server::handlers
