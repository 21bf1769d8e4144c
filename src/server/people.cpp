// People: the list, one person, the timeline, and what may be decided about a person.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "insight/cohorts/list_people.hpp"
#include "insight/value/person_value.hpp"
#include "knowledge/wording.hpp"
#include "server/asking.hpp"
#include "server/finding.hpp"
#include "server/json_of.hpp"
#include "server/listing.hpp"

namespace habitue::server {

std::optional<PersonKey> parse_key(std::string_view text) {
  std::uint64_t raw = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), raw, 16);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return PersonKey(raw);
}

Result<Found> find_person(const Call& call) {
  auto asked = read_question(call);
  if (!asked) return tl::unexpected(asked.error());
  const auto missing = [] {
    return fail(ErrorKind::NotFound, "there is no such person; people are named by the key that lists give");
  };
  const auto key = parse_key(call.path[1]);
  if (!key) return missing();
  const auto person = asked->view.people->find(*key);
  if (!person) return missing();
  const auto journey = asked->view.customers->snapshot().find(*person);
  if (!journey) return missing();
  return Found{std::move(*asked), *person, *journey};
}

Result<Asked> read_question_of_now(const Call& call) {
  if (auto settled = call.workspace->settle(); !settled) return tl::unexpected(settled.error());
  return read_question(call).map([&](Asked&& asked) {
    if (call.request.parameter("as_of").empty()) asked.question.as_of = now();
    return std::move(asked);
  });
}

namespace handlers {
namespace {
namespace json = boost::json;

constexpr std::size_t kPageMax = 1'000;
constexpr std::size_t kEventsMax = 500;
constexpr std::size_t kSearchMax = 10'000;

Result<std::size_t> read_number(const Request& request, std::string_view name, std::size_t fallback, std::size_t most) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return fallback;
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size())
    return invalid(fmt::format("{}: '{}' is no whole number", name, text));
  return std::min(number, most);
}

// How many rows; `all` for a list in pieces.
Result<std::size_t> read_limit(const Request& request, std::size_t page_max) {
  return request.parameter("limit") == "all" ? Result<std::size_t>(SIZE_MAX)
                                             : read_number(request, "limit", 50, page_max);
}

// What a person is called on a list: a name if one was given, else the most telling identifier.
std::string display_name(const knowledge::Profile* profile, const std::vector<identity::Identifier>& identifiers) {
  if (profile != nullptr) {
    const auto trait = [&](std::string_view name) -> std::string {
      for (const knowledge::TraitValue& value : profile->traits)
        if (value.name == name && value.value.type == journey::Value::Type::Text) return std::string(value.value.text);
      return {};
    };
    for (const std::string_view name : {"name", "display_name", "company"})
      if (std::string value = trait(name); !value.empty()) return value;
    for (const auto& [first, last] : {std::pair{"first_name", "last_name"}, std::pair{"firstName", "lastName"}}) {
      const std::string whole = trait(first) + " " + trait(last);
      if (whole.size() > 1) return std::string(trimmed(whole));
    }
  }
  for (const identity::IdentifierKind kind : {identity::IdentifierKind::Email, identity::IdentifierKind::User,
                                              identity::IdentifierKind::External, identity::IdentifierKind::Anonymous})
    for (const identity::Identifier& identifier : identifiers)
      if (identifier.kind == kind) return identifier.value;
  return {};
}

json::array identifiers_json(const std::vector<identity::Identifier>& identifiers, std::size_t most) {
  json::array array;
  for (std::size_t i = 0; i < std::min(most, identifiers.size()); ++i) array.push_back(json_of(identifiers[i]));
  return array;
}

json::object movement_json(const knowledge::Movement& movement) {
  constexpr std::string_view kMoves[] = {"payment", "refund", "chargeback"};
  return {{"seq", movement.seq.value},
          {"at", format_moment(movement.at)},
          {"move", kMoves[static_cast<std::size_t>(movement.move)]},
          {"amount", json_of(movement.amount)},
          {"order_id", movement.order_id},
          {"event", movement.event}};
}

json::object role_json(const knowledge::RoleVerdict& role) {
  json::array movements;
  for (const knowledge::Movement& movement : role.movements) movements.push_back(movement_json(movement));
  return {{"side", role.side},
          {"role", knowledge::name_of(role.role)},
          {"supposed_to_pay", name_of(role.supposed_to_pay)},
          {"has_paid", role.has_paid},
          {"reason", role.reason},
          {"movements", std::move(movements)},
          {"rule", json_of(role.rule)}};
}

// The own rhythm beside the rule for all, unless config says "off".
json::value rhythm_json(const knowledge::Customers& customers, const journey::Journey& journey, UtcMicros as_of,
                        std::string_view language) {
  if (customers.business().stages.rhythm == "off") return nullptr;
  const auto found = customers.rhythm_of(journey, as_of);
  if (!found) return nullptr;
  const knowledge::Rhythm& rhythm = *found;
  const bool has_rule = customers.business().model == config::BusinessModel::Purchases;
  return json::object{{"expected_from", format_day(rhythm.from)},
                      {"expected_until", format_day(rhythm.until)},
                      {"cycle_days", rhythm.cycle_days},
                      {"intervals", rhythm.intervals},
                      {"mean_days", rhythm.mean_days ? json::value(*rhythm.mean_days) : json::value(nullptr)},
                      {"own_weight", rhythm.own_weight},
                      {"overdue_after_days", rhythm.overdue_after_days},
                      {"overdue", rhythm.overdue},
                      {"lateness", rhythm.lateness},
                      {"alike", rhythm.group},
                      {"drives", customers.rhythm_drives()},
                      {"general_days", has_rule ? json::value(customers.business().stages.at_risk_days) : nullptr},
                      {"reason", knowledge::rhythm_reason(rhythm, customers.business(), language)}};
}

json::object stage_json(const knowledge::StageVerdict& stage, json::value rhythm) {
  const auto days = [](const std::optional<std::int64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  return {{"stage", knowledge::name_of(stage.stage)},
          {"repeat", stage.repeat},
          {"purchases", stage.purchases},
          {"first_purchase_at", json_of(stage.first_purchase_at)},
          {"last_purchase_at", json_of(stage.last_purchase_at)},
          {"days_since_last", days(stage.days_since_last)},
          {"days_since_first", days(stage.days_since_first)},
          {"last_gap_days", days(stage.last_gap_days)},
          {"reason", stage.reason},
          {"rhythm", std::move(rhythm)}};
}

json::value link_json(const identity::Link& link) {
  constexpr std::string_view kReasons[] = {"identify", "alias", "shared_email", "manual", "shared_external_id"};
  return json::object{{"left", json_of(link.left)},
                      {"right", json_of(link.right)},
                      {"reason", kReasons[static_cast<std::size_t>(link.reason)]},
                      {"at", format_moment(link.at)},
                      {"active", link.active},
                      {"held_back", link.held_back}};
}

json::object row_json(const Asked& asked, const insight::PersonRow& row) {
  const knowledge::Customers& customers = *asked.view.customers;
  const auto identifiers = asked.view.people->identifiers_of(row.person);
  const auto journey = customers.snapshot().find(row.person);
  const auto profile = journey ? std::optional(customers.profile(*journey, asked.question.as_of)) : std::nullopt;
  return {{"key", key_text(asked.view.people->key_of(row.person))},
          {"name", display_name(profile ? &*profile : nullptr, identifiers)},
          {"identifiers", identifiers_json(identifiers, 3)},
          {"role", knowledge::name_of(row.role)},
          {"stage", knowledge::name_of(row.stage)},
          {"balances", json_of(row.balances)},
          {"purchases", row.purchases},
          {"last_seen_at", json_of(row.last_seen_at)},
          {"channel", row.channel},
          {"audience", name_of(row.audience)}};
}

// What they bring and cost.
json::object value_json(const insight::PersonValue& value) {
  const auto money = [&](std::int64_t minor) { return json_of(Money{minor, value.currency}); };
  const auto maybe = [&](const std::optional<std::int64_t>& minor) {
    return minor ? money(*minor) : json::value(nullptr);
  };
  json::array without_rate;
  for (const insight::AmountIn& amount : value.not_added.without_rate)
    without_rate.push_back(json_of(Money{amount.minor, amount.currency}));
  return {{"account", value.account.empty() ? json::value(nullptr) : json::value(value.account)},
          {"revenue", money(value.revenue_minor)},
          {"margin", maybe(value.margin_minor)},
          {"cost", money(value.cost_minor)},
          {"given_away", json::object{{"booked", money(value.booked_minor)},
                                      {"written_off", money(value.written_off_minor)},
                                      {"open", money(value.open_minor)}}},
          {"profit", maybe(value.profit_minor)},
          {"monthly", money(value.monthly_minor)},
          {"monthly_at_risk", money(value.at_risk_minor)},
          {"not_added", json::object{{"without_rate", std::move(without_rate)},
                                     {"costs_without_amount", value.not_added.costs_without_amount},
                                     {"payments_without_margin", value.not_added.payments_without_margin}}}};
}

Result<identity::Identifier> read_identifier(const json::value& body, std::string_view field) {
  const auto* object = body.is_object() ? body.as_object().if_contains(field) : nullptr;
  const auto* kind = object != nullptr && object->is_object() ? object->as_object().if_contains("kind") : nullptr;
  const auto* value = object != nullptr && object->is_object() ? object->as_object().if_contains("value") : nullptr;
  if (kind == nullptr || value == nullptr || !kind->is_string() || !value->is_string())
    return invalid(
        fmt::format("{} must be {{\"kind\": \"user|anonymous|email|external\", \"value\": \"...\"}}", field));
  const std::string_view name = kind->as_string();
  for (const auto& [known, of] :
       {std::pair{"user", identity::IdentifierKind::User}, std::pair{"anonymous", identity::IdentifierKind::Anonymous},
        std::pair{"email", identity::IdentifierKind::Email}, std::pair{"external", identity::IdentifierKind::External}})
    if (name == known) return identity::Identifier{of, std::string(value->as_string())};
  return invalid(fmt::format("{}: '{}' is none of user, anonymous, email, external", field, name));
}

// So many events from a place on, newest first: by place in the journey, as a cursor by seq would jump about where late events stand
// among others.
Result<json::array> events_json(ledger::Ledger& ledger, const Found& found, std::size_t offset, std::size_t count) {
  const journey::Journey known = found.journey.until(found.asked.question.as_of);
  const journey::Snapshot& snapshot = found.asked.view.customers->snapshot();
  std::vector<EventSeq> seqs;
  for (std::size_t i = offset; i < known.size() && seqs.size() < count; ++i)
    seqs.push_back(snapshot.seq_of(known[known.size() - 1 - i]));
  const auto stored = ledger.find(seqs);
  if (!stored) return tl::unexpected(stored.error());

  constexpr std::string_view kTypes[] = {"track", "identify", "page", "screen", "group", "alias"};
  constexpr std::string_view kProvenances[] = {"observed", "given", "heard", "inferred"};
  json::array events;
  for (const ledger::StoredEvent& each : *stored) {
    const intake::Event& event = each.event;
    const auto properties = parse_json(event.properties);
    const auto context = parse_json(event.context);
    const json::value origin =
        !event.user_id.empty() ? json_of(identity::Identifier{identity::IdentifierKind::User, event.user_id})
        : !event.anonymous_id.empty()
            ? json_of(identity::Identifier{identity::IdentifierKind::Anonymous, event.anonymous_id})
            : json::value(nullptr);
    events.push_back(
        json::object{{"seq", each.seq.value},
                     {"at", format_moment(event.at)},
                     {"received_at", format_moment(event.received_at)},
                     {"type", kTypes[static_cast<std::size_t>(event.type)]},
                     {"name", event.name},
                     {"properties", properties ? *properties : json::value(json::object{})},
                     {"context", context ? *context : json::value(json::object{})},
                     {"origin", origin},
                     {"source", each.import_id == 0 ? std::string("http") : fmt::format("import:{}", each.import_id)},
                     {"provenance", kProvenances[static_cast<std::size_t>(event.provenance)]}});
  }
  return events;
}

// All whom the search finds, as a list that is made while it is taken.
Response all_people(const Call& call, const Asked& asked, const insight::PeopleSearch& search) {
  auto list = insight::PeopleList::of(*asked.view.customers, asked.question, search);
  if (!list) return problem(list.error());
  Listing listing{.name = "people",
                  .head = {{"matched", list->matched()}, {"unknown", list->unknown()}, {"offset", search.offset}},
                  .rows = list->rows(),
                  .next = [of = std::make_shared<std::pair<const Asked, insight::PeopleList>>(
                               asked, *std::move(list))]() -> Result<std::optional<json::object>> {
                    auto row = of->second.next();
                    if (!row) return tl::unexpected(row.error());
                    return *row ? std::optional(row_json(of->first, **row)) : std::nullopt;
                  }};
  return listed(call, asked, std::move(listing));
}

template <class Decide>
Response decide_link(const Call& call, Decide&& decide) {
  if (const auto found = find_person(call); !found) return problem(found.error());
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto left = read_identifier(*body, "left");
  if (!left) return problem(left.error());
  const auto right = read_identifier(*body, "right");
  if (!right) return problem(right.error());
  const auto people = decide(*left, *right);
  if (!people) return problem(people.error());
  json::array keys;
  for (const PersonId person : *people) keys.emplace_back(key_text(call.workspace->view().people->key_of(person)));
  return reply(json::object{{"people", std::move(keys)}});
}

}  // namespace

Response people_page(const Call& call, const Asked& asked, std::optional<std::vector<PersonId>> among) {
  if (call.errand != nullptr && call.errand->wants_people) {
    auto people = insight::list_people(*asked.view.customers, asked.question, asked.audience, among);
    if (!people) return problem(people.error());
    call.errand->people = std::move(*people);
    call.errand->view = asked.view;
    return reply(json::object{});
  }
  const auto offset = read_number(call.request, "offset", 0, SIZE_MAX);
  if (!offset) return problem(offset.error());
  const auto limit = read_limit(call.request, kPageMax);
  if (!limit) return problem(limit.error());
  insight::PeopleOrder order = insight::PeopleOrder::LastSeen;
  const std::string_view order_name = call.request.parameter("order");
  if (order_name == "money") {
    order = insight::PeopleOrder::NetMoney;
  } else if (order_name == "purchases") {
    order = insight::PeopleOrder::Purchases;
  } else if (!order_name.empty() && order_name != "last_seen") {
    return problem(
        {ErrorKind::InvalidInput, fmt::format("order: '{}' is none of last_seen, money, purchases", order_name)});
  }

  const insight::PeopleSearch search{asked.audience, order, *offset, *limit, std::move(among)};
  if (wants_listing(call.request)) return all_people(call, asked, search);
  const auto report = insight::ask_people(*asked.view.customers, asked.question, search);
  if (!report) return problem(report.error());
  json::array people;
  for (const insight::PersonRow& row : report->rows) people.push_back(row_json(asked, row));
  return answer(
      call, asked, "people",
      {{"matched", report->matched}, {"unknown", report->unknown}, {"offset", *offset}, {"people", std::move(people)}});
}

Response get_people(const Call& call) {
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  std::optional<std::vector<PersonId>> among;
  if (const std::string_view text = trimmed(call.request.parameter("search")); !text.empty())
    among = asked->view.people->search(text, kSearchMax);
  return under_way(call, *asked, "people", [&] { return people_page(call, *asked, std::move(among)); });
}

Response get_person(const Call& call) {
  const auto found = find_person(call);
  if (!found) return problem(found.error());
  const knowledge::Profile profile =
      found->asked.view.customers->profile(found->journey, found->asked.question.as_of, call.language());
  const auto value =
      insight::value_of_person(*found->asked.view.customers, found->journey, found->asked.question.as_of);
  if (!value) return problem(value.error());
  const auto identifiers = found->asked.view.people->identifiers_of(found->person);
  json::array traits, roles, links;
  for (const knowledge::TraitValue& trait : profile.traits)
    traits.push_back(json::object{{"name", trait.name},
                                  {"value", json_of(trait.value)},
                                  {"at", format_moment(trait.at)},
                                  {"seq", trait.seq.value},
                                  {"provenance", trait.provenance}});
  for (const knowledge::RoleVerdict& role : profile.roles) roles.push_back(role_json(role));
  for (const identity::Link& link : found->asked.view.people->links_of(found->person)) links.push_back(link_json(link));
  return answer(call, found->asked, "person",
                {{"key", key_text(found->asked.view.people->key_of(found->person))},
                 {"name", display_name(&profile, identifiers)},
                 {"identifiers", identifiers_json(identifiers, SIZE_MAX)},
                 {"links", std::move(links)},
                 {"traits", std::move(traits)},
                 {"roles", std::move(roles)},
                 {"stage", stage_json(profile.stage, rhythm_json(*found->asked.view.customers, found->journey,
                                                                 found->asked.question.as_of, call.language()))},
                 {"balances", json_of(profile.balances)},
                 {"value", value_json(*value)},
                 {"first_seen_at", json_of(profile.first_seen_at)},
                 {"last_seen_at", json_of(profile.last_seen_at)},
                 {"events", profile.events},
                 {"channel", profile.channel},
                 {"account", profile.account},
                 {"audience", name_of(profile.audience)},
                 {"audience_reasons", json_of(profile.audience_reasons)},
                 {"took_part", profile.took_part}});
}

Response get_timeline(const Call& call) {
  auto found = find_person(call);
  if (!found) return problem(found.error());
  const auto limit = read_limit(call.request, kEventsMax);
  if (!limit) return problem(limit.error());
  const auto offset = read_number(call.request, "offset", 0, SIZE_MAX);
  if (!offset) return problem(offset.error());
  const std::size_t total = found->journey.until(found->asked.question.as_of).size();
  const std::size_t rows = std::min(*limit, total - std::min(*offset, total)), next = *offset + rows;
  json::object head{{"total", total}, {"next_offset", next < total ? json::value(next) : json::value(nullptr)}};
  if (!wants_listing(call.request)) {
    auto events = events_json(call.workspace->ledger(), *found, *offset, rows);
    if (!events) return problem(events.error());
    head["events"] = *std::move(events);
    return answer(call, found->asked, "timeline", std::move(head));
  }
  return under_way(call, found->asked, "timeline", [&] {
    struct Left {
      Found found;
      ledger::Ledger& ledger;
      std::size_t place, end;
      json::array ready{};
      std::size_t taken = 0;
    };
    Listing listing{.name = "events",
                    .head = std::move(head),
                    .rows = rows,
                    .next = [left = std::make_shared<Left>(Left{*found, call.workspace->ledger(), *offset,
                                                                next})]() -> Result<std::optional<json::object>> {
                      if (left->found.asked.question.cancellation->cancelled())
                        return fail(ErrorKind::Conflict, "the question was cancelled");
                      if (left->taken == left->ready.size()) {
                        if (left->place == left->end) return std::optional<json::object>();
                        const std::size_t count = std::min(kEventsMax, left->end - left->place);
                        auto events = events_json(left->ledger, left->found, left->place, count);
                        if (!events) return tl::unexpected(events.error());
                        left->ready = *std::move(events);
                        left->place += count;
                        left->taken = 0;
                      }
                      return std::move(left->ready[left->taken++].as_object());
                    }};
    return listed(call, found->asked, std::move(listing));
  });
}

Response post_sever(const Call& call) {
  return decide_link(
      call, [&](const auto& left, const auto& right) { return call.workspace->sever(left, right, call.access.by); });
}

Response post_restore(const Call& call) {
  return decide_link(
      call, [&](const auto& left, const auto& right) { return call.workspace->restore(left, right, call.access.by); });
}

Response delete_person(const Call& call) {
  const auto found = find_person(call);
  if (!found) return problem(found.error());
  const auto erased = call.workspace->erase(found->person);
  // Answers of older versions may name the one who is gone.
  call.api.answers().forget(call.workspace->id());
  return erased ? reply(json::object{{"events", *erased}}) : problem(erased.error());
}

}  // namespace handlers
}  // namespace habitue::server
