// The preview of other definitions, described: see describe.hpp.
#pragma once

#include "insight/definitions/preview.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(PreviewSpec, (toml, side))
HABITUE_DESCRIBE_ENUM(PreviewWhat, Role, Stage, Audience)
HABITUE_DESCRIBE(PreviewMove, (from, to, people))
HABITUE_DESCRIBE(PreviewMatrix, (what, business_side, changed, moves))
HABITUE_DESCRIBE_ENUM(PreviewWarningOf, Identity, Zone, Hypothesis, NeverSeen)
HABITUE_DESCRIBE(PreviewWarning, (of, sentence_en, sentence_fr))
HABITUE_DESCRIBE(PreviewReport, (sections, people, changed, matrices, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE(PreviewCell, (what, business_side, from, to))

}  // namespace habitue::insight
