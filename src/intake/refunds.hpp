// Which order line a cancelled line gives back. A cancellation names its customer, product, price and quantity, never its
// order; so it takes from the customer's latest earlier order of that product at that price what is not yet given back, then
// from the one before, then from orders at another price, and at last from the order it stands in itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "intake/decimal.hpp"

namespace habitue::intake {

/// What is known of an order while its file is read.
struct OrderEntry {
  std::uint32_t runs = 0;  ///< Stretches of adjacent rows that it has in the file.
  std::uint32_t runs_seen = 0;
  std::int64_t at_us = 0;
  std::uint32_t open_lines = 0;  ///< Lines with a price of which something is not given back.
};

/// Of a customer and a product: equal for equal pairs.
std::uint64_t purchase_key(std::string_view customer, std::uint64_t product_fingerprint);

/// Quantities are millionths, so that 1.5 m of ribbon are exact.
inline constexpr std::int64_t kMicro = 1'000'000;
/// Nothing when it has more than six decimals or does not fit.
std::optional<std::int64_t> to_micros(Decimal quantity);
inline Decimal from_micros(std::int64_t micros) { return {micros, 6}; }

class RefundMatcher {
 public:
  /// A line that may come back. Lines of one order are added in their order.
  void add_line(std::uint64_t key, std::uint32_t order, std::uint32_t line_index, Decimal price,
                std::int64_t quantity_micros);
  /// Sorts the lines; before match() and after the last add_line().
  void finish(const std::vector<OrderEntry>& orders);

  /// A part of a cancelled line and the order line it gives back.
  struct Piece {
    std::uint32_t order;
    std::uint32_t line_index;
    std::int64_t quantity_micros;
    Decimal order_price;
    bool other_price;
  };
  /// Takes up to `quantity_micros` from lines not later than `at_us`; gives back what no line was found for.
  std::int64_t match(std::uint64_t key, Decimal price, std::int64_t quantity_micros, std::int64_t at_us,
                     std::uint32_t own_order, std::vector<OrderEntry>& orders, std::vector<Piece>& pieces);

 private:
  struct Line {
    std::uint64_t key;
    Decimal price;
    std::int64_t at_us;
    std::int64_t left_micros;
    std::uint32_t order;
    std::uint32_t line_index;
  };
  struct Range {
    std::size_t begin, end;
  };
  static constexpr std::size_t kNone = SIZE_MAX;
  /// The last line at or before `index` with something left, not before `begin`.
  std::size_t open_at(std::size_t index, std::size_t begin);
  std::size_t latest(Range range, std::int64_t at_us, std::uint32_t not_of_order);
  Range same_price(Range range, Decimal price) const;
  std::int64_t take(std::size_t line, std::int64_t wanted, bool other_price, std::vector<OrderEntry>& orders,
                    std::vector<Piece>& pieces);

  std::vector<Line> lines_;
  std::vector<std::uint32_t>
      back_;  // How many lines before this one the next open one may be: paths are shortened as they are walked.
};

}  // namespace habitue::intake
