// Whatever the traits hold: no crash, and the same answer as a whole JSON parser where it takes the text for an object.
#include <cstdint>
#include <cstdlib>

#include <boost/json.hpp>

#include "base/json.hpp"
#include "identity/traits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = habitue::identity::string_member(text, "email");
  const auto parsed = habitue::parse_json(text);
  if (!parsed || !parsed->is_object()) return 0;
  const auto* member = parsed->get_object().if_contains("email");
  const bool is_string = member != nullptr && member->is_string();
  if (is_string != found.has_value() || (is_string && std::string_view(member->get_string()) != *found)) std::abort();
  return 0;
}
