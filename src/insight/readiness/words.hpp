// Readiness in words, French and English.
#pragma once

#include "insight/readiness/readiness.hpp"

namespace habitue::insight::readiness {

/// Each answer's sentence, the assumptions, and the report's own: first whether it may begin.
void put_into_words(ReadinessReport& report, const ReadinessSpec& spec);

}  // namespace habitue::insight::readiness
