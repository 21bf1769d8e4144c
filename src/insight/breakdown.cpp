#include "insight/breakdown.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::insight {

Result<ValueReader> ValueReader::bind(const knowledge::Customers& customers, const Breakdown& breakdown) {
  const journey::Snapshot& snapshot = customers.snapshot();
  const auto property = snapshot.find_property(breakdown.name);
  if (!property) {
    const std::vector<std::string> names = snapshot.property_names();
    const std::string_view nearest = nearest_word(breakdown.name, {names.begin(), names.end()});
    return fail(ErrorKind::NotFound,
                fmt::format("no event has a property \"{}\"{}", breakdown.name,
                            nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
  }
  ValueReader reader;
  reader.snapshot_ = &snapshot;
  reader.property_ = *property;
  if (breakdown.of == Breakdown::Of::Trait) {
    reader.identify_ = snapshot.find_kind(journey::kIdentifyKind);
    if (!reader.identify_)
      return fail(ErrorKind::NotFound,
                  fmt::format("nobody has a trait \"{}\": no identify call came yet", breakdown.name));
  }
  return reader;
}

journey::Cell ValueReader::of(const journey::Journey& journey, UtcMicros as_of) const {
  const journey::Journey known = journey.until(as_of);
  for (std::size_t place = known.size(); place-- > 0;) {
    const journey::Event event = known[place];
    if (event.kind != identify_) continue;
    if (const journey::Cell cell = property_.cell(event); cell.type() != journey::Value::Type::Missing) return cell;
  }
  return journey::Cell::missing();
}

void ValueReader::told(const journey::Journey& journey, UtcMicros as_of,
                       std::vector<std::pair<UtcMicros, journey::Cell>>& told) const {
  told.clear();
  for (const journey::Event event : journey.until(as_of)) {
    if (event.kind != identify_) continue;
    if (const journey::Cell cell = property_.cell(event); cell.type() != journey::Value::Type::Missing)
      told.emplace_back(event.at, cell);
  }
}

std::optional<std::string> ValueReader::text(journey::Cell cell) const {
  const journey::Value value = snapshot_->value_of(property_, cell);
  switch (value.type) {
    case journey::Value::Type::Missing: return std::nullopt;
    case journey::Value::Type::Bool: return value.boolean ? "true" : "false";
    case journey::Value::Type::Number: return fmt::format("{}", value.number);
    case journey::Value::Type::Text: break;
  }
  return std::string(value.text);
}

}  // namespace habitue::insight
