// One row of the table: what was known of somebody at a moment, as numbers. The journey is cut at the moment before anything is read of
// it, so that no column can tell of what came after.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "insight/contracts/spells.hpp"
#include "insight/propensity/propensity.hpp"
#include "knowledge/economics.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight::propensity {

/// Counts, days and amounts are brought together by it, so that a regression is not ruled by the few who have most of all.
double squeezed(double number);
double unsqueezed(double number);

/// Read-only after bind; safe from any thread. `economics` outlives it; names of columns that the data have no more read as missing.
class FeatureReader {
 public:
  static FeatureReader bind(const knowledge::Economics& economics, std::span<const PropensityColumn> columns);
  std::size_t columns() const { return columns_.size(); }
  /// Writes columns() numbers, squeezed; NaN is missing. `known` ends at `cut`.
  void read(const journey::Journey& known, UtcMicros cut, std::span<double> row) const;

 private:
  struct Column {
    PropensityColumn of;
    std::optional<journey::EventKind> kind = {};
    std::size_t trait = 0;  // Its place among traits_.
  };
  struct Scratch;
  void gather(const journey::Journey& known, UtcMicros cut, Scratch& scratch) const;
  double read(const Column& column, UtcMicros first, UtcMicros cut, const Scratch& scratch) const;

  const knowledge::Economics* economics_ = nullptr;
  knowledge::RecurringReader recurring_;
  contracts::SpellReader spells_;
  std::vector<Column> columns_;
  std::vector<journey::Property> traits_;  // Each once.
  std::optional<journey::EventKind> identify_, alias_, group_;
  bool costs_ = false, subscription_ = false;
  double units_ = 1;  // Minor units in a whole one.
};

}  // namespace habitue::insight::propensity
