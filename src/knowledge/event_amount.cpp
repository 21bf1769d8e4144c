#include "knowledge/event_amount.hpp"

namespace habitue::knowledge {

Properties properties_of(const journey::Snapshot& snapshot, std::span<const std::string> names) {
  Properties found;
  for (const std::string& name : names)
    if (const auto property = snapshot.find_property(name)) found.push_back(*property);
  return found;
}

std::optional<double> first_number(const Properties& properties, const journey::Event& event) {
  for (const journey::Property& property : properties)
    if (const auto number = property.number(event)) return number;
  return std::nullopt;
}

Currency first_currency(const Properties& properties, const journey::Event& event, Currency otherwise) {
  for (const journey::Property& property : properties)
    if (const auto letters = property.text(event))
      if (const auto currency = Currency::parse(*letters)) return *currency;
  return otherwise;
}

}  // namespace habitue::knowledge
