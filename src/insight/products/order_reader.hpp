// The lines of one event, whether it tells a list of products or one by its own properties.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "knowledge/economics.hpp"
#include "knowledge/event_amount.hpp"
#include "knowledge/order_lines.hpp"

namespace habitue::insight::products {

struct Line {
  std::uint32_t product = 0;  ///< Of ProductNames.
  double quantity = 1;
  std::optional<double> amount, cost;  ///< Of all its units, in whole units of the event's currency.
  bool is_product = true;
  bool is_whole = false;  ///< All of the event's money is its own.
};

/// Products by code, numbered as they come, each with what was said of it last.
class ProductNames {
 public:
  std::uint32_t number(std::string_view id);
  void tell(std::uint32_t product, UtcMicros at, std::string_view name, std::string_view category);
  struct Told {
    std::string id, name, category;
    UtcMicros name_at{}, category_at{};
  };
  const std::vector<Told>& all() const { return told_; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<Told> told_;
};

class OrderReader {
 public:
  explicit OrderReader(const knowledge::Customers& customers);
  /// Whether the event tells a product by its own properties, so that no list has to be read.
  bool is_flat(const journey::Event& event) const { return !id_of(event).empty(); }
  /// The lists of these events, from now on.
  Result<void> load(std::vector<EventSeq> events, const Cancellation* cancellation);
  /// Names are told as of `at`.
  void lines_of(const journey::Event& event, UtcMicros at, ProductNames& names, std::vector<Line>& lines) const;
  std::string id_of(const journey::Event& event) const { return first_text(id_, event); }

 private:
  static std::string first_text(const knowledge::Properties& properties, const journey::Event& event);

  const knowledge::Customers& customers_;
  knowledge::Properties id_, name_, category_, quantity_;
  std::shared_ptr<const knowledge::OrderLineTable> table_;
};

}  // namespace habitue::insight::products
