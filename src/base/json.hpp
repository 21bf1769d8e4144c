// Boost.JSON with our limits and our errors. Hot paths on the way in use simdjson in their own module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/result.hpp"

namespace habitue {

/// Errors: InvalidInput with the byte offset. Depth is limited to 64.
Result<boost::json::value> parse_json(std::string_view text);

/// The text of that name; empty where there is none, or something else than a text.
std::string text_in(const boost::json::object& object, std::string_view name);

/// Writes `text` as a JSON string with its quotes, appended to `out`. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace habitue
