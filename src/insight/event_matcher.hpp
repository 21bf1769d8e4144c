// Conditions on single events, as the steps of a funnel or the return of retention have: which of them an event meets.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "criteria/criteria.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

/// A condition as people write it: a criteria expression on one event (`did (Order Completed where total > 50) or did Gift
/// Bought`), or without `did` the events alone (`Order Completed where total > 50`). Errors: InvalidInput, pointing at the word.
Result<criteria::Expression> parse_event_test(std::string_view text);
/// Its text, without `did` where that can be left out: parse_event_test reads it back.
std::string event_test_text(const criteria::Expression& condition);

/// Bound to a snapshot, which must outlive it. Read-only; safe from any thread.
class EventMatcher {
 public:
  static constexpr std::size_t kMost = 64;

  /// Errors: InvalidInput for more than kMost, and for a condition that is not of one event (a trait, a count, a window).
  static Result<EventMatcher> bind(const knowledge::Customers& customers,
                                   std::span<const criteria::Expression> conditions);

  /// Bit i: whether the event meets condition i. Most kinds meet none, and are not looked at further.
  std::uint64_t operator()(const journey::Event& event) const {
    const Kind& kind = kinds_[event.kind.value];
    return kind.perhaps == 0 ? kind.surely : kind.surely | look_at(kind.perhaps, event);
  }
  /// The same of all rows of a block, in `met`.
  void operator()(const journey::SelectionBlock& block, std::vector<std::uint64_t>& met) const;
  /// Met by every event of the kind; the others are decided by properties.
  std::uint64_t surely(journey::EventKind kind) const { return kinds_[kind.value].surely; }
  bool depends_on_properties(journey::EventKind kind) const { return kinds_[kind.value].perhaps != 0; }
  /// Whether an event of this kind can meet one.
  bool concerns(journey::EventKind kind) const { return (kinds_[kind.value].surely | kinds_[kind.value].perhaps) != 0; }

  /// What conditions name and no data has, each with the nearest that exists.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Kind {
    std::uint64_t surely = 0;   ///< Met by every event of the kind.
    std::uint64_t perhaps = 0;  ///< Met by some: properties decide.
  };
  std::uint64_t look_at(std::uint64_t perhaps, const journey::Event& event) const;

  std::vector<Kind> kinds_;    // By kind.
  std::uint64_t perhaps_ = 0;  // Of any kind.
  std::vector<criteria::Evaluator> evaluators_;
  std::vector<std::string> warnings_;
};

/// Calls `visit(event, mask)` for every event of the journey that meets a condition, in order.
template <class Visit>
void for_each_match(const journey::Journey& journey, const EventMatcher& matcher, const Visit& visit) {
  for (const journey::Event event : journey)
    if (const std::uint64_t met = matcher(event); met != 0) visit(event, met);
}

}  // namespace habitue::insight
