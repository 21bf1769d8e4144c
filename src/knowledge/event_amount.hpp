// Amounts as events tell them: of several properties the first that is there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "journey/journey.hpp"

namespace habitue::knowledge {

using Properties = std::vector<journey::Property>;

/// Those of the names that some event has, in order.
Properties properties_of(const journey::Snapshot& snapshot, std::span<const std::string> names);
std::optional<double> first_number(const Properties& properties, const journey::Event& event);
/// Of the first property that holds the letters of a currency; `otherwise` when none does.
Currency first_currency(const Properties& properties, const journey::Event& event, Currency otherwise);

}  // namespace habitue::knowledge
