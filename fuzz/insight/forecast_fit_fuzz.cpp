// Any bytes as a kept fit: refused, or a fit whose bytes read back. Behind a right header they reach the fields.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "insight/fit_bytes.hpp"
#include "insight/forecast/fit.hpp"

namespace {

void expect_stable(const habitue::Result<habitue::insight::ForecastFit>& fit) {
  if (!fit) return;
  const std::string bytes = habitue::insight::bytes_of(*fit);
  const auto again = habitue::insight::forecast_fit_of(bytes);
  if (!again || habitue::insight::bytes_of(*again) != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  expect_stable(habitue::insight::forecast_fit_of(bytes));
  expect_stable(habitue::insight::forecast_fit_of(habitue::insight::wrapped_fit("HBFF", 1, bytes)));
  return 0;
}
