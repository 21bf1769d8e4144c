// ISO 8601 by the million: the day's text is kept from one moment to the next.
#pragma once

#include <string>

#include "base/time.hpp"

namespace habitue::simulate {

class MomentWriter {
 public:
  /// `2025-03-01T12:50:00.123456Z`: as format_moment, with six digits always.
  void append(std::string& out, UtcMicros moment);

 private:
  std::chrono::sys_days day_{std::chrono::days{INT32_MAX / 2}};
  std::string day_text_;
};

}  // namespace habitue::simulate
