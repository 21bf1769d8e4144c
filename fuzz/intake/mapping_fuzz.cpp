// A mapping of anybody: what is taken is written and taken again unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "intake/file_import.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace habitue::intake;
  const auto mapping = parse_mapping({reinterpret_cast<const char*>(data), size});
  if (!mapping) return 0;
  const std::string written = write_mapping(*mapping);
  const auto again = parse_mapping(written);
  if (!again || write_mapping(*again) != written) std::abort();
  return 0;
}
