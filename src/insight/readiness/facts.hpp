// What is known of each of the people for whom a programme is planned.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/fold.hpp"
#include "insight/readiness/readiness.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::readiness {

inline constexpr std::uint32_t kYear = 365;

/// Amounts of the last year up to as_of.
struct Fact {
  PersonId person;
  std::int64_t revenue_minor = 0;         ///< Of it:
  std::int64_t without_margin_minor = 0;  ///< whose margin is not known.
  std::int64_t margin_minor = 0;          ///< Of the rest.
  std::int64_t serving_minor = 0;
  std::uint32_t purchases = 0, recent = 0;  ///< In all, and in the year.
  bool reachable = false, consented = false;

  bool ready() const { return reachable && consented && purchases > 0; }
};
struct Facts {
  std::vector<Fact> segment;          ///< By what they did, so that no sum depends on who they are.
  std::vector<PersonId> cannot_tell;  ///< Sorted.
  std::uint32_t days = 0;             ///< From the first money of the segment to as_of, at most a year.
  std::optional<double> margin_share;
  knowledge::NotAdded not_added;
  std::vector<std::string> warnings;

  /// Margin less serving; revenue without a margin has the share of the others.
  std::int64_t contribution_minor(const Fact& fact) const;
  std::int64_t margin_minor(const Fact& fact) const;
};
/// One pass. Errors: NotFound for a cohort that is not there.
Result<Facts> read_facts(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                         const ReadinessSpec& spec);

}  // namespace habitue::insight::readiness
