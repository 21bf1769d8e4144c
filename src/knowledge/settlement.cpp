#include "knowledge/settlement.hpp"

#include <algorithm>
#include <functional>

namespace habitue::knowledge {
namespace {

// Beyond this a walk costs more than a table. A person rarely has as many orders.
constexpr std::size_t kFew = 24;

}  // namespace

std::int64_t saturated_sum(std::int64_t left, std::int64_t right) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(left, right, &sum)) return sum;
  return left > 0 ? INT64_MAX : INT64_MIN;
}

void add_balance(std::vector<Balance>& balances, const Balance& added) {
  const auto place =
      std::lower_bound(balances.begin(), balances.end(), added.currency,
                       [](const Balance& balance, Currency currency) { return balance.currency < currency; });
  if (place == balances.end() || place->currency != added.currency) {
    balances.insert(place, added);
    return;
  }
  place->received_minor = saturated_sum(place->received_minor, added.received_minor);
  place->refunded_minor = saturated_sum(place->refunded_minor, added.refunded_minor);
  place->charged_back_minor = saturated_sum(place->charged_back_minor, added.charged_back_minor);
}

void add_balances(std::vector<Balance>& balances, std::span<const Balance> added) {
  for (const Balance& balance : added) add_balance(balances, balance);
}

void ReferenceIndex::clear() {
  few_.clear();
  if (!many_.empty()) many_.clear();
}

std::size_t ReferenceIndex::Hash::operator()(const Reference& reference) const {
  return reference.type == Reference::Type::Number ? std::hash<double>{}(reference.number)
                                                   : std::hash<std::string_view>{}(reference.text);
}

std::optional<std::uint32_t> ReferenceIndex::find(const Reference& reference) const {
  if (!many_.empty()) {
    const auto found = many_.find(reference);
    return found == many_.end() ? std::nullopt : std::optional(found->second);
  }
  for (const auto& [known, place] : few_)
    if (known == reference) return place;
  return std::nullopt;
}

std::uint32_t ReferenceIndex::find_or_add(const Reference& reference, std::uint32_t place) {
  if (const auto found = find(reference)) return *found;
  if (many_.empty() && few_.size() < kFew) {
    few_.emplace_back(reference, place);
  } else {
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    many_.emplace(reference, place);
  }
  return place;
}

void Settlement::clear() {
  lines_.clear();
  orders_.clear();
  order_index_.clear();
  payment_index_.clear();
  refund_index_.clear();
  dispute_index_.clear();
  purchases_.clear();
  balances_.clear();
}

// A refund sent again with its own id (and another message id) is one refund: the later event corrects the earlier.
void Settlement::supersede_repeats() {
  for (std::uint32_t place = 0; place < lines_.size(); ++place) {
    MoneyLine& line = lines_[place];
    if (!line.own || line.purchase) continue;
    ReferenceIndex& index = line.move == MoneyMove::Payment  ? payment_index_
                            : line.move == MoneyMove::Refund ? refund_index_
                                                             : dispute_index_;
    const std::uint32_t first = index.find_or_add(line.own, place);
    if (first == place) continue;
    // The newest takes the place in the list of the first one, so that the next repeat finds it there.
    MoneyLine& earlier = lines_[first];
    const UtcMicros first_at = earlier.at;
    std::swap(earlier, line);
    earlier.at = first_at;
    if (!earlier.amount) {
      earlier.amount = line.amount;
      earlier.currency = line.currency;
    }
    earlier.full = earlier.full || line.full;
    line.superseded = true;
  }
}

// An order said again (a retry, a change of its amount) is one purchase at its first moment, with the latest amount.
void Settlement::open_orders() {
  for (std::uint32_t place = 0; place < lines_.size(); ++place) {
    MoneyLine& line = lines_[place];
    if (!line.purchase) continue;
    const auto next = static_cast<std::uint32_t>(orders_.size());
    const std::uint32_t order = line.order ? order_index_.find_or_add(line.order, next) : next;
    if (order == next) {
      orders_.push_back(Order{.purchase = place});
      continue;
    }
    MoneyLine& earlier = lines_[orders_[order].purchase];
    line.at = earlier.at;
    if (!line.amount) {
      line.amount = earlier.amount;
      line.currency = earlier.currency;
    }
    line.moves_money = line.moves_money || earlier.moves_money;
    earlier.superseded = true;
    orders_[order].purchase = place;
  }
}

Settlement::Order* Settlement::order_of(const MoneyLine& line) {
  if (!line.order) return nullptr;
  const auto found = order_index_.find(line.order);
  return found ? &orders_[*found] : nullptr;
}

// Payments that name an order are part of its total: a shop that sends both the order and its payments is not counted twice, and
// a deposit followed by the order is the order.
void Settlement::settle_payments() {
  for (MoneyLine& line : lines_) {
    if (line.superseded || line.purchase || line.move != MoneyMove::Payment) continue;
    line.settled = line.amount.value_or(0);
    Order* order = order_of(line);
    if (order == nullptr) continue;
    MoneyLine& purchase = lines_[order->purchase];
    if (!purchase.amount && order->paid == 0) purchase.currency = line.currency;
    if (purchase.currency == line.currency) order->paid = saturated_sum(order->paid, line.settled);
  }
  for (const Order& order : orders_) {
    MoneyLine& purchase = lines_[order.purchase];
    if (purchase.moves_money) purchase.settled = std::max<std::int64_t>(0, purchase.amount.value_or(0) - order.paid);
  }
}

void Settlement::settle_returns() {
  const auto is_return = [](const MoneyLine& line) { return !line.superseded && line.move != MoneyMove::Payment; };
  for (MoneyLine& line : lines_) {
    if (!is_return(line)) continue;
    line.settled = line.amount.value_or(0);
    Order* order = order_of(line);
    if (order == nullptr) continue;
    order->touched = true;
    order->full = order->full || line.full || !line.amount;
    if (lines_[order->purchase].currency == line.currency)
      order->returned = saturated_sum(order->returned, line.settled);
  }
  // A return that tells no amount gives back what is left of its order, after those that tell one.
  for (MoneyLine& line : lines_) {
    if (!is_return(line) || line.amount) continue;
    Order* order = order_of(line);
    if (order == nullptr) continue;
    const MoneyLine& purchase = lines_[order->purchase];
    line.currency = purchase.currency;
    // Of a purchase whose money is not counted only what was paid for it can come back.
    const std::int64_t worth = purchase.moves_money ? std::max(order->worth(purchase), order->paid) : order->paid;
    line.settled = std::max<std::int64_t>(0, worth - order->returned);
    order->returned = saturated_sum(order->returned, line.settled);
  }
}

void Settlement::collect() {
  for (const MoneyLine& line : lines_) {
    if (line.superseded || (line.settled == 0 && line.move == MoneyMove::Payment)) continue;
    Balance moved{.currency = line.currency};
    switch (line.move) {
      case MoneyMove::Payment: moved.received_minor = line.settled; break;
      case MoneyMove::Refund: moved.refunded_minor = line.settled; break;
      case MoneyMove::Chargeback: moved.charged_back_minor = line.settled; break;
    }
    add_balance(balances_, moved);
  }
  for (const Order& order : orders_) {
    const MoneyLine& purchase = lines_[order.purchase];
    // Of an order whose amount nobody tells, only a return of the whole can be told from one of a part.
    const bool known = purchase.amount || order.paid > 0;
    const bool given_back = order.full || (order.touched && known && order.returned >= order.worth(purchase));
    // An order of nothing is a gift; one whose amount nobody tells is taken for a purchase.
    const bool gift = purchase.amount && *purchase.amount <= 0;
    if (!given_back && !gift) purchases_.push_back({purchase.at, purchase.event});
  }
  // Orders stand in order of their first event, which is that of time.
}

void Settlement::settle() {
  supersede_repeats();
  open_orders();
  settle_payments();
  settle_returns();
  collect();
}

bool Settlement::only_grew() const {
  return std::all_of(lines_.begin(), lines_.end(),
                     [](const MoneyLine& line) { return !line.superseded && line.move == MoneyMove::Payment; });
}

bool Settlement::has_paid() const {
  return std::any_of(balances_.begin(), balances_.end(),
                     [](const Balance& balance) { return balance.net_minor() > 0; });
}

}  // namespace habitue::knowledge
