#include <gtest/gtest.h>

#include "criteria/criteria.hpp"

namespace habitue::criteria {
namespace {

struct Said {
  std::string name, text, english, french;
};
class InWords : public testing::TestWithParam<Said> {};
TEST_P(InWords, AreCorrectInBothLanguages) {
  const auto expression = parse(GetParam().text);
  ASSERT_TRUE(expression) << expression.error().message;
  EXPECT_EQ(describe(*expression, "en"), GetParam().english);
  // Written with plain spaces here: » and « take narrow ones, numbers an unbreakable one before their unit.
  std::string plain = describe(*expression, "fr");
  for (const auto& [special, simple] : {std::pair<std::string_view, std::string_view>{"«\u202F", "« "},
                                        {"\u202F»", " »"},
                                        {"\u202F", "_"},
                                        {"\u00A0", "~"}})
    for (std::size_t at = 0; (at = plain.find(special, at)) != std::string::npos;)
      plain.replace(at, special.size(), simple);
  EXPECT_EQ(plain, GetParam().french);
}
INSTANTIATE_TEST_SUITE_P(
    Sentences, InWords,
    testing::Values(
        Said{"Everyone", "everyone", "everyone", "tout le monde"},
        Said{"NotEveryone", "not everyone", "it is not true that (everyone)", "il n’est pas vrai que (tout le monde)"},
        Said{"Lists",
             "trait country in (\"France\", \"Belgium\", \"Spain\") and trait city not in (\"Lyon\", \"Nice\")",
             "country is “France”, “Belgium” or “Spain” and city is neither “Lyon” nor “Nice”",
             "« country » est « France », « Belgium » ou « Spain » et « city » n’est ni « Lyon » ni « Nice »"},
        Said{"Parentheses", "(did A or did not B) and not (did C or trait a exists)",
             "(has done “A” or has not done “B”) and it is not true that (has done “C” or a is known)",
             "(a fait « A » ou n’a pas fait « B ») et il n’est pas vrai que (a fait « C » ou « a » est connu)"},
        Said{"SingularAndPlural",
             "count(A) >= 1 in last 1 day and count(A) = 1 in last 1 hour and count(A) > 2 in last 2 weeks",
             "has done “A” in the last day and has done “A” exactly 1 time in the last hour and has done “A” more than "
             "2 times in the last 2 weeks",
             "a fait « A » au cours du dernier jour et a fait « A » exactement 1~fois au cours de la dernière heure et "
             "a fait « A » plus de 2~fois au cours des 2~dernières semaines"},
        Said{"Numbers", "sum(total of A) > 12345.5 and count(A) < 1000 in last 365 days",
             "the sum of total over “A” is more than 12,345.5 and has done “A” fewer than 1,000 times in the last 365 "
             "days",
             "la somme de « total » sur « A » est supérieure à 12_345,5 et a fait « A » moins de 1_000~fois au cours "
             "des 365~derniers jours"},
        Said{"FrenchPluralBeginsAtTwo", "trait x >= 1.5 and days(A) > 1 and months(A) <= 2",
             "x is at least 1.5 and has done “A” on more than 1 different day and has done “A” in at most 2 different "
             "months",
             "« x » est supérieur ou égal à 1,5 et a fait « A » sur plus de 1~jour et a fait « A » sur au plus 2~mois "
             "différents"},
        Said{"Dates", "did A between 2011-01-01 and 2011-06-30 and trait signup < 2011-05-02",
             "has done “A” between 1 January 2011 and 30 June 2011 and signup is before 2 May 2011",
             "a fait « A » entre le 1er janvier 2011 et le 30 juin 2011 et « signup » est avant le 2 mai 2011"},
        Said{"Moments", "last(A) more than 90 days ago and not first(B or C) in last 1 year",
             "the last “A” was more than 90 days ago and the first “B” or “C” was not in the last year",
             "« A » a eu lieu pour la dernière fois il y a plus de 90~jours et « B » ou « C » n’a pas eu lieu pour la "
             "première fois au cours de la dernière année"},
        Said{"Facts", "role in (client, prospect) and stage != at_risk and account exists and account plan = \"pro\"",
             "is a client or a prospect and is not at the stage at risk and belongs to an account and the account's "
             "plan is “pro”",
             "est client ou prospect et n’est pas au stade à risque et appartient à un compte et « plan » du compte "
             "est « pro »"},
        Said{"Sequence", "sequence(A then B where x = true without C between within 7 days) in last 3 months",
             "has done “A”, then “B” (where x is true), without “C” in between, within 7 days, in the last 3 months",
             "a fait « A », puis « B » (où « x » est vrai), sans « C » entre-temps, en 7~jours au plus, au cours des "
             "3~derniers mois"},
        Said{"FromAnEvent", "did not any event within 1 day of first A and did B since last C",
             "has not done any event within 1 day of the first “A” and has done “B” since the last “C”",
             "n’a fait aucun événement dans un délai de 1~jour après le premier « A » et a fait « B » depuis le "
             "dernier « C »"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace habitue::criteria
