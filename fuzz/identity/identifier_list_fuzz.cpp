// Whatever the file: identifiers are read or refused, and what is read has a value and a kind.
#include <cstdint>
#include <cstdlib>

#include <boost/json.hpp>

#include "identity/identifier_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = boost::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* format : {"", "csv", "ndjson", "json"}) {
    json::object from{{"list", text}, {"column", size % 2 == 0 ? "" : "email"}};
    if (*format != '\0') from["format"] = format;
    const auto listed = habitue::identity::read_identifier_list(from);
    if (!listed) continue;
    for (const auto& each : *listed)
      if (each.value.empty() || each.kinds.empty()) std::abort();
  }
  return 0;
}
