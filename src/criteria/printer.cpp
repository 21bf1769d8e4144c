// The canonical text of an expression: what parse reads back to the same tree.
#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/checks.hpp"
#include "criteria/criteria.hpp"
#include "criteria/lexer.hpp"
#include "criteria/printer.hpp"

namespace habitue::criteria {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out += '"';
}

std::string name_text(std::string_view name) {
  const bool reads_as_any = ascii_lower(name).starts_with("any event");
  return is_plain_name(name) && !reads_as_any ? std::string(name) : quoted(name);
}

std::string test_text(const Test& test, bool of_words) {
  const auto value = [&](const Literal& literal) {
    const auto* text = std::get_if<std::string>(&literal);
    return of_words && text != nullptr ? *text : text_of(literal);
  };
  if (test.values.empty()) return std::string(word_of(test.op));
  if (test.op != Operator::In) return fmt::format("{} {}", word_of(test.op), value(test.values[0]));
  std::string list;
  for (const Literal& literal : test.values) list += (list.empty() ? "" : ", ") + value(literal);
  return fmt::format("in ({})", list);
}

std::string value_test_text(const ValueTest& leaf) {
  using Of = ValueTest::Of;
  const std::string test = test_text(leaf.test, leaf.of == Of::Role || leaf.of == Of::Stage);
  switch (leaf.of) {
    case Of::Trait: return fmt::format("trait {} {}", name_text(leaf.name), test);
    case Of::AccountTrait: return fmt::format("account {} {}", name_text(leaf.name), test);
    case Of::Account: return "account " + test;
    case Of::Role: return "role " + test;
    case Of::Stage: return "stage " + test;
    case Of::Property: return fmt::format("{} {}", name_text(leaf.name), test);
  }
  return {};
}

// How tightly the place around a node binds: what is looser than the place stands in parentheses.
enum class Place { Whole, InAny, InAll, InNot };

std::string node_text(const Node& node, Place place);

std::string names_text(const Pattern& pattern) {
  if (pattern.events.empty()) return "any event";
  std::string names;
  for (const std::string& event : pattern.events) names += (names.empty() ? "" : " or ") + name_text(event);
  return names;
}

// As it stands between the parentheses of `count(...)`.
std::string inner_text(const Pattern& pattern) {
  if (!pattern.where) return names_text(pattern);
  return fmt::format("{} where {}", names_text(pattern), node_text(*pattern.where, Place::Whole));
}

// As it stands after `did`, where a following `and` must not be taken for a part of the condition.
std::string bare_text(const Pattern& pattern) {
  if (pattern.events.size() > 1) return fmt::format("({})", inner_text(pattern));
  if (!pattern.where) return names_text(pattern);
  return fmt::format("{} where {}", names_text(pattern), node_text(*pattern.where, Place::InNot));
}

std::string window_text(const Window& window) {
  using Kind = Window::Kind;
  const auto anchor = [&] { return fmt::format("{} {}", word_of(window.edge), bare_text(*window.anchor)); };
  switch (window.kind) {
    case Kind::Always: return {};
    case Kind::InLast: return " in last " + text_of(window.span);
    case Kind::AtLeastAgo: return fmt::format(" at least {} ago", text_of(window.span));
    case Kind::MoreThanAgo: return fmt::format(" more than {} ago", text_of(window.span));
    case Kind::BetweenAgo:
      return fmt::format(" between {} and {} ago", window.span.n, text_of(Span{window.farthest, window.span.unit}));
    case Kind::Between: return fmt::format(" between {} and {}", format_day(window.from), format_day(window.to));
    case Kind::Before: return " before " + format_day(window.from);
    case Kind::Since: return " since " + format_day(window.from);
    case Kind::Within: return fmt::format(" within {} of {}", text_of(window.span), anchor());
    case Kind::BeforeEdge: return " before " + anchor();
    case Kind::SinceEdge: return " since " + anchor();
  }
  return {};
}

std::string sequence_text(const Sequence& sequence) {
  std::string text = "sequence(";
  for (std::size_t i = 0; i < sequence.steps.size(); ++i)
    text += (i == 0 ? "" : " then ") + bare_text(sequence.steps[i]);
  if (sequence.without) text += fmt::format(" without {} between", bare_text(*sequence.without));
  if (sequence.within) text += " within " + text_of(*sequence.within);
  return text + ")" + window_text(sequence.window);
}

std::string leaf_text(const Node& node) {
  if (const auto* value = std::get_if<ValueTest>(&node.form)) return value_test_text(*value);
  if (const auto* measure = std::get_if<Measure>(&node.form)) {
    if (is_did(*measure)) return fmt::format("did {}{}", bare_text(measure->events), window_text(measure->window));
    const std::string of = takes_property(measure->what) ? name_text(measure->property) + " of " : "";
    return fmt::format("{}({}{}) {} {}{}", word_of(measure->what), of, inner_text(measure->events),
                       word_of(measure->op), measure->value, window_text(measure->window));
  }
  if (const auto* moment = std::get_if<Moment>(&node.form))
    return fmt::format("{}({}){}", word_of(moment->edge), inner_text(moment->events), window_text(moment->window));
  if (const auto* edge = std::get_if<EdgeValue>(&node.form))
    return fmt::format("{}({} of {}) {}{}", word_of(edge->edge), name_text(edge->property), inner_text(edge->events),
                       test_text(edge->test, false), window_text(edge->window));
  if (const auto* sequence = std::get_if<Sequence>(&node.form)) return sequence_text(*sequence);
  if (const auto* member = std::get_if<InCohort>(&node.form)) return "in cohort " + name_text(member->name);
  return "everyone";
}

std::string list_text(const std::vector<NodeRef>& parts, std::string_view joiner, Place inside, bool parentheses) {
  std::string text;
  for (const NodeRef& part : parts) {
    if (!text.empty()) text += joiner;
    text += node_text(*part, inside);
  }
  return parentheses ? "(" + text + ")" : text;
}

std::string node_text(const Node& node, Place place) {
  if (const auto* all = std::get_if<All>(&node.form))
    return list_text(all->parts, " and ", Place::InAll, place == Place::InAll || place == Place::InNot);
  if (const auto* any = std::get_if<Any>(&node.form))
    return list_text(any->parts, " or ", Place::InAny, place != Place::Whole);
  const auto* negation = std::get_if<Not>(&node.form);
  if (negation == nullptr) return leaf_text(node);
  // `did not X` reads better than `not did X`, and is the same.
  const auto* measure = std::get_if<Measure>(&negation->part->form);
  if (measure != nullptr && is_did(*measure))
    return fmt::format("did not {}{}", bare_text(measure->events), window_text(measure->window));
  const auto* value = std::get_if<ValueTest>(&negation->part->form);
  if (value != nullptr && value->test.op == Operator::In) {
    std::string text = leaf_text(*negation->part);
    // The name may hold " in (" in quotes; the list is after the last word of the left part.
    const std::string test =
        test_text(value->test, value->of == ValueTest::Of::Role || value->of == ValueTest::Of::Stage);
    return text.insert(text.size() - test.size(), "not ");
  }
  return "not " + node_text(*negation->part, Place::InNot);
}

}  // namespace

std::string text_of(const Literal& literal) {
  if (const auto* number = std::get_if<double>(&literal)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&literal)) return quoted(*text);
  if (const auto* truth = std::get_if<bool>(&literal)) return *truth ? "true" : "false";
  return format_day(std::get<LocalDay>(literal));
}

std::string text_of(const Node& node) { return node_text(node, Place::Whole); }

std::string to_text(const Expression& expression) { return text_of(expression.root()); }

std::string to_event_condition(const Expression& expression) {
  const auto* did = std::get_if<Measure>(&expression.root().form);
  const bool condition = did != nullptr && is_did(*did) && did->events.events.empty() && did->events.where &&
                         did->window.kind == Window::Kind::Always;
  return condition ? text_of(*did->events.where) : std::string();
}

}  // namespace habitue::criteria
