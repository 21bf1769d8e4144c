// What the bodies of saved things say, as far as the workspace must know it: a cohort's criteria, and who names whom.
#pragma once

#include "workspace/saved.hpp"

namespace habitue::workspace {

/// The record read. What cannot be read leaves `broken` with the reason and is not lost.
SavedThing read_thing(SavedKind kind, const ledger::SavedRecord& record);

}  // namespace habitue::workspace
