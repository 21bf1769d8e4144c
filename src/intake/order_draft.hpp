// One order or cancellation being put together from its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/binding.hpp"
#include "intake/line_kinds.hpp"
#include "intake/refunds.hpp"

namespace habitue::intake {

/// Why an order cannot be kept: the first of its rows that is wrong.
struct RowFault {
  std::uint64_t line = 0;
  std::string reason;
  std::string_view short_reason;
};

/// A line that was bought.
struct BoughtLine {
  std::uint64_t product;  ///< Fingerprint of what names the product.
  Decimal price;
  std::int64_t quantity_micros;
};

/// A line that is given back. Its JSON is open: `{"product_id":"x","price":2.5`, to be closed with its quantity.
struct ReturnedLine {
  std::uint64_t product;
  Decimal price;
  Decimal amount;  ///< Not negative, but for a returned discount.
  std::int64_t quantity_micros;
  std::string json;
  LineKind kind;
};

class OrderDraft {
 public:
  OrderDraft(const Binding& binding, UtcMicros received_at)
      : binding_(&binding), received_at_(received_at), kinds_(binding.mapping().line_kinds) {}

  void start(std::string_view order_id);
  /// Afterwards fault() may be set; further rows are then ignored.
  void add(const Row& row);
  /// What is true of the order as a whole: it has a date and its amounts were exact.
  void check(std::uint64_t line);

  const std::optional<RowFault>& fault() const { return fault_; }
  const std::string& order_id() const { return order_id_; }
  bool cancellation() const { return cancellation_; }
  UtcMicros at() const { return at_; }
  bool nobody() const { return user_id_.empty() && anonymous_id_.empty(); }
  const std::string& user_id() const { return user_id_; }
  const std::string& anonymous_id() const { return anonymous_id_; }
  const std::string& account_id() const { return account_id_; }
  Currency currency() const { return currency_; }
  /// `{...}` of the traits that came with the rows.
  std::string_view traits() const { return traits_.view(); }
  bool several_customers() const { return several_customers_; }

  const std::vector<BoughtLine>& bought() const { return bought_; }
  const std::vector<ReturnedLine>& returned() const { return returned_; }
  const ExactSum& total() const { return total_; }
  /// Lines bought, as `{...},{...}`.
  std::string_view products() const { return products_.view(); }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t priced_lines() const { return priced_lines_; }
  std::uint32_t free_lines() const { return free_lines_; }
  std::uint32_t other_kinds() const { return other_kinds_; }  ///< Lines that are no products.
  /// Whether all lines bought, or all given back, are the business's own entries.
  bool bought_is_bookkeeping() const { return bought_bookkeeping_ == bought_.size(); }
  bool returned_is_bookkeeping() const;
  bool returned_is_free() const;

 private:
  void refuse(const Row& row, std::string reason, std::string_view short_reason);
  void read_whole(const Row& row);
  bool read_number(const Row& row, Field field, std::optional<Decimal>& value);
  void write_line(const Row& row, std::string_view product_id, std::string_view name, LineKind kind,
                  const std::optional<Decimal>& price, const std::optional<Decimal>& amount);

  const Binding* binding_;
  UtcMicros received_at_;
  LineKinds kinds_;
  std::string order_id_, user_id_, anonymous_id_, account_id_;
  std::string date_text_;  // Of the row before: nearly always that of this row too.
  std::string person_text_;
  std::optional<RowFault> fault_;
  bool cancellation_ = false, dated_ = false, several_customers_ = false, has_currency_ = false;
  UtcMicros at_{};
  Currency currency_;
  TextBuffer traits_, products_;
  ExactSum total_;
  std::vector<BoughtLine> bought_;
  std::vector<ReturnedLine> returned_;
  std::size_t bought_bookkeeping_ = 0;
  std::uint32_t rows_ = 0, priced_lines_ = 0, free_lines_ = 0, other_kinds_ = 0;
};

}  // namespace habitue::intake
