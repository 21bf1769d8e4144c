#include "criteria/node.hpp"

#include <algorithm>

#include "criteria/criteria.hpp"

namespace habitue::criteria {
namespace {

template <class List>
NodeRef make_list(std::vector<NodeRef> parts) {
  List flat;
  for (NodeRef& part : parts) {
    if (const auto* same = std::get_if<List>(&part->form))
      flat.parts.insert(flat.parts.end(), same->parts.begin(), same->parts.end());
    else
      flat.parts.push_back(std::move(part));
  }
  if (flat.parts.size() == 1) return flat.parts.front();
  return make_node({std::move(flat)});
}

void collect(const Node& node, Names& names);

void collect(const Pattern& pattern, Names& names) {
  names.events.insert(names.events.end(), pattern.events.begin(), pattern.events.end());
  if (pattern.where) collect(*pattern.where, names);
}

void collect(const Node& node, Names& names) {
  if (const auto* all = std::get_if<All>(&node.form)) {
    for (const NodeRef& part : all->parts) collect(*part, names);
  } else if (const auto* any = std::get_if<Any>(&node.form)) {
    for (const NodeRef& part : any->parts) collect(*part, names);
  } else if (const auto* negation = std::get_if<Not>(&node.form)) {
    collect(*negation->part, names);
  } else if (const auto* value = std::get_if<ValueTest>(&node.form)) {
    switch (value->of) {
      case ValueTest::Of::Trait: names.traits.push_back(value->name); break;
      case ValueTest::Of::AccountTrait: names.account_traits.push_back(value->name); break;
      case ValueTest::Of::Property: names.properties.push_back(value->name); break;
      case ValueTest::Of::Account: names.uses_account = true; break;
      case ValueTest::Of::Role: names.uses_role = true; break;
      case ValueTest::Of::Stage: names.uses_stage = true; break;
    }
  } else if (const auto* member = std::get_if<InCohort>(&node.form)) {
    names.cohorts.push_back(member->name);
  } else if (const auto* measure = std::get_if<Measure>(&node.form)) {
    if (!measure->property.empty()) names.properties.push_back(measure->property);
  } else if (const auto* edge = std::get_if<EdgeValue>(&node.form)) {
    names.properties.push_back(edge->property);
  }
  for_each_pattern(node, [&](const Pattern& pattern) { collect(pattern, names); });
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

bool operator==(const NodeRef& left, const NodeRef& right) {
  if (left.node == right.node) return true;
  return left.node && right.node && *left.node == *right.node;
}

NodeRef make_node(Node node) { return {std::make_shared<const Node>(std::move(node))}; }
NodeRef make_all(std::vector<NodeRef> parts) { return make_list<All>(std::move(parts)); }
NodeRef make_any(std::vector<NodeRef> parts) { return make_list<Any>(std::move(parts)); }
NodeRef make_not(NodeRef part) { return make_node({Not{std::move(part)}}); }

bool is_did(const Measure& measure) {
  return measure.what == Measure::What::Count && measure.op == Operator::GreaterEqual && measure.value == 1;
}

std::size_t depth_of(const Node& node) {
  std::size_t deepest = 0;
  const auto look = [&](const NodeRef& part) { deepest = std::max(deepest, depth_of(*part)); };
  if (const auto* all = std::get_if<All>(&node.form)) std::for_each(all->parts.begin(), all->parts.end(), look);
  if (const auto* any = std::get_if<Any>(&node.form)) std::for_each(any->parts.begin(), any->parts.end(), look);
  if (const auto* negation = std::get_if<Not>(&node.form)) look(negation->part);
  for_each_pattern(node, [&](const Pattern& pattern) {
    if (pattern.where) look(pattern.where);
  });
  return deepest + 1;
}

Expression::Expression() : root_(make_node({Everyone{}}).node) {}

bool operator==(const Expression& left, const Expression& right) {
  return left.root_ == right.root_ || *left.root_ == *right.root_;
}

Names names_of(const Expression& expression) {
  Names names;
  collect(expression.root(), names);
  for (auto* list : {&names.events, &names.properties, &names.traits, &names.account_traits, &names.cohorts})
    sort_unique(*list);
  return names;
}

}  // namespace habitue::criteria
