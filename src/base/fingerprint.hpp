// 64-bit fingerprints of text (XXH3), keyed where an adversary could choose the text.
#pragma once

#include <cstdint>
#include <string_view>

namespace habitue {

/// XXH3 of the bytes. Equal on all machines. `seed` makes collisions unpredictable to who does not know it.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace habitue
