// Risk sets: beside everybody who came to the outcome, others who were there at that age without it, drawn by lot.
#pragma once

#include <array>
#include <vector>

#include "insight/contrast/gather.hpp"
#include "insight/contrast/standing.hpp"

namespace habitue::insight::contrast {

/// Somebody in a set. Nobody has two places.
struct Place {
  PersonId person;
  UtcMicros birth;
  std::chrono::microseconds age;  ///< At which the one whom the set is about came to the outcome.
  std::uint32_t set;
  ContrastCell::Who who;  ///< First: came to it; Second: is beside them.
  std::uint8_t verdict;   ///< criteria::Verdict.
};

struct RiskSets {
  std::vector<Place> places;  ///< By person.
  std::vector<Place>
      left_over;  ///< Who could be in a set and is in none, by person: NotCompared, or NotAmong when they came to it.
  ContrastSets told;
  std::array<ContrastStanding, 3> standing;  ///< By verdict, of everybody.

  /// Of one of these four, sorted.
  std::vector<PersonId> people(ContrastCell::Who who, AudienceSide side) const;

  /// Sets come in order of age. Each takes its others by lot from those of the spec's side who were there at that age and are in no
  /// set yet. Whoever was drawn is out of all later sets, also as one who comes to the outcome: for whom being drawn is like being
  /// out of sight from then on, by a lot that knows nothing of them, so that nothing is biased; every figure counts people, and sets
  /// are independent. The lot goes by what journeys hold and not by when they arrived. At most `places_max` places: then fewer
  /// others, and if that is not enough fewer sets, by lot. Errors: Conflict when cancelled.
  static Result<RiskSets> of(const Customers& customers, const Question& question, const ContrastSpec& spec,
                             const Standings& standings, std::size_t places_max = 2'000'000);
};

}  // namespace habitue::insight::contrast
