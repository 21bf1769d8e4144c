// Whether a funnel means something, before anything is read.
#pragma once

#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

/// Errors: InvalidInput, saying what cannot be and why.
Result<void> check(const Funnel& funnel);

/// In plain numbers; of a funnel that check accepts.
Plan plan_of(const Funnel& funnel);

}  // namespace habitue::insight::funnel
