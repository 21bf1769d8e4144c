// Who could do it at a moment, and whether they did within the time after it. The first is told by what was known then; the second
// is what is to be foretold, and is the only thing here that looks ahead.
#pragma once

#include <optional>

#include "insight/contracts/spells.hpp"
#include "insight/event_matcher.hpp"
#include "insight/propensity/propensity.hpp"
#include "knowledge/recurring.hpp"

namespace habitue::insight::propensity {

struct Came {
  bool came = false;
  std::optional<double> days = {};  ///< From the moment on, where it came at a moment of its own.
};

/// Read-only after bind; safe from any thread. `economics` outlives it.
class OutcomeReader {
 public:
  /// Errors: InvalidInput for a condition that is not of one event, or an outcome that the business's model does not have.
  static Result<OutcomeReader> bind(const knowledge::Economics& economics, PropensityOutcome outcome,
                                    const ActTest& outcome_event);
  bool could(const journey::Journey& journey, UtcMicros cut) const;
  Came came(const journey::Journey& journey, UtcMicros cut, UtcMicros until) const;
  const std::vector<std::string>& warnings() const;
  bool of_subscriptions() const { return subscription_; }

 private:
  OutcomeReader() = default;
  const knowledge::Economics* economics_ = nullptr;
  PropensityOutcome outcome_ = PropensityOutcome::BuyingAgain;
  bool subscription_ = false;
  knowledge::RecurringReader recurring_;
  contracts::SpellReader spells_;
  std::optional<EventMatcher> event_;
};

}  // namespace habitue::insight::propensity
