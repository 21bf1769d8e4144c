// How many people a criteria expression takes in: what is counted while somebody writes one.
#pragma once

#include <cstdint>

#include "insight/question.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

struct CriteriaCounts {
  std::uint64_t inside = 0, outside = 0, unknown = 0;
};

/// Of everybody known at as_of, whatever the question's filter. Errors: Conflict when cancelled.
Result<CriteriaCounts> count_criteria(const knowledge::Customers& customers, const Question& question,
                                      const criteria::Evaluator& evaluator);

}  // namespace habitue::insight
