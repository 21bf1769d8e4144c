// Who stays and who leaves when the price of contracts rises.
//
// A rise is a renewal of a subscription at a higher price than before, up to twice as much, with the same interval. A change of plan is the
// customer's own choice and no rise; nor is a price that falls.
#pragma once

#include <vector>

#include "insight/contracts/spells.hpp"
#include "insight/scenario/scenario.hpp"
#include "insight/scenario/segments.hpp"
#include "models/prices/rise_risk.hpp"

namespace habitue::insight::scenario {

struct Rise {
  UtcMicros at;
  double ln_change;
};
struct Contract {
  PersonId person{0};
  std::uint32_t segment = 0;
  std::vector<contracts::Spell> spells;
  std::vector<Rise> rises;
  std::int64_t monthly_minor = 0;  ///< At as_of.
};
/// Of everybody in a segment who ever had a contract, by what they did.
Result<std::vector<Contract>> read_contracts(const knowledge::Economics& economics, const Question& question,
                                             const Lens& lens, const Segments& segments);

/// At each renewal of each contract: whether a rise was felt, and whether it ended.
Result<models::RiseFit> learn_rises(const std::vector<Contract>& all, const Zone& zone, UtcMicros as_of,
                                    const ScenarioSpec& spec);
/// In words of the answer: how many times as likely to leave while a rise of the scenario's is felt.
ScenarioRises told_rises(const models::RiseFit& fit, const ScenarioSpec& spec);

/// Of the contracts that run, `segment` none: all.
class Leaving {
 public:
  /// Nothing where fewer than 20 contracts have ended. Errors: those of the fit.
  static Result<std::optional<Leaving>> learn(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                                              UtcMicros as_of, const ScenarioSpec& spec);
  /// `risk` while the rise is felt; nothing: it is not known, and only what is without it is told.
  ScenarioSubscriptions tell(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                             const std::optional<ScenarioNumber>& risk, std::optional<double> margin_share) const;
  std::vector<PersonId> likely(const std::vector<Contract>& all, std::optional<std::uint32_t> segment,
                               double risk) const;

 private:
  struct Ahead {
    double leaves, paid;  // Chance to leave within the horizon; months that are paid.
  };
  Ahead ahead(std::uint32_t age, double risk, double times) const;

  std::vector<double> hazard_;  // By period of age, from 1.
  UtcMicros as_of_{};
  ScenarioSpec spec_;
};

}  // namespace habitue::insight::scenario
