// Revenue that recurs: what somebody's running subscriptions bring a month, and how that changed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "journey/journey.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/economics.hpp"

namespace habitue::knowledge {

/// From a moment on, until the next step.
struct RecurringStep {
  UtcMicros at;
  std::int64_t monthly_minor = 0;  ///< In the business's currency, by the rate of the day on which a price was said.
  std::int64_t at_risk_minor = 0;  ///< Of it: a payment failed, or the end was announced.
};

/// What could not be told.
struct RecurringDoubts {
  NotAdded not_added;
  std::uint64_t without_price = 0;     ///< Subscriptions begun without a price.
  std::uint64_t unknown_interval = 0;  ///< Events whose interval is no word that is known: taken for a month.
  void merge(const RecurringDoubts& other);
};

/// Months in an interval by its word (day, week, month, quarter, year and the like, in any case) or by a number of months; nothing
/// for another word. A week is 12/365.25 x 7 of a month.
std::optional<double> months_in(std::string_view interval);

/// Read-only after bind; safe from any thread. `economics` outlives it.
class RecurringReader {
 public:
  static RecurringReader bind(const Economics& economics);
  /// Replaces `steps` by the changes up to `as_of`, in order of time, one a moment at most.
  void read(const journey::Journey& journey, UtcMicros as_of, std::vector<RecurringStep>& steps,
            RecurringDoubts& doubts) const;

 private:
  const Economics* economics_ = nullptr;
  std::vector<std::uint8_t> flags_;  // By EventKind.
  journey::KindFilter kinds_;
  std::vector<journey::Property> price_, currency_, interval_, id_;
};

/// What recurred at a moment; 0 before the first step.
RecurringStep recurring_at(std::span<const RecurringStep> steps, UtcMicros at);

}  // namespace habitue::knowledge
