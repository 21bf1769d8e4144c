// Cancellations to events: one refund for each order of which one gives something back, and one for what no order was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intake/batch_maker.hpp"
#include "intake/order_draft.hpp"
#include "intake/order_scan.hpp"

namespace habitue::intake {

/// A cancellation that waits for all orders to be known.
struct Cancellation {
  std::uint32_t order;
  std::int64_t at_us;
  std::string user_id, anonymous_id, account_id;
  Currency currency;
  std::vector<ReturnedLine> lines;
};

class RefundEvents {
 public:
  RefundEvents(OrderScan& scan, std::string prefix, UtcMicros received_at)
      : scan_(scan), prefix_(std::move(prefix)), received_at_(received_at) {}

  /// Lines that may come back; of one order in their order.
  RefundMatcher& matcher() { return matcher_; }
  void add(Cancellation cancellation) { cancellations_.push_back(std::move(cancellation)); }
  /// After the last order.
  void finish();
  /// Makes the events of the next cancellation in order of time. False when there is none.
  bool settle_next(ImportBatch& batch, ImportReport& report);

  std::uint64_t partly_matched() const { return partly_matched_; }
  std::uint64_t other_price() const { return other_price_; }
  std::uint64_t full() const { return full_; }

 private:
  struct GivenBack;
  void settle(const Cancellation& cancellation, ImportBatch& batch, ImportReport& report);
  void add_refund(const Cancellation& cancellation, const std::vector<GivenBack>& given, bool matched,
                  std::size_t number, ImportBatch& batch, ImportReport& report);

  OrderScan& scan_;
  std::string prefix_;
  UtcMicros received_at_;
  RefundMatcher matcher_;
  std::vector<Cancellation> cancellations_;
  std::size_t settled_ = 0;
  std::uint64_t partly_matched_ = 0, other_price_ = 0, full_ = 0;
};

/// `{"order_id":"x","currency":"EUR","total":12.5`, open.
void open_money_object(std::string& out, std::string_view id_key, std::string_view id, Currency currency,
                       const ExactSum& total);

}  // namespace habitue::intake
