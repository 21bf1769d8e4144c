#include "criteria/test_parser.hpp"

#include "criteria/checks.hpp"

namespace habitue::criteria {

bool TestParser::name(std::string& out, std::string_view what) {
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
    return fail_here(
        reserved ? fmt::format("expected {}; `{}` is a word of the language, a name with it is written in quotes", what,
                               head.text)
                 : fmt::format("expected {}", what));
  }
  if (auto wrong = check_name(out)) return fail_at(head, std::move(*wrong));
  return true;
}

NodeRef TestParser::value_test(ValueTest::Of of) {
  ValueTest leaf{of, {}, {}};
  if (of == ValueTest::Of::Trait && !name(leaf.name, "the trait's name")) return {};
  return tested(std::move(leaf));
}

NodeRef TestParser::tested(ValueTest leaf) {
  bool negated = false;
  const Token& before = peek();
  if (!test(leaf.test, negated, leaf.of)) return {};
  if (auto wrong = check_test(leaf.of, leaf.test)) return fail_at(before, std::move(*wrong)), NodeRef{};
  NodeRef node = make_node({std::move(leaf)});
  return negated ? make_not(std::move(node)) : node;
}

bool TestParser::test(Test& test, bool& negated, ValueTest::Of of) {
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
  if (!op)
    return fail_here("expected a comparison: =, !=, <, <=, >, >=, in (...), contains, starts with, exists, is missing");
  test.op = *op;
  const Token& first = peek();
  if (!value(test, of)) return false;
  const bool orders = test.op != Operator::Equal && test.op != Operator::NotEqual;
  if (orders && !std::holds_alternative<double>(test.values[0]) && !std::holds_alternative<LocalDay>(test.values[0]))
    return fail_at(first, "`<` and `>` compare numbers and days: write 50 or 2011-05-01, without quotes");
  return true;
}

std::optional<Operator> TestParser::comparison_sign() {
  if (peek().type != Type::Sign) return std::nullopt;
  const auto op = comparison_of(peek().text);
  if (op) advance();
  return op;
}

bool TestParser::value_list(Test& test, ValueTest::Of of) {
  if (!take_sign("(")) {
    return fail_here(
        is_word("last") || is_word("first")
            ? "a window such as `in last 30 days` belongs to events: did, count(...), first(...), last(...)"
            : "expected `(` and the values: in (\"France\", \"Belgium\")");
  }
  do {
    if (!value(test, of)) return false;
  } while (take_sign(","));
  return take_sign(")") || fail_here("expected `,` or `)`");
}

bool TestParser::text_value(Test& test) {
  if (peek().type != Type::Text) return fail_here("expected a text in quotes");
  return value(test, ValueTest::Of::Property);
}

bool TestParser::value(Test& test, ValueTest::Of of) {
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
      return fail_here(fmt::format("texts are written in quotes: \"{}\"", shortened(token.text)));
    default: return fail_here("expected a value: a text in quotes, a number, a day such as 2011-05-01, true or false");
  }
  advance();
  return true;
}

}  // namespace habitue::criteria
