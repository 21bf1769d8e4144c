// The facts of a contrast as a table: who has which, in a few bytes, so that any two facts and any two groups can be counted.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "insight/contrast/gather.hpp"

namespace habitue::insight::contrast {

struct Row {
  std::uint8_t group;    ///< 0: the first; 1: the second.
  std::uint8_t verdict;  ///< criteria::Verdict.
  std::uint16_t stratum;
  std::uint16_t steps;    ///< How many are reached.
  std::uint32_t set = 0;  ///< Of risk sets; else 0.
};
/// A number of each person, by verdict: the distinct ones with how often they are in each group.
struct NumberFact {
  ContrastFeature feature;
  std::array<Numbers, 3> numbers;
  std::vector<std::pair<std::uint32_t, double>> of_rows =
      {};  ///< Of risk sets: each row's that has one, in order of rows.
};
struct Table {
  std::vector<ContrastFeature> facts;  ///< Yes or no; in the order of their texts, never of codes.
  std::vector<Row> rows;               ///< People, by part and then by person: figures must not depend on it.
  std::vector<std::size_t> ends;       ///< Where the facts of each row end in `has`.
  std::vector<std::uint32_t> has;      ///< Indices of facts.
  std::vector<NumberFact> numbers;
  std::vector<std::string> strata;  ///< By text; one when there is no stratification.
  std::uint64_t not_tested = 0;     ///< Facts of too few people, or of nearly all.
  std::uint32_t sets = 0;           ///< Of risk sets: how many.

  std::span<const std::uint32_t> facts_of(std::size_t row) const {
    const std::size_t first = row == 0 ? 0 : ends[row - 1];
    return {has.data() + first, ends[row] - first};
  }
};
bool on_side(std::uint8_t verdict, AudienceSide side);

/// Chooses the facts that enough people of the spec's side have, whatever their group, so that the choice cannot favour a
/// difference (Bourgon, Gentleman and Huber 2010, PNAS 107), and tells who has them.
/// When cancelled the table is not whole: whoever goes on from it looks at the cancellation first.
Table tabulate(const Customers& customers, const Gathered& gathered, const ContrastSpec& spec,
               const Cancellation* cancellation = nullptr);

/// People on the side who are of the group and have the fact, or have it not. Errors: NotFound for a fact that is none.
Result<std::vector<PersonId>> people_with(const Customers& customers, const Gathered& gathered,
                                          const ContrastFeature& feature, std::uint8_t group, bool has,
                                          AudienceSide side);

}  // namespace habitue::insight::contrast
