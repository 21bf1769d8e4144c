// Everybody who ever had a contract, with their contracts and what they paid.
#pragma once

#include <vector>

#include "insight/contracts/contracts.hpp"
#include "insight/contracts/spells.hpp"
#include "insight/fold.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight::contracts {

struct Subscriber {
  PersonId person{0};
  criteria::Verdict audience = criteria::Verdict::Unknown;
  std::vector<Spell> spells;
  std::vector<knowledge::RecurringStep> steps;
  std::vector<std::string> values;  ///< One a spell: of the cohort or trait.

  bool runs_at(UtcMicros at) const;
  std::int64_t monthly_at(UtcMicros at) const { return knowledge::recurring_at(steps, at).monthly_minor; }
};
struct Subscribers {
  std::vector<Subscriber> all;  ///< By what they did.
  knowledge::RecurringDoubts doubts;
};
Result<Subscribers> gather(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                           const ContractsSpec& spec);

inline double days_between(UtcMicros from, UtcMicros to) {
  return static_cast<double>((to - from).count()) / (24.0 * 3600 * 1e6);
}

}  // namespace habitue::insight::contracts
