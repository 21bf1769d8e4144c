// The steps of AARRR bound to one snapshot: when a person was acquired, and which steps followed. What aarrr, pollution,
// channels and spikes share, so that all of them speak of the same people.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "insight/question.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

/// More steps than anybody reads; beyond it an error, never a silent zero.
inline constexpr std::size_t kStepsMax = 64;

class Steps {
 public:
  /// Errors: InvalidInput when config has no step or too many. An event that no data has yet is reached by nobody.
  static Result<Steps> bind(const knowledge::Customers& customers);

  std::size_t size() const { return steps_.size(); }
  const std::string& name(std::size_t step) const { return steps_[step].name; }
  bool optional(std::size_t step) const { return steps_[step].optional; }
  /// The last step before this one that is not optional: what its rate is a share of. Not of step 0.
  std::size_t previous(std::size_t step) const;

  /// When the person was acquired, by what is known at as_of; nothing when not yet.
  std::optional<UtcMicros> acquired_at(const journey::Journey& journey, UtcMicros as_of) const;

  /// When each step was reached, for somebody acquired within the period: one entry a step; empty when they were not. A step is
  /// reached when its n-th event has happened at or after acquisition, up to as_of and within the step's own time, and every
  /// earlier step that is not optional is reached. The period bounds the entry alone: later steps may follow after it.
  /// The vector is the thread's own and is reused by the next call.
  const std::vector<std::optional<UtcMicros>>& reached(const journey::Journey& journey, UtcMicros as_of,
                                                       const Period& period) const;

 private:
  struct Step {
    std::string name;
    bool any_event = false;  // Config names none: whatever happened, be it a purchase that was given back later.
    std::vector<std::uint8_t> kinds;  // By EventKind; only when config names some.
    std::shared_ptr<const criteria::Evaluator> where;
    std::uint32_t occurrence = 1;
    std::optional<std::chrono::microseconds> within;
    bool optional = false;
  };
  /// Something that happened and that a step may be about. A purchase is there as its events, for steps about any event, and
  /// once more when it counts, for steps that name it.
  struct Hit {
    enum class Of : std::uint8_t { Event, EventOfPurchase, Purchase };
    UtcMicros at;
    journey::Event event;
    Of of;
  };
  static const std::vector<Hit> kNoHits;
  /// The first event of all is the acquisition: known without looking further.
  bool acquired_by_first_event() const;
  const std::vector<Hit>& hits_of(const journey::Journey& journey, UtcMicros as_of) const;
  static bool is_about(const Step& step, const Hit& hit);
  static std::optional<UtcMicros> nth(const Step& step, const std::vector<Hit>& hits, UtcMicros from);
  std::optional<UtcMicros> acquired_at(const journey::Journey& journey, UtcMicros as_of,
                                       const std::vector<Hit>& hits) const;

  const knowledge::Customers* customers_ = nullptr;
  std::vector<Step> steps_;
  journey::KindFilter filter_;           // Any step's kinds, but for an acquisition by the first event.
  std::vector<std::uint8_t> purchases_;  // Of those, the ones that are purchases.
};

}  // namespace habitue::insight
