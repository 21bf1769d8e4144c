// The lines and the steps of risk sets: each difference is within sets, among people of one age.
#pragma once

#include "insight/contrast/matched.hpp"
#include "insight/contrast/table.hpp"

namespace habitue::insight::contrast {

/// A table by its sets: the rows of who came and of those beside them.
class SetsOf {
 public:
  explicit SetsOf(const Table& table);

  /// Fills shares, odds and p of the line of a fact, whose counts are there, and `within` when it is asked for.
  void fill(std::size_t fact, const ContrastSpec& spec, ContrastLine& line) const;
  /// The same of a number. False when no set has it on both sides.
  bool fill(const NumberFact& fact, ContrastLine& line) const;
  /// Fills outcome, odds and p of a step, whose counts are there: stuck or not, among those who reached the one before.
  void fill(std::uint16_t number, const ContrastSpec& spec, ContrastStep& step) const;

 private:
  std::vector<MatchedSet> sets_of_step(std::uint16_t number, bool one_stratum) const;
  static ContrastWithin within(std::span<const MatchedSet> sets, std::size_t strata);

  const Table* table_;
  std::vector<std::uint32_t> first_;              // By set, the row of who came.
  std::vector<std::uint32_t> rows_;               // By set, the rows of the others.
  std::vector<std::size_t> ends_;                 // Where they end in rows_.
  std::vector<std::vector<MatchedSet>> having_;   // By fact: sets in which somebody has it.
  std::vector<std::vector<MatchedSet>> stratum_;  // The same, with the others of who came's stratum alone.
};

}  // namespace habitue::insight::contrast
