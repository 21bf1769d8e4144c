// Reads the JSON form: the table of docs/criteria.md from the right to the left.
#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <tuple>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/checks.hpp"
#include "criteria/criteria.hpp"
#include "criteria/json_reader.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

namespace json = boost::json;

class Reader : private JsonReader {
 public:
  Result<Expression> read(const json::value& value) {
    NodeRef root = node(value, "", Where::Person);
    if (root && depth_of(*root) > kMaxDepth) wrong("", fmt::format("nested more than {} levels deep", kMaxDepth));
    if (failed()) return invalid(failure());
    Expression expression(root.node);
    // What text could not say must not enter by JSON: the two forms are one-to-one.
    const std::string text = to_text(expression);
    if (text.size() > kMaxTextBytes)
      return invalid(fmt::format("the whole: its text has {} bytes; {} are the most", text.size(), kMaxTextBytes));
    if (!is_valid_utf8(text)) return invalid("the whole: a text in it is not valid UTF-8");
    return expression;
  }

 private:
  enum class Where { Person, Event };  // Event: inside a `where`, whose leaves are properties.

  // --- expressions

  NodeRef node(const json::value& value, const std::string& at, Where where) {
    const json::object* object = value.if_object();
    if (object == nullptr)
      return none(at, "expected an object such as {\"trait\": \"country\", \"op\": \"=\", \"value\": \"France\"}");
    if (!count(at)) return {};
    if (++depth_ > 2 * kMaxDepth) return none(at, "nested too deep");
    NodeRef read = form(*object, at, where);
    --depth_;
    return read;
  }

  NodeRef form(const json::object& object, const std::string& at, Where where) {
    if (const auto* parts = object.if_contains("all"))
      return only(object, at, {"all"}) ? list(*parts, at + "/all", where, true) : NodeRef{};
    if (const auto* parts = object.if_contains("any"))
      return only(object, at, {"any"}) ? list(*parts, at + "/any", where, false) : NodeRef{};
    if (const auto* part = object.if_contains("not")) {
      if (!only(object, at, {"not"})) return {};
      NodeRef inner = node(*part, at + "/not", where);
      return inner ? make_not(std::move(inner)) : NodeRef{};
    }
    if (where == Where::Event) {
      if (const auto* name = object.if_contains("property"))
        return value_test(object, at, ValueTest::Of::Property, "property", name);
      return none(at, "expected `property`, `all`, `any` or `not`");
    }
    return person_leaf(object, at);
  }

  NodeRef person_leaf(const json::object& object, const std::string& at) {
    if (const auto* yes = object.if_contains("everyone")) {
      if (!only(object, at, {"everyone"})) return {};
      if (!yes->is_bool() || !yes->get_bool())
        return none(at + "/everyone", "expected true; nobody is {\"not\": {\"everyone\": true}}");
      return make_node({Everyone{}});
    }
    if (const auto* name = object.if_contains("trait"))
      return value_test(object, at, ValueTest::Of::Trait, "trait", name);
    if (const auto* name = object.if_contains("account"))
      return value_test(object, at, ValueTest::Of::AccountTrait, "account", name);
    if (const auto* which = object.if_contains("fact")) return fact(object, at, *which);
    if (const auto* pattern_value = object.if_contains("did")) {
      Measure did;
      if (!only(object, at, {"did", "window"}) || !pattern(*pattern_value, at + "/did", did.events) ||
          !window(object, at, did.window))
        return {};
      return make_node({std::move(did)});
    }
    if (object.contains("sequence")) return sequence(object, at);
    if (const auto* name = object.if_contains("cohort")) {
      InCohort leaf;
      if (!only(object, at, {"cohort"}) || !read_name(*name, at + "/cohort", leaf.name)) return {};
      return make_node({std::move(leaf)});
    }
    for (const Edge edge_kind : {Edge::First, Edge::Last})
      if (object.contains(word_of(edge_kind))) return edge(object, at, edge_kind);
    for (const auto& [word, what] : kMeasureWords)
      if (object.contains(word)) return measure(object, at, word, what);
    return none(
        at,
        "no test: expected one of all, any, not, everyone, trait, account, fact, did, count, days, weeks, months, "
        "sum, min, max, mean, distinct, first, last, sequence, cohort");
  }

  NodeRef list(const json::value& value, const std::string& at, Where where, bool all) {
    const json::array* array = value.if_array();
    if (array == nullptr || array->empty()) return none(at, "expected a list with at least one test");
    std::vector<NodeRef> parts;
    for (std::size_t i = 0; i < array->size(); ++i) {
      NodeRef part = node((*array)[i], fmt::format("{}/{}", at, i), where);
      if (!part) return {};
      parts.push_back(std::move(part));
    }
    return all ? make_all(std::move(parts)) : make_any(std::move(parts));
  }

  NodeRef value_test(const json::object& object, const std::string& at, ValueTest::Of of, std::string_view key,
                     const json::value* name) {
    ValueTest leaf{of, {}, {}};
    if (!only(object, at, {key, "op", "value", "values"})) return {};
    if (!read_name(*name, fmt::format("{}/{}", at, key), leaf.name) || !test(object, at, of, leaf.test)) return {};
    return make_node({std::move(leaf)});
  }

  NodeRef fact(const json::object& object, const std::string& at, const json::value& which) {
    std::string word;
    if (!only(object, at, {"fact", "op", "value", "values"}) || !read_text(which, at + "/fact", word)) return {};
    ValueTest leaf;
    if (word == "role")
      leaf.of = ValueTest::Of::Role;
    else if (word == "stage")
      leaf.of = ValueTest::Of::Stage;
    else if (word == "account")
      leaf.of = ValueTest::Of::Account;
    else
      return none(at + "/fact", "expected role, stage or account");
    if (!test(object, at, leaf.of, leaf.test)) return {};
    return make_node({std::move(leaf)});
  }

  bool test(const json::object& object, const std::string& at, ValueTest::Of of, Test& out) {
    const json::value* op = need(object, at, "op");
    std::string word;
    if (op == nullptr || !read_text(*op, at + "/op", word)) return false;
    const auto read = operator_of(word);
    if (!read)
      return wrong(at + "/op",
                   "expected one of =, !=, <, <=, >, >=, in, contains, starts with, ends with, exists, is missing");
    out.op = *read;
    const bool many = out.op == Operator::In;
    if (object.contains(many ? "value" : "values"))
      return wrong(at + (many ? "/value" : "/values"),
                   many ? "`in` takes `values`, a list" : "only `in` takes `values`; here it is `value`");
    if (many) {
      const json::value* values = need(object, at, "values");
      if (values == nullptr) return false;
      if (!values->is_array()) return wrong(at + "/values", "expected a list");
      const json::array& array = values->get_array();
      for (std::size_t i = 0; i < array.size(); ++i)
        if (!literal(array[i], fmt::format("{}/values/{}", at, i), out)) return false;
    } else if (const json::value* value = object.if_contains("value")) {
      if (!literal(*value, at + "/value", out)) return false;
    }
    const auto mistake = check_test(of, out);
    return !mistake || wrong(at, *mistake);
  }

  bool literal(const json::value& value, const std::string& at, Test& out) {
    if (!count(at)) return false;
    if (value.is_bool()) return out.values.emplace_back(value.get_bool()), true;
    if (value.is_string()) return out.values.emplace_back(std::string(value.get_string())), true;
    if (const json::object* object = value.if_object()) {
      LocalDay day;
      const json::value* date = need(*object, at, "date");
      if (date == nullptr || !only(*object, at, {"date"}) || !read_day(*date, at + "/date", day)) return false;
      return out.values.emplace_back(day), true;
    }
    double number = 0;
    if (value.is_null() || value.is_array())
      return wrong(at, "expected a text, a number, true, false or {\"date\": \"2011-05-01\"}");
    if (!read_number(value, at, number)) return false;
    return out.values.emplace_back(number), true;
  }

  // --- events

  bool pattern(const json::value& value, const std::string& at, Pattern& out) {
    const json::object* object = value.if_object();
    if (object == nullptr) return wrong(at, "expected an object such as {\"events\": [\"Order Completed\"]}");
    if (!only(*object, at, {"events", "where"})) return false;
    const json::value* events = need(*object, at, "events");
    if (events == nullptr) return false;
    if (const json::array* array = events->if_array(); array != nullptr && !array->empty()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        std::string name;
        if (!read_name((*array)[i], fmt::format("{}/events/{}", at, i), name)) return false;
        if (std::find(out.events.begin(), out.events.end(), name) == out.events.end())
          out.events.push_back(std::move(name));
      }
    } else if (!events->is_string() || events->get_string() != "any") {
      return wrong(at + "/events", "expected a list of names, or \"any\"");
    }
    if (const json::value* where = object->if_contains("where")) {
      out.where = node(*where, at + "/where", Where::Event);
      return static_cast<bool>(out.where);
    }
    return true;
  }

  NodeRef measure(const json::object& object, const std::string& at, std::string_view word, Measure::What what) {
    Measure leaf;
    leaf.what = what;
    const std::string here = fmt::format("{}/{}", at, word);
    if (takes_property(what)) {
      const json::value* of = need(object, at, "of");
      if (of == nullptr || !only(object, at, {word, "of", "op", "value", "window"}) ||
          !read_name(object.at(word), here, leaf.property) || !pattern(*of, at + "/of", leaf.events))
        return {};
    } else if (!only(object, at, {word, "op", "value", "window"}) || !pattern(object.at(word), here, leaf.events)) {
      return {};
    }
    const json::value* op = need(object, at, "op");
    const json::value* value = need(object, at, "value");
    std::string sign;
    if (op == nullptr || value == nullptr || !read_text(*op, at + "/op", sign)) return {};
    const auto comparison = comparison_of(sign);
    if (!comparison) return none(at + "/op", "expected one of =, !=, <, <=, >, >=");
    leaf.op = *comparison;
    if (!read_number(*value, at + "/value", leaf.value) || !window(object, at, leaf.window)) return {};
    return make_node({std::move(leaf)});
  }

  NodeRef edge(const json::object& object, const std::string& at, Edge edge_kind) {
    const std::string here = fmt::format("{}/{}", at, word_of(edge_kind));
    const json::value& value = object.at(word_of(edge_kind));
    if (value.is_object()) {
      Moment leaf;
      leaf.edge = edge_kind;
      if (!only(object, at, {word_of(edge_kind), "window"}) || need(object, at, "window") == nullptr ||
          !pattern(value, here, leaf.events) || !window(object, at, leaf.window))
        return {};
      return make_node({std::move(leaf)});
    }
    EdgeValue leaf;
    leaf.edge = edge_kind;
    const json::value* of = need(object, at, "of");
    if (of == nullptr || !only(object, at, {word_of(edge_kind), "of", "op", "value", "values", "window"}) ||
        !read_name(value, here, leaf.property) || !pattern(*of, at + "/of", leaf.events) ||
        !test(object, at, ValueTest::Of::Property, leaf.test) || !window(object, at, leaf.window))
      return {};
    return make_node({std::move(leaf)});
  }

  NodeRef sequence(const json::object& object, const std::string& at) {
    Sequence leaf;
    if (!only(object, at, {"sequence", "without", "within", "window"})) return {};
    const json::array* steps = object.at("sequence").if_array();
    if (steps == nullptr || steps->size() < 2 || steps->size() > kMaxSteps)
      return none(at + "/sequence", fmt::format("expected a list of 2 to {} steps", kMaxSteps));
    for (std::size_t i = 0; i < steps->size(); ++i)
      if (!pattern((*steps)[i], fmt::format("{}/sequence/{}", at, i), leaf.steps.emplace_back())) return {};
    if (const auto* without = object.if_contains("without"))
      if (!pattern(*without, at + "/without", leaf.without.emplace())) return {};
    if (const auto* within = object.if_contains("within"))
      if (!span(*within, at + "/within", leaf.within.emplace())) return {};
    if (!window(object, at, leaf.window)) return {};
    return make_node({std::move(leaf)});
  }

  // --- windows

  bool span(const json::value& value, const std::string& at, Span& out) {
    const json::object* object = value.if_object();
    if (object == nullptr) return wrong(at, "expected an object such as {\"n\": 30, \"unit\": \"days\"}");
    const json::value* n = need(*object, at, "n");
    if (n == nullptr || !only(*object, at, {"n", "unit"}) || !read_whole(*n, at + "/n", out.n) ||
        !unit(*object, at, out.unit))
      return false;
    const auto mistake = check_span(out);
    return !mistake || wrong(at + "/n", *mistake);
  }

  bool unit(const json::object& object, const std::string& at, Unit& out) {
    const json::value* value = need(object, at, "unit");
    std::string word;
    if (value == nullptr || !read_text(*value, at + "/unit", word)) return false;
    const auto read = unit_of(word);
    if (!read) return wrong(at + "/unit", "expected minutes, hours, days, weeks, months or years");
    out = *read;
    return true;
  }

  bool window(const json::object& owner, const std::string& owner_at, Window& out) {
    using Kind = Window::Kind;
    const json::value* value = owner.if_contains("window");
    if (value == nullptr) return true;
    const std::string at = owner_at + "/window";
    const json::object* object = value->if_object();
    if (object == nullptr || object->empty())
      return wrong(at, "expected an object such as {\"in_last\": {\"n\": 30, \"unit\": \"days\"}}");
    const std::string key(object->begin()->key());
    const auto spanned = [&](Kind kind) {
      out.kind = kind;
      return only(*object, at, {key}) && span(object->at(key), at + "/" + key, out.span);
    };
    if (object->contains("within")) return within(*object, at, out);
    if (key == "in_last") return spanned(Kind::InLast);
    if (key == "at_least_ago") return spanned(Kind::AtLeastAgo);
    if (key == "more_than_ago") return spanned(Kind::MoreThanAgo);
    if (key == "between_ago") return only(*object, at, {key}) && between_ago(object->at(key), at + "/" + key, out);
    if (key == "between") return only(*object, at, {key}) && between(object->at(key), at + "/" + key, out);
    if (key == "before" || key == "since") {
      out.kind = key == "before" ? Kind::Before : Kind::Since;
      return only(*object, at, {key}) && read_day(object->at(key), at + "/" + key, out.from);
    }
    for (const auto& [word, kind, edge_kind] : {std::tuple{"before_first", Kind::BeforeEdge, Edge::First},
                                                std::tuple{"before_last", Kind::BeforeEdge, Edge::Last},
                                                std::tuple{"since_first", Kind::SinceEdge, Edge::First},
                                                std::tuple{"since_last", Kind::SinceEdge, Edge::Last}}) {
      if (key != word) continue;
      out.kind = kind;
      out.edge = edge_kind;
      return only(*object, at, {key}) && pattern(object->at(key), at + "/" + key, out.anchor.emplace());
    }
    return wrong(at + "/" + escaped(key),
                 "no window: expected one of in_last, at_least_ago, more_than_ago, between_ago, between, "
                 "before, since, within, before_first, before_last, since_first, since_last");
  }

  bool within(const json::object& object, const std::string& at, Window& out) {
    out.kind = Window::Kind::Within;
    const bool last = object.contains("of_last");
    const std::string_view of = last ? "of_last" : "of_first";
    const json::value* anchor = need(object, at, of);
    out.edge = last ? Edge::Last : Edge::First;
    return anchor != nullptr && only(object, at, {"within", of}) &&
           span(object.at("within"), at + "/within", out.span) &&
           pattern(*anchor, fmt::format("{}/{}", at, of), out.anchor.emplace());
  }

  bool between_ago(const json::value& value, const std::string& at, Window& out) {
    const json::object* object = value.if_object();
    if (object == nullptr)
      return wrong(at, "expected an object such as {\"from\": 30, \"to\": 90, \"unit\": \"days\"}");
    const json::value* from = need(*object, at, "from");
    const json::value* to = need(*object, at, "to");
    out.kind = Window::Kind::BetweenAgo;
    if (from == nullptr || to == nullptr || !only(*object, at, {"from", "to", "unit"}) ||
        !unit(*object, at, out.span.unit) || !read_whole(*from, at + "/from", out.span.n) ||
        !read_whole(*to, at + "/to", out.farthest))
      return false;
    if (out.farthest < out.span.n) return wrong(at + "/to", "the larger number is `to`");
    const auto mistake = check_span({out.farthest, out.span.unit});
    return !mistake || wrong(at + "/to", *mistake);
  }

  bool between(const json::value& value, const std::string& at, Window& out) {
    const json::array* days = value.if_array();
    if (days == nullptr || days->size() != 2)
      return wrong(at, "expected two days such as [\"2011-01-01\", \"2011-06-30\"]");
    out.kind = Window::Kind::Between;
    if (!read_day((*days)[0], at + "/0", out.from) || !read_day((*days)[1], at + "/1", out.to)) return false;
    return out.from <= out.to || wrong(at + "/1", "the window ends before it begins");
  }

  std::size_t depth_ = 0;
};

}  // namespace

Result<Expression> from_json(const json::value& json) { return Reader().read(json); }

}  // namespace habitue::criteria
