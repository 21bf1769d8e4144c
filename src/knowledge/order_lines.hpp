// The lines of purchases and refunds: which products, how many, at what price. Journeys hold no lists, as most lists say nothing of the
// customer; those of orders are read from the ledger when a question asks for them, and kept.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/progress.hpp"
#include "base/result.hpp"
#include "config/config.hpp"

namespace habitue::knowledge {

/// One line as it was told. Amounts are whole units of the event's currency.
struct OrderLine {
  std::uint32_t id = 0, name = 0, category = 0;  ///< Of OrderLineTable::text; 0 is the empty text.
  double quantity = 1;
  std::optional<double> price, cost;  ///< Of one unit.
  std::optional<double> total;        ///< Of all units.
  bool is_product = true;             ///< False for postage, discounts, fees and entries in the books.
};

/// Lines by event. Immutable once it is handed out.
class OrderLineTable {
 public:
  OrderLineTable() { intern(""); }
  /// Empty when the event tells none, or was never asked for.
  std::span<const OrderLine> of(EventSeq event) const;
  std::string_view text(std::uint32_t number) const { return texts_[number]; }
  bool knows(EventSeq event) const { return places_.contains(event.value); }

 private:
  friend class OrderLines;
  std::uint32_t intern(std::string_view text);
  struct Place {
    std::uint32_t first, count;
  };
  std::unordered_map<std::uint64_t, Place> places_;
  std::vector<OrderLine> lines_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// Reads what was asked for, each event once. Safe from any thread.
class OrderLines {
 public:
  /// Calls back with the JSON of each event's properties; events that are gone are left out.
  using ReadEvents = std::function<Result<void>(
      std::span<const EventSeq> events, const std::function<void(EventSeq event, std::string_view properties)>& visit)>;
  OrderLines(config::ProductRules rules, ReadEvents read) : rules_(std::move(rules)), read_(std::move(read)) {}

  /// A table with the lines of these events, and perhaps of others. Errors: those of reading; Conflict when cancelled.
  Result<std::shared_ptr<const OrderLineTable>> of(std::vector<EventSeq> events, const Cancellation* cancellation);

 private:
  config::ProductRules rules_;
  ReadEvents read_;
  std::mutex mutex_;
  std::shared_ptr<OrderLineTable> table_ = std::make_shared<OrderLineTable>();
};

}  // namespace habitue::knowledge
