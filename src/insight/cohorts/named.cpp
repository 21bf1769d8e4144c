#include "insight/cohorts/named.hpp"

#include <algorithm>

#include "criteria/node.hpp"

namespace habitue::insight::cohorts {
namespace {

using namespace criteria;

// Windows that are counted back from the moment asked about move on by themselves.
bool moves(const Window& window) {
  return window.kind == Window::Kind::InLast || window.kind == Window::Kind::AtLeastAgo ||
         window.kind == Window::Kind::MoreThanAgo || window.kind == Window::Kind::BetweenAgo;
}

bool by_events_alone(const Node& node) {
  const auto all_are = [](const std::vector<NodeRef>& parts) {
    return std::all_of(parts.begin(), parts.end(), [](const NodeRef& part) { return by_events_alone(*part); });
  };
  if (const auto* all = std::get_if<All>(&node.form)) return all_are(all->parts);
  if (const auto* any = std::get_if<Any>(&node.form)) return all_are(any->parts);
  if (const auto* negation = std::get_if<Not>(&node.form)) return by_events_alone(*negation->part);
  if (const auto* member = std::get_if<InCohort>(&node.form)) return !member->live || by_events_alone(*member->live);
  if (const auto* value = std::get_if<ValueTest>(&node.form))
    return value->of != ValueTest::Of::Role && value->of != ValueTest::Of::Stage;
  if (const auto* measure = std::get_if<Measure>(&node.form)) return !moves(measure->window);
  if (const auto* moment = std::get_if<Moment>(&node.form)) return !moves(moment->window);
  if (const auto* edge = std::get_if<EdgeValue>(&node.form)) return !moves(edge->window);
  if (const auto* sequence = std::get_if<Sequence>(&node.form)) return !moves(sequence->window);
  return true;
}

}  // namespace

Result<Expression> expression_of(const Question& question, const std::string& name) {
  if (question.cohorts == nullptr) return fail(ErrorKind::Conflict, "no cohorts are saved here");
  return with_cohorts(Expression(make_node({InCohort{name, {}, {}}}).node), *question.cohorts);
}

Result<Evaluator> bind_cohort(const Customers& customers, const Question& question, const std::string& name) {
  return expression_of(question, name).and_then([&](const Expression& expression) {
    return customers.evaluator(expression);
  });
}

bool changes_by_events_alone(const Expression& expression) { return by_events_alone(expression.root()); }

}  // namespace habitue::insight::cohorts
