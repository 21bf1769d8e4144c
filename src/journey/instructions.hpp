// Which vector instructions the processor has: found once, when the program runs, so that one binary suits all.
#pragma once

#include <cstdint>

namespace habitue::journey {

/// Each has what those before it have.
enum class Instructions : std::uint8_t { Plain, Avx2, Avx512 };
Instructions best_instructions();

}  // namespace habitue::journey
