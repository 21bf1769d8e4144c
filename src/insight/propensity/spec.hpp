// What a question of propensity may ask.
#pragma once

#include <fmt/format.h>

#include "insight/propensity/propensity.hpp"

namespace habitue::insight::propensity {

inline Result<void> check_spec(const PropensitySpec& spec) {
  if (spec.horizon_days < 7 || spec.horizon_days > 730)
    return invalid(fmt::format("horizon_days is from 7 to 730; this is {}", spec.horizon_days));
  if (spec.rows_max < 500 || spec.rows_max > 100'000)
    return invalid(fmt::format("rows_max is from 500 to 100000; this is {}", spec.rows_max));
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  if (spec.offset > 1'000'000) return invalid(fmt::format("offset is at most 1000000; this is {}", spec.offset));
  if (spec.leave_out.size() > 200)
    return invalid(fmt::format("leave_out is at most 200 names; these are {}", spec.leave_out.size()));
  return {};
}

}  // namespace habitue::insight::propensity
