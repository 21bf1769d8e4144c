// An expression bound to a snapshot: what bind.cpp builds, evaluate.cpp runs and explain.cpp tells about.
// Names are resolved to kinds and columns once; nothing here allocates while a person is evaluated.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "criteria/criteria.hpp"
#include "criteria/node.hpp"
#include "criteria/value_test.hpp"

namespace habitue::criteria {

inline constexpr std::uint32_t kNone = UINT32_MAX;

/// What a test says of texts, by their codes: a text is judged once, however many events have it. Safe from any thread.
class KnownVerdicts {
 public:
  /// Of nothing until then.
  void begin() { known_ = std::make_unique<std::array<std::atomic<std::uint8_t>, kCodes>>(); }
  std::optional<Verdict> find(std::uint32_t code) const {
    const std::uint8_t known = code < kCodes ? (*known_)[code].load(std::memory_order_relaxed) : 0;
    return known == 0 ? std::nullopt : std::optional(static_cast<Verdict>(known - 1));
  }
  void keep(std::uint32_t code, Verdict verdict) const {
    if (code < kCodes) (*known_)[code].store(static_cast<std::uint8_t>(verdict) + 1, std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kCodes = 4'096;  // Those met first, which nearly all events have.
  std::unique_ptr<std::array<std::atomic<std::uint8_t>, kCodes>> known_;
};

/// A condition on one event. Lists refer to their parts by index.
struct BoundCondition {
  enum class Type : std::uint8_t { All, Any, Not, Property };
  Type type = Type::Property;
  std::optional<journey::Property> property;
  BoundTest test;
  KnownVerdicts known;  ///< Begun for properties alone.
  std::vector<std::uint32_t> parts;
};

struct BoundPattern {
  bool any = false;
  std::vector<journey::EventKind> kinds;  ///< Sorted; empty when any, or when no data has such events yet.
  std::uint32_t where = kNone;            ///< Into conditions.

  bool has(journey::EventKind kind) const { return any || std::binary_search(kinds.begin(), kinds.end(), kind); }
};

struct BoundWindow {
  Window window;
  std::uint32_t anchor = kNone;  ///< Into anchors.
};

/// A leaf that reads events.
struct EventLeaf {
  const Node* source = nullptr;
  const Measure* measure = nullptr;
  const Moment* moment = nullptr;
  const EdgeValue* edge = nullptr;
  const Sequence* sequence = nullptr;
  std::optional<journey::Property> property;
  BoundTest test;                      ///< Of an EdgeValue.
  std::vector<BoundPattern> patterns;  ///< One; of a sequence the steps and then `without`.
  BoundWindow window;
  bool is_of_one_event = false;  ///< `did` without a window: see Evaluator::matches.
  /// Of a leaf that counts all events of some kinds: these. Kinds and moments are then all that is read.
  std::optional<journey::KindFilter> counted;
  std::uint32_t place = 0;  ///< Among leaves with a state of their own: sequences, or counts of distinct values.
};

/// An event that windows are counted from.
struct Anchor {
  BoundPattern pattern;
  Edge edge = Edge::First;
};

/// The traits of one kind of event: of the person, or of the account.
struct TraitSlot {
  bool of_account = false;
  std::optional<journey::Property> property;
  std::string name;
};

struct BoundNode {
  enum class Type : std::uint8_t { Everyone, All, Any, Not, Slot, Role, Stage, Events, Members };
  Type type = Type::Everyone;
  const Node* source = nullptr;
  std::vector<std::uint32_t> parts;    ///< In order of the text.
  std::vector<std::uint32_t> by_cost;  ///< The same, cheapest first.
  std::uint32_t index = kNone;         ///< Of the slot or of the event leaf.
  BoundTest test;
  const PersonSet* people = nullptr;  ///< Of Members; the expression keeps it.
};

/// Who wants to see an event of a kind: pattern `pattern` of leaf `leaf`.
struct Subscription {
  std::uint32_t leaf, pattern;
};

struct Evaluator::Bound {
  Expression expression;
  Zone zone = Zone::utc();
  const Facts* facts = nullptr;
  std::optional<journey::EventKind> identify, group;
  std::optional<journey::Property> group_id;

  std::vector<BoundNode> nodes;
  std::uint32_t root = 0;
  std::vector<BoundCondition> conditions;
  std::vector<EventLeaf> leaves;
  std::vector<Anchor> anchors;
  std::vector<TraitSlot> slots;
  std::uint32_t account_slot = kNone;  ///< The slot of the account's id, when something asks for it.
  std::uint32_t sequence_count = 0, distinct_count = 0;

  /// Subscriptions of kind k are [first_of_kind[k], first_of_kind[k + 1]).
  std::vector<std::uint32_t> first_of_kind;
  std::vector<Subscription> subscriptions;
  std::vector<Subscription> of_any_kind;
  journey::KindFilter subscribed;  ///< The kinds that have subscriptions.
  std::uint64_t number = 0;        ///< Of this bound expression among all.

  std::vector<std::string> warnings;

  Verdict judge_property(const BoundCondition& of, const journey::Event& event) const;
  /// `cell` is the property's, of the event.
  Verdict judge_cell(const BoundCondition& of, const journey::Event& event, journey::Cell cell) const;
  Verdict condition(std::uint32_t index, const journey::Event& event) const;
  bool matches(const BoundPattern& pattern, const journey::Event& event) const {
    return pattern.has(event.kind) && (pattern.where == kNone || condition(pattern.where, event) == Verdict::Inside);
  }
};

}  // namespace habitue::criteria
