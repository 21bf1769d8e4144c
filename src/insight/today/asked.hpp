// What a question of today is read with, bound once.
#pragma once

#include "insight/today/moves.hpp"

namespace habitue::insight::today {

struct Asked {
  const Customers& customers;
  const Question& question;
  const TodaySpec& spec;
  const Lens& lens;
  const Movements& movements;
  const Periods& periods() const { return movements.periods(); }
};

}  // namespace habitue::insight::today
