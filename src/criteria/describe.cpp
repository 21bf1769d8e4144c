#include <fmt/format.h>

#include <cmath>

#include "criteria/criteria.hpp"
#include "criteria/wording.hpp"

namespace habitue::criteria {
namespace {

bool is_list(const Node& node) {
  return std::holds_alternative<All>(node.form) || std::holds_alternative<Any>(node.form);
}

std::string joined(const std::vector<NodeRef>& parts, std::string_view joiner, const Wording& wording) {
  std::string text;
  for (const NodeRef& part : parts) {
    if (!text.empty()) text += fmt::format(" {} ", joiner);
    const std::string one = describe_node(*part, wording);
    text += is_list(*part) ? "(" + one + ")" : one;
  }
  return text;
}

}  // namespace

const Wording& Wording::of(std::string_view language) {
  return language == "fr" ? french_wording() : english_wording();
}

std::string Wording::grouped(double value, std::string_view thousands, std::string_view point) {
  std::string text = fmt::format("{}", value);
  if (text.find('e') != std::string::npos) return text;
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::string whole = text.substr(0, dot);
  const std::size_t first = whole.starts_with('-') ? 1 : 0;
  for (std::size_t at = whole.size(); at > first + 3;) whole.insert(at -= 3, thousands);
  if (dot == text.size()) return whole;
  return whole + std::string(point) + text.substr(dot + 1);
}

std::string Wording::literal(const Literal& value) const {
  if (const auto* n = std::get_if<double>(&value)) return number(*n);
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  if (const auto* said = std::get_if<bool>(&value)) return std::string(truth(*said));
  return day(std::get<LocalDay>(value));
}

std::string Wording::condition(const Node& node, bool negated) const { return describe_node(node, *this, negated); }

std::string Wording::listed(const std::vector<std::string>& parts, std::string_view last_joiner) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? fmt::format(" {} ", last_joiner) : ", ";
    text += parts[i];
  }
  return text;
}

std::string describe_node(const Node& node, const Wording& wording, bool negated) {
  if (const auto* negation = std::get_if<Not>(&node.form)) return describe_node(*negation->part, wording, !negated);
  if (const auto* value = std::get_if<ValueTest>(&node.form)) return wording.value_test(*value, negated);
  if (const auto* measure = std::get_if<Measure>(&node.form)) return wording.measure(*measure, negated);
  if (const auto* moment = std::get_if<Moment>(&node.form)) return wording.moment(*moment, negated);
  if (const auto* edge = std::get_if<EdgeValue>(&node.form)) return wording.edge_value(*edge, negated);
  if (const auto* sequence = std::get_if<Sequence>(&node.form)) return wording.sequence(*sequence, negated);
  if (const auto* member = std::get_if<InCohort>(&node.form)) return wording.in_cohort(member->name, negated);
  std::string text = wording.everyone();
  if (const auto* all = std::get_if<All>(&node.form)) text = joined(all->parts, wording.and_word(), wording);
  if (const auto* any = std::get_if<Any>(&node.form)) text = joined(any->parts, wording.or_word(), wording);
  return negated ? wording.denied(text) : text;
}

std::string describe(const Expression& expression, std::string_view language) {
  return describe_node(expression.root(), Wording::of(language));
}

}  // namespace habitue::criteria
