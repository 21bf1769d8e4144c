#include "knowledge/customers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "knowledge/plain_purchases.hpp"
#include "knowledge/rules.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

Result<BoundCriterion> bind_criterion(const criteria::Expression& expression, const journey::Snapshot& snapshot,
                                      const Zone& zone, const criteria::Facts& facts) {
  if (expression == criteria::Expression{}) return BoundCriterion{};
  return criteria::Evaluator::bind(expression, snapshot, zone, &facts).map([](criteria::Evaluator&& evaluator) {
    return BoundCriterion{std::move(evaluator)};
  });
}

// Roles rest on these criteria, so these cannot ask for the role: it would never end.
Result<void> refuse_role(const criteria::Expression& expression, std::string_view side, std::string_view key) {
  if (!criteria::names_of(expression).uses_role) return {};
  return invalid(
      fmt::format("side \"{}\": `{}` asks for the role, which is computed from it; use traits, events, account or "
                  "stage there",
                  side, key));
}

Result<BoundSide> bind_side(const config::Side& side, const journey::Snapshot& snapshot, const Zone& zone,
                            const criteria::Facts& facts) {
  BoundSide bound;
  bound.charges_accounts = side.charged == config::Charged::Account;
  const auto bind_one = [&](const criteria::Expression& expression, std::string_view key,
                            BoundCriterion& into) -> Result<void> {
    if (auto allowed = refuse_role(expression, side.name, key); !allowed) return allowed;
    auto criterion = bind_criterion(expression, snapshot, zone, facts);
    if (!criterion) return tl::unexpected(criterion.error());
    into = std::move(*criterion);
    return {};
  };
  if (auto done = bind_one(side.members, "members", bound.members); !done) return tl::unexpected(done.error());
  if (auto done = bind_one(side.supposed_to_pay, "supposed_to_pay", bound.supposed_to_pay); !done)
    return tl::unexpected(done.error());
  if (side.payer && bound.charges_accounts)
    if (auto done = bind_one(*side.payer, "payer", bound.payer); !done) return tl::unexpected(done.error());
  return bound;
}

}  // namespace

Customers::Customers(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
Customers::~Customers() = default;

Result<std::shared_ptr<const Customers>> Customers::bind(std::shared_ptr<const journey::Snapshot> snapshot,
                                                         config::Business business,
                                                         std::shared_ptr<OrderLines> order_lines) {
  auto owned = std::make_unique<Rules>();
  Rules& rules = *owned;
  rules.snapshot = std::move(snapshot);
  rules.business = std::move(business);
  rules.order_lines = std::move(order_lines);
  const journey::Snapshot& journeys = *rules.snapshot;
  const config::Business& config = rules.business;
  rules.money = MoneyReader::bind(journeys, config.money, config.currency);
  rules.subscription = SubscriptionReader::bind(journeys, config.subscription, config.money);
  rules.first_touch = FirstTouch::bind(journeys, config.channels);
  rules.identify = journeys.find_kind(journey::kIdentifyKind);
  rules.group = journeys.find_kind(journey::kGroupKind);
  if (rules.group) {
    std::vector<std::uint8_t> group_alone(journeys.kinds().size());
    group_alone[rules.group->value] = 1;
    rules.group_calls = journey::KindFilter(group_alone);
  }
  rules.group_id = journeys.find_property(journey::kGroupIdProperty);
  rules.provenance = journeys.find_property(journey::kProvenanceProperty);
  rules.rhythm_drives = config.stages.rhythm == "drives" && config.model == config::BusinessModel::Purchases;
  if (const auto trait = journeys.find_property(config.stages.rhythm_by);
      !config.stages.rhythm_by.empty() && trait && rules.identify)
    rules.rhythm_trait = RhythmTrait{*rules.identify, *trait};

  // Criteria may ask for the stage, so they are bound to the object that answers, before others see it.
  const std::shared_ptr<Customers> customers(new Customers(std::move(owned)));
  bool charges_accounts = false;
  for (const config::Side& side : config.sides) {
    auto bound = bind_side(side, journeys, config.zone, *customers);
    if (!bound) return tl::unexpected(bound.error());
    charges_accounts = charges_accounts || bound->charges_accounts;
    rules.sides.push_back(std::move(*bound));
  }
  for (const config::Hypothesis& hypothesis : config.hypotheses) {
    auto bound = bind_criterion(hypothesis.audience, journeys, config.zone, *customers);
    if (!bound) return tl::unexpected(bound.error());
    rules.audiences.push_back(std::move(*bound));
  }
  if (config.wanted_act.criterion) {
    auto bound = bind_criterion(*config.wanted_act.criterion, journeys, config.zone, *customers);
    if (!bound) return tl::unexpected(bound.error());
    rules.wanted_act = std::move(*bound);
  }
  if (charges_accounts) rules.accounts = AccountBook::build(journeys, rules.money);
  return customers;
}

Result<std::shared_ptr<const Customers>> Customers::by_other_rules(const std::shared_ptr<const Customers>& customers,
                                                                   config::Business business) {
  // Lists of products are read by rules of their own.
  const bool same_lines = customers->business().products == business.products;
  return bind(customers->rules_->snapshot, std::move(business), same_lines ? customers->rules_->order_lines : nullptr);
}

const journey::Snapshot& Customers::snapshot() const { return *rules_->snapshot; }
OrderLines* Customers::order_lines() const { return rules_->order_lines.get(); }
const config::Business& Customers::business() const { return rules_->business; }

std::string_view Customers::Rules::text_of(const Reference& reference) {
  if (reference.type != Reference::Type::Number || !reference.text.empty()) return reference.text;
  const std::lock_guard lock(texts_mutex_);
  return *texts_.insert(fmt::format("{}", reference.number)).first;
}

void Customers::Rules::read_money(const journey::Journey& journey, std::vector<MoneyLine>& lines) const {
  thread_local std::vector<std::uint32_t> rows;
  lines.clear();
  journey.visit_kinds(money.kinds(), rows, [&](const journey::Event& event) {
    lines.push_back(money.read(event));
    return true;
  });
}

const Settlement& Customers::Rules::settle(const journey::Journey& journey) const {
  thread_local Settlement settlement;
  thread_local std::vector<MoneyLine> lines;
  read_money(journey, lines);
  settlement.clear();
  for (const MoneyLine& line : lines) settlement.add(line);
  settlement.settle();
  return settlement;
}

const Settlement& Customers::Rules::settle_account(std::string_view account, UtcMicros as_of) const {
  thread_local Settlement settlement;
  accounts.settle(account, as_of, money, settlement);
  return settlement;
}

std::vector<Movement> Customers::Rules::movements_of(const Settlement& settlement) {
  std::vector<Movement> movements;
  for (const MoneyLine& line : settlement.lines()) {
    if (line.superseded || !line.moves_money) continue;
    // A payment of nothing moves nothing; a return of nothing is shown, as it says that something went wrong.
    if (line.move == MoneyMove::Payment && line.settled == 0) continue;
    movements.push_back({.seq = snapshot->seq_of(line.event),
                         .at = line.at,
                         .move = line.move,
                         .amount = {line.settled, line.currency},
                         .order_id = text_of(line.order),
                         .event = snapshot->kinds()[line.event.kind.value]});
  }
  return movements;
}

std::vector<Movement> Customers::movements(const journey::Journey& journey, UtcMicros as_of) const {
  return rules_->movements_of(rules_->settle(journey.until(as_of)));
}

std::vector<Balance> Customers::balances(const journey::Journey& journey, UtcMicros as_of) const {
  const std::span<const Balance> found = rules_->settle(journey.until(as_of)).balances();
  return {found.begin(), found.end()};
}

std::vector<UtcMicros> Customers::purchases(const journey::Journey& journey, UtcMicros as_of) const {
  std::vector<UtcMicros> moments;
  for (const Purchase& purchase : rules_->settle(journey.until(as_of)).purchases()) moments.push_back(purchase.at);
  return moments;
}

std::vector<PurchaseEvent> Customers::purchase_events(const journey::Journey& journey, UtcMicros as_of) const {
  std::vector<PurchaseEvent> events;
  for (const Purchase& purchase : rules_->settle(journey.until(as_of)).purchases())
    events.push_back({purchase.at, purchase.event});
  return events;
}

bool Customers::is_purchase(journey::EventKind kind) const { return rules_->money.is_purchase(kind); }

StageVerdict Customers::stage_of(const journey::Journey& journey, UtcMicros as_of) const {
  const config::Business& config = rules_->business;
  const journey::Journey known = journey.until(as_of);
  if (config.model == config::BusinessModel::Subscription)
    return stage_of_subscription(rules_->subscription.read(known, as_of, config.zone), as_of, config.stages,
                                 config.subscription, config.zone);
  if (rules_->rhythm_drives) {
    thread_local std::vector<DatedPurchase> purchases;
    purchases.clear();
    for (const Purchase& purchase : rules_->settle(known).purchases())
      purchases.push_back({purchase.at, config.zone.day_of(purchase.at)});
    const LocalDay today = config.zone.day_of(as_of);
    return stage_of_days(purchases, today, config.stages, rules_->overdue_after(purchases, today, known));
  }
  thread_local std::vector<UtcMicros> moments;
  moments.clear();
  for (const Purchase& purchase : rules_->settle(known).purchases()) moments.push_back(purchase.at);
  return stage_of_moments(moments, as_of, config.stages, config.zone);
}

void Customers::stages_at(const journey::Journey& journey, std::span<const UtcMicros> moments,
                          std::vector<StageVerdict>& stages) const {
  stages.clear();
  if (moments.empty()) return;
  if (rules_->business.model == config::BusinessModel::Subscription) {
    for (const UtcMicros moment : moments) stages.push_back(stage_of(journey, moment));
    return;
  }
  // What an event says of money is read once; how it settles depends on what was known.
  thread_local std::vector<MoneyLine> lines;
  rules_->read_money(journey.until(moments.back()), lines);
  thread_local Settlement settlement;
  thread_local std::vector<DatedPurchase> purchases;
  const Zone& zone = rules_->business.zone;
  const auto settle = [&](std::size_t known) {
    settlement.clear();
    for (const MoneyLine& line : std::span(lines).first(known)) settlement.add(line);
    settlement.settle();
    purchases.clear();
    for (const Purchase& purchase : settlement.purchases())
      purchases.push_back({purchase.at, zone.day_of(purchase.at)});
  };
  settle(lines.size());
  const bool only_grew = settlement.only_grew();
  std::size_t settled = lines.size(), known = 0;
  for (const UtcMicros moment : moments) {
    while (known < lines.size() && lines[known].at <= moment) ++known;
    if (!only_grew && settled != known) settle(settled = known);
    const auto end = std::partition_point(purchases.begin(), purchases.end(),
                                          [&](const DatedPurchase& purchase) { return purchase.at <= moment; });
    const std::span<const DatedPurchase> so_far{purchases.begin(), end};
    const LocalDay today = zone.day_of(moment);
    std::optional<std::int64_t> overdue_after;
    if (rules_->rhythm_drives) overdue_after = rules_->overdue_after(so_far, today, journey.until(moment));
    stages.push_back(stage_of_days(so_far, today, rules_->business.stages, overdue_after));
  }
}

const journey::KindFilter& Customers::kinds_that_decide_stages() const {
  return rules_->business.model == config::BusinessModel::Subscription ? rules_->subscription.kinds()
                                                                       : rules_->money.kinds();
}

void Customers::read_plain_purchases(const journey::SelectionBlock& block, UtcMicros as_of,
                                     PlainPurchases& purchases) const {
  purchases.read(rules_->money, block, as_of);
}

std::vector<std::uint32_t> Customers::stage_change_days() const {
  const config::StageRules& stages = rules_->business.stages;
  if (rules_->business.model == config::BusinessModel::Subscription)
    return {stages.new_days, rules_->business.subscription.value_days};
  return {stages.new_days, stages.at_risk_days, stages.dormant_days, stages.active_days};
}

StageVerdict Customers::explain_stage(const journey::Journey& journey, UtcMicros as_of,
                                      std::string_view language) const {
  if (language.empty()) language = rules_->business.language;
  StageVerdict verdict = stage_of(journey, as_of);
  verdict.reason =
      rules_->business.model == config::BusinessModel::Subscription
          ? subscription_reason(verdict, rules_->subscription.read(journey.until(as_of), as_of, rules_->business.zone),
                                rules_->business, language)
          : stage_reason(verdict, rules_->business, language);
  return verdict;
}

std::string_view Customers::stage(const journey::Journey& journey, UtcMicros as_of) const {
  return name_of(stage_of(journey, as_of).stage);
}

}  // namespace habitue::knowledge
