// What the events of one journey (or of one account) say about money, settled: retries and corrections count once, refunds
// find their orders, and what is left is the money that moved and the purchases that count. Whole minor units throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/money.hpp"
#include "config/config.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"

namespace habitue::knowledge {

/// The name of an order or a refund. A number and the text of the same number are one name, as files and calls differ in that.
struct Reference {
  enum class Type : std::uint8_t { None, Number, Text };
  Type type = Type::None;
  double number = 0;
  std::string_view text;  ///< As it was sent, when it was text.

  static Reference of(const journey::Value& value);
  explicit operator bool() const { return type != Type::None; }
  friend bool operator==(const Reference& left, const Reference& right) {
    return left.type == right.type &&
           (left.type == Type::Number ? left.number == right.number : left.text == right.text);
  }
};

/// References to places in a list. Journeys are short, so it is a walk; a till's journey is long, so it becomes a table.
class ReferenceIndex {
 public:
  void clear();
  /// The place of `reference`, after adding it with `place` when it is new.
  std::uint32_t find_or_add(const Reference& reference, std::uint32_t place);
  std::optional<std::uint32_t> find(const Reference& reference) const;

 private:
  struct Hash {
    std::size_t operator()(const Reference& reference) const;
  };
  std::vector<std::pair<Reference, std::uint32_t>> few_;
  std::unordered_map<Reference, std::uint32_t, Hash> many_;
};

/// One event that moves money or is a purchase, as it reads and then as it settles.
struct MoneyLine {
  journey::Event event;
  MoneyMove move = MoneyMove::Payment;
  bool purchase = false;     ///< Only of payments: an order was bought.
  bool moves_money = false;  ///< False for a purchase whose money comes by other events.
  bool full = false;         ///< Gives back the whole order, whatever the amount says.
  bool superseded = false;   ///< Said again by a later event, which counts instead.
  Reference order, own;      ///< `own`: the payment's, refund's or dispute's own id.
  std::optional<std::int64_t> amount;
  Currency currency;
  UtcMicros at{};            ///< When it happened: that of the first event when it was said again.
  std::int64_t settled = 0;  ///< The money it moves, never negative.
};

/// Names of config resolved in one snapshot: which kinds move money and where the amount stands.
class MoneyReader {
 public:
  static MoneyReader bind(const journey::Snapshot& snapshot, const config::MoneyRules& rules, Currency currency);
  bool concerns(journey::EventKind kind) const { return flags_[kind.value] != 0; }
  const journey::KindFilter& kinds() const { return kinds_; }  ///< Those that concern money.
  bool is_purchase(journey::EventKind kind) const { return (flags_[kind.value] & kPurchase) != 0; }
  bool is_payment(journey::EventKind kind) const { return (flags_[kind.value] & kPayment) != 0; }
  /// Only of events whose kind concerns money.
  MoneyLine read(const journey::Event& event) const;

 private:
  friend class PlainPurchases;
  static constexpr std::uint8_t kPayment = 1, kRefund = 2, kChargeback = 4, kPurchase = 8;
  std::vector<std::uint8_t> flags_;  // By EventKind.
  journey::KindFilter kinds_;
  std::vector<journey::Property> amount_, currency_, order_id_, payment_id_, refund_id_, dispute_id_;
  std::optional<journey::Property> full_;
  Currency business_currency_;
};

/// A purchase that counts: not given back, and worth something as far as is known.
struct Purchase {
  UtcMicros at;
  journey::Event event;  ///< The latest event that says it.
};

/// Reused from journey to journey so that the hot path does not allocate. Not for several threads.
class Settlement {
 public:
  void clear();
  void add(const MoneyLine& line) { lines_.push_back(line); }
  void settle();

  /// All lines in order of time, superseded ones too.
  std::span<const MoneyLine> lines() const { return lines_; }
  /// In order of time.
  std::span<const Purchase> purchases() const { return purchases_; }
  std::span<const Balance> balances() const { return balances_; }  ///< Sorted by currency.
  /// Whether the purchases up to an earlier moment are the first of these: nothing was given back and nothing said again.
  bool only_grew() const;
  bool has_paid() const;  ///< Net above zero in some currency.

 private:
  struct Order {
    std::uint32_t purchase;     // Its line.
    std::int64_t paid = 0;      // By payments of their own.
    std::int64_t returned = 0;  // By refunds and chargebacks, in the order's currency.
    bool touched = false, full = false;
    std::int64_t worth(const MoneyLine& line) const { return line.amount ? *line.amount : paid; }
  };
  void supersede_repeats();
  void open_orders();
  void settle_payments();
  void settle_returns();
  void collect();
  Order* order_of(const MoneyLine& line);

  std::vector<MoneyLine> lines_;
  std::vector<Order> orders_;
  ReferenceIndex order_index_, payment_index_, refund_index_, dispute_index_;
  std::vector<Purchase> purchases_;
  std::vector<Balance> balances_;
};

/// Adds without overflow: past the ends it stays at the end.
std::int64_t saturated_sum(std::int64_t left, std::int64_t right);
/// Adds a balance to a list sorted by currency.
void add_balance(std::vector<Balance>& balances, const Balance& added);
void add_balances(std::vector<Balance>& balances, std::span<const Balance> added);

}  // namespace habitue::knowledge
