// Compressed bodies, opened within bounds.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace habitue::server {

/// True when the bytes begin as gzip does, whatever the headers say: several SDKs do not tell.
bool is_gzip(std::string_view bytes);

/// gzip or zlib. Errors: InvalidInput when the bytes are not whole, or become more than `limit_bytes` (it stops there).
Result<std::string> inflated(std::string_view bytes, std::size_t limit_bytes);

}  // namespace habitue::server
