#include "base/fingerprint.hpp"

#include <xxhash.h>

namespace habitue {

std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace habitue
