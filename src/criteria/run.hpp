// One person at one moment: the state of an evaluation. Traits are read in one pass backwards, events in one pass
// forwards, each only when a part of the expression asks and no earlier part has decided.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "criteria/bound.hpp"
#include "criteria/range.hpp"

namespace habitue::criteria {

/// What one leaf has gathered from the events.
struct LeafState {
  Range range;               ///< Of its window.
  std::uint64_t count = 0;   ///< Events that matched; for days, weeks, months and distinct values, those.
  std::uint64_t valued = 0;  ///< Of them with the property.
  long double sum = 0;
  double least = 0, most = 0;
  std::int64_t period = INT64_MIN;
  std::optional<UtcMicros> at;  ///< Of the first or last event.
  journey::Value value;         ///< Of it.
  bool found = false;           ///< The sequence.
  bool done = false;            ///< More events cannot change the answer.
};

/// The sum, least, largest or mean that was gathered. For the mean and the extremes some event had the property.
double measured_number(const Measure& measure, const LeafState& state);

class Run {
 public:
  /// Gather::Enough stops as soon as the answer is sure; Gather::Everything counts on, for explanations.
  enum class Gather : std::uint8_t { Enough, Everything };
  Run(const Evaluator::Bound& bound, const journey::Journey& journey, UtcMicros as_of, Gather gather)
      : bound_(bound), journey_(journey.until(as_of)), as_of_(as_of), gather_(gather) {}

  Verdict node(std::uint32_t index);
  const LeafState& leaf(std::uint32_t index);
  const journey::Value& slot(std::uint32_t index);
  std::string_view fact(BoundNode::Type type) const;

 private:
  void read_slots();
  void read_events();
  /// The count of a leaf that is counted, or as much of it as makes the comparison sure.
  std::uint64_t count_of(std::uint32_t index) const;
  std::optional<UtcMicros> find_anchor(const Anchor& anchor) const;
  void see(const EventLeaf& leaf, LeafState& state, const journey::Event& event, std::uint32_t pattern);
  void measure(const EventLeaf& leaf, LeafState& state, const journey::Event& event);
  Verdict leaf_verdict(std::uint32_t index);

  const Evaluator::Bound& bound_;
  journey::Journey journey_;
  UtcMicros as_of_;
  Gather gather_;
  bool slots_read_ = false, events_read_ = false;
  boost::container::small_vector<journey::Value, 4> slots_;
  boost::container::small_vector<LeafState, 4> states_;
};

}  // namespace habitue::criteria
