// The cohorts that a question names, bound to its people.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/fold.hpp"

namespace habitue::insight::cohorts {

/// `in cohort NAME`, with what the name stands for. Errors: InvalidInput for a name that is not known, with the nearest; Conflict
/// when the question has no cohorts to look names up in.
Result<criteria::Expression> expression_of(const Question& question, const std::string& name);
Result<criteria::Evaluator> bind_cohort(const Customers& customers, const Question& question, const std::string& name);

/// Whether only events change the answer for a person; else the passing of time does, too.
bool changes_by_events_alone(const criteria::Expression& expression);

}  // namespace habitue::insight::cohorts
