// The pass over journeys: which of a person's events matter, then the attempt, then its record.
#pragma once

#include <bit>
#include <optional>
#include <span>
#include <vector>

#include "insight/breakdown.hpp"
#include "insight/event_matcher.hpp"
#include "insight/fold.hpp"
#include "insight/funnel/attempt.hpp"
#include "insight/funnel/plain.hpp"
#include "insight/funnel/records.hpp"
#include "insight/funnel/tally.hpp"

namespace habitue::insight::funnel {

/// Makes hits that follow one another at most `grace_us` apart one instant, that of the first; other events that near to it
/// join it. Hits in order of time stay so.
void blur(std::vector<Hit>& hits, std::int64_t grace_us);

/// Records of everybody who entered (or was removed), by the kinds of figures.
struct Gathered {
  Records total;
  Records by_value;        ///< For a breakdown by all events: a record a value.
  Records trend;           ///< A record a bucket.
  Records trend_by_value;  ///< For a breakdown by all events: a record a bucket and value.
  void merge(const Gathered& other);
};

/// The figures of all people, and of each value of a breakdown in the order in which they are shown.
struct Counted {
  ByAudience<FunnelFigures> all;
  std::vector<FunnelValue> values;
};

/// A funnel bound to a question and a snapshot, both of which must outlive it. Read-only; safe from any thread.
class Pass {
 public:
  /// Errors: as ask_funnel.
  static Result<Pass> bind(const Customers& customers, const Question& question, const Funnel& funnel);
  /// Errors: Conflict when cancelled.
  Result<Gathered> run() const;
  /// The figures of a funnel that PlainWalk can walk, without records. Nothing when it cannot, or when people have so many values
  /// that a tally for each is more than their records: run() gives them then. Errors: Conflict when cancelled.
  Result<std::optional<Counted>> count() const;

  Counting counting() const;
  /// For group_by_value.
  std::optional<std::string> text(journey::Cell value) const { return values_->text(value); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Of the trend: starts of buckets, and the end of the last.
  const std::vector<UtcMicros>& bounds() const { return bounds_; }
  bool by_all_events() const { return by_property() && funnel_->breakdown->attribution == FunnelAttribution::All; }
  UtcMicros last_moment(UtcMicros bucket_end) const;

 private:
  /// A thread's own, so that a person costs no allocation.
  struct Scratch {
    std::uint64_t pass = 0;
    std::optional<Evaluator> evaluator;
    std::optional<PlainWalk> walk;
    std::vector<std::uint64_t> met;  // Of a block's rows.
    StepBits bits;
    std::vector<Hit> hits, of_value, of_unit, and_soon;
    std::vector<journey::Event> events;  // By Hit::place; only when values are asked for.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> values, held;  // Cells and indices, to sort hits by.
  };
  // Whether events of a kind are hits: those that meet nothing are in Strict.
  enum class Concern : std::uint8_t { Never, WhenMet, Always };
  Pass(const Customers& customers, const Question& question, const Funnel& funnel)
      : customers_(&customers), question_(&question), funnel_(&funnel) {}
  bool by_property() const { return funnel_->breakdown && funnel_->breakdown->by.of == Breakdown::Of::Property; }
  Result<void> bind_conditions();
  Result<void> bind_trend();

  bool can_be_walked() const;
  PlainPlan plain_plan() const;
  Scratch& scratch() const;
  struct Block {
    const journey::SelectionBlock& selected;
    PlainBlock plain;
  };
  Block look_at(const journey::SelectionBlock& block) const;
  struct Tallies;
  void add_to(Tallies& into, const Lens& lens, const Block& block, const journey::SelectionBlock::Of& of) const;
  Counted counted(Tallies& whole) const;
  Record record_of(const Person& person, const journey::SelectionBlock& events, const PlainWalk& walk) const;
  void add_walk(Records& into, const Person& person, const journey::SelectionBlock& events,
                const PlainWalk& walk) const;
  std::vector<std::uint8_t> wanted() const;
  void visit(Gathered& into, const Lens& lens, const Block& block, const journey::SelectionBlock::Of& of) const;
  PlainWalk::Outcome walk(const Block& block, const journey::SelectionBlock::Of& of, Scratch& scratch) const;
  /// The events that matter, as hits in order; whether somebody may enter by one of them.
  bool read(const journey::Selection& events, Scratch& scratch) const;
  void settle_ties(Scratch& scratch) const;
  void add_units(Gathered& into, const Person& person, Scratch& scratch) const;
  void add_attempt(Records& into, Record record, std::span<const Hit> hits, EntryRange entries, Scratch& scratch) const;
  bool could_convert(std::span<const Hit> hits, EntryRange entries, Scratch& scratch) const;
  void add_trend(Records& into, const Record& record, std::span<const Hit> hits, Scratch& scratch) const;
  /// The range, or its first entry alone.
  EntryRange entries_in(std::span<const Hit> hits, EntryRange range) const;
  bool is_entry(const Hit& hit) const;
  /// `event_at(step)`: the event that filled the step.
  template <class EventAt>
  void give_value(Record& record, std::uint64_t filled, const EventAt& event_at) const;

  const Customers* customers_;
  const Question* question_;
  const Funnel* funnel_;
  Plan plan_;
  std::uint64_t number_ = 0;  // Tells passes apart, for the threads' scratch.
  EntryRange entries_{};
  UtcMicros read_until_{};
  bool is_plain_ = false;
  std::vector<Concern> concerns_;  // By kind.
  std::optional<EventMatcher> steps_, exclusions_, among_;
  std::optional<ValueReader> values_;
  std::optional<journey::Property> held_, value_property_;
  std::vector<std::string> warnings_;
  std::vector<UtcMicros> bounds_;
};

template <class EventAt>
void Pass::give_value(Record& record, std::uint64_t filled, const EventAt& event_at) const {
  const FunnelBreakdown& breakdown = *funnel_->breakdown;
  if (breakdown.attribution == FunnelAttribution::Step) {
    record.has_value = (filled >> breakdown.step & 1) != 0;
    if (record.has_value) record.value = value_property_->cell(event_at(breakdown.step));
    return;
  }
  for (std::uint64_t left = filled; left != 0; left &= left - 1) {
    const journey::Cell value = value_property_->cell(event_at(static_cast<std::size_t>(std::countr_zero(left))));
    if (value.type() == journey::Value::Type::Missing) continue;
    record.value = value;
    if (breakdown.attribution == FunnelAttribution::First) return;
  }
}

}  // namespace habitue::insight::funnel
