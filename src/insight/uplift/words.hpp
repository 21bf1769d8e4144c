// The answer to a question of uplift in words, French and English.
#pragma once

#include <string>

#include "insight/uplift/uplift.hpp"

namespace habitue::insight::uplift {

std::string sentence(const UpliftReport& report, const UpliftSpec& spec, bool french);

}  // namespace habitue::insight::uplift
