// The purchases of many people at a time, where nothing has to be settled: nothing was given back of an order that is named, no
// order was said again, and no amount can be a gift's. That is most people of most businesses; the others are for Settlement.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "knowledge/settlement.hpp"

namespace habitue::knowledge {

/// Reused from block to block. Not for several threads.
class PlainPurchases {
 public:
  struct Of {
    std::uint32_t first, last;  ///< Their purchases: first to last - 1 of at_us().
    bool plain;                 ///< False: the moments are not to be read, as the purchases that count may be others.
  };
  /// Replaces what was read. The block holds all that the kinds of `money` say; later events than as_of are not seen.
  void read(const MoneyReader& money, const journey::SelectionBlock& block, UtcMicros as_of);

  std::span<const Of> people() const { return people_; }  ///< Of each of the block's people, in their order.
  /// In microseconds, of each person in order of time.
  std::span<const std::int64_t> at_us() const { return {at_us_.data(), count_}; }

 private:
  /// Of each row whether its amount could be nothing or less; false when none can.
  bool find_odd_amounts(const MoneyReader& money, const journey::SelectionBlock& block);
  void read_orders(const MoneyReader& money, const journey::SelectionBlock& block);
  bool says_again(std::span<journey::Cell> orders) const;

  std::vector<Of> people_;
  std::vector<std::int64_t> at_us_;
  std::vector<std::uint32_t> rows_;  // Of the purchases.
  std::size_t count_ = 0;
  std::vector<std::uint8_t> odd_;
  std::vector<journey::Cell> cells_, others_;
  std::vector<std::uint32_t> asked_rows_;
  struct Asked {
    std::uint32_t person;  // Among people_.
    std::uint32_t rows;    // Their purchases and then their returns.
  };
  std::vector<Asked> asked_;  // Those whose orders' names decide whether they are plain.
};

}  // namespace habitue::knowledge
