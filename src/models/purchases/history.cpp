#include "models/purchases/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/functions.hpp"

namespace habitue::models {
namespace {

constexpr double kTimeMax = 1e9;
constexpr std::uint32_t kPurchasesMax = 1'000'000;
constexpr double kLnGapsMax = 1e8;  // Beyond what a million gaps of any length add up to.

}  // namespace

Result<void> check_history(const PurchaseHistory& history) {
  const auto& [x, t_x, T, sum_ln_gaps] = history;
  // Written so that NaN fails each of them.
  const bool times = t_x >= 0 && t_x <= T && T <= kTimeMax;
  const bool purchases = x <= kPurchasesMax && (x == 0 ? t_x == 0 : t_x > 0);
  if (times && purchases && std::abs(sum_ln_gaps) <= kLnGapsMax) return {};
  return invalid(fmt::format(
      "not a purchase history: {} repeat purchases, the last at {} of {} (0 <= last <= observed <= 1e9; last is 0 "
      "without repeat purchases and above 0 with them; at most 1,000,000), logarithms of gaps {}",
      x, t_x, T, sum_ln_gaps));
}

void HistoryTable::push(std::uint32_t x, double t_x, double T, double gaps, double weight, MergeBy merge_by) {
  if (distinct_x_.empty() || distinct_x_.back() != x) distinct_x_.push_back(x);
  x_index_.push_back(static_cast<std::uint32_t>(distinct_x_.size() - 1));
  t_x_.push_back(t_x);
  T_.push_back(T);
  weight_.push_back(weight);
  if (merge_by == MergeBy::TimesAndGaps) gaps_.push_back(gaps);
}

double HistoryTable::ln_unit_of_all_purchases() const {
  return static_cast<double>(repeat_purchases_) * std::log(unit_);
}

HistoryTable HistoryTable::sketch(std::size_t rows) const {
  HistoryTable sketched;
  if (this->rows() <= rows) return *this;
  sketched.customers_ = customers_;
  sketched.repeat_purchases_ = repeat_purchases_;
  sketched.repeat_customers_ = repeat_customers_;
  sketched.unit_ = unit_;
  sketched.total_ln_gaps_ = total_ln_gaps_;
  // Every so many customers one is taken, for all up to the next: the rows are sorted, so each kind of history has its share.
  const double apart = static_cast<double>(customers_) / static_cast<double>(rows);
  double passed = 0, next = apart / 2;
  const MergeBy merge_by = keeps_gaps() ? MergeBy::TimesAndGaps : MergeBy::Times;
  for (std::size_t row = 0; row < this->rows(); ++row) {
    passed += weight_[row];
    double weight = 0;
    for (; next < passed; next += apart) weight += apart;
    if (weight > 0)
      sketched.push(distinct_x_[x_index_[row]], t_x_[row], T_[row], keeps_gaps() ? gaps_[row] : 0, weight, merge_by);
  }
  return sketched;
}

HistoryTable HistoryTable::in_unit(double unit) const {
  HistoryTable table = *this;
  const double factor = unit_ / unit;
  for (double& time : table.t_x_) time *= factor;
  for (double& time : table.T_) time *= factor;
  for (std::size_t row = 0; row < table.gaps_.size(); ++row)
    table.gaps_[row] += distinct_x_[x_index_[row]] * std::log(factor);
  table.total_ln_gaps_ += static_cast<double>(repeat_purchases_) * std::log(factor);
  table.unit_ = unit;
  return table;
}

Result<void> HistoryTableBuilder::add(const PurchaseHistory& history) {
  if (const auto checked = check_history(history); !checked) return checked;
  const auto& [x, t_x, T, sum_ln_gaps] = history;
  const double whole = std::floor(sum_ln_gaps);
  gaps_whole_ += static_cast<std::int64_t>(whole);
  gaps_fraction_ += std::llround((sum_ln_gaps - whole) * 4294967296.0);
  // 0 + 0.0 makes one of the two noughts: -0 and 0 are the same time.
  rows_.push_back({t_x + 0.0, T + 0.0, merge_by_ == MergeBy::TimesAndGaps ? sum_ln_gaps + 0.0 : 0.0, x, 1});
  // What is new is merged once it is as much as what was there: each row is moved a few times in all.
  constexpr std::size_t kNewMin = 1U << 20U;
  if (rows_.size() - merged_ >= std::max(kNewMin, merged_ / 2)) compact();
  return {};
}

void HistoryTableBuilder::compact() {
  const auto before = [](const Row& left, const Row& right) {
    return std::tie(left.x, left.T, left.t_x, left.gaps) < std::tie(right.x, right.T, right.t_x, right.gaps);
  };
  const auto first_new = rows_.begin() + static_cast<std::ptrdiff_t>(merged_);
  std::sort(first_new, rows_.end(), before);
  // The new ones are made distinct first, so that less has to be moved.
  const auto make_distinct = [&](std::vector<Row>::iterator first) {
    auto kept = first;
    for (auto row = first; row != rows_.end(); ++row) {
      if (row != first && !before(*kept, *row))
        kept->count += row->count;
      else if (row != first)
        *++kept = *row;
    }
    if (first != rows_.end()) rows_.erase(kept + 1, rows_.end());
  };
  make_distinct(first_new);
  std::inplace_merge(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(merged_), rows_.end(), before);
  make_distinct(rows_.begin());
  merged_ = rows_.size();
}

HistoryTable HistoryTableBuilder::finish() && {
  compact();
  HistoryTable table;
  ExactSum observed;
  for (const Row& row : rows_) {
    observed.add(row.T * row.count);
    table.customers_ += row.count;
    table.repeat_purchases_ += std::uint64_t{row.x} * row.count;
    if (row.x > 0) table.repeat_customers_ += row.count;
  }
  const double mean = table.customers_ > 0 ? observed.value() / static_cast<double>(table.customers_) : 0;
  // A unit next to nought would turn times into infinities.
  table.unit_ = mean > 1e-9 ? mean : 1;
  const double ln_unit = std::log(table.unit_);
  for (const Row& row : rows_)
    table.push(row.x, row.t_x / table.unit_, row.T / table.unit_, row.gaps - row.x * ln_unit, row.count, merge_by_);
  table.total_ln_gaps_ = static_cast<double>(gaps_whole_) + static_cast<double>(gaps_fraction_) / 4294967296.0 -
                         table.ln_unit_of_all_purchases();
  rows_ = {};
  return table;
}

Result<HistoryTable> make_history_table(std::span<const PurchaseHistory> histories, MergeBy merge_by) {
  HistoryTableBuilder builder(merge_by);
  for (std::size_t place = 0; place < histories.size(); ++place)
    if (const auto added = builder.add(histories[place]); !added)
      return invalid(fmt::format("history {}: {}", place, added.error().message));
  return std::move(builder).finish();
}

}  // namespace habitue::models
