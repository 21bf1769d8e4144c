#include "criteria/event_parser.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "criteria/checks.hpp"

namespace habitue::criteria {

NodeRef EventParser::any_condition() {
  return list(
      "or", [&] { return all_condition(); }, make_any);
}

NodeRef EventParser::all_condition() {
  return list(
      "and", [&] { return unary_condition(); }, make_all);
}

NodeRef EventParser::unary_condition() {
  const Deeper deeper(nesting_);
  if (!deep_enough() || !count_node()) return {};
  if (take_word("not")) {
    NodeRef part = unary_condition();
    return part ? make_not(std::move(part)) : NodeRef{};
  }
  if (!take_sign("(")) return comparison();
  NodeRef inner = any_condition();
  if (inner && !take_sign(")")) return fail_here("expected `)`, `and` or `or`"), NodeRef{};
  return inner;
}

NodeRef EventParser::comparison() {
  ValueTest leaf{ValueTest::Of::Property, {}, {}};
  if (!name(leaf.name, "the name of a property")) return {};
  return tested(std::move(leaf));
}

bool EventParser::event_names(Pattern& pattern, bool several) {
  do {
    if (take_sign("*")) return true;
    if (is_word("any") && is_word("event", 1)) return advance(), advance(), true;
    std::string event;
    if (!name(event, "the name of an event")) return false;
    if (std::find(pattern.events.begin(), pattern.events.end(), event) == pattern.events.end())
      pattern.events.push_back(std::move(event));
  } while (several && take_word("or"));
  return true;
}

// Within parentheses: names joined by `or`, and a condition of any size.
bool EventParser::inner_pattern(Pattern& pattern) {
  if (!event_names(pattern, true)) return false;
  if (!take_word("where")) return true;
  pattern.where = any_condition();
  return static_cast<bool>(pattern.where);
}

// Without parentheses: one name and one comparison, so that a following `and` joins tests and never conditions.
bool EventParser::bare_pattern(Pattern& pattern) {
  if (take_sign("(")) return inner_pattern(pattern) && close_pattern();
  if (!event_names(pattern, false)) return false;
  if (!take_word("where")) return true;
  pattern.where = is_sign("(") || is_word("not") ? unary_condition() : comparison();
  bare_where_ = true;
  return static_cast<bool>(pattern.where);
}

bool EventParser::close_pattern() { return take_sign(")") || fail_here(in_pattern_hint()); }

std::string EventParser::in_pattern_hint() const {
  if (is_word("in") || is_word("before") || is_word("since") || is_word("between"))
    return "expected `)`: a window comes after the parenthesis; a name with this word is written in quotes";
  return "expected `)`, `or` and another event, or `where`";
}

bool EventParser::window(Window& window) {
  using Kind = Window::Kind;
  if (take_word("in")) {
    if (!take_word("last"))
      return fail_here("expected `last`, as in `in last 30 days`; a name with the word `in` is written in quotes");
    return window.kind = Kind::InLast, span(window.span);
  }
  if (is_word("more") || is_word("at")) {
    window.kind = take_word("more") ? Kind::MoreThanAgo : (advance(), Kind::AtLeastAgo);
    return need_word(window.kind == Kind::MoreThanAgo ? "than" : "least") && span(window.span) && need_word("ago");
  }
  if (take_word("between")) return window_between(window);
  if (is_word("before") || is_word("since")) {
    const bool before = is_word("before");
    advance();
    if (peek().type == Type::Date) {
      window.kind = before ? Kind::Before : Kind::Since;
      window.from = peek().day;
      return advance(), true;
    }
    window.kind = before ? Kind::BeforeEdge : Kind::SinceEdge;
    return anchor(window, "expected a day such as 2011-05-01, or `first` or `last` and an event");
  }
  if (take_word("within")) {
    window.kind = Kind::Within;
    return span(window.span) && need_word("of") && anchor(window, "expected `first` or `last` and an event");
  }
  return true;
}

bool EventParser::window_between(Window& window) {
  if (peek().type == Type::Date) {
    window.kind = Window::Kind::Between;
    window.from = peek().day;
    advance();
    if (!need_word("and")) return false;
    if (peek().type != Type::Date) return fail_here("expected a day such as 2011-06-30");
    window.to = peek().day;
    if (window.to < window.from) return fail_here("the window ends before it begins");
    return advance(), true;
  }
  if (peek().type != Type::Number)
    return fail_here("expected a day such as 2011-05-01, or a number as in `between 30 and 90 days ago`");
  window.kind = Window::Kind::BetweenAgo;
  Span nearest, farthest;
  const Token& first = peek();
  if (!whole_number(nearest.n) || !need_word("and")) return false;
  const Token& second = peek();
  if (!span(farthest) || !need_word("ago")) return false;
  window.span = {nearest.n, farthest.unit};
  window.farthest = farthest.n;
  if (auto wrong = check_span(window.span)) return fail_at(first, std::move(*wrong));
  if (farthest.n < nearest.n)
    return fail_at(second, "expected the larger number second, as in `between 30 and 90 days ago`");
  return true;
}

bool EventParser::anchor(Window& window, std::string_view expected) {
  if (!is_word("first") && !is_word("last")) return fail_here(std::string(expected));
  window.edge = is_word("first") ? Edge::First : Edge::Last;
  advance();
  return bare_pattern(window.anchor.emplace());
}

bool EventParser::span(Span& span) {
  const Token& number = peek();
  if (!whole_number(span.n)) return false;
  const auto unit = peek().type == Type::Word ? unit_of(ascii_lower(peek().text)) : std::nullopt;
  if (!unit) return fail_here("expected a unit: minutes, hours, days, weeks, months or years");
  span.unit = *unit;
  if (auto wrong = check_span(span)) return fail_at(number, std::move(*wrong));
  return advance(), true;
}

bool EventParser::whole_number(std::uint32_t& n) {
  const Token& token = peek();
  if (token.type != Type::Number || token.number != std::floor(token.number) || token.number < 1 || token.number > 4e9)
    return fail_here("expected a whole number from 1");
  n = static_cast<std::uint32_t>(token.number);
  return advance(), true;
}

}  // namespace habitue::criteria
