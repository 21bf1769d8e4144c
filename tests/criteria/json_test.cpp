// The JSON form: mistakes are shown by their pointer. That both forms say the same is in docs_test and random_test.
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "criteria/criteria.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

Result<Expression> read(std::string_view json) {
  return parse_json(json).and_then([](const boost::json::value& value) { return from_json(value); });
}

struct Wrong {
  std::string name, json, message;
};
class JsonMistakes : public testing::TestWithParam<Wrong> {};
TEST_P(JsonMistakes, NameThePlaceByItsPointer) {
  const auto expression = read(GetParam().json);
  ASSERT_FALSE(expression) << to_text(*expression);
  EXPECT_EQ(expression.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Places, JsonMistakes,
    testing::Values(
        Wrong{"NoObject", R"([])",
              R"(the whole: expected an object such as {"trait": "country", "op": "=", "value": "France"})"},
        Wrong{"EmptyList", R"({"all":[]})", "/all: expected a list with at least one test"},
        Wrong{"Deep", R"({"all":[{"everyone":true},{"not":{"did":{"events":["A"]},"windows":{}}}]})",
              "/all/1/not/windows: this member has no meaning here: did you mean `window`?"},
        Wrong{"Operator", R"({"trait":"a","op":"~","value":1})",
              "/op: expected one of =, !=, <, <=, >, >=, in, contains, starts with, ends with, exists, is missing"},
        Wrong{"NoValue", R"({"trait":"a","op":"="})", "the whole: `=` takes one value"},
        Wrong{"Role", R"({"fact":"role","op":"in","values":["client","prospct"]})",
              "the whole: there is no role `prospct`: did you mean `prospect`?"},
        Wrong{"NameNotText", R"({"any":[{"trait":7,"op":"exists"}]})", "/any/0/trait: expected a text"},
        Wrong{"EmptyName", R"({"did":{"events":["A",""]}})", "/did/events/1: a name is not empty"},
        Wrong{"PersonInWhere", R"({"did":{"events":["A"],"where":{"trait":"a","op":"exists"}}})",
              "/did/where: expected `property`, `all`, `any` or `not`"},
        Wrong{"PropertyOfPerson", R"({"property":"a","op":"exists"})",
              "the whole: no test: expected one of all, any, not, everyone, trait, account, fact, did, count, days, "
              "weeks, months, sum, min, max, "
              "mean, distinct, first, last, sequence, cohort"},
        Wrong{"Unit", R"({"did":{"events":["A"]},"window":{"in_last":{"n":3,"unit":"fortnights"}}})",
              "/window/in_last/unit: expected minutes, hours, days, weeks, months or years"},
        Wrong{"Fraction", R"({"did":{"events":["A"]},"window":{"in_last":{"n":2.5,"unit":"days"}}})",
              "/window/in_last/n: expected a whole number from 1"},
        Wrong{"Day", R"({"did":{"events":["A"]},"window":{"since":"yesterday"}})",
              "/window/since: expected a day such as \"2011-05-01\""},
        Wrong{"StepOfSequence", R"({"sequence":[{"events":["A"]},{"event":["B"]}]})",
              "/sequence/1/event: this member has no meaning here: did you mean `events`?"},
        Wrong{"KeyToEscape", R"({"everyone":true,"a/b~":1})", "/a~1b~0: this member has no meaning here"},
        Wrong{"TwoForms", R"({"everyone":true,"trait":"a","op":"exists"})", "/trait: this member has no meaning here"}),
    [](const auto& test) { return test.param.name; });

TEST(JsonForm, TakesTheCountOfOneForDid) {
  const auto expression = read(R"({"count":{"events":["A"]},"op":">=","value":1})");
  ASSERT_TRUE(expression) << expression.error().message;
  EXPECT_EQ(boost::json::serialize(to_json(*expression)), R"({"did":{"events":["A"]}})");
}

// A body may be as deep as JSON allows: the deepest expression that text allows must come back from its JSON text.
TEST(JsonForm, OfTheDeepestExpressionFitsTheDepthOfBodies) {
  std::string text = "did A before first (B where (a = 1 or b = 2 and not (c = 3 or d in (2011-01-01))))";
  for (std::size_t depth = 0; depth < 5; ++depth) text = "not (did B or did C and " + text + ")";
  while (parse("not " + text)) text = "not " + text;
  const auto deepest = parse(text);
  ASSERT_TRUE(deepest) << deepest.error().message;
  EXPECT_EQ(depth_of(deepest->root()), kMaxDepth);
  const auto back = read(boost::json::serialize(to_json(*deepest)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, *deepest);
  std::string lists = R"({"did":{"events":["A"],"where":{"property":"p","op":"in","values":[{"date":"2011-01-01"}]}}})";
  for (std::size_t depth = 0; depth + 2 < kMaxDepth; ++depth) {
    const std::string_view joiner = depth % 2 == 0 ? "all" : "any";
    lists = R"({")" + std::string(joiner) + R"(":[{"everyone":true},)" + lists + "]}";
  }
  ASSERT_TRUE(read(lists)) << read(lists).error().message;
  EXPECT_FALSE(read(R"({"all":[{"everyone":true},)" + lists + "]}"));
}

}  // namespace
}  // namespace habitue::criteria
