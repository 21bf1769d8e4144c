#include "insight/products/order_reader.hpp"

#include <cmath>

#include <fmt/format.h>

namespace habitue::insight::products {

std::uint32_t ProductNames::number(std::string_view id) {
  const auto [place, is_new] = numbers_.try_emplace(std::string(id), static_cast<std::uint32_t>(told_.size()));
  if (is_new) told_.push_back({std::string(id), {}, {}, {}, {}});
  return place->second;
}

void ProductNames::tell(std::uint32_t product, UtcMicros at, std::string_view name, std::string_view category) {
  Told& told = told_[product];
  // Of what is said at one moment the later in the alphabet, so that the order of arrival does not matter.
  const auto put = [at](std::string& text, UtcMicros& since, std::string_view said) {
    if (said.empty() || (!text.empty() && (at < since || (at == since && said <= text)))) return;
    text = said;
    since = at;
  };
  put(told.name, told.name_at, name);
  put(told.category, told.category_at, category);
}

OrderReader::OrderReader(const knowledge::Customers& customers)
    : customers_(customers),
      id_(knowledge::properties_of(customers.snapshot(), customers.business().products.id)),
      name_(knowledge::properties_of(customers.snapshot(), customers.business().products.name)),
      category_(knowledge::properties_of(customers.snapshot(), customers.business().products.category)),
      quantity_(knowledge::properties_of(customers.snapshot(), customers.business().products.quantity)),
      table_(std::make_shared<const knowledge::OrderLineTable>()) {}

std::string OrderReader::first_text(const knowledge::Properties& properties, const journey::Event& event) {
  for (const journey::Property& property : properties) {
    const journey::Value value = property.at(event);
    if (value.type == journey::Value::Type::Text && !value.text.empty()) return std::string(value.text);
    if (value.type == journey::Value::Type::Number) return fmt::format("{}", value.number);
  }
  return {};
}

Result<void> OrderReader::load(std::vector<EventSeq> events, const Cancellation* cancellation) {
  if (customers_.order_lines() == nullptr || customers_.business().products.list.empty() || events.empty()) return {};
  auto table = customers_.order_lines()->of(std::move(events), cancellation);
  if (!table) return tl::unexpected(table.error());
  table_ = *std::move(table);
  return {};
}

void OrderReader::lines_of(const journey::Event& event, UtcMicros at, ProductNames& names,
                           std::vector<Line>& lines) const {
  lines.clear();
  if (const std::string id = id_of(event); !id.empty()) {
    const std::uint32_t product = names.number(id);
    names.tell(product, at, first_text(name_, event), first_text(category_, event));
    lines.push_back({product, std::abs(knowledge::first_number(quantity_, event).value_or(1)), std::nullopt,
                     std::nullopt, true, true});
    return;
  }
  std::size_t products = 0;
  bool amounts = false;
  for (const knowledge::OrderLine& told : table_->of(customers_.snapshot().seq_of(event))) {
    Line& line = lines.emplace_back();
    line.quantity = told.quantity;
    line.is_product = told.is_product;
    if (told.total)
      line.amount = told.total;
    else if (told.price)
      line.amount = *told.price * told.quantity;
    amounts = amounts || line.amount.has_value();
    if (!line.is_product) continue;
    ++products;
    line.product = names.number(table_->text(told.id));
    names.tell(line.product, at, table_->text(told.name), table_->text(told.category));
    if (told.cost) line.cost = *told.cost * told.quantity;
  }
  // A list of one product without a price: the order's money is its own.
  if (lines.size() == 1 && products == 1 && !amounts) lines.front().is_whole = true;
}

}  // namespace habitue::insight::products
