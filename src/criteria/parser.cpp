// Recursive descent over the grammar of README.md. Each function reads one rule of it and returns null or false after
// noting the one mistake that ends the reading.
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/checks.hpp"
#include "criteria/criteria.hpp"
#include "criteria/event_parser.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

const std::vector<std::string_view> kLeafWords = {
    "everyone", "trait", "account", "role", "stage", "did",      "event", "count", "days",     "weeks",
    "months",   "sum",   "min",     "max",  "mean",  "distinct", "first", "last",  "sequence", "not"};

class Parser : private EventParser {
 public:
  explicit Parser(std::vector<Token> tokens) : EventParser(std::move(tokens)) {}

  Located read_expression() { return finish(disjunction(), "`and`, `or` or the end"); }

  Located read_condition() {
    NodeRef condition = any_condition();
    if (!condition) return tl::unexpected(mistake_);
    Measure did;
    did.events.where = std::move(condition);
    return finish(make_node({std::move(did)}), "`and`, `or` or the end of the condition");
  }

 private:
  Located finish(NodeRef root, std::string_view expected) {
    if (!root) return tl::unexpected(mistake_);
    if (peek().type != Type::End) {
      fail_here(trailing_hint(fmt::format("expected {}", expected)));
      return tl::unexpected(mistake_);
    }
    if (depth_of(*root) > kMaxDepth)
      return tl::unexpected(Mistake{0, 0, fmt::format("nested more than {} levels deep", kMaxDepth)});
    return Expression(root.node);
  }

  // A slip that people make often deserves more than "expected": `where` with two conditions and no parentheses.
  std::string trailing_hint(std::string message) const {
    if (peek().type == Type::Word && is_keyword(peek().text, "where"))
      return message + ": `where` comes right after the event's name, before any `in last ...`";
    return message;
  }

  NodeRef disjunction() {
    return list(
        "or", [&] { return conjunction(); }, make_any);
  }

  NodeRef conjunction() {
    return list(
        "and", [&] { return unary(); }, make_all);
  }

  NodeRef unary() {
    const Deeper deeper(nesting_);
    if (!deep_enough() || !count_node()) return {};
    if (take_word("not")) {
      NodeRef part = unary();
      return part ? make_not(std::move(part)) : NodeRef{};
    }
    if (take_sign("(")) {
      NodeRef inner = disjunction();
      if (!inner) return {};
      if (is_sign(")")) return advance(), inner;
      fail_here(trailing_hint("expected `)`, `and` or `or`"));
      return {};
    }
    return leaf();
  }

  NodeRef leaf() {
    const bool after_bare_where = std::exchange(bare_where_, false);
    const Token& head = peek();
    if (head.type == Type::Word) {
      if (take_word("everyone")) return make_node({Everyone{}});
      if (take_word("trait")) return value_test(ValueTest::Of::Trait);
      if (take_word("account")) return account();
      if (take_word("role")) return value_test(ValueTest::Of::Role);
      if (take_word("stage")) return value_test(ValueTest::Of::Stage);
      if (take_word("did") || take_word("event")) return did();
      if (take_word("sequence")) return sequence();
      if (is_word("in") && is_word("cohort", 1)) return advance(), advance(), cohort();
      if (is_word("first") || is_word("last")) return edge(take_word("first") ? Edge::First : (advance(), Edge::Last));
      for (const auto& [word, what] : kMeasureWords)
        if (take_word(word)) return measure(what);
    }
    fail_at(head, leaf_expected(head, after_bare_where));
    return {};
  }

  std::string leaf_expected(const Token& token, bool after_bare_where) const {
    if (token.type == Type::End) return "expected a test such as `trait country = \"France\"` or `did Order Completed`";
    if (after_bare_where)
      return "expected a test; a `where` with several conditions stands in parentheses with its event: "
             "did (Order Completed where total > 50 and currency = \"EUR\")";
    const std::string_view nearest =
        token.type == Type::Word ? nearest_word(token.text, kLeafWords) : std::string_view{};
    if (!nearest.empty() && nearest != token.text)
      return fmt::format("`{}` is no test: did you mean `{}`?", token.text, nearest);
    return "expected a test: trait, account, role, stage, did, count(...), sum(...), first(...), last(...), "
           "sequence(...), in cohort, everyone";
  }

  // `account plan = "pro"` asks for a trait of the account; `account = "acme"` and `account exists` for the account.
  NodeRef account() {
    ValueTest leaf{ValueTest::Of::Account, {}, {}};
    const bool named = peek().type == Type::Text || (peek().type == Type::Word && !is_reserved(peek().text));
    if (named) {
      leaf.of = ValueTest::Of::AccountTrait;
      if (!name(leaf.name, "the name of an account's trait")) return {};
    }
    return tested(std::move(leaf));
  }

  NodeRef did() {
    const bool negated = take_word("not");
    Measure leaf;
    if (!bare_pattern(leaf.events) || !window(leaf.window)) return {};
    NodeRef node = make_node({std::move(leaf)});
    return negated ? make_not(std::move(node)) : node;
  }

  NodeRef measure(Measure::What what) {
    Measure leaf;
    leaf.what = what;
    if (!need_sign("(")) return {};
    if (takes_property(what) && (!name(leaf.property, "the name of a property") || !need_word("of"))) return {};
    if (!inner_pattern(leaf.events) || !close_pattern()) return {};
    const auto op = comparison_sign();
    if (!op) return fail_here("expected a comparison such as `>= 2`"), NodeRef{};
    leaf.op = *op;
    if (peek().type != Type::Number) return fail_here("expected a number"), NodeRef{};
    leaf.value = peek().number;
    advance();
    if (!window(leaf.window)) return {};
    return make_node({std::move(leaf)});
  }

  // `first(Order Completed) in last 30 days` or `first(source of Signed Up) = "mail"`.
  NodeRef edge(Edge edge) {
    if (!need_sign("(")) return {};
    const std::size_t begin = at_;
    std::string property;
    const bool any_event = is_sign("*") || (is_word("any") && is_word("event", 1));
    if (!any_event && !name(property, "an event, or a property `of` an event")) return {};
    if (any_event || !take_word("of")) {
      at_ = begin;
      return moment(edge);
    }
    EdgeValue leaf;
    leaf.edge = edge;
    leaf.property = std::move(property);
    if (!inner_pattern(leaf.events) || !close_pattern()) return {};
    bool negated = false;
    const Token& before = peek();
    if (!test(leaf.test, negated, ValueTest::Of::Property)) return {};
    if (auto wrong = check_test(ValueTest::Of::Property, leaf.test))
      return fail_at(before, std::move(*wrong)), NodeRef{};
    if (!window(leaf.window)) return {};
    NodeRef node = make_node({std::move(leaf)});
    return negated ? make_not(std::move(node)) : node;
  }

  NodeRef moment(Edge edge) {
    Moment leaf;
    leaf.edge = edge;
    if (!inner_pattern(leaf.events) || !close_pattern() || !window(leaf.window)) return {};
    if (leaf.window.kind == Window::Kind::Always)
      return fail_here(
                 "expected when: in last 30 days, more than 30 days ago, before 2011-05-01, since 2011-05-01, "
                 "between 2011-01-01 and 2011-06-30, within 30 days of first ..."),
             NodeRef{};
    return make_node({std::move(leaf)});
  }

  NodeRef cohort() {
    InCohort leaf;
    return name(leaf.name, "the cohort's name") ? make_node({std::move(leaf)}) : NodeRef{};
  }

  NodeRef sequence() {
    Sequence leaf;
    if (!need_sign("(")) return {};
    do {
      if (leaf.steps.size() == kMaxSteps)
        return fail_here(fmt::format("a sequence has at most {} steps", kMaxSteps)), NodeRef{};
      if (!bare_pattern(leaf.steps.emplace_back())) return {};
    } while (take_word("then"));
    if (leaf.steps.size() < 2) return fail_here("expected `then` and the next event"), NodeRef{};
    if (take_word("without") && (!bare_pattern(leaf.without.emplace()) || !need_word("between"))) return {};
    if (take_word("within") && !span(leaf.within.emplace())) return {};
    if (!take_sign(")"))
      return fail_here(leaf.within    ? "expected `)`"
                       : leaf.without ? "expected `within 7 days` or `)`"
                                      : "expected `then`, `without`, `within 7 days` or `)`"),
             NodeRef{};
    bare_where_ = false;
    if (!window(leaf.window)) return {};
    return make_node({std::move(leaf)});
  }
};

}  // namespace

Located parse_located(std::string_view text) {
  auto tokens = tokens_of(text);
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens)).read_expression();
}

Located parse_event_condition(std::string_view text) {
  auto tokens = tokens_of(text);
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens)).read_condition();
}

Result<Expression> parse(std::string_view text) {
  auto located = parse_located(text);
  if (!located) return invalid(point_at(text, located.error()));
  return std::move(*located);
}

}  // namespace habitue::criteria
