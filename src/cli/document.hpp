// Documents that people keep: JSON or TOML, told by the file's name or by the text.
#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "base/result.hpp"

namespace habitue::cli {

/// The text of a file; `-` is standard input.
Result<std::string> read_whole(const std::string& file);
/// A file (`-` is standard input), as TOML when its name ends in .toml or the text begins as TOML does. Errors: NotFound; InvalidInput
/// with the line.
Result<boost::json::value> read_document(const std::string& file);
/// The text itself, a file's with @, or standard input's with -.
Result<boost::json::value> read_argument(const std::string& text);
/// JSON with line breaks, or TOML, where what is null is left out.
std::string written(const boost::json::value& document, bool as_toml);

}  // namespace habitue::cli
