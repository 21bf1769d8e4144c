// The text form: what is read, what is written back, and where a mistake is shown.
#include <gtest/gtest.h>

#include "criteria/criteria.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

std::string canonical(std::string_view text) {
  const auto read = parse(text);
  return read ? to_text(*read) : "refused: " + read.error().message;
}

struct Written {
  std::string name, text, canonical;
};
class CanonicalText : public testing::TestWithParam<Written> {};
TEST_P(CanonicalText, IsOneForAllSpellings) { EXPECT_EQ(canonical(GetParam().text), GetParam().canonical); }
INSTANTIATE_TEST_SUITE_P(
    Spellings, CanonicalText,
    testing::Values(Written{"Capitals", "TRAIT country IN (\"France\") AND NOT everyone",
                            "trait country in (\"France\") and not everyone"},
                    Written{"NamesKeepTheirCapitals", "did Signed In in last 3 days", "did Signed In in last 3 days"},
                    Written{"LowerCaseKeywordInAName", "did \"signed in\" in last 3 days",
                            "did \"signed in\" in last 3 days"},
                    Written{"SpacesInNames", "did  Order \n Completed", "did Order Completed"},
                    Written{"Signs", "count(A) ≥ 2 and trait a <> 1 and trait b == 2",
                            "count(A) >= 2 and trait a != 1 and trait b = 2"},
                    Written{"CountOfOneIsDid", "count(A) >= 1", "did A"},
                    Written{"EventIsDid", "event A where total > 50", "did A where total > 50"},
                    Written{"DidNot", "not did A", "did not A"},
                    Written{"NotIn", "not trait x in (1, 2)", "trait x not in (1, 2)"},
                    Written{"IsNotMissing", "trait x is not missing", "trait x exists"},
                    Written{"AnyEvent", "count(*) > 3", "count(any event) > 3"},
                    Written{"AnEventCalledAnyEvent", "did \"any event\"", "did \"any event\""},
                    Written{"NeedlessParentheses", "((did A) and (did B and (did C)))", "did A and did B and did C"},
                    Written{"NeededParentheses", "(did A or did B) and not (did C and did D)",
                            "(did A or did B) and not (did C and did D)"},
                    Written{"SeveralConditions", "did (A where x = 1 and y = 2)", "did A where (x = 1 and y = 2)"},
                    Written{"SeveralEvents", "did (A or B or A)", "did (A or B)"},
                    Written{"UnitsInTheSingular", "did A in last 1 days or did A in last 2 week",
                            "did A in last 1 day or did A in last 2 weeks"},
                    Written{"CurlyQuotes", "trait city = “Saint-Étienne”", "trait city = \"Saint-Étienne\""},
                    Written{"Numbers", "trait x = 1e3 or trait x = -0 or trait x = 0.10",
                            "trait x = 1000 or trait x = 0 or trait x = 0.1"},
                    Written{"NumberInAName", "did Level 5", "did \"Level 5\""},
                    Written{"DottedAndDollarNames",
                            "trait address.city exists and did $page where $context.page.path starts with \"/p\"",
                            "trait address.city exists and did $page where $context.page.path starts with \"/p\""}),
    [](const auto& test) { return test.param.name; });

// The mistake's place is written as the message shows it, so that the caret is tested to the character.
struct Wrong {
  std::string name, text, message;
};
class Mistakes : public testing::TestWithParam<Wrong> {};
TEST_P(Mistakes, PointAtTheWord) {
  const auto read = parse(GetParam().text);
  ASSERT_FALSE(read) << to_text(*read);
  EXPECT_EQ(read.error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(read.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Places, Mistakes,
    testing::Values(
        Wrong{"MisspeltTest", "cuont(A) > 3",
              "line 1, column 1: `cuont` is no test: did you mean `count`?\n"
              "  cuont(A) > 3\n"
              "  ^^^^^"},
        Wrong{"TextWithoutQuotes", "trait country = France",
              "line 1, column 17: texts are written in quotes: \"France\"\n"
              "  trait country = France\n"
              "                  ^^^^^^"},
        Wrong{"NothingAfterAnd", "did A and",
              "line 1, column 10: expected a test such as `trait country = \"France\"` or `did Order Completed`\n"
              "  did A and\n"
              "           ^"},
        Wrong{"SecondLineAndAccents", "trait ville = \"Évry\"\nand trait âge < \"x\"",
              "line 2, column 17: `<` and `>` compare numbers and days: write 50 or 2011-05-01, without quotes\n"
              "  and trait âge < \"x\"\n"
              "                  ^^^"},
        Wrong{"Role", "role = cliant",
              "line 1, column 8: there is no role `cliant`: did you mean `client`?\n"
              "  role = cliant\n"
              "         ^^^^^^"},
        Wrong{"UnknownRole", "role = unknown",
              "line 1, column 8: a role that cannot be told is asked for by `role is missing`\n"
              "  role = unknown\n"
              "         ^^^^^^^"},
        Wrong{"LooseWhere", "did A where total > 50 and currency = \"EUR\"",
              "line 1, column 28: expected a test; a `where` with several conditions stands in parentheses with its "
              "event: "
              "did (Order Completed where total > 50 and currency = \"EUR\")\n"
              "  did A where total > 50 and currency = \"EUR\"\n"
              "                             ^^^^^^^^"},
        Wrong{"NameWithAKeyword", "did signed in and everyone",
              "line 1, column 15: expected `last`, as in `in last 30 days`; a name with the word `in` is written in "
              "quotes\n"
              "  did signed in and everyone\n"
              "                ^^^"},
        Wrong{"WindowInside", "count(A in last 3 days) > 1",
              "line 1, column 9: expected `)`: a window comes after the parenthesis; a name with this word is written "
              "in quotes\n"
              "  count(A in last 3 days) > 1\n"
              "          ^^"},
        Wrong{"WindowOfATrait", "trait x in last 3 days",
              "line 1, column 12: a window such as `in last 30 days` belongs to events: did, count(...), first(...), "
              "last(...)\n"
              "  trait x in last 3 days\n"
              "             ^^^^"},
        Wrong{"Unit", "did A in last 30 dais",
              "line 1, column 18: expected a unit: minutes, hours, days, weeks, months or years\n"
              "  did A in last 30 dais\n"
              "                   ^^^^"},
        Wrong{"NoSuchDay", "did A since 2011-02-30",
              "line 1, column 13: there is no day 2011-02-30\n"
              "  did A since 2011-02-30\n"
              "              ^^^^^^^^^^"},
        Wrong{"DaysInDisorder", "did A between 2011-02-03 and 2011-02-01",
              "line 1, column 30: the window ends before it begins\n"
              "  did A between 2011-02-03 and 2011-02-01\n"
              "                               ^^^^^^^^^^"},
        Wrong{"OpenQuote", "trait a = \"b",
              "line 1, column 11: this quote is never closed\n"
              "  trait a = \"b\n"
              "            ^"},
        Wrong{"MissingParenthesis", "(did A or did B",
              "line 1, column 16: expected `)`, `and` or `or`\n"
              "  (did A or did B\n"
              "                 ^"},
        Wrong{"OneStep", "sequence(A within 3 days)",
              "line 1, column 12: expected `then` and the next event\n"
              "  sequence(A within 3 days)\n"
              "             ^^^^^^"},
        Wrong{"FirstWithoutWhen", "first(A)",
              "line 1, column 9: expected when: in last 30 days, more than 30 days ago, before 2011-05-01, since "
              "2011-05-01, "
              "between 2011-01-01 and 2011-06-30, within 30 days of first ...\n"
              "  first(A)\n"
              "          ^"},
        Wrong{"TooFar", "did A in last 3000 years",
              "line 1, column 15: from 1 to 200 years\n"
              "  did A in last 3000 years\n"
              "                ^^^^"},
        Wrong{"Apostrophe", "trait a = 'b'",
              "line 1, column 11: texts and names are quoted with \", not with '\n"
              "  trait a = 'b'\n"
              "            ^"}),
    [](const auto& test) { return test.param.name; });

TEST(Mistakes, ShowThePartOfALongLineAroundTheWord) {
  const auto read =
      parse("trait a = \"" + std::string(300, 'x') + "\" and wrong and trait b = \"" + std::string(300, 'y') + "\"");
  ASSERT_FALSE(read);
  const std::string& message = read.error().message;
  EXPECT_TRUE(message.starts_with("line 1, column 318: expected a test")) << message;
  EXPECT_NE(message.find("\n  …xxxx"), std::string::npos) << message;
  EXPECT_TRUE(message.ends_with("yyyy…\n  " + std::string(51, ' ') + "^^^^^")) << message;
}

TEST(Mistakes, ShowNoBytesThatAreNoText) {
  EXPECT_EQ(parse("trait a = \"" + std::string(200, '\x80') + "\" and wrong").error().message,
            "the text is not valid UTF-8");
}

TEST(Mistakes, QuoteOnlyTheBeginningOfAnEndlessWord) {
  EXPECT_LT(parse("trait a = " + std::string(60'000, 'x')).error().message.size(), 500U);
}

TEST(Limits, AreEnforcedWithAMessage) {
  const auto refusal = [](const std::string& text) {
    const auto read = parse_located(text);
    return read ? "accepted" : read.error().message;
  };
  EXPECT_EQ(refusal(std::string(65, '(') + "everyone" + std::string(65, ')')),
            "too many parentheses inside each other");
  std::string deep = "did A";
  for (int i = 0; i < 13; ++i) deep = "did B or did C and (" + deep + ")";
  EXPECT_EQ(refusal(deep), "nested more than 24 levels deep");
  std::string wide = "did A";
  for (int i = 0; i < 5'000; ++i) wide += " or did A";
  EXPECT_EQ(refusal(wide), "more than 10000 tests, names and values");
  EXPECT_EQ(refusal("trait a = \"" + std::string(64 * 1024, 'x') + "\""),
            "the text has 65548 bytes; 65536 are the most");
  EXPECT_EQ(refusal("trait a = \"\xFF\""), "the text is not valid UTF-8");
  EXPECT_EQ(refusal("trait " + std::string(513, 'a') + " exists"), "a name has at most 512 bytes; this one has 513");
  std::string steps = "A";
  for (int i = 0; i < 16; ++i) steps += " then A";
  EXPECT_EQ(refusal("sequence(" + steps + ")"), "a sequence has at most 16 steps");
}

TEST(EventConditions, AreReadAndWrittenAlone) {
  const auto condition = parse_event_condition("total > 50 and (currency = \"EUR\" or coupon exists)");
  ASSERT_TRUE(condition);
  EXPECT_EQ(to_text(*condition), "did any event where (total > 50 and (currency = \"EUR\" or coupon exists))");
  EXPECT_EQ(to_event_condition(*condition), "total > 50 and (currency = \"EUR\" or coupon exists)");
  EXPECT_EQ(to_event_condition(*parse("did A where total > 50")), "");
  EXPECT_EQ(parse_event_condition("total >").error().offset, 7U);
}

TEST(Expressions, AreEqualByContentAndEveryoneByDefault) {
  EXPECT_EQ(Expression(), *parse("everyone"));
  EXPECT_EQ(*parse("did A and did B"), *parse("(did A) and did B"));
  EXPECT_FALSE(*parse("did A and did B") == *parse("did B and did A"));
}

TEST(Names, AreThoseThatTheExpressionReads) {
  const Names names = names_of(*parse(
      "trait a = 1 and account plan exists and sum(total of B where c = 1) > 2 before first D and role = client"));
  EXPECT_EQ(names.traits, std::vector<std::string>{"a"});
  EXPECT_EQ(names.account_traits, std::vector<std::string>{"plan"});
  EXPECT_EQ(names.events, (std::vector<std::string>{"B", "D"}));
  EXPECT_EQ(names.properties, (std::vector<std::string>{"c", "total"}));
  EXPECT_TRUE(names.uses_role);
  EXPECT_FALSE(names.uses_stage);
}

}  // namespace
}  // namespace habitue::criteria
