// Any bytes as habitue.toml: what is accepted is written and read back to the same; what is refused has a message that
// begins with its place.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace habitue;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto business = config::parse(text);
  if (!business) {
    if (!business.error().message.starts_with("habitue.toml:")) std::abort();
    return 0;
  }
  const auto again = config::parse(config::write(*business));
  if (!again || !(*again == *business)) std::abort();
  return 0;
}
