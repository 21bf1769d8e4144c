// The tree behind an Expression, for those who build or walk one. Always in canonical form when it comes from
// parse or from_json: nested `and` in `and` is flat, a list of one is its element. Equality is by content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "criteria/person_set.hpp"

namespace habitue::criteria {

struct Node;

/// Shares a node; equal when what it points at is equal. Null only where said so.
struct NodeRef {
  std::shared_ptr<const Node> node;
  explicit operator bool() const { return node != nullptr; }
  const Node& operator*() const { return *node; }
  const Node* operator->() const { return node.get(); }
  friend bool operator==(const NodeRef& left, const NodeRef& right);
};

enum class Operator : std::uint8_t {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  Contains,
  StartsWith,
  EndsWith,
  Exists,
  Missing
};

using Literal = std::variant<double, std::string, bool, LocalDay>;

/// What is asked of a value. `Exists` and `Missing` take no literal, `In` one or more, the others one.
struct Test {
  Operator op = Operator::Exists;
  std::vector<Literal> values;
  friend bool operator==(const Test&, const Test&) = default;
};

enum class Unit : std::uint8_t { Minutes, Hours, Days, Weeks, Months, Years };

/// Minutes and hours are elapsed time; the others are calendar days of the business's zone.
struct Span {
  std::uint32_t n = 1;
  Unit unit = Unit::Days;
  friend bool operator==(const Span&, const Span&) = default;
};

/// Events of some names whose properties satisfy `where`.
struct Pattern {
  std::vector<std::string> events;  ///< Empty: any event.
  NodeRef where;                    ///< Null: no condition. Else a tree whose leaves are ValueTests of properties.
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

enum class Edge : std::uint8_t { First, Last };

/// Which moments count.
struct Window {
  enum class Kind : std::uint8_t {
    Always,
    InLast,       ///< `in last 30 days`: span
    AtLeastAgo,   ///< `at least 30 days ago`: span
    MoreThanAgo,  ///< `more than 30 days ago`: span
    BetweenAgo,   ///< `between 30 and 90 days ago`: span.n and farthest
    Between,      ///< `between 2011-01-01 and 2011-06-30`: from and to, both days with it
    Before,       ///< `before 2011-05-01`: from
    Since,        ///< `since 2011-05-01`: from
    Within,       ///< `within 30 days of first Signed Up`: span, edge, anchor
    BeforeEdge,   ///< `before first Order Completed`: edge, anchor
    SinceEdge     ///< `since last Order Completed`: edge, anchor
  };
  Kind kind = Kind::Always;
  Span span;
  std::uint32_t farthest = 0;
  LocalDay from{}, to{};
  Edge edge = Edge::First;
  std::optional<Pattern> anchor;
  friend bool operator==(const Window&, const Window&) = default;
};

struct Everyone {
  friend bool operator==(const Everyone&, const Everyone&) = default;
};
struct All {
  std::vector<NodeRef> parts;
  friend bool operator==(const All&, const All&) = default;
};
struct Any {
  std::vector<NodeRef> parts;
  friend bool operator==(const Any&, const Any&) = default;
};
struct Not {
  NodeRef part;
  friend bool operator==(const Not&, const Not&) = default;
};

/// A value of the person (or, inside a `where`, of the event) against a test.
struct ValueTest {
  enum class Of : std::uint8_t { Trait, AccountTrait, Account, Role, Stage, Property };
  Of of = Of::Trait;
  std::string name;  ///< Of the trait or the property; empty for the others.
  Test test;
  friend bool operator==(const ValueTest&, const ValueTest&) = default;
};

/// A number made of the events in the window, compared with `value`. `did X` is a Count >= 1.
struct Measure {
  enum class What : std::uint8_t { Count, Days, Weeks, Months, Sum, Min, Max, Mean, Distinct };
  What what = What::Count;
  std::string property;  ///< For Sum and after.
  Pattern events;
  Operator op = Operator::GreaterEqual;
  double value = 1;
  Window window;
  friend bool operator==(const Measure&, const Measure&) = default;
};

/// When the first or last of the events was: `last(Order Completed) more than 90 days ago`.
struct Moment {
  Edge edge = Edge::First;
  Pattern events;
  Window window;
  friend bool operator==(const Moment&, const Moment&) = default;
};

/// A property of the first or last of the events in the window: `last(total of Order Completed) > 50`.
struct EdgeValue {
  Edge edge = Edge::First;
  std::string property;
  Pattern events;
  Test test;
  Window window;
  friend bool operator==(const EdgeValue&, const EdgeValue&) = default;
};

/// Events in this order, all in the window.
struct Sequence {
  std::vector<Pattern> steps;  ///< 2 to kMaxSteps.
  std::optional<Pattern> without;
  std::optional<Span> within;
  Window window;
  friend bool operator==(const Sequence&, const Sequence&) = default;
};

/// A member of a saved set of people. `people` or `live` are there once the name was resolved (with_cohorts); they are what
/// the name stands for and no part of what is said.
struct InCohort {
  std::string name;
  std::shared_ptr<const PersonSet> people;
  NodeRef live;
  friend bool operator==(const InCohort& left, const InCohort& right) { return left.name == right.name; }
};

struct Node {
  std::variant<Everyone, All, Any, Not, ValueTest, Measure, Moment, EdgeValue, Sequence, InCohort> form;
  friend bool operator==(const Node&, const Node&) = default;
};

inline constexpr std::size_t kMaxTextBytes = 64 * 1024;
inline constexpr std::size_t kMaxNodes = 10'000;  ///< Nodes, names and values together.
inline constexpr std::size_t kMaxDepth = 24;      ///< The JSON form of more would pass the 64 levels of JSON bodies.
inline constexpr std::size_t kMaxSteps = 16;
inline constexpr std::size_t kMaxNameBytes = 512;

NodeRef make_node(Node node);
/// Flattens; one part is itself. `parts` is not empty.
NodeRef make_all(std::vector<NodeRef> parts);
NodeRef make_any(std::vector<NodeRef> parts);
NodeRef make_not(NodeRef part);

/// A Count >= 1, which text and JSON write as `did`.
bool is_did(const Measure& measure);
std::size_t depth_of(const Node& node);

/// Reads a leaf's patterns in order of the text: the events, the steps, the window's anchor.
template <class Visit>
void for_each_pattern(const Node& node, Visit&& visit) {
  const auto of_window = [&](const Window& window) {
    if (window.anchor) visit(*window.anchor);
  };
  if (const auto* measure = std::get_if<Measure>(&node.form)) {
    visit(measure->events);
    of_window(measure->window);
  } else if (const auto* moment = std::get_if<Moment>(&node.form)) {
    visit(moment->events);
    of_window(moment->window);
  } else if (const auto* value = std::get_if<EdgeValue>(&node.form)) {
    visit(value->events);
    of_window(value->window);
  } else if (const auto* sequence = std::get_if<Sequence>(&node.form)) {
    for (const Pattern& step : sequence->steps) visit(step);
    if (sequence->without) visit(*sequence->without);
    of_window(sequence->window);
  }
}

}  // namespace habitue::criteria
