#include "knowledge/plain_purchases.hpp"

#include <algorithm>

namespace habitue::knowledge {
namespace {

using journey::Cell;
using journey::Column;
using journey::Value;

const Column* column_of(const journey::Segment& segment, const journey::Property& property) {
  const std::span<const Column> columns = segment.properties();
  if (property.index() >= columns.size() || columns[property.index()].presence == Column::Presence::None)
    return nullptr;
  return &columns[property.index()];
}

// From here on an amount is worth at least one minor unit of any currency, or more than can be counted, which is unknown.
constexpr double kSurelySomething = 1;

bool is_surely_something(const Column& column) {
  return column.coding == Column::Coding::Scaled &&
         static_cast<double>(column.base) >= kSurelySomething * Column::kPowers[column.scale];
}

// Beyond this, sorting costs less than comparing each with each.
constexpr std::size_t kFew = 12;

}  // namespace

bool PlainPurchases::find_odd_amounts(const MoneyReader& money, const journey::SelectionBlock& block) {
  const auto is_odd = [&](const journey::Property& property) {
    const Column* const column = column_of(*block.segment, property);
    return column != nullptr && !is_surely_something(*column);
  };
  if (std::none_of(money.amount_.begin(), money.amount_.end(), is_odd)) return false;
  odd_.assign(block.rows.size(), 0);
  cells_.resize(std::max(cells_.size(), block.rows.size()));
  constexpr std::uint8_t kKnown = 2;
  for (const journey::Property& property : money.amount_) {
    const Column* const column = column_of(*block.segment, property);
    if (column == nullptr) continue;
    read_cells(*column, block.rows, cells_.data());
    for (std::size_t row = 0; row < block.rows.size(); ++row) {
      const Value::Type type = cells_[row].type();
      // The first number there is; a text may be one or not.
      if (odd_[row] != 0 || type == Value::Type::Missing || type == Value::Type::Bool) continue;
      const bool sure = type == Value::Type::Number && cells_[row].number() >= kSurelySomething;
      odd_[row] = sure ? kKnown : 1;
    }
  }
  return true;
}

void PlainPurchases::read(const MoneyReader& money, const journey::SelectionBlock& block, UtcMicros as_of) {
  const bool may_be_odd = find_odd_amounts(money, block);
  at_us_.resize(std::max(at_us_.size(), block.rows.size()));
  rows_.resize(at_us_.size());
  people_.resize(block.people.size());
  asked_.clear();
  asked_rows_.clear();
  const std::int64_t as_of_us = as_of.time_since_epoch().count();
  constexpr unsigned kReturns = MoneyReader::kRefund | MoneyReader::kChargeback;
  const std::uint8_t* const flags_of = money.flags_.data();
  std::uint32_t count = 0;
  for (std::size_t index = 0; index < block.people.size(); ++index) {
    const journey::SelectionBlock::Of& of = block.people[index];
    std::uint32_t last = of.last;
    while (last > of.first && block.at_us[last - 1] > as_of_us) --last;
    const std::uint32_t first = count;
    unsigned flags = 0, odd = 0;
    for (std::uint32_t row = of.first; row < last; ++row) {
      const unsigned says = flags_of[block.segment->kind(block.rows[row]).value];
      flags |= says;
      if (may_be_odd) odd |= odd_[row];
      at_us_[count] = block.at_us[row];
      rows_[count] = block.rows[row];
      count += (says & (MoneyReader::kPurchase | kReturns)) == MoneyReader::kPurchase ? 1 : 0;
    }
    people_[index] = {first, count, (odd & 1U) == 0};
    // Of no purchase nothing can be given back, and nothing said again of one.
    if ((odd & 1U) != 0 || count == first || ((flags & kReturns) == 0 && count - first == 1)) continue;
    const std::size_t asked = asked_rows_.size();
    asked_rows_.insert(asked_rows_.end(), rows_.begin() + first, rows_.begin() + count);
    for (std::uint32_t row = of.first; (flags & kReturns) != 0 && row < last; ++row)
      if ((flags_of[block.segment->kind(block.rows[row]).value] & kReturns) != 0)
        asked_rows_.push_back(block.rows[row]);
    asked_.push_back({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(asked_rows_.size() - asked)});
  }
  count_ = count;
  read_orders(money, block);
}

// Orders of people who bought more than once are compared by their cells: equal cells are equal names, and different ones
// different names while all are texts or all are numbers. What is given back of no order that is named changes no purchase.
void PlainPurchases::read_orders(const MoneyReader& money, const journey::SelectionBlock& block) {
  const Column* named = nullptr;
  cells_.resize(std::max(cells_.size(), asked_rows_.size()));
  for (const journey::Property& property : money.order_id_) {
    const Column* const column = column_of(*block.segment, property);
    if (column == nullptr) continue;
    if (named == nullptr) {
      read_cells(*column, asked_rows_, cells_.data());
      named = column;
      continue;
    }
    // Where another property may name the order, cells of both cannot be compared: such a person is settled.
    others_.resize(std::max(others_.size(), asked_rows_.size()));
    read_cells(*column, asked_rows_, others_.data());
    for (std::size_t place = 0; place < asked_rows_.size(); ++place)
      if (cells_[place].type() == Value::Type::Missing && others_[place].type() != Value::Type::Missing)
        cells_[place] = Cell::of_bool(true);
  }
  if (named == nullptr) return;
  Cell* cell = cells_.data();
  for (const Asked& asked : asked_) {
    Of& of = people_[asked.person];
    const std::size_t purchases = of.last - of.first;
    of.plain = std::all_of(cell + purchases, cell + asked.rows,
                           [](Cell order) { return order.type() == Value::Type::Missing; }) &&
               !says_again({cell, purchases});
    cell += asked.rows;
  }
}

// Or cannot tell.
bool PlainPurchases::says_again(std::span<Cell> orders) const {
  std::size_t count = 0, texts = 0;
  for (const Cell order : orders) {
    if (order.type() == Value::Type::Missing) continue;
    if (order.type() == Value::Type::Bool) return true;
    texts += order.type() == Value::Type::Text ? 1 : 0;
    // Zero is one name, with its sign or without.
    orders[count++] = order.type() == Value::Type::Number ? Cell::of_number(order.number() + 0.0) : order;
  }
  if (texts != 0 && texts != count) return true;
  const auto known = orders.first(count);
  if (count <= kFew) {
    for (std::size_t one = 1; one < count; ++one)
      for (std::size_t other = 0; other < one; ++other)
        if (known[one] == known[other]) return true;
    return false;
  }
  std::sort(known.begin(), known.end(), [](Cell left, Cell right) { return left.bits < right.bits; });
  return std::adjacent_find(known.begin(), known.end()) != known.end();
}

}  // namespace habitue::knowledge
