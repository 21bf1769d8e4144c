#include "criteria/random_expression.hpp"

#include <array>
#include <cmath>

namespace habitue::criteria {
namespace {

constexpr std::array<const char*, 12> kWildWords = {"Order Completed", "in",     "NOT",  "a\"b\\c", "été",
                                                    "any event",       "90",     "x  y", "\n\t",    "$context.page.url",
                                                    "first",           "Level 5"};

}  // namespace

std::string RandomExpressions::name() {
  if (wild_) return kWildWords[static_cast<std::size_t>(pick(kWildWords.size()))];
  return std::array{"p", "q", "r"}[static_cast<std::size_t>(pick(3))];
}

std::string RandomExpressions::event() {
  if (wild_) return name();
  return std::array{"A", "B", "C", "$page"}[static_cast<std::size_t>(pick(4))];
}

Literal RandomExpressions::literal() {
  switch (pick(wild_ ? 5 : 8)) {
    case 0: return wild_ ? std::ldexp(static_cast<double>(random_()) - 9e18, pick(80) - 70) : 2.5;
    case 1: return LocalDay{std::chrono::days(15'050 + pick(40))};
    case 2: return maybe(50);
    case 3: return std::string(wild_ ? name() : "1");
    case 4: return std::string(wild_ ? name() : "x");
    default: return static_cast<double>(pick(4));
  }
}

Test RandomExpressions::test(bool words_of_role, bool words_of_stage) {
  Test made;
  if (words_of_role || words_of_stage) {
    constexpr std::array kOps = {Operator::Equal, Operator::NotEqual, Operator::In, Operator::Exists,
                                 Operator::Missing};
    made.op = kOps[static_cast<std::size_t>(pick(kOps.size()))];
    const int values = made.op == Operator::In ? 1 + pick(2) : made.op <= Operator::NotEqual ? 1 : 0;
    for (int i = 0; i < values; ++i)
      made.values.emplace_back(
          std::string(words_of_role ? std::array{"client", "prospect", "beneficiary"}[static_cast<std::size_t>(pick(3))]
                                    : std::array{"new", "active", "at_risk"}[static_cast<std::size_t>(pick(3))]));
    return made;
  }
  made.op = static_cast<Operator>(pick(12));
  switch (made.op) {
    case Operator::Exists:
    case Operator::Missing: break;
    case Operator::In:
      for (int i = pick(3); i >= 0; --i) made.values.push_back(literal());
      break;
    case Operator::Contains:
    case Operator::StartsWith:
    case Operator::EndsWith: made.values.emplace_back(std::string(wild_ ? name() : maybe(50) ? "x" : "1")); break;
    case Operator::Equal:
    case Operator::NotEqual: made.values.push_back(literal()); break;
    default:
      if (maybe(30))
        made.values.emplace_back(LocalDay{std::chrono::days(15'050 + pick(40))});
      else
        made.values.emplace_back(static_cast<double>(pick(4)));
  }
  return made;
}

NodeRef RandomExpressions::condition(int depth) {
  if (depth > 0 && maybe(40)) {
    if (maybe(30)) return make_not(condition(depth - 1));
    std::vector<NodeRef> parts;
    for (int i = 0; i < 2 + pick(2); ++i) parts.push_back(condition(depth - 1));
    return maybe(50) ? make_all(std::move(parts)) : make_any(std::move(parts));
  }
  return make_node({ValueTest{ValueTest::Of::Property, name(), test(false, false)}});
}

Pattern RandomExpressions::pattern(int depth) {
  Pattern made;
  if (!maybe(8))
    for (int i = maybe(25) ? 2 : 1; i > 0; --i)
      if (std::string one = event(); made.events.empty() || made.events[0] != one)
        made.events.push_back(std::move(one));
  if (maybe(35)) made.where = condition(std::min(depth, 2));
  return made;
}

Span RandomExpressions::span() {
  switch (static_cast<Unit>(pick(6))) {
    case Unit::Minutes: return {static_cast<std::uint32_t>(1 + pick(3000)), Unit::Minutes};
    case Unit::Hours: return {static_cast<std::uint32_t>(1 + pick(400)), Unit::Hours};
    case Unit::Days: return {static_cast<std::uint32_t>(1 + pick(40)), Unit::Days};
    case Unit::Weeks: return {static_cast<std::uint32_t>(1 + pick(5)), Unit::Weeks};
    case Unit::Months: return {static_cast<std::uint32_t>(1 + pick(2)), Unit::Months};
    case Unit::Years: break;
  }
  return {1, Unit::Years};
}

Window RandomExpressions::window(int depth, bool always_allowed) {
  using Kind = Window::Kind;
  Window made;
  if (always_allowed && maybe(45)) return made;
  made.kind = static_cast<Kind>(1 + pick(10));
  const auto day = [&] { return LocalDay{std::chrono::days(15'050 + pick(40))}; };
  switch (made.kind) {
    case Kind::BetweenAgo:
      made.span = span();
      made.farthest = made.span.n + static_cast<std::uint32_t>(pick(10));
      break;
    case Kind::Between:
      made.from = day();
      made.to = made.from + std::chrono::days(pick(20));
      break;
    case Kind::Before:
    case Kind::Since: made.from = day(); break;
    case Kind::Within:
    case Kind::BeforeEdge:
    case Kind::SinceEdge:
      made.edge = maybe(50) ? Edge::First : Edge::Last;
      made.anchor = pattern(depth);
      if (made.kind == Kind::Within) made.span = span();
      break;
    default: made.span = span();
  }
  return made;
}

NodeRef RandomExpressions::leaf(int depth) {
  switch (pick(9)) {
    case 0: return make_node({ValueTest{ValueTest::Of::Trait, name(), test(false, false)}});
    case 1: return make_node({ValueTest{ValueTest::Of::AccountTrait, name(), test(false, false)}});
    case 2: {
      const int which = pick(3);
      if (which == 0) return make_node({ValueTest{ValueTest::Of::Account, {}, test(false, false)}});
      return make_node(
          {ValueTest{which == 1 ? ValueTest::Of::Role : ValueTest::Of::Stage, {}, test(which == 1, which == 2)}});
    }
    case 3: {
      Moment made{maybe(50) ? Edge::First : Edge::Last, pattern(depth), window(depth, false)};
      return make_node({std::move(made)});
    }
    case 4: {
      EdgeValue made{maybe(50) ? Edge::First : Edge::Last, name(), pattern(depth), test(false, false),
                     window(depth, true)};
      return make_node({std::move(made)});
    }
    case 5: {
      Sequence made;
      for (int i = 2 + pick(3); i > 0; --i) made.steps.push_back(pattern(depth));
      if (maybe(40)) made.without = pattern(depth);
      if (maybe(40)) made.within = span();
      made.window = window(depth, true);
      return make_node({std::move(made)});
    }
    case 6: return make_node({Everyone{}});
    default: break;
  }
  Measure made;
  made.what = static_cast<Measure::What>(pick(9));
  if (made.what >= Measure::What::Sum) made.property = name();
  made.events = pattern(depth);
  made.op = static_cast<Operator>(pick(6));
  made.value = pick(5);
  made.window = window(depth, true);
  return make_node({std::move(made)});
}

NodeRef RandomExpressions::expression(int depth) {
  if (depth == 0 || maybe(45)) return leaf(depth);
  if (maybe(25)) return make_not(expression(depth - 1));
  std::vector<NodeRef> parts;
  for (int i = 0; i < 2 + pick(2); ++i) parts.push_back(expression(depth - 1));
  return maybe(50) ? make_all(std::move(parts)) : make_any(std::move(parts));
}

}  // namespace habitue::criteria
