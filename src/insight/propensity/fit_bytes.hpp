// The envelope of a kept fit; its layout is above bytes_of.
#pragma once

#include <string>
#include <string_view>

#include "insight/propensity/propensity.hpp"

namespace habitue::insight::propensity {

/// A payload with its header and checksum.
std::string wrapped_fit(std::string_view payload);

}  // namespace habitue::insight::propensity
