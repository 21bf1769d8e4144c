#include "knowledge/order_lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <simdjson.h>

#include "journey/journey.hpp"

namespace habitue::knowledge {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Events that are read and parsed between two looks at whether the question was cancelled.
constexpr std::size_t kEventsAtOnce = 8'192;
// As imports of order lines write them.
constexpr std::array<std::string_view, 7> kNoProducts = {"shipping", "discount", "fee",    "adjustment",
                                                         "manual",   "sample",   "voucher"};

std::optional<element> first_of(const object& line, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    element found;
    if (line.at_key(name).get(found) == simdjson::SUCCESS && !found.is_null()) return found;
  }
  return std::nullopt;
}

std::optional<double> number_of(const std::optional<element>& value) {
  if (!value) return std::nullopt;
  double number = 0;
  if (value->get(number) == simdjson::SUCCESS && std::isfinite(number)) return number;
  std::string_view text;
  if (value->get(text) == simdjson::SUCCESS) return journey::number_of_text(text);
  return std::nullopt;
}

std::string text_of(const std::optional<element>& value) {
  if (!value) return {};
  std::string_view text;
  if (value->get(text) == simdjson::SUCCESS) return std::string(text);
  const auto number = number_of(value);
  return number ? fmt::format("{}", *number) : std::string();
}

}  // namespace

std::span<const OrderLine> OrderLineTable::of(EventSeq event) const {
  const auto place = places_.find(event.value);
  if (place == places_.end()) return {};
  return std::span(lines_).subspan(place->second.first, place->second.count);
}

std::uint32_t OrderLineTable::intern(std::string_view text) {
  const auto [place, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return place->second;
}

Result<std::shared_ptr<const OrderLineTable>> OrderLines::of(std::vector<EventSeq> events,
                                                             const Cancellation* cancellation) {
  const std::lock_guard lock(mutex_);
  std::erase_if(events, [&](EventSeq event) { return table_->knows(event); });
  if (events.empty()) return table_;
  std::sort(events.begin(), events.end());
  // Whoever still reads the table that was handed out goes on with it.
  if (table_.use_count() > 1) table_ = std::make_shared<OrderLineTable>(*table_);
  OrderLineTable& table = *table_;

  simdjson::dom::parser parser;
  const auto read_one = [&](EventSeq event, std::string_view properties) {
    const auto first = static_cast<std::uint32_t>(table.lines_.size());
    object root;
    simdjson::dom::array list;
    if (parser.parse(properties.data(), properties.size()).get(root) == simdjson::SUCCESS &&
        root.at_key(rules_.list).get(list) == simdjson::SUCCESS)
      for (const element each : list) {
        object line;
        if (each.get(line) != simdjson::SUCCESS) continue;
        OrderLine& told = table.lines_.emplace_back();
        const std::string name = text_of(first_of(line, rules_.name));
        const std::string id = text_of(first_of(line, rules_.id));
        told.name = table.intern(name);
        told.id = table.intern(id.empty() ? name : id);
        told.category = table.intern(text_of(first_of(line, rules_.category)));
        told.quantity = number_of(first_of(line, rules_.quantity)).value_or(1);
        told.price = number_of(first_of(line, rules_.price));
        told.total = number_of(first_of(line, rules_.total));
        told.cost = number_of(first_of(line, rules_.cost));
        std::string_view kind;
        element said;
        if (line.at_key("kind").get(said) == simdjson::SUCCESS && said.get(kind) == simdjson::SUCCESS)
          told.is_product = std::find(kNoProducts.begin(), kNoProducts.end(), kind) == kNoProducts.end();
        told.is_product = told.is_product && told.id != 0;
      }
    table.places_[event.value] = {first, static_cast<std::uint32_t>(table.lines_.size()) - first};
  };
  for (std::size_t from = 0; from < events.size(); from += kEventsAtOnce) {
    if (cancellation != nullptr && cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    const auto some = std::span(events).subspan(from, std::min(kEventsAtOnce, events.size() - from));
    if (auto done = read_(some, read_one); !done) return tl::unexpected(done.error());
    // Those that are gone are not asked for again.
    for (const EventSeq event : some) table.places_.try_emplace(event.value);
  }
  return table_;
}

}  // namespace habitue::knowledge
