// One value against one test, in three values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "criteria/criteria.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

/// Kleene's strong logic.
constexpr Verdict negated(Verdict verdict) {
  if (verdict == Verdict::Unknown) return verdict;
  return verdict == Verdict::Inside ? Verdict::Outside : Verdict::Inside;
}
constexpr Verdict verdict_of(bool holds) { return holds ? Verdict::Inside : Verdict::Outside; }

/// A literal with its readings made beforehand.
struct BoundLiteral {
  enum class Type : std::uint8_t { Number, Text, Bool, Day };
  Type type = Type::Number;
  std::optional<double> number;  ///< Of a text too, when it reads as one.
  std::string text;
  bool truth = false;
  LocalDay day{};
};

struct BoundTest {
  Operator op = Operator::Exists;
  std::vector<BoundLiteral> literals;
};

BoundTest bound(const Test& test);

/// The value as a number: numbers, and texts that are plain decimal numbers.
std::optional<double> number_of(const journey::Value& value);
/// The value's text; a number or a truth is spelled into `buffer`.
struct SpellingBuffer {
  char bytes[32];
};
std::string_view spelling_of(const journey::Value& value, SpellingBuffer& buffer);

/// Missing: unknown, except to `exists` and `is missing`. Days are days of `zone`.
Verdict judge(const journey::Value& value, const BoundTest& test, const Zone& zone);
/// Both numbers known.
bool compare(double left, Operator op, double right);

}  // namespace habitue::criteria
