#include "intake/refund_events.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace habitue::intake {

// What one refund event gives back: the pieces of one order, or what no order was found for.
struct RefundEvents::GivenBack {
  const ReturnedLine* line;
  RefundMatcher::Piece piece;  // Meaningless when unmatched.
  ExactSum amount;
};

void open_money_object(std::string& out, std::string_view id_key, std::string_view id, Currency currency,
                       const ExactSum& total) {
  TextBuffer text;
  append_json_string(text, id);
  out.append("{\"")
      .append(id_key)
      .append("\":")
      .append(text.view())
      .append(",\"currency\":\"")
      .append(currency.code())
      .append("\",\"total\":");
  total.append_to(out);
}

void RefundEvents::finish() {
  matcher_.finish(scan_.orders);
  std::stable_sort(cancellations_.begin(), cancellations_.end(), [](const Cancellation& a, const Cancellation& b) {
    return std::tie(a.at_us, a.order) < std::tie(b.at_us, b.order);
  });
}

bool RefundEvents::settle_next(ImportBatch& batch, ImportReport& report) {
  if (settled_ == cancellations_.size()) return false;
  settle(cancellations_[settled_], batch, report);
  cancellations_[settled_++] = {};
  return true;
}

void RefundEvents::settle(const Cancellation& cancellation, ImportBatch& batch, ImportReport& report) {
  const std::string& customer = cancellation.user_id.empty() ? cancellation.anonymous_id : cancellation.user_id;
  std::map<std::uint32_t, std::vector<GivenBack>> by_order;
  std::vector<GivenBack> unmatched;
  std::vector<RefundMatcher::Piece> pieces;
  for (const ReturnedLine& line : cancellation.lines) {
    pieces.clear();
    std::int64_t left = line.quantity_micros;
    if (!customer.empty())
      left = matcher_.match(purchase_key(customer, line.product), line.price, left, cancellation.at_us,
                            cancellation.order, scan_.orders, pieces);
    ++(pieces.empty() ? report.refund_lines_unmatched : report.refund_lines_matched);
    partly_matched_ += !pieces.empty() && left > 0 ? 1 : 0;

    // Each piece has its share of the line's amount; the last one has what is left, so that they add up to it exactly.
    ExactSum rest;
    rest.add(line.amount);
    const auto share = [&](std::int64_t quantity, bool last) {
      ExactSum amount = rest;
      if (!last) {
        amount = {};
        amount.add_product(line.price, from_micros(quantity));
        rest.subtract_product(line.price, from_micros(quantity));
      }
      return amount;
    };
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      other_price_ += pieces[i].other_price ? 1 : 0;
      by_order[pieces[i].order].push_back(
          {&line, pieces[i], share(pieces[i].quantity_micros, left == 0 && i + 1 == pieces.size())});
    }
    if (left > 0 || pieces.empty()) unmatched.push_back({&line, {0, 0, left, {}, false}, share(left, true)});
  }
  std::size_t number = 1;
  for (auto& [order, given] : by_order) add_refund(cancellation, given, true, number++, batch, report);
  if (!unmatched.empty()) add_refund(cancellation, unmatched, false, number, batch, report);
}

void RefundEvents::add_refund(const Cancellation& cancellation, const std::vector<GivenBack>& given, bool matched,
                              std::size_t number, ImportBatch& batch, ImportReport& report) {
  const std::string cancellation_id(scan_.ids.at(cancellation.order));
  const std::uint32_t original = given.front().piece.order;
  ExactSum total;
  std::string products;
  for (const GivenBack& part : given) {
    if (!products.empty()) products.push_back(',');
    products.append(part.line->json).append(",\"quantity\":");
    append_decimal(products, from_micros(part.piece.quantity_micros));
    if (matched) {
      TextBuffer order_id;
      append_json_string(order_id, scan_.ids.at(original));
      products.append(",\"order_id\":")
          .append(order_id.view())
          .append(fmt::format(",\"line_index\":{}", part.piece.line_index));
      if (part.piece.other_price) {
        products.append(",\"order_price\":");
        append_decimal(products, part.piece.order_price);
      }
    }
    products.push_back('}');
    total.add(part.amount);
  }

  Event event;
  event.type = EventType::Track;
  event.name = "Order Refunded";
  event.at = UtcMicros(std::chrono::microseconds(cancellation.at_us));
  event.received_at = received_at_;
  event.user_id = cancellation.user_id;
  event.anonymous_id = cancellation.anonymous_id;
  event.group_id = cancellation.account_id;
  event.message_id = matched ? fmt::format("{}refund/{}/{}", prefix_, cancellation_id, scan_.ids.at(original))
                             : fmt::format("{}refund/{}", prefix_, cancellation_id);
  event.properties.clear();
  // One cancellation may give back parts of several orders: each of these refunds has a name of its own.
  open_money_object(event.properties, "refund_id",
                    number == 1 ? cancellation_id : fmt::format("{}/{}", cancellation_id, number),
                    cancellation.currency, total);
  TextBuffer id;
  append_json_string(id, cancellation_id);
  event.properties.append(",\"cancellation_id\":").append(id.view());
  if (matched) {
    id.clear();
    append_json_string(id, scan_.ids.at(original));
    event.properties.append(",\"order_id\":").append(id.view());
    // The last open line may have gone with an earlier cancellation only if this one gave back nothing that had a price.
    const bool priced =
        std::any_of(given.begin(), given.end(), [](const GivenBack& part) { return !part.piece.order_price.zero(); });
    if (priced && scan_.orders[original].open_lines == 0) {
      event.properties.append(",\"full\":true");
      ++full_;
    }
  } else {
    event.properties.append(",\"unmatched\":true");
  }
  event.properties.append(",\"products\":[").append(products).append("]}");
  ++report.refunds;
  report.refunded_minor_units[std::string(cancellation.currency.code())] +=
      total.minor_units(cancellation.currency).value_or(0);
  add_event(batch, report, std::move(event));
}

}  // namespace habitue::intake
