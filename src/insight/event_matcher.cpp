#include "insight/event_matcher.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "criteria/node.hpp"

namespace habitue::insight {
namespace {

using namespace criteria;

// What the name of an event alone says of a condition.
enum class Met : std::uint8_t { Never, Perhaps, Always };

const Pattern* event_of(const Node& node) {
  const auto* measure = std::get_if<Measure>(&node.form);
  const bool about_event = measure != nullptr && is_did(*measure) && measure->window.kind == Window::Kind::Always;
  return about_event ? &measure->events : nullptr;
}

bool is_of_one_event(const Node& node) {
  const auto all_are = [](const std::vector<NodeRef>& parts) {
    return std::all_of(parts.begin(), parts.end(), [](const NodeRef& part) { return is_of_one_event(*part); });
  };
  if (std::holds_alternative<Everyone>(node.form)) return true;
  if (const auto* all = std::get_if<All>(&node.form)) return all_are(all->parts);
  if (const auto* any = std::get_if<Any>(&node.form)) return all_are(any->parts);
  if (const auto* negation = std::get_if<Not>(&node.form)) return is_of_one_event(*negation->part);
  return event_of(node) != nullptr;
}

Met met_by(const Node& node, std::string_view event) {
  if (const auto* all = std::get_if<All>(&node.form)) {
    Met met = Met::Always;
    for (const NodeRef& part : all->parts) met = std::min(met, met_by(*part, event));
    return met;
  }
  if (const auto* any = std::get_if<Any>(&node.form)) {
    Met met = Met::Never;
    for (const NodeRef& part : any->parts) met = std::max(met, met_by(*part, event));
    return met;
  }
  if (const auto* negation = std::get_if<Not>(&node.form)) {
    const Met met = met_by(*negation->part, event);
    return met == Met::Perhaps ? met : met == Met::Never ? Met::Always : Met::Never;
  }
  const Pattern* pattern = event_of(node);
  if (pattern == nullptr) return Met::Always;
  const auto& names = pattern->events;
  if (!names.empty() && std::find(names.begin(), names.end(), event) == names.end()) return Met::Never;
  return pattern->where ? Met::Perhaps : Met::Always;
}

}  // namespace

Result<Expression> parse_event_test(std::string_view text) {
  const auto expression = parse_located(text);
  if (expression) return *expression;
  // The events alone are what nearly everybody means, and no expression begins with the name of an event.
  constexpr std::string_view kBefore = "did (";
  auto events = parse_located(fmt::format("{}{})", kBefore, text));
  if (events && event_of(events->root()) != nullptr) return *events;
  // The mistake that lies further on is in the form that was meant.
  Mistake mistake = expression.error();
  if (!events && events.error().offset > mistake.offset + kBefore.size()) {
    mistake = events.error();
    mistake.offset = std::min(mistake.offset - kBefore.size(), text.size());
  }
  return invalid(point_at(text, mistake));
}

std::string event_test_text(const Expression& condition) {
  const std::string text = to_text(condition);
  if (event_of(condition.root()) == nullptr || !text.starts_with("did ")) return text;
  std::string events = text.substr(4);
  const auto again = parse_event_test(events);
  return again && *again == condition ? events : text;
}

Result<EventMatcher> EventMatcher::bind(const knowledge::Customers& customers, std::span<const Expression> conditions) {
  if (conditions.size() > kMost)
    return invalid(
        fmt::format("{} conditions on events are more than the {} that a question may have", conditions.size(), kMost));
  const std::span<const std::string> names = customers.snapshot().kinds();
  EventMatcher matcher;
  matcher.kinds_.resize(names.size());
  for (std::size_t number = 0; number < conditions.size(); ++number) {
    const Node& root = conditions[number].root();
    if (!is_of_one_event(root))
      return invalid(
          fmt::format("`{}` is no condition on one event: name events, with `where` for their properties, "
                      "as in `Order Completed where total > 50`",
                      to_text(conditions[number])));
    auto evaluator = customers.evaluator(conditions[number]);
    if (!evaluator) return tl::unexpected(evaluator.error());
    for (const std::string& warning : evaluator->warnings()) matcher.warnings_.push_back(warning);
    matcher.evaluators_.push_back(*std::move(evaluator));
    for (std::size_t kind = 0; kind < names.size(); ++kind) {
      const Met met = met_by(root, names[kind]);
      if (met == Met::Always) matcher.kinds_[kind].surely |= std::uint64_t{1} << number;
      if (met == Met::Perhaps) matcher.kinds_[kind].perhaps |= std::uint64_t{1} << number;
      matcher.perhaps_ |= matcher.kinds_[kind].perhaps;
    }
  }
  return matcher;
}

void EventMatcher::operator()(const journey::SelectionBlock& block, std::vector<std::uint64_t>& met) const {
  const std::span<const std::uint32_t> rows = block.rows;
  if (met.size() < rows.size()) met.resize(rows.size());
  // Condition by condition, so that each reads the properties of all its rows at once.
  struct Waiting {
    std::vector<std::uint32_t> places, rows;
    std::size_t count = 0;
  };
  thread_local std::array<Waiting, kMost> waiting;
  for (std::uint64_t left = perhaps_; left != 0; left &= left - 1) {
    Waiting& one = waiting[static_cast<std::size_t>(std::countr_zero(left))];
    one.count = 0;
    if (one.places.size() < rows.size()) one.places.resize(rows.size());
    one.rows.resize(one.places.size());
  }
  for (std::uint32_t place = 0; place < rows.size(); ++place) {
    const Kind& kind = kinds_[block.segment->kind(rows[place]).value];
    met[place] = kind.surely;
    for (std::uint64_t left = kind.perhaps; left != 0; left &= left - 1) {
      Waiting& one = waiting[static_cast<std::size_t>(std::countr_zero(left))];
      one.places[one.count] = place;
      one.rows[one.count++] = rows[place];
    }
  }
  thread_local std::vector<std::uint8_t> is_met;
  for (std::uint64_t left = perhaps_; left != 0; left &= left - 1) {
    const auto number = static_cast<std::size_t>(std::countr_zero(left));
    const Waiting& one = waiting[number];
    if (is_met.size() < one.count) is_met.resize(one.count);
    evaluators_[number].matches(*block.segment, std::span(one.rows).first(one.count), is_met.data());
    for (std::size_t index = 0; index < one.count; ++index)
      met[one.places[index]] |= std::uint64_t{is_met[index]} << number;
  }
}

std::uint64_t EventMatcher::look_at(std::uint64_t perhaps, const journey::Event& event) const {
  std::uint64_t met = 0;
  for (std::uint64_t left = perhaps; left != 0; left &= left - 1) {
    const int number = std::countr_zero(left);
    if (evaluators_[static_cast<std::size_t>(number)].matches(event)) met |= std::uint64_t{1} << number;
  }
  return met;
}

}  // namespace habitue::insight
