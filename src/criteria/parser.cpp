// Recursive descent over the grammar of README.md. Each function reads one rule of it and returns null or false after
// noting the one mistake that ends the reading.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/checks.hpp"
#include "criteria/criteria.hpp"
#include "criteria/lexer.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

using Type = Token::Type;
constexpr std::size_t kMaxNesting = 64;

const std::vector<std::string_view> kLeafWords = {
    "everyone", "trait", "account", "role",  "stage", "did", "event", "count",    "days",    "weeks", "months",
    "sum",      "min",   "max",     "mean",  "distinct", "first", "last", "sequence", "not"};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

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

  // --- tokens

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  void advance() { if (at_ + 1 < tokens_.size()) ++at_; }
  bool is_word(std::string_view keyword, std::size_t ahead = 0) const {
    return peek(ahead).type == Type::Word && is_keyword(peek(ahead).text, keyword);
  }
  bool is_sign(std::string_view sign) const { return peek().type == Type::Sign && peek().text == sign; }
  bool take_word(std::string_view keyword) { return is_word(keyword) && (advance(), true); }
  bool take_sign(std::string_view sign) { return is_sign(sign) && (advance(), true); }
  bool need_word(std::string_view keyword) { return take_word(keyword) || fail_here(fmt::format("expected `{}`", keyword)); }
  bool need_sign(std::string_view sign) { return take_sign(sign) || fail_here(fmt::format("expected `{}`", sign)); }

  bool fail_at(const Token& token, std::string message) {
    if (!failed_) mistake_ = {token.offset, token.length, std::move(message)};
    failed_ = true;
    return false;
  }
  bool fail_here(std::string message) { return fail_at(peek(), std::move(message)); }

  bool count_node() {
    return ++nodes_ <= kMaxNodes || fail_here(fmt::format("more than {} tests, names and values", kMaxNodes));
  }

  // A slip that people make often deserves more than "expected": `where` with two conditions and no parentheses.
  std::string trailing_hint(std::string message) const {
    if (peek().type == Type::Word && is_keyword(peek().text, "where"))
      return message + ": `where` comes right after the event's name, before any `in last ...`";
    return message;
  }

  // --- expressions

  template <class ReadPart, class Make>
  NodeRef list(std::string_view joiner, ReadPart read_part, Make make) {
    std::vector<NodeRef> parts;
    do {
      NodeRef part = read_part();
      if (!part) return {};
      parts.push_back(std::move(part));
    } while (take_word(joiner));
    return make(std::move(parts));
  }

  // One level deeper for the life of a guard.
  struct Deeper {
    explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    std::size_t& depth_;
  };
  bool deep_enough() { return nesting_ <= kMaxNesting || fail_here("too many parentheses inside each other"); }

  NodeRef disjunction() {
    return list("or", [&] { return conjunction(); }, make_any);
  }
  NodeRef conjunction() {
    return list("and", [&] { return unary(); }, make_all);
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
    const std::string_view nearest = token.type == Type::Word ? nearest_word(token.text, kLeafWords) : std::string_view{};
    if (!nearest.empty() && nearest != token.text)
      return fmt::format("`{}` is no test: did you mean `{}`?", token.text, nearest);
    return "expected a test: trait, account, role, stage, did, count(...), sum(...), first(...), last(...), "
           "sequence(...), everyone";
  }

  NodeRef value_test(ValueTest::Of of) {
    ValueTest leaf{of, {}, {}};
    if (of == ValueTest::Of::Trait && !name(leaf.name, "the trait's name")) return {};
    return tested(std::move(leaf));
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

  NodeRef tested(ValueTest leaf) {
    bool negated = false;
    const Token& before = peek();
    if (!test(leaf.test, negated, leaf.of)) return {};
    if (auto wrong = check_test(leaf.of, leaf.test)) return fail_at(before, std::move(*wrong)), NodeRef{};
    NodeRef node = make_node({std::move(leaf)});
    return negated ? make_not(std::move(node)) : node;
  }

  // --- tests

  bool test(Test& test, bool& negated, ValueTest::Of of) {
    if (take_word("exists")) return test.op = Operator::Exists, true;
    if (take_word("is")) {
      if (take_word("not")) {
        test.op = Operator::Exists;
        return take_word("missing") || fail_here("expected `missing`");
      }
      test.op = Operator::Missing;
      return take_word("missing") || fail_here("expected `missing`; to compare, write `=`");
    }
    if (is_word("not") && is_word("in", 1)) {
      advance();
      negated = true;
    }
    if (take_word("in")) return test.op = Operator::In, value_list(test, of);
    if (take_word("contains")) return test.op = Operator::Contains, text_value(test);
    if (is_word("starts") || is_word("ends")) {
      test.op = is_word("starts") ? Operator::StartsWith : Operator::EndsWith;
      return advance(), need_word("with") && text_value(test);
    }
    const auto op = comparison_sign();
    if (!op) return fail_here("expected a comparison: =, !=, <, <=, >, >=, in (...), contains, starts with, exists, is missing");
    test.op = *op;
    const Token& first = peek();
    if (!value(test, of)) return false;
    const bool orders = test.op != Operator::Equal && test.op != Operator::NotEqual;
    if (orders && !std::holds_alternative<double>(test.values[0]) && !std::holds_alternative<LocalDay>(test.values[0]))
      return fail_at(first, "`<` and `>` compare numbers and days: write 50 or 2011-05-01, without quotes");
    return true;
  }

  std::optional<Operator> comparison_sign() {
    if (peek().type != Type::Sign) return std::nullopt;
    const auto op = comparison_of(peek().text);
    if (op) advance();
    return op;
  }

  bool value_list(Test& test, ValueTest::Of of) {
    if (!take_sign("(")) {
      return fail_here(is_word("last") || is_word("first")
                           ? "a window such as `in last 30 days` belongs to events: did, count(...), first(...), last(...)"
                           : "expected `(` and the values: in (\"France\", \"Belgium\")");
    }
    do {
      if (!value(test, of)) return false;
    } while (take_sign(","));
    return take_sign(")") || fail_here("expected `,` or `)`");
  }

  bool text_value(Test& test) {
    if (peek().type != Type::Text) return fail_here("expected a text in quotes");
    return value(test, ValueTest::Of::Property);
  }

  bool value(Test& test, ValueTest::Of of) {
    const Token& token = peek();
    if (!count_node()) return false;
    const bool of_words = of == ValueTest::Of::Role || of == ValueTest::Of::Stage;
    switch (token.type) {
      case Type::Number: test.values.emplace_back(token.number); break;
      case Type::Date: test.values.emplace_back(token.day); break;
      case Type::Text: test.values.emplace_back(token.text); break;
      case Type::Word:
        if (of_words) {
          if (auto wrong = check_word(of, token.text)) return fail_here(std::move(*wrong));
          test.values.emplace_back(token.text);
          break;
        }
        if (is_word("true") || is_word("false")) {
          test.values.emplace_back(is_word("true"));
          break;
        }
        return fail_here(fmt::format("texts are written in quotes: \"{}\"", token.text));
      default: return fail_here("expected a value: a text in quotes, a number, a day such as 2011-05-01, true or false");
    }
    advance();
    return true;
  }

  // --- names and patterns

  bool name(std::string& out, std::string_view what) {
    const Token& head = peek();
    if (!count_node()) return false;
    if (head.type == Type::Text) {
      out = head.text;
      advance();
    } else if (head.type == Type::Word && !is_reserved(head.text)) {
      out = head.text;
      advance();
      const auto continues = [&] {
        const Token& next = peek();
        if (next.type == Type::Word) return !is_reserved(next.text);
        return next.type == Type::Number || next.type == Type::Date;
      };
      for (; continues(); advance()) {
        out += ' ';
        // A number keeps its spelling: only words and numbers without quotes come here.
        out += peek().text;
      }
    } else {
      const bool reserved = head.type == Type::Word;
      return fail_here(reserved ? fmt::format("expected {}; `{}` is a word of the language, a name with it is written in quotes",
                                              what, head.text)
                                : fmt::format("expected {}", what));
    }
    if (auto wrong = check_name(out)) return fail_at(head, std::move(*wrong));
    return true;
  }

  bool event_names(Pattern& pattern, bool several) {
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
  bool inner_pattern(Pattern& pattern) {
    if (!event_names(pattern, true)) return false;
    if (!take_word("where")) return true;
    pattern.where = any_condition();
    return static_cast<bool>(pattern.where);
  }

  // Without parentheses: one name and one comparison, so that a following `and` joins tests and never conditions.
  bool bare_pattern(Pattern& pattern) {
    if (take_sign("(")) return inner_pattern(pattern) && close_pattern();
    if (!event_names(pattern, false)) return false;
    if (!take_word("where")) return true;
    pattern.where = is_sign("(") || is_word("not") ? unary_condition() : comparison();
    bare_where_ = true;
    return static_cast<bool>(pattern.where);
  }

  bool close_pattern() { return take_sign(")") || fail_here(in_pattern_hint()); }

  std::string in_pattern_hint() const {
    if (is_word("in") || is_word("before") || is_word("since") || is_word("between"))
      return "expected `)`: a window comes after the parenthesis; a name with this word is written in quotes";
    return "expected `)`, `or` and another event, or `where`";
  }

  NodeRef any_condition() {
    return list("or", [&] { return all_condition(); }, make_any);
  }
  NodeRef all_condition() {
    return list("and", [&] { return unary_condition(); }, make_all);
  }
  NodeRef unary_condition() {
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
  NodeRef comparison() {
    ValueTest leaf{ValueTest::Of::Property, {}, {}};
    if (!name(leaf.name, "the name of a property")) return {};
    return tested(std::move(leaf));
  }

  // --- events of the person

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
    if (auto wrong = check_test(ValueTest::Of::Property, leaf.test)) return fail_at(before, std::move(*wrong)), NodeRef{};
    if (!window(leaf.window)) return {};
    NodeRef node = make_node({std::move(leaf)});
    return negated ? make_not(std::move(node)) : node;
  }

  NodeRef moment(Edge edge) {
    Moment leaf;
    leaf.edge = edge;
    if (!inner_pattern(leaf.events) || !close_pattern() || !window(leaf.window)) return {};
    if (leaf.window.kind == Window::Kind::Always)
      return fail_here("expected when: in last 30 days, more than 30 days ago, before 2011-05-01, since 2011-05-01, "
                       "between 2011-01-01 and 2011-06-30, within 30 days of first ..."),
             NodeRef{};
    return make_node({std::move(leaf)});
  }

  NodeRef sequence() {
    Sequence leaf;
    if (!need_sign("(")) return {};
    do {
      if (leaf.steps.size() == kMaxSteps) return fail_here(fmt::format("a sequence has at most {} steps", kMaxSteps)), NodeRef{};
      if (!bare_pattern(leaf.steps.emplace_back())) return {};
    } while (take_word("then"));
    if (leaf.steps.size() < 2) return fail_here("expected `then` and the next event"), NodeRef{};
    if (take_word("without") && (!bare_pattern(leaf.without.emplace()) || !need_word("between"))) return {};
    if (take_word("within") && !span(leaf.within.emplace())) return {};
    if (!take_sign(")"))
      return fail_here(leaf.within      ? "expected `)`"
                       : leaf.without ? "expected `within 7 days` or `)`"
                                      : "expected `then`, `without`, `within 7 days` or `)`"),
             NodeRef{};
    bare_where_ = false;
    if (!window(leaf.window)) return {};
    return make_node({std::move(leaf)});
  }

  // --- windows

  bool window(Window& window) {
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

  bool window_between(Window& window) {
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
    if (peek().type != Type::Number) return fail_here("expected a day such as 2011-05-01, or a number as in `between 30 and 90 days ago`");
    window.kind = Window::Kind::BetweenAgo;
    Span nearest, farthest;
    const Token& first = peek();
    if (!whole_number(nearest.n) || !need_word("and")) return false;
    const Token& second = peek();
    if (!span(farthest) || !need_word("ago")) return false;
    window.span = {nearest.n, farthest.unit};
    window.farthest = farthest.n;
    if (auto wrong = check_span(window.span)) return fail_at(first, std::move(*wrong));
    if (farthest.n < nearest.n) return fail_at(second, "expected the larger number second, as in `between 30 and 90 days ago`");
    return true;
  }

  bool anchor(Window& window, std::string_view expected) {
    if (!is_word("first") && !is_word("last")) return fail_here(std::string(expected));
    window.edge = is_word("first") ? Edge::First : Edge::Last;
    advance();
    return bare_pattern(window.anchor.emplace());
  }

  bool whole_number(std::uint32_t& n) {
    const Token& token = peek();
    if (token.type != Type::Number || token.number != std::floor(token.number) || token.number < 1 || token.number > 4e9)
      return fail_here("expected a whole number from 1");
    n = static_cast<std::uint32_t>(token.number);
    return advance(), true;
  }

  bool span(Span& span) {
    const Token& number = peek();
    if (!whole_number(span.n)) return false;
    const auto unit = peek().type == Type::Word ? unit_of(ascii_lower(peek().text)) : std::nullopt;
    if (!unit) return fail_here("expected a unit: minutes, hours, days, weeks, months or years");
    span.unit = *unit;
    if (auto wrong = check_span(span)) return fail_at(number, std::move(*wrong));
    return advance(), true;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0, nodes_ = 0;
  bool failed_ = false;
  bool bare_where_ = false;  // The last pattern had a `where` outside parentheses.
  Mistake mistake_;
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

std::string point_at(std::string_view text, const Mistake& mistake) {
  constexpr std::size_t kMaxLine = 100;
  const std::size_t offset = std::min(mistake.offset, text.size());
  const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0.
  std::string_view line = text.substr(begin, std::min(text.find('\n', offset), text.size()) - begin);
  const auto number = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n') + 1;
  const auto characters = [](std::string_view part) {
    return std::count_if(part.begin(), part.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  };
  const std::size_t into = offset - begin;
  const auto column = characters(line.substr(0, into)) + 1;

  // Of a long line the part around the word is shown.
  std::size_t from = into > kMaxLine / 2 && line.size() > kMaxLine ? into - kMaxLine / 2 : 0;
  std::size_t to = std::min(line.size(), from + kMaxLine);
  const auto inside_character = [&](std::size_t at) { return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U; };
  while (inside_character(from)) --from;
  while (inside_character(to)) ++to;
  std::string shown = fmt::format("{}{}{}", from > 0 ? "…" : "", line.substr(from, to - from), to < line.size() ? "…" : "");
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  const auto before = characters(line.substr(from, into - from)) + (from > 0 ? 1 : 0);
  const auto under = std::max<std::ptrdiff_t>(1, characters(text.substr(offset, std::min(mistake.length, to + begin - std::min(offset, to + begin)))));
  return fmt::format("line {}, column {}: {}\n  {}\n  {}{}", number, column, mistake.message, shown,
                     std::string(static_cast<std::size_t>(before), ' '), std::string(static_cast<std::size_t>(under), '^'));
}

}  // namespace habitue::criteria
