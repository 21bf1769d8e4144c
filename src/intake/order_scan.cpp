#include "intake/order_scan.hpp"

#include <algorithm>

#include "base/fingerprint.hpp"

namespace habitue::intake {

// A row that is too short or too long is most often right up to its mistake: it stays with its order, which is then
// rejected whole instead of being imported without a line.
std::string_view order_id_of(const Binding& binding, const Row& row) {
  if (row.problem != RowProblem::None && row.problem != RowProblem::ColumnCount) return {};
  return binding.id(row, Field::OrderId);
}

namespace {

bool may_give_back(const Binding& binding, const Row& row) {
  // Any sign of a sign: a minus of either kind, or brackets.
  const auto negative = [&](Field field) {
    const std::string_view text = binding.text(row, field);
    return std::any_of(text.begin(), text.end(), [](char c) { return c == '-' || c == '(' || c == '\xE2'; });
  };
  return negative(Field::Quantity) || (!binding.has(Field::UnitPrice) && negative(Field::Total)) || binding.refund(row);
}

}  // namespace

Result<void> OrderScan::read(TableReader& reader, const Binding& binding, const std::atomic<bool>& stop) {
  reader.seek(reader.begin_offset(), reader.begin_line());
  Row row;
  std::string last_id, customer;
  bool cancellation = false;
  std::uint64_t rows = 0;
  while (reader.next(row)) {
    if ((++rows & 0xFFFFU) == 0 && stop.load(std::memory_order_relaxed)) return fail(ErrorKind::Unavailable, "stopped");
    const std::string_view id = order_id_of(binding, row);
    if (id.empty()) {
      last_id.clear();
      continue;
    }
    if (id != last_id) {
      last_id = id;
      customer.clear();
      const auto [index, is_new] = ids.add(id);
      if (index >= UINT32_MAX - 1) return invalid("the file has more orders than can be kept apart: split it");
      if (is_new) orders.emplace_back();
      ++orders[index].runs;
      const std::string& prefix = binding.mapping().cancellation_prefix;
      cancellation = !prefix.empty() && id.starts_with(prefix);
    }
    if (row.problem != RowProblem::None) continue;
    if (customer.empty()) {
      const Who who = binding.who(row);
      if (!who.nobody()) customer = who.user_id.empty() ? who.anonymous_id : who.user_id;
    }
    if (customer.empty() || !(cancellation || may_give_back(binding, row))) continue;
    const std::string_view product_id = binding.id(row, Field::ProductId);
    const std::uint64_t product = fingerprint(product_id.empty() ? binding.text(row, Field::ProductName) : product_id);
    given_back.add(purchase_key(customer, product));
  }
  reader.seek(reader.begin_offset(), reader.begin_line());
  return {};
}

}  // namespace habitue::intake
