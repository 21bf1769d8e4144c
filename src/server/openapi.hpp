// The API described: OpenAPI 3.1 as JSON, from openapi.json beside this file.
#pragma once

#include <string_view>

namespace habitue::server {

/// Defined in a source that the build makes from openapi.json.
std::string_view openapi_text();

}  // namespace habitue::server
