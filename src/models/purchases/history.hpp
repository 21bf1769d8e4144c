// What purchase models know of a customer, and the table of all customers that a fit reads: identical histories are one row with
// a weight, times are in units of the mean time observed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace habitue::models {

/// One customer's purchases. Times are in any unit, the same for all, counted from the first purchase.
struct PurchaseHistory {
  std::uint32_t x = 0;     ///< Repeat purchases: the first one is not counted.
  double t_x = 0;          ///< Time of the last purchase; 0 when x is 0. At most T.
  double T = 0;            ///< Time observed.
  double sum_ln_gaps = 0;  ///< Sum of the logarithms of the x gaps between purchases; models of regularity need it.
};

/// Nothing when the history can be: finite times with 0 <= t_x <= T <= 1e9, t_x = 0 when x is 0 and above it otherwise, x at most 1e6.
Result<void> check_history(const PurchaseHistory& history);

enum class MergeBy : std::uint8_t {
  Times,         ///< Histories that differ in their gaps alone are one row: all that a model with one regularity needs.
  TimesAndGaps,  ///< Exact repetitions alone are: what a mixture of regularities needs.
};

/// Merged histories, sorted, column by column: the same whatever the order in which they came.
class HistoryTable {
 public:
  std::size_t rows() const { return t_x_.size(); }
  std::uint64_t customers() const { return customers_; }
  std::uint64_t repeat_purchases() const { return repeat_purchases_; }
  std::uint64_t repeat_customers() const { return repeat_customers_; }
  bool keeps_gaps() const { return !gaps_.empty(); }
  double unit() const { return unit_; }  ///< One of the table's units in the caller's: the mean T, or 1 when all are 0.

  // Columns. Times are divided by unit().
  std::span<const std::uint32_t> x_index() const { return x_index_; }  ///< Place of the row's x in distinct_x().
  std::span<const double> t_x() const { return t_x_; }
  std::span<const double> T() const { return T_; }
  std::span<const double> weight() const { return weight_; }
  std::span<const double> sum_ln_gaps() const { return gaps_; }              ///< Empty unless keeps_gaps().
  std::span<const std::uint32_t> distinct_x() const { return distinct_x_; }  ///< Rising.
  double total_ln_gaps() const { return total_ln_gaps_; }                    ///< Of all customers, in the table's unit.
  /// To be taken from a log-likelihood in the table's unit: a density of purchases has the dimension 1 / time for each.
  double ln_unit_of_all_purchases() const;

  /// About `rows` rows drawn evenly through the sorted table, with the weight of the whole: the same maximum, nearly.
  HistoryTable sketch(std::size_t rows) const;

  /// The same histories measured in units of the caller's choice instead of the mean T (> 0): tables of parts of a population
  /// must share theirs.
  HistoryTable in_unit(double unit) const;

 private:
  friend class HistoryTableBuilder;
  void push(std::uint32_t x, double t_x, double T, double gaps, double weight, MergeBy merge_by);

  std::vector<std::uint32_t> x_index_;
  std::vector<double> t_x_, T_, weight_, gaps_;
  std::vector<std::uint32_t> distinct_x_;
  std::uint64_t customers_ = 0;
  std::uint64_t repeat_purchases_ = 0;
  std::uint64_t repeat_customers_ = 0;
  double unit_ = 1;
  double total_ln_gaps_ = 0;
};

/// Histories in, any number and in any order; memory goes with the distinct ones.
class HistoryTableBuilder {
 public:
  explicit HistoryTableBuilder(MergeBy merge_by = MergeBy::Times) : merge_by_(merge_by) {}

  /// Errors: InvalidInput when the history cannot be (`check_history`); it is not added.
  Result<void> add(const PurchaseHistory& history);
  HistoryTable finish() &&;

 private:
  struct Row {
    double t_x, T, gaps;
    std::uint32_t x;
    std::uint32_t count;
  };
  void compact();

  MergeBy merge_by_;
  std::vector<Row> rows_;
  std::size_t merged_ = 0;  // The first so many rows are sorted and distinct.
  // Exact, whatever the order: sums of doubles as whole numbers and whole multiples of 2^-32.
  std::int64_t gaps_whole_ = 0;
  std::int64_t gaps_fraction_ = 0;
};

/// The table of `histories`. Errors: as HistoryTableBuilder::add, naming the place.
Result<HistoryTable> make_history_table(std::span<const PurchaseHistory> histories, MergeBy merge_by = MergeBy::Times);

}  // namespace habitue::models
