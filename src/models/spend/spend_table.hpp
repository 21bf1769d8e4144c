// The customers of a spend fit: those who count, sorted, in units of their mean spend.
#pragma once

#include <span>
#include <vector>

#include "models/spend/spend.hpp"

namespace habitue::models {

struct SpendTable {
  std::vector<SpendHistory> rows;  ///< By x, then amounts; mean divided by unit, mean_ln less ln(unit).
  double unit = 1;                 ///< Mean spend over customers.
  double correlation = 0;          ///< Of ln x and ln mean.
  bool correlation_beyond_chance = false;
  std::uint64_t left_out = 0;
  bool has_logarithms = false;
};
SpendTable make_spend_table(std::span<const SpendHistory> histories);

/// A fit with what is to be said of the data before any model: few customers, some left out. TooFewData, or Interior until the model
/// knows better.
SpendFit begin_fit(const SpendTable& table);

}  // namespace habitue::models
