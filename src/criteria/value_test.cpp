#include "criteria/value_test.hpp"

#include <charconv>
#include <cmath>

namespace habitue::criteria {
namespace {

using journey::Value;
using Type = BoundLiteral::Type;

std::optional<double> plain_number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  const char first = text.front() == '-' && text.size() > 1 ? text[1] : text.front();
  if ((first < '0' || first > '9') && first != '.') return std::nullopt;  // Not "inf" and not "nan".
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

// A moment as text in any form that parse_moment reads, or as a number of seconds or milliseconds.
std::optional<LocalDay> day_of(const Value& value, const Zone& zone) {
  if (value.type == Value::Type::Bool) return std::nullopt;
  SpellingBuffer buffer;
  const auto moment = parse_moment(spelling_of(value, buffer), zone);
  if (!moment) return std::nullopt;
  return zone.day_of(*moment);
}

bool equals(const Value& value, const BoundLiteral& literal, const Zone& zone) {
  switch (literal.type) {
    case Type::Number: {
      const auto number = number_of(value);
      return number && *number == *literal.number;
    }
    case Type::Text:
      if (value.type == Value::Type::Text) return value.text == literal.text;
      if (value.type == Value::Type::Number) return literal.number && *literal.number == value.number;
      return literal.text == (value.boolean ? "true" : "false");
    case Type::Bool:
      if (value.type == Value::Type::Bool) return value.boolean == literal.truth;
      if (value.type == Value::Type::Number) return value.number == (literal.truth ? 1 : 0);
      return value.text == (literal.truth ? "true" : "false");
    case Type::Day: {
      const auto day = day_of(value, zone);
      return day && *day == literal.day;
    }
  }
  return false;
}

Verdict ordered(const Value& value, Operator op, const BoundLiteral& literal, const Zone& zone) {
  if (literal.type == Type::Day) {
    const auto day = day_of(value, zone);
    if (!day) return Verdict::Unknown;
    return verdict_of(compare(static_cast<double>((*day - literal.day).count()), op, 0));
  }
  const auto number = number_of(value);
  return number ? verdict_of(compare(*number, op, *literal.number)) : Verdict::Unknown;
}

}  // namespace

BoundTest bound(const Test& test) {
  BoundTest out;
  out.op = test.op;
  for (const Literal& literal : test.values) {
    BoundLiteral& one = out.literals.emplace_back();
    if (const auto* number = std::get_if<double>(&literal)) {
      one.type = Type::Number;
      one.number = *number;
    } else if (const auto* text = std::get_if<std::string>(&literal)) {
      one.type = Type::Text;
      one.text = *text;
      one.number = plain_number(*text);
    } else if (const auto* truth = std::get_if<bool>(&literal)) {
      one.type = Type::Bool;
      one.truth = *truth;
    } else {
      one.type = Type::Day;
      one.day = std::get<LocalDay>(literal);
    }
  }
  return out;
}

std::optional<double> number_of(const Value& value) {
  if (value.type == Value::Type::Number) return value.number;
  if (value.type == Value::Type::Text) return plain_number(value.text);
  return std::nullopt;
}

std::string_view spelling_of(const Value& value, SpellingBuffer& buffer) {
  switch (value.type) {
    case Value::Type::Text: return value.text;
    case Value::Type::Bool: return value.boolean ? "true" : "false";
    case Value::Type::Number: {
      // Large whole numbers (identifiers, milliseconds) are spelled without an exponent.
      const bool whole = value.number == std::floor(value.number) && std::abs(value.number) < 1e15;
      const auto end = whole ? std::to_chars(buffer.bytes, buffer.bytes + sizeof buffer.bytes,
                                             static_cast<std::int64_t>(value.number))
                                   .ptr
                             : std::to_chars(buffer.bytes, buffer.bytes + sizeof buffer.bytes, value.number).ptr;
      return {buffer.bytes, static_cast<std::size_t>(end - buffer.bytes)};
    }
    case Value::Type::Missing: break;
  }
  return {};
}

bool compare(double left, Operator op, double right) {
  switch (op) {
    case Operator::Equal: return left == right;
    case Operator::NotEqual: return left != right;
    case Operator::Less: return left < right;
    case Operator::LessEqual: return left <= right;
    case Operator::Greater: return left > right;
    case Operator::GreaterEqual: return left >= right;
    default: return false;
  }
}

Verdict judge(const Value& value, const BoundTest& test, const Zone& zone) {
  if (test.op == Operator::Exists) return verdict_of(static_cast<bool>(value));
  if (test.op == Operator::Missing) return verdict_of(!value);
  if (!value) return Verdict::Unknown;
  switch (test.op) {
    case Operator::Equal: return verdict_of(equals(value, test.literals[0], zone));
    case Operator::NotEqual: return verdict_of(!equals(value, test.literals[0], zone));
    case Operator::In:
      for (const BoundLiteral& literal : test.literals)
        if (equals(value, literal, zone)) return Verdict::Inside;
      return Verdict::Outside;
    case Operator::Contains:
    case Operator::StartsWith:
    case Operator::EndsWith: {
      SpellingBuffer buffer;
      const std::string_view text = spelling_of(value, buffer);
      const std::string_view wanted = test.literals[0].text;
      if (test.op == Operator::Contains) return verdict_of(text.find(wanted) != std::string_view::npos);
      return verdict_of(test.op == Operator::StartsWith ? text.starts_with(wanted) : text.ends_with(wanted));
    }
    default: return ordered(value, test.op, test.literals[0], zone);
  }
}

}  // namespace habitue::criteria
