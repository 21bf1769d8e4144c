// Everybody whom a question lets in.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "insight/fold.hpp"

namespace habitue::insight {

/// People known at as_of, inside the filter, on this side of the audience; of some of them when `among` is given. Sorted, each
/// once. Errors: as those of Lens::of; Conflict when cancelled.
Result<std::vector<PersonId>> list_people(const Customers& customers, const Question& question, AudienceSide side,
                                          const std::optional<std::vector<PersonId>>& among = std::nullopt);

}  // namespace habitue::insight
