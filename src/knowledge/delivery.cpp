#include "knowledge/delivery.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "knowledge/rules.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

using criteria::Verdict;

constexpr std::array<std::string_view, kDeliveryReasons> kReasonNames{
    "paid",         "credit",       "override",        "not_paid",       "partly_paid",   "given_back",
    "charged_back", "credit_ended", "credit_exceeded", "credit_unknown", "order_unknown", "total_unknown"};

// What moved for one order, in its currency.
struct OrderMoney {
  const MoneyLine* order = nullptr;  // Its own line; null when nobody told of it.
  Currency currency;
  std::optional<std::int64_t> total;  // What it costs, as far as anybody tells.
  std::int64_t received = 0, refunded = 0, charged_back = 0;
  bool all_back = false;  // Something says that the whole was given back.

  void add(const MoneyLine& line) {
    if (line.move == MoneyMove::Refund) all_back = all_back || line.full || !line.amount;
    if (!line.moves_money || line.currency != currency) return;
    std::int64_t& sum = line.move == MoneyMove::Payment  ? received
                        : line.move == MoneyMove::Refund ? refunded
                                                         : charged_back;
    sum = saturated_sum(sum, line.settled);
  }
  std::int64_t net() const {
    return all_back ? 0 : std::max<std::int64_t>(0, saturated_sum(received, -saturated_sum(refunded, charged_back)));
  }
  // Money that the customer still has to bring: a refund ends a debt, a dispute opens it again.
  std::int64_t debt() const {
    if (all_back || !total) return 0;
    return std::max<std::int64_t>(0, saturated_sum(saturated_sum(*total, -received), charged_back));
  }
};

Reference reference_of(std::string_view order_id) {
  journey::Value name;
  name.type = journey::Value::Type::Text;
  name.text = order_id;
  return Reference::of(name);
}

bool is_order(const MoneyLine& line) { return line.purchase && !line.superseded; }

// All orders with what moved for each; `asked` is put first, told or not.
std::vector<OrderMoney> money_of_orders(const Settlement& settlement, const Reference& asked,
                                        const DeliveryRequest& request, Currency business) {
  std::vector<OrderMoney> orders(1);
  ReferenceIndex index;
  index.find_or_add(asked, 0);
  orders[0].currency = request.total ? request.total->currency : business;
  for (const MoneyLine& line : settlement.lines()) {
    if (!is_order(line)) continue;
    const auto next = static_cast<std::uint32_t>(orders.size());
    const std::uint32_t place = line.order ? index.find_or_add(line.order, next) : next;
    if (place == next) orders.emplace_back();
    orders[place].order = &line;
    orders[place].currency = line.currency;
    orders[place].total = line.amount;
    orders[place].add(line);
  }
  for (const MoneyLine& line : settlement.lines()) {
    if (line.superseded || line.purchase || !line.order) continue;
    if (const auto place = index.find(line.order)) orders[*place].add(line);
  }
  // The caller may know of more: that is owed too.
  if (request.total) orders[0].total = std::max(orders[0].total.value_or(0), request.total->minor_units);
  return orders;
}

DeliveryRow::What what_of(const MoneyLine& line) {
  switch (line.move) {
    case MoneyMove::Refund: return DeliveryRow::What::Refund;
    case MoneyMove::Chargeback: return DeliveryRow::What::Chargeback;
    case MoneyMove::Payment: break;
  }
  return line.purchase ? DeliveryRow::What::Order : DeliveryRow::What::Payment;
}

std::vector<DeliveryRow> rows_of(const Settlement& settlement, const Reference& asked,
                                 const journey::Snapshot& snapshot) {
  std::vector<DeliveryRow> rows;
  for (const MoneyLine& line : settlement.lines()) {
    if (line.superseded || !(line.order == asked)) continue;
    DeliveryRow& row = rows.emplace_back();
    row.seq = snapshot.seq_of(line.event);
    row.at = line.at;
    row.what = what_of(line);
    if (!line.purchase)
      row.amount = Money{line.settled, line.currency};
    else if (line.amount)
      row.amount = Money{*line.amount, line.currency};
    row.event = snapshot.kinds()[line.event.kind.value];
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const DeliveryRow& left, const DeliveryRow& right) { return left.at < right.at; });
  return rows;
}

// The properties of an override.
struct OverrideReader {
  std::optional<journey::EventKind> kind;
  std::optional<journey::Property> order_id, subject, reason, author, author_id, signed_at, signature, account;

  explicit OverrideReader(const journey::Snapshot& snapshot)
      : kind(snapshot.find_kind(kOverrideEvent)),
        order_id(snapshot.find_property("order_id")),
        subject(snapshot.find_property("subject")),
        reason(snapshot.find_property("reason")),
        author(snapshot.find_property("author")),
        author_id(snapshot.find_property("author_id")),
        signed_at(snapshot.find_property("signed_at")),
        signature(snapshot.find_property("signature")),
        account(snapshot.find_property(journey::kGroupIdProperty)) {}

  SignedOverride read(const journey::Snapshot& snapshot, const journey::Event& event, PersonId person) const {
    const auto text = [&](const std::optional<journey::Property>& property) {
      return property ? property->text(event).value_or(std::string_view{}) : std::string_view{};
    };
    return {snapshot.seq_of(event), event.at,     person,          text(account),   text(order_id), text(subject),
            text(reason),           text(author), text(author_id), text(signed_at), text(signature)};
  }
};

}  // namespace

std::string_view name_of(DeliveryReason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }

struct DeliveryGate::Bound {
  std::shared_ptr<const Customers> customers;
  OverrideCheck check;
  Exchange exchange;
  std::optional<criteria::Evaluator> credit;
  OverrideReader reader;

  const Customers::Rules& rules() const { return *customers->rules_; }

  // Credit is given to an account when it is to one of its people: to its payer where config names one.
  Verdict credit_of_account(std::string_view account, UtcMicros as_of) const {
    if (!credit) return Verdict::Outside;
    Verdict best = Verdict::Outside;
    for (const PersonId person : customers->people_of_account(account, as_of)) {
      const auto journey = customers->snapshot().find(person);
      if (!journey) continue;
      const bool pays = std::any_of(rules().sides.begin(), rules().sides.end(), [&](const BoundSide& side) {
        return side.charges_accounts && (!side.payer || evaluate(side.payer, *journey, as_of) == Verdict::Inside);
      });
      if (!pays) continue;
      const Verdict verdict = credit->evaluate(*journey, as_of);
      if (verdict == Verdict::Inside) return verdict;
      if (verdict == Verdict::Unknown) best = verdict;
    }
    return best;
  }

  void note_override(const journey::Event& event, PersonId person, const Reference& asked,
                     std::optional<SignedOverride>& latest) const {
    if (!reader.order_id || !(Reference::of(reader.order_id->at(event)) == asked)) return;
    const SignedOverride read = reader.read(customers->snapshot(), event, person);
    if ((!latest || latest->at <= read.at) && check(read)) latest = read;
  }
  std::optional<SignedOverride> override_of(const journey::Journey& known, std::string_view account,
                                            const Reference& asked, UtcMicros as_of) const {
    std::optional<SignedOverride> latest;
    if (!reader.kind) return latest;
    // An order's override holds for whoever is charged for it: of an account's people, whoever it was signed for.
    if (!account.empty())
      for (const AccountBook::Override& each : rules().accounts.overrides_of(account))
        if (each.event.at <= as_of) note_override(each.event, each.person, asked, latest);
    for (const journey::Event event : known)
      if (event.kind == *reader.kind) note_override(event, known.person(), asked, latest);
    return latest;
  }

  Result<DeliveryVerdict> judge(const Settlement& settlement, const DeliveryRequest& request, Verdict credited,
                                std::string_view account, std::optional<SignedOverride> signed_override,
                                UtcMicros as_of, std::string_view language) const;
  void add_owed(std::span<const OrderMoney> orders, UtcMicros as_of, DeliveryVerdict& verdict) const;
  DeliveryReason why(const OrderMoney& order, UtcMicros as_of, const DeliveryVerdict& verdict) const;
};

void DeliveryGate::Bound::add_owed(std::span<const OrderMoney> orders, UtcMicros as_of,
                                   DeliveryVerdict& verdict) const {
  verdict.owed = {0, exchange.currency()};
  for (const OrderMoney& order : orders) {
    const std::int64_t debt = order.order == nullptr ? 0 : order.debt();
    if (debt == 0) continue;
    if (const auto minor = exchange.in_business({debt, order.currency}, std::min(order.order->at, as_of)))
      verdict.owed.minor_units = saturated_sum(verdict.owed.minor_units, *minor);
    else
      add_balance(verdict.owed_without_rate, {.currency = order.currency, .received_minor = debt});
  }
}

// The first that holds; what allows comes first.
DeliveryReason DeliveryGate::Bound::why(const OrderMoney& order, UtcMicros as_of,
                                        const DeliveryVerdict& verdict) const {
  const bool covered = verdict.total && !order.all_back && verdict.due->minor_units == 0;
  // Money that came covers an order that nobody told of; nothing covers it by itself.
  if (covered && (verdict.told || order.received > 0)) return DeliveryReason::Paid;

  const bool back = order.all_back || (verdict.total && order.refunded > 0 && order.net() == 0);
  const bool disputed = order.charged_back > 0;
  // Credit is for what has yet to be paid: neither for what was given back nor for what was disputed.
  const bool may_have_credit = verdict.told && verdict.total && !back && !disputed;
  const bool in_time = verdict.credit_until && rules().business.zone.day_of(as_of) <= *verdict.credit_until;
  const bool owed_known = !verdict.credit_max || verdict.owed_without_rate.empty();
  const bool within = !verdict.credit_max || verdict.owed.minor_units <= verdict.credit_max->minor_units;
  const bool inside = verdict.credit == Verdict::Inside;
  if (may_have_credit && inside && in_time && owed_known && within) return DeliveryReason::Credit;
  if (verdict.signed_override) return DeliveryReason::Override;

  if (!verdict.told) return DeliveryReason::OrderUnknown;
  if (!verdict.total) return DeliveryReason::TotalUnknown;
  if (disputed) return DeliveryReason::ChargedBack;
  if (back) return DeliveryReason::GivenBack;
  if (inside && !in_time) return DeliveryReason::CreditEnded;
  if (inside && !within) return DeliveryReason::CreditExceeded;
  if (inside || verdict.credit == Verdict::Unknown) return DeliveryReason::CreditUnknown;
  return order.net() > 0 ? DeliveryReason::PartlyPaid : DeliveryReason::NotPaid;
}

Result<DeliveryVerdict> DeliveryGate::Bound::judge(const Settlement& settlement, const DeliveryRequest& request,
                                                   Verdict credited, std::string_view account,
                                                   std::optional<SignedOverride> signed_override, UtcMicros as_of,
                                                   std::string_view language) const {
  const Reference asked = reference_of(request.order_id);
  if (!asked) return invalid("order_id is empty: name the order");

  const config::Business& business = rules().business;
  const std::vector<OrderMoney> orders = money_of_orders(settlement, asked, request, business.currency);
  const OrderMoney& order = orders.front();
  if (order.order != nullptr && request.total && request.total->currency != order.currency)
    return invalid(fmt::format("the order was told in {}: a total in {} cannot be laid beside it",
                               order.currency.code(), request.total->currency.code()));

  DeliveryVerdict verdict;
  verdict.account = account;
  verdict.told = order.order != nullptr;
  if (order.total) {
    verdict.total = Money{*order.total, order.currency};
    verdict.due = Money{std::max<std::int64_t>(0, saturated_sum(*order.total, -order.net())), order.currency};
  }
  verdict.paid = Money{order.net(), order.currency};
  verdict.given_back = {order.refunded, order.currency};
  verdict.charged_back = {order.charged_back, order.currency};
  add_owed(orders, as_of, verdict);
  verdict.credit = credited;
  if (credited == Verdict::Inside) {
    if (verdict.told)
      verdict.credit_until = business.zone.day_of(order.order->at) + std::chrono::days(business.delivery.credit_days);
    if (business.delivery.credit_max)
      verdict.credit_max = Money{exchange.minor_of(*business.delivery.credit_max), business.currency};
  }
  verdict.signed_override = signed_override;
  verdict.rows = rows_of(settlement, asked, customers->snapshot());
  verdict.reason = why(order, as_of, verdict);
  verdict.may_deliver = verdict.reason == DeliveryReason::Paid || verdict.reason == DeliveryReason::Credit ||
                        verdict.reason == DeliveryReason::Override;
  verdict.words = delivery_reason(verdict, language.empty() ? std::string_view(business.language) : language);
  return verdict;
}

Result<DeliveryGate> DeliveryGate::bind(std::shared_ptr<const Customers> customers, OverrideCheck check) {
  if (!check) return invalid("a gate needs to know which overrides were signed");
  const config::Business& business = customers->business();
  std::optional<criteria::Evaluator> credit;
  if (business.delivery.credit) {
    auto bound = customers->evaluator(*business.delivery.credit);
    if (!bound) return tl::unexpected(bound.error());
    credit = std::move(*bound);
  }
  const OverrideReader reader(customers->snapshot());
  Exchange exchange(business);
  return DeliveryGate(std::make_shared<const Bound>(
      Bound{std::move(customers), std::move(check), std::move(exchange), std::move(credit), reader}));
}

Result<DeliveryVerdict> DeliveryGate::of_person(const journey::Journey& journey, const DeliveryRequest& request,
                                                UtcMicros as_of, std::string_view language) const {
  const journey::Journey known = journey.until(as_of);
  const std::string_view account = bound_->customers->charged_account(journey, as_of);
  const auto signed_override = bound_->override_of(known, account, reference_of(request.order_id), as_of);
  if (account.empty()) {
    const Verdict credited = bound_->credit ? bound_->credit->evaluate(journey, as_of) : Verdict::Outside;
    return bound_->judge(bound_->rules().settle(known), request, credited, {}, signed_override, as_of, language);
  }
  const Verdict credited = bound_->credit_of_account(account, as_of);
  return bound_->judge(bound_->rules().settle_account(account, as_of), request, credited, account, signed_override,
                       as_of, language);
}

Result<DeliveryVerdict> DeliveryGate::of_account(std::string_view account, const DeliveryRequest& request,
                                                 UtcMicros as_of, std::string_view language) const {
  const auto& sides = bound_->rules().sides;
  if (std::none_of(sides.begin(), sides.end(), [](const BoundSide& side) { return side.charges_accounts; }))
    return invalid("no side of this business charges accounts: name a person");
  const auto signed_override = bound_->override_of({}, account, reference_of(request.order_id), as_of);
  const Verdict credited = bound_->credit_of_account(account, as_of);
  return bound_->judge(bound_->rules().settle_account(account, as_of), request, credited, account, signed_override,
                       as_of, language);
}

DeliveryGate::Overrides DeliveryGate::overrides(UtcMicros as_of) const {
  Overrides found;
  const OverrideReader& reader = bound_->reader;
  if (!reader.kind) return found;
  const journey::Snapshot& snapshot = bound_->customers->snapshot();
  const auto note = [&](const journey::Event& event, PersonId person) {
    if (event.kind != *reader.kind || event.at > as_of) return;
    const SignedOverride read = reader.read(snapshot, event, person);
    if (bound_->check(read))
      found.good.push_back(read);
    else
      ++found.not_signed_here;
  };
  std::vector<std::uint8_t> wanted(snapshot.kinds().size());
  wanted[reader.kind->value] = 1;
  snapshot.for_each_selection(0, 1, wanted, [&](const journey::SelectionBlock& block) {
    for (const auto& of : block.people) {
      const journey::Selection selection = block.selection(of);
      for (std::size_t at = 0; at < selection.size(); ++at) note(selection[at], block.segment->person(of.place));
    }
  });
  for (const journey::Event event : snapshot.nobody()) note(event, kNobody);
  std::sort(found.good.begin(), found.good.end(), [](const SignedOverride& left, const SignedOverride& right) {
    return left.at != right.at ? left.at < right.at : left.seq < right.seq;
  });
  return found;
}

}  // namespace habitue::knowledge
