// What the laws of purchases and of contracts say of the same people: they learn from histories up to a moment, and need no outcome.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "insight/contracts/spells.hpp"
#include "insight/forecast/purchase_records.hpp"
#include "insight/propensity/propensity.hpp"
#include "models/contracts/discrete_hazard.hpp"
#include "models/purchases/law.hpp"

namespace habitue::insight::propensity {

/// Never changes once it is learnt; safe from any thread. `economics` outlives it.
class Law {
 public:
  /// Learnt from what was known at `then.as_of` of everybody whom its lens admits. Nothing where no law speaks of the outcome, or the
  /// histories are too few for one. Errors: those of the passes; Conflict when cancelled.
  static Result<std::shared_ptr<const Law>> learn(const knowledge::Economics& economics, const Question& then,
                                                  PropensityOutcome outcome, std::uint32_t horizon_days);
  const std::string& name() const { return name_; }
  /// That the outcome comes within the horizon, for somebody who could do it at the moment learnt at.
  Result<double> chance(const journey::Journey& journey) const;

 private:
  Law() = default;
  Result<bool> learn_purchases(const knowledge::Economics& economics, const Question& then);
  Result<bool> learn_contracts(const knowledge::Economics& economics, const Question& then);

  std::string name_;
  PropensityOutcome outcome_ = PropensityOutcome::BuyingAgain;
  UtcMicros cut_{};
  double horizon_days_ = 0;
  bool of_contracts_ = false;
  models::PurchaseModel purchases_{};
  std::vector<std::pair<PersonId, models::PurchaseHistory>> histories_;  // By person.
  models::DiscreteHazard hazard_{};
  contracts::SpellReader spells_;
};

}  // namespace habitue::insight::propensity
