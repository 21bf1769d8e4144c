#include "knowledge/economics.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "knowledge/delivery.hpp"
#include "knowledge/event_amount.hpp"
#include "knowledge/first_touch.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::knowledge {
namespace {

constexpr std::uint8_t kCost = 1, kMarketing = 2, kReturn = 4;

struct BoundCost {
  std::vector<std::uint8_t> kinds;  // By EventKind.
  std::optional<criteria::Evaluator> where;
  Properties amount, quantity;
  std::optional<double> unit_cost;
};

}  // namespace

struct Economics::Bound {
  const Customers* customers;
  Exchange exchange;
  Properties currency, price, cost_of_goods, marketing_amount, marketing_channel;
  std::optional<double> margin_share;
  std::vector<BoundCost> costs;
  std::vector<std::uint8_t> flags;  // By EventKind.
  journey::KindFilter cost_kinds, marketing_kinds;
  std::unique_ptr<ChannelNames> channels;

  struct Amount {
    bool told = false;                  // Whether the event tells one, in whatever currency.
    std::optional<std::int64_t> minor;  // In the business's; nothing without a rate, which is then noted.
  };

  Amount amount_of(const Properties& amounts, const journey::Event& event, NotAdded& not_added) const {
    const auto number = first_number(amounts, event);
    const Currency told = first_currency(currency, event, exchange.currency());
    const auto money = number ? money_of(*number, told) : Result<Money>(invalid("no amount"));
    if (!money) return {};
    const auto minor = exchange.in_business(*money, event.at);
    if (!minor) add_balance(not_added.without_rate, {.currency = told, .received_minor = money->minor_units});
    return {true, minor};
  }

  Amount cost_of(const BoundCost& rule, const journey::Event& event, NotAdded& not_added) const {
    if (const Amount told = amount_of(rule.amount, event, not_added); told.told) return told;
    if (!rule.unit_cost) return {};
    const auto quantity = rule.quantity.empty() ? std::optional(1.0) : first_number(rule.quantity, event);
    if (!quantity || !std::isfinite(*quantity)) return {};
    return {true, exchange.minor_of(*quantity * *rule.unit_cost)};
  }
};

void NotAdded::merge(const NotAdded& other) {
  add_balances(without_rate, other.without_rate);
  without_amount += other.without_amount;
  without_margin += other.without_margin;
}

Economics::Economics(std::unique_ptr<Bound> bound) : bound_(std::move(bound)) {}
Economics::Economics(Economics&&) noexcept = default;
Economics::~Economics() = default;

Result<Economics> Economics::bind(const Customers& customers) {
  const config::Business& business = customers.business();
  const journey::Snapshot& snapshot = customers.snapshot();
  std::unique_ptr<Bound> bound(new Bound{&customers, Exchange(business), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}});
  bound->currency = properties_of(snapshot, business.money.currency);
  bound->price = properties_of(snapshot, business.money.amount);
  bound->cost_of_goods = properties_of(snapshot, business.margin.cost);
  bound->margin_share = business.margin.share;
  bound->marketing_amount = properties_of(snapshot, business.marketing.amount);
  bound->marketing_channel = properties_of(snapshot, business.marketing.channel);
  bound->channels = std::make_unique<ChannelNames>();

  const std::size_t kinds = snapshot.kinds().size();
  bound->flags.assign(kinds, 0);
  const auto mark = [&](const std::vector<std::string>& names, std::uint8_t flag, std::vector<std::uint8_t>* of_rule) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) {
        bound->flags[kind->value] |= flag;
        if (of_rule != nullptr) (*of_rule)[kind->value] = 1;
      }
  };
  for (const config::CostRule& rule : business.costs) {
    BoundCost& cost = bound->costs.emplace_back();
    cost.kinds.assign(kinds, 0);
    mark(rule.events, kCost, &cost.kinds);
    if (rule.where) {
      auto where = customers.evaluator(*rule.where);
      if (!where) return tl::unexpected(where.error());
      cost.where = std::move(*where);
    }
    cost.amount = properties_of(snapshot, rule.amount);
    cost.quantity = properties_of(snapshot, rule.quantity);
    cost.unit_cost = rule.unit_cost;
    // A property that no event has yet is not the same as none asked for: then one event would cost a unit.
    if (!rule.quantity.empty() && cost.quantity.empty()) cost.unit_cost.reset();
  }
  mark(business.marketing.events, kMarketing, nullptr);
  mark(business.money.refunds, kReturn, nullptr);
  mark({std::string(kOverrideEvent)}, kReturn, nullptr);
  mark(business.money.chargebacks, kReturn, nullptr);
  const auto filter = [&](std::uint8_t flag) {
    std::vector<std::uint8_t> wanted(kinds);
    std::transform(bound->flags.begin(), bound->flags.end(), wanted.begin(),
                   [&](std::uint8_t flags) { return static_cast<std::uint8_t>((flags & flag) != 0 ? 1 : 0); });
    return journey::KindFilter(wanted);
  };
  bound->cost_kinds = filter(kCost);
  bound->marketing_kinds = filter(kMarketing);
  return Economics(std::move(bound));
}

void Economics::add_earned(const std::vector<SettledMove>& settled, std::vector<Earned>& moves,
                           NotAdded& not_added) const {
  moves.clear();
  const Exchange& exchange = bound_->exchange;
  bool costs_are_told = false;
  for (const SettledMove& move : settled) {
    const auto revenue = exchange.in_business({move.minor, move.currency}, move.at);
    if (!revenue) {
      add_balance(not_added.without_rate, {.currency = move.currency, .received_minor = move.minor});
      continue;
    }
    Earned earned{move.at, *revenue, std::nullopt, move.event};
    const auto goods = move.minor > 0 ? first_number(bound_->cost_of_goods, move.event) : std::nullopt;
    const auto goods_money = goods ? money_of(*goods, move.currency) : Result<Money>(invalid("no cost"));
    if (goods_money) {
      costs_are_told = true;
      earned.margin_minor = *revenue - exchange.in_business(*goods_money, move.at).value_or(0);
    } else if (bound_->margin_share) {
      earned.margin_minor = std::llround(static_cast<double>(*revenue) * *bound_->margin_share);
    } else if (move.minor < 0 && costs_are_told) {
      earned.margin_minor = *revenue;
    } else {
      ++not_added.without_margin;
    }
    moves.push_back(earned);
  }
}

void Economics::earned(const journey::Journey& journey, UtcMicros as_of, std::vector<Earned>& moves,
                       NotAdded& not_added) const {
  thread_local std::vector<SettledMove> settled;
  bound_->customers->settled_moves(journey, as_of, settled);
  add_earned(settled, moves, not_added);
}

void Economics::earned_of_account(std::string_view account, UtcMicros as_of, std::vector<Earned>& moves,
                                  NotAdded& not_added) const {
  thread_local std::vector<SettledMove> settled;
  bound_->customers->settled_moves_of_account(account, as_of, settled);
  add_earned(settled, moves, not_added);
}

void Economics::spent(const journey::Journey& journey, UtcMicros as_of, std::vector<Spent>& moves,
                      NotAdded& not_added) const {
  thread_local std::vector<std::uint32_t> rows;
  moves.clear();
  journey.until(as_of).visit_kinds(bound_->cost_kinds, rows, [&](const journey::Event& event) {
    for (std::uint32_t rule = 0; rule < bound_->costs.size(); ++rule) {
      const BoundCost& cost = bound_->costs[rule];
      if (cost.kinds[event.kind.value] == 0 || (cost.where && !cost.where->matches(event))) continue;
      const Bound::Amount amount = bound_->cost_of(cost, event, not_added);
      not_added.without_amount += amount.told ? 0 : 1;
      if (amount.minor) moves.push_back({event.at, rule, *amount.minor});
      break;
    }
    return true;
  });
}

void Economics::marketing(const journey::Journey& journey, UtcMicros as_of, std::vector<MarketingSpent>& moves,
                          NotAdded& not_added) const {
  thread_local std::vector<std::uint32_t> rows;
  moves.clear();
  journey.until(as_of).visit_kinds(bound_->marketing_kinds, rows, [&](const journey::Event& event) {
    const Bound::Amount amount = bound_->amount_of(bound_->marketing_amount, event, not_added);
    not_added.without_amount += amount.told ? 0 : 1;
    if (!amount.minor) return true;
    std::string_view channel;
    for (const journey::Property& property : bound_->marketing_channel)
      if (const auto text = property.text(event); text && !trimmed(*text).empty()) {
        channel = bound_->channels->of(*text);
        break;
      }
    moves.push_back({event.at, channel, *amount.minor});
    return true;
  });
}

std::optional<std::int64_t> Economics::price_of(const PurchaseEvent& purchase) const {
  NotAdded not_added;
  return bound_->amount_of(bound_->price, purchase.event, not_added).minor;
}

const journey::KindFilter& Economics::kinds_of_costs() const { return bound_->cost_kinds; }
bool Economics::is_sign_of_life(journey::EventKind kind) const { return bound_->flags[kind.value] == 0; }
const Exchange& Economics::exchange() const { return bound_->exchange; }
const Customers& Economics::customers() const { return *bound_->customers; }

}  // namespace habitue::knowledge
