// What each question about money begins with.
#pragma once

#include "insight/fold.hpp"
#include "insight/value/periods.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::value {

struct AskedOfMoney {
  Lens lens;
  knowledge::Economics economics;
  Periods periods;

  /// Errors: those of Lens::of, Economics::bind and Periods::of.
  static Result<AskedOfMoney> of(const Customers& customers, const Question& question, Bucket bucket,
                                 std::chrono::weekday week_start);
};

}  // namespace habitue::insight::value
