#include "base/json.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"

namespace habitue {

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code code;
  const std::size_t read = parser.write_some(text.data(), text.size(), code);
  if (!code && read < text.size() && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    return invalid(fmt::format("not valid JSON at byte {}: something follows the value", read));
  if (!code) parser.finish(code);
  if (code) return invalid(fmt::format("not valid JSON at byte {}: {}", read, code.message()));
  return parser.release();
}

std::string text_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string repaired;
  if (!is_valid_utf8(text)) {
    repaired = repaired_utf8(text);
    text = repaired;
  }
  out.push_back('"');
  std::size_t plain = 0;  // Start of the run that needs no escape: runs are copied whole.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (byte) {
      case '"': out.append("\\\""); break;
      case '\\': out.append("\\\\"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\t': out.append("\\t"); break;
      default:
        out.append("\\u00");
        out.push_back(kHex[byte >> 4U]);
        out.push_back(kHex[byte & 15U]);
    }
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

}  // namespace habitue
