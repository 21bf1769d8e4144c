// The customers of value who came into doubt in the last days: whom to call first.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/today/asked.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::today {

struct Calls {
  std::vector<PersonId> people;  ///< Who paid most first; kCallsMax at most.
  std::uint64_t overdue = 0;     ///< All who came into doubt and had paid.
  std::int64_t spent_minor = 0;  ///< What `people` ever paid.
};
inline constexpr std::size_t kCallsMax = 20;

/// Of purchases by each customer's own rhythm; of subscriptions by who became at risk. Errors: those of ask_rhythm; Conflict when
/// cancelled.
Result<Calls> calls_of(const Asked& asked, const knowledge::Economics& economics);

}  // namespace habitue::insight::today
