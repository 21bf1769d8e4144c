#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "knowledge/event_amount.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::knowledge {
namespace {

// Integers up to here are exact in a double, so that equal texts stay equal and different ones different.
constexpr std::size_t kDigitsExact = 15;

Reference first_reference(std::span<const journey::Property> properties, const journey::Event& event) {
  for (const journey::Property& property : properties)
    if (const Reference reference = Reference::of(property.at(event))) return reference;
  return {};
}

}  // namespace

Reference Reference::of(const journey::Value& value) {
  if (value.type == journey::Value::Type::Number) return {Type::Number, value.number, {}};
  if (value.type != journey::Value::Type::Text || value.text.empty()) return {};
  const std::string_view text = value.text;
  const bool plain = text.size() <= kDigitsExact && (text.size() == 1 || text.front() != '0') &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!plain) return {Type::Text, 0, text};
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return {Type::Number, static_cast<double>(number), text};
}

MoneyReader MoneyReader::bind(const journey::Snapshot& snapshot, const config::MoneyRules& rules, Currency currency) {
  MoneyReader reader;
  reader.flags_.assign(snapshot.kinds().size(), 0);
  const auto mark = [&](std::span<const std::string> names, std::uint8_t flag) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) reader.flags_[kind->value] |= flag;
  };
  mark(rules.payments, kPayment);
  mark(rules.refunds, kRefund);
  mark(rules.chargebacks, kChargeback);
  mark(rules.purchases, kPurchase);
  reader.kinds_ = journey::KindFilter(reader.flags_);
  static const std::array<std::string, 2> payment_id{"payment_id", "paymentId"}, refund_id{"refund_id", "refundId"},
      dispute_id{"dispute_id", "disputeId"};
  reader.amount_ = properties_of(snapshot, rules.amount);
  reader.currency_ = properties_of(snapshot, rules.currency);
  reader.order_id_ = properties_of(snapshot, rules.order_id);
  reader.payment_id_ = properties_of(snapshot, payment_id);
  reader.refund_id_ = properties_of(snapshot, refund_id);
  reader.dispute_id_ = properties_of(snapshot, dispute_id);
  reader.full_ = snapshot.find_property("full");
  reader.business_currency_ = currency;
  return reader;
}

MoneyLine MoneyReader::read(const journey::Event& event) const {
  const std::uint8_t flags = flags_[event.kind.value];
  MoneyLine line;
  line.event = event;
  line.at = event.at;
  line.currency = first_currency(currency_, event, business_currency_);
  line.move = (flags & kRefund) != 0       ? MoneyMove::Refund
              : (flags & kChargeback) != 0 ? MoneyMove::Chargeback
                                           : MoneyMove::Payment;
  line.purchase = line.move == MoneyMove::Payment && (flags & kPurchase) != 0;
  line.moves_money = line.move != MoneyMove::Payment || (flags & kPayment) != 0;

  if (const auto amount = first_number(amount_, event))
    if (const auto money = money_of(*amount, line.currency)) line.amount = money->minor_units;
  line.order = first_reference(order_id_, event);
  switch (line.move) {
    case MoneyMove::Payment: line.own = first_reference(payment_id_, event); break;
    case MoneyMove::Refund: line.own = first_reference(refund_id_, event); break;
    case MoneyMove::Chargeback: line.own = first_reference(dispute_id_, event); break;
  }
  if (full_ && line.move != MoneyMove::Payment) {
    const journey::Value full = full_->at(event);
    line.full = full.type == journey::Value::Type::Bool
                    ? full.boolean
                    : full.type == journey::Value::Type::Text && full.text == "true";
  }
  // Some senders write what they give back as a negative payment or as a negative refund: both are refunds.
  if (line.amount && *line.amount < 0) {
    line.amount = -*line.amount;
    if (line.move == MoneyMove::Payment) {
      line.move = MoneyMove::Refund;
      line.purchase = false;
    }
  }
  return line;
}

}  // namespace habitue::knowledge
