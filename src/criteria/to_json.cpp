// The JSON form of an expression: the table of README.md from the left to the right.
#include <boost/json.hpp>

#include <cmath>

#include "criteria/checks.hpp"
#include "criteria/criteria.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

namespace json = boost::json;

json::value number_json(double number) {
  const bool whole = number == std::floor(number) && std::abs(number) < 9007199254740992.0;
  return whole ? json::value(static_cast<std::int64_t>(number)) : json::value(number);
}

json::value literal_json(const Literal& literal) {
  if (const auto* number = std::get_if<double>(&literal)) return number_json(*number);
  if (const auto* text = std::get_if<std::string>(&literal)) return json::string(*text);
  if (const auto* truth = std::get_if<bool>(&literal)) return *truth;
  return json::object{{"date", format_day(std::get<LocalDay>(literal))}};
}

void add_test(json::object& out, const Test& test) {
  out["op"] = word_of(test.op);
  if (test.op == Operator::In) {
    json::array values;
    for (const Literal& literal : test.values) values.push_back(literal_json(literal));
    out["values"] = std::move(values);
  } else if (!test.values.empty()) {
    out["value"] = literal_json(test.values[0]);
  }
}

json::object node_json(const Node& node);

json::object pattern_json(const Pattern& pattern) {
  json::object out;
  if (pattern.events.empty())
    out["events"] = "any";
  else
    out["events"] = json::array(pattern.events.begin(), pattern.events.end());
  if (pattern.where) out["where"] = node_json(*pattern.where);
  return out;
}

json::object span_json(const Span& span) { return {{"n", span.n}, {"unit", word_of(span.unit)}}; }

void add_window(json::object& out, const Window& window) {
  using Kind = Window::Kind;
  json::object form;
  const std::string edge(word_of(window.edge));
  switch (window.kind) {
    case Kind::Always: return;
    case Kind::InLast: form["in_last"] = span_json(window.span); break;
    case Kind::AtLeastAgo: form["at_least_ago"] = span_json(window.span); break;
    case Kind::MoreThanAgo: form["more_than_ago"] = span_json(window.span); break;
    case Kind::BetweenAgo:
      form["between_ago"] =
          json::object{{"from", window.span.n}, {"to", window.farthest}, {"unit", word_of(window.span.unit)}};
      break;
    case Kind::Between: form["between"] = json::array{format_day(window.from), format_day(window.to)}; break;
    case Kind::Before: form["before"] = format_day(window.from); break;
    case Kind::Since: form["since"] = format_day(window.from); break;
    case Kind::Within:
      form["within"] = span_json(window.span);
      form["of_" + edge] = pattern_json(*window.anchor);
      break;
    case Kind::BeforeEdge: form["before_" + edge] = pattern_json(*window.anchor); break;
    case Kind::SinceEdge: form["since_" + edge] = pattern_json(*window.anchor); break;
  }
  out["window"] = std::move(form);
}

json::object value_test_json(const ValueTest& leaf) {
  using Of = ValueTest::Of;
  json::object out;
  switch (leaf.of) {
    case Of::Trait: out["trait"] = leaf.name; break;
    case Of::AccountTrait: out["account"] = leaf.name; break;
    case Of::Property: out["property"] = leaf.name; break;
    case Of::Account: out["fact"] = "account"; break;
    case Of::Role: out["fact"] = "role"; break;
    case Of::Stage: out["fact"] = "stage"; break;
  }
  add_test(out, leaf.test);
  return out;
}

json::object measure_json(const Measure& measure) {
  json::object out;
  if (is_did(measure)) {
    out["did"] = pattern_json(measure.events);
  } else {
    const std::string_view what = word_of(measure.what);
    if (takes_property(measure.what)) {
      out[what] = measure.property;
      out["of"] = pattern_json(measure.events);
    } else {
      out[what] = pattern_json(measure.events);
    }
    out["op"] = word_of(measure.op);
    out["value"] = number_json(measure.value);
  }
  add_window(out, measure.window);
  return out;
}

json::array list_json(const std::vector<NodeRef>& parts) {
  json::array out;
  for (const NodeRef& part : parts) out.push_back(node_json(*part));
  return out;
}

json::object node_json(const Node& node) {
  json::object out;
  if (const auto* all = std::get_if<All>(&node.form)) {
    out["all"] = list_json(all->parts);
  } else if (const auto* any = std::get_if<Any>(&node.form)) {
    out["any"] = list_json(any->parts);
  } else if (const auto* negation = std::get_if<Not>(&node.form)) {
    out["not"] = node_json(*negation->part);
  } else if (const auto* value = std::get_if<ValueTest>(&node.form)) {
    return value_test_json(*value);
  } else if (const auto* measure = std::get_if<Measure>(&node.form)) {
    return measure_json(*measure);
  } else if (const auto* moment = std::get_if<Moment>(&node.form)) {
    out[word_of(moment->edge)] = pattern_json(moment->events);
    add_window(out, moment->window);
  } else if (const auto* edge = std::get_if<EdgeValue>(&node.form)) {
    out[word_of(edge->edge)] = edge->property;
    out["of"] = pattern_json(edge->events);
    add_test(out, edge->test);
    add_window(out, edge->window);
  } else if (const auto* sequence = std::get_if<Sequence>(&node.form)) {
    json::array steps;
    for (const Pattern& step : sequence->steps) steps.push_back(pattern_json(step));
    out["sequence"] = std::move(steps);
    if (sequence->without) out["without"] = pattern_json(*sequence->without);
    if (sequence->within) out["within"] = span_json(*sequence->within);
    add_window(out, sequence->window);
  } else if (const auto* member = std::get_if<InCohort>(&node.form)) {
    out["cohort"] = member->name;
  } else {
    out["everyone"] = true;
  }
  return out;
}

}  // namespace

json::value to_json(const Expression& expression) { return node_json(expression.root()); }

}  // namespace habitue::criteria
