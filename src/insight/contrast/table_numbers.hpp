// The numbers of a contrast: days with activity, days to the first of each event, traits that are numbers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "insight/contrast/table.hpp"

namespace habitue::insight::contrast {

/// What the table knows when it comes to numbers.
struct NumbersAsked {
  const Gathered& gathered;
  std::span<const std::string> kinds;
  AudienceSide side;
  std::chrono::microseconds age;                  ///< Of all windows, but in risk sets.
  const std::vector<std::uint64_t>& kind_people;  ///< By kind, on the side.
  const std::vector<std::uint8_t>& is_number;     ///< By trait.
  std::uint64_t support;                          ///< People who have it, at least.
  std::uint16_t most_active;                      ///< Days of anybody.
  const Cancellation* cancellation;
};
struct NumberFacts {
  std::vector<NumberFact> facts;  ///< In no order.
  std::uint64_t not_tested = 0;   ///< Known of too few, or the same for all.
};
/// When cancelled they are not whole.
NumberFacts number_facts(const NumbersAsked& asked);

}  // namespace habitue::insight::contrast
