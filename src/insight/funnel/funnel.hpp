// Funnels: how many people take one step after the other, where they stop, and how long it takes them.
//
// An attempt begins with step 1, the entry. The deepest attempt of a person is reported; among equals the one completed
// first, with its latest entry and then the earliest of each step. One event fills one step at most. What happened at one
// instant is taken in the order that helps the person, and neither exclusions nor strictness look inside an instant.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "criteria/criteria.hpp"
#include "insight/breakdown.hpp"
#include "insight/funnel/comparison.hpp"
#include "insight/funnel/times.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

using knowledge::Customers;

// --- The question -------------------------------------------------------------------------------------------------

inline constexpr std::size_t kFunnelStepsMax = 64;
inline constexpr std::size_t kFunnelExclusionsMax = 64;
inline constexpr std::chrono::microseconds kFunnelGraceMax = std::chrono::seconds{2};

struct FunnelStep {
  std::string name{};            ///< For people; the condition's text when empty.
  criteria::Expression event{};  ///< On one event: parse_event_test reads it.
  /// May be skipped: it changes neither who reaches other steps nor when (but in Strict its event may then lie between
  /// them). Filled by the first event that can, in the order of steps. Not the first step; not equal to the required step after it.
  bool optional = false;
  /// At most this long after the previous required step, end included. Not in AnyOrder.
  std::optional<std::chrono::microseconds> within{};
};

enum class FunnelOrder : std::uint8_t {
  Ordered,  ///< Other events may happen between the steps.
  Strict,   ///< Any other event of `among` between two steps ends the attempt.
  AnyOrder  ///< The most steps that distinct events fill within one window; step k counts who did at least k.
};

/// What ends an attempt between two steps. In the instant of a step it does not count, nor after the window.
struct FunnelExclusion {
  criteria::Expression event{};
  /// From which step to which, required ones, from 0; to the last required one when there is none. The whole in AnyOrder.
  std::size_t after = 0;
  std::optional<std::size_t> before{};
};
enum class FunnelExclusionRule : std::uint8_t {
  Cut,        ///< The attempt ends there and stays in the steps reached; a later clean attempt may go further.
  DropPerson  ///< Whose deepest attempt is spoiled is in no step, unless a clean attempt goes as far.
};

enum class FunnelPeriod : std::uint8_t {
  Entry,     ///< The period bounds step 1; later steps may follow until the window's end.
  AllEvents  ///< The period bounds all events.
};
enum class FunnelEntry : std::uint8_t {
  Every,  ///< Every entry may start an attempt.
  First   ///< Only the first in the period.
};

/// From which of the attempt's events a breakdown by a property takes its value. Traits need none: the current value.
enum class FunnelAttribution : std::uint8_t {
  First,  ///< The first step of the attempt that has a value.
  Last,   ///< The last one that has.
  All,    ///< The funnel is run once a value, on the events that have it: a person may be in several values.
  Step    ///< The event of one step; who did not reach it has no value. Not in AnyOrder.
};
struct FunnelBreakdown {
  Breakdown by{};
  FunnelAttribution attribution = FunnelAttribution::First;
  std::size_t step = 0;  ///< For Step, from 0.
};

struct Funnel {
  std::vector<FunnelStep> steps{};  ///< 1 to kFunnelStepsMax; the first is required.
  FunnelOrder order = FunnelOrder::Ordered;
  /// Elapsed time from step 1 to the last, end included.
  std::chrono::microseconds window = std::chrono::days{14};
  FunnelPeriod bounds = FunnelPeriod::Entry;
  FunnelEntry entries = FunnelEntry::Every;
  /// Up to kFunnelGraceMax: steps' events that follow one another at most so fast are one instant, that of the first; so are
  /// other events that near to them. Not in AnyOrder, which needs none.
  std::chrono::microseconds grace{0};
  std::vector<FunnelExclusion> exclusions{};
  FunnelExclusionRule rule = FunnelExclusionRule::Cut;
  /// Only events that meet this are seen at all. Without it all are, and in Strict all but identify, group and alias calls,
  /// which say who people are and not what they do.
  std::optional<criteria::Expression> among{};
  /// Counts pairs of a person and a value of this property: an attempt's events all have the same. Those without are not seen.
  std::optional<std::string> held_property{};
  /// Leaves out who did not convert and still could at as_of; they are only counted, in `open_left_out`.
  bool leave_out_open = false;
  std::optional<FunnelBreakdown> breakdown{};
  std::optional<Bucket> trend{};      ///< By entry; a person counts once a bucket. Weeks begin on Monday.
  std::optional<std::size_t> bins{};  ///< Of histograms, 1 to 90; by the number of people when there is none.
};

// --- The answer ---------------------------------------------------------------------------------------------------

/// reached = stopped + still_open + those who reached the next required step. Of optional steps only `reached` is told.
struct FunnelStepFigures {
  std::uint64_t reached = 0;
  std::uint64_t stopped = 0;     ///< Went no further, and cannot any more.
  std::uint64_t still_open = 0;  ///< Went no further, and still could convert at as_of.
  Share of_first, of_previous;   ///< Of those at step 1; of those at the previous required step.
  FunnelTimes from_previous;     ///< From the previous required step; of nobody for step 1.
  friend bool operator==(const FunnelStepFigures&, const FunnelStepFigures&);
};

struct FunnelFigures {
  std::vector<FunnelStepFigures> steps;
  std::uint64_t entered = 0, converted = 0;  ///< Step 1; all required steps.
  std::uint64_t still_open = 0;              ///< Sum of the steps'.
  std::uint64_t open_left_out = 0;           ///< When the question leaves them out; in nothing else.
  std::uint64_t removed = 0;                 ///< By an exclusion under DropPerson; in nothing else.
  Share conversion;                          ///< converted of entered.
  FunnelTimes whole;                         ///< From step 1 to the last required step.
  friend bool operator==(const FunnelFigures&, const FunnelFigures&);
};

enum class FunnelValueKind : std::uint8_t {
  Value,
  Missing,    ///< The attempt's events, or the person, have no value.
  Other,      ///< The values beyond the limit, as one.
  NotReached  ///< By step: people who did not fill it.
};
struct FunnelPoint {
  UtcMicros start;
  bool complete = true;  ///< False while somebody who entered in the bucket may still convert, or enter.
  ByAudience<FunnelFigures> figures;
};
/// People of a value. Parts of First, Last, Step and of a trait add up to the total; those of All need not.
struct FunnelValue {
  FunnelValueKind kind = FunnelValueKind::Value;
  std::string text;        ///< Of kind Value.
  std::size_t values = 1;  ///< How many values; more than 1 for Other.
  ByAudience<FunnelFigures> figures;
  /// As FunnelReport::trend, of the attempts of each bucket that have this value; they add up to it where values do. An attempt of a
  /// bucket whose value the table does not show is in Other (which is then there though nobody is in its table), Missing or NotReached.
  std::vector<FunnelPoint> trend = {};
};

/// Inside against outside: the share of those at step 1 who are at this one, and of those at the previous one.
struct FunnelStepComparison {
  TwoShares of_first, of_previous;
};

struct FunnelReport {
  std::vector<std::string> steps;     ///< Names.
  ByAudience<FunnelFigures> figures;  ///< The total, whatever the breakdown.
  std::vector<FunnelValue> values;    ///< Those of most people first, then missing, other, not reached; when asked.
  std::vector<FunnelPoint> trend;     ///< Without gaps, from the first event on; when asked.
  std::vector<FunnelStepComparison> comparison;  ///< By step.
  TwoShares conversion;                          ///< Inside against outside.
  std::vector<std::string> warnings;             ///< What conditions name and no data has.
};

/// Errors: InvalidInput for more than 64 steps or exclusions, a combination that means nothing (each says which), a condition
/// that is not of one event; NotFound for an unknown hypothesis or property; Conflict when cancelled.
Result<FunnelReport> ask_funnel(const Customers& customers, const Question& question, const Funnel& funnel);

// --- The people behind a number -------------------------------------------------------------------------------------

struct FunnelCell {
  enum class What : std::uint8_t {
    Reached,    ///< FunnelStepFigures::reached of `step`; for the number entered, step 0.
    Stopped,    ///< FunnelStepFigures::stopped of `step`.
    StillOpen,  ///< FunnelStepFigures::still_open of `step`.
    Converted,  ///< FunnelFigures::converted; `step` says nothing, as below.
    AllOpen,    ///< FunnelFigures::still_open.
    OpenLeftOut,
    Removed
  };
  What what = What::Reached;
  std::size_t step = 0;
  AudienceSide side = AudienceSide::All;
  struct Value {
    FunnelValueKind kind = FunnelValueKind::Value;
    std::string text{};
  };
  std::optional<Value> value{};       ///< Of the breakdown.
  std::optional<UtcMicros> bucket{};  ///< FunnelPoint::start; of the value's trend when there is a value.
  /// With Reached: only whose time from the previous required step is in [from, to]; with Converted: the whole time. For the
  /// bars of a histogram (FunnelTimes::bar).
  std::optional<FunnelBar> took{};
};

/// Sorted by PersonId and exactly as many as the number says: with a held property, a person once a pair.
/// Errors: as ask_funnel; NotFound for a step, a value or a bucket that the report does not have.
Result<std::vector<PersonId>> people_of_funnel(const Customers& customers, const Question& question,
                                               const Funnel& funnel, const FunnelCell& cell);

}  // namespace habitue::insight
