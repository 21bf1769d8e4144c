// What the forms mean, on journeys that read like stories. random_test compares all of it with the naive reference; here
// are the cases that a reader should be able to check by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "criteria/criteria.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::criteria {
namespace {

using journey::BuiltJourneys;

char letter(Verdict verdict) { return "OI?"[static_cast<std::size_t>(verdict)]; }

struct Story {
  BuiltJourneys built;
  Zone zone = Zone::utc();
  const Facts* facts = nullptr;

  Evaluator bind(std::string_view text) const {
    auto expression = parse(text);
    EXPECT_TRUE(expression) << expression.error().message;
    return *Evaluator::bind(expression ? *expression : Expression{}, *built.snapshot, zone, facts);
  }
  /// I, O or ? for each person.
  std::string ask(std::string_view text, std::string_view as_of, std::string_view people = "ann") const {
    const Evaluator evaluator = bind(text);
    std::string answers;
    for (std::size_t at = 0; at <= people.size();) {
      const std::size_t end = std::min(people.find(' ', at), people.size());
      answers += letter(evaluator.evaluate(built.of(people.substr(at, end - at)), *parse_moment(as_of, zone)));
      at = end + 1;
    }
    return answers;
  }
};

Story shop() {
  return {journey::build_journeys({
      {"ann", "$identify", "2011-01-04 10:00", R"({"country":"France","age":42,"vip":true})"},
      {"ann", "Order Completed", "2011-01-05 12:30", R"({"total":10.10,"currency":"EUR","coupon":"NEW"})"},
      {"ann", "Order Completed", "2011-02-05 12:30", R"({"total":20.20,"currency":"EUR"})"},
      {"ann", "$identify", "2011-03-01", R"({"country":"Belgium"})"},
      {"ann", "Order Completed", "2011-03-05 12:30", R"({"currency":"GBP"})"},
      {"bob", "$identify", "2011-01-04", R"({"age":"forty"})"},
      {"bob", "Product Viewed", "2011-01-04", R"({"product_id":"a"})"},
      {"bob", "Product Viewed", "2011-01-04", R"({"product_id":"b"})"},
      {"bob", "Product Viewed", "2011-01-09", R"({"product_id":"a"})"},
  })};
}

TEST(Traits, AreThoseOfTheMoment) {
  const Story story = shop();
  EXPECT_EQ(story.ask("trait country = \"France\"", "2011-02-28"), "I");
  EXPECT_EQ(story.ask("trait country = \"France\"", "2011-03-02"), "O");
  EXPECT_EQ(story.ask("trait age = 42 and trait vip = true", "2011-03-02"), "I") << "a trait not sent again stays";
  EXPECT_EQ(story.ask("trait country = \"France\"", "2011-01-01"), "?") << "nothing was known yet";
}

TEST(Traits, ThatAreMissingAreUnknownButCanBeAskedFor) {
  const Story story = shop();
  EXPECT_EQ(story.ask("trait country = \"France\"", "2011-04-01", "bob"), "?");
  EXPECT_EQ(story.ask("not trait country = \"France\"", "2011-04-01", "bob"), "?");
  EXPECT_EQ(story.ask("trait country is missing", "2011-04-01", "ann bob"), "OI");
  EXPECT_EQ(story.ask("trait country exists", "2011-04-01", "ann bob"), "IO");
  EXPECT_EQ(story.ask("trait nowhere = 1 or trait age = 42", "2011-04-01", "ann bob"), "I?");
}

TEST(Traits, OfAnotherTypeAreNotEqualAndCannotBeOrdered) {
  const Story story = shop();
  EXPECT_EQ(story.ask("trait age = 42", "2011-04-01", "ann bob"), "IO");
  EXPECT_EQ(story.ask("trait age = \"42\"", "2011-04-01", "ann bob"), "IO") << "a number is equal to its spelling";
  EXPECT_EQ(story.ask("trait age >= 18", "2011-04-01", "ann bob"), "I?");
  EXPECT_EQ(story.ask("trait age starts with \"4\"", "2011-04-01", "ann bob"), "IO");
}

TEST(Events, ThatNeverHappenedAreNoUnknowns) {
  const Story story = shop();
  EXPECT_EQ(story.ask("did Order Completed", "2011-04-01", "ann bob"), "IO");
  EXPECT_EQ(story.ask("did not Order Completed", "2011-04-01", "ann bob"), "OI");
  EXPECT_EQ(story.ask("count(Never Heard Of) = 0", "2011-04-01", "ann bob"), "II");
  EXPECT_EQ(story.ask("max(total of Order Completed) > 15", "2011-04-01", "ann bob"), "IO");
  EXPECT_EQ(story.ask("last(Order Completed) more than 10 days ago", "2011-04-01", "ann bob"), "IO");
}

TEST(Conditions, OnAMissingPropertyDoNotMatchEitherWay) {
  const Story story = shop();
  EXPECT_EQ(story.ask("count(Order Completed where coupon = \"NEW\") = 1", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("count(Order Completed where not coupon = \"NEW\") = 0", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("count(Order Completed where coupon is missing) = 2", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("count(Order Completed where coupon = \"NEW\" or currency = \"EUR\") = 2", "2011-04-01"), "I");
}

TEST(Sums, AddDecimalsAsPeopleDoAndPassOverEventsWithoutTheProperty) {
  const Story story = shop();
  EXPECT_EQ(story.ask("sum(total of Order Completed) = 30.3", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("mean(total of Order Completed) = 15.15", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("min(total of Order Completed where currency = \"GBP\") > 0", "2011-04-01"), "?");
  EXPECT_EQ(story.ask("sum(total of Order Completed where currency = \"GBP\") = 0", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("last(total of Order Completed) > 0", "2011-04-01"), "?") << "of the very last one";
  EXPECT_EQ(story.ask("last(total of Order Completed) is missing", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("first(coupon of Order Completed) = \"NEW\"", "2011-04-01", "ann bob"), "IO");
}

TEST(Counts, OfDaysWeeksMonthsAndValues) {
  const Story story = shop();
  EXPECT_EQ(story.ask("count(Product Viewed) = 3 and days(Product Viewed) = 2 and weeks(Product Viewed) = 1",
                      "2011-04-01", "bob"),
            "I")
      << "Tuesday the 4th and Sunday the 9th are one week";
  EXPECT_EQ(story.ask("months(Order Completed) = 3", "2011-04-01"), "I");
  EXPECT_EQ(story.ask("distinct(product_id of Product Viewed) = 2", "2011-04-01", "bob"), "I");
}

TEST(Accounts, AreThatOfTheLastGroupEventWithItsOwnTraits) {
  const Story story{journey::build_journeys({
      {"ann", "$group", "2011-01-01", R"({"plan":"pro","seats":3})", "acme"},
      {"ann", "$group", "2011-01-02", R"({"plan":"free"})", "home"},
      {"ann", "$group", "2011-01-03", R"({"plan":"max"})", "acme"},
      {"bob", "Signed Up", "2011-01-01"},
  })};
  EXPECT_EQ(
      story.ask("account = \"home\" and account plan = \"free\" and account seats is missing", "2011-01-02 12:00"), "I")
      << "what is known of one account is not lent to another";
  EXPECT_EQ(story.ask("account = \"acme\" and account plan = \"max\" and account seats = 3", "2011-01-04"), "I");
  EXPECT_EQ(story.ask("account exists", "2011-01-04", "ann bob"), "IO");
  EXPECT_EQ(story.ask("account = \"acme\"", "2011-01-04", "ann bob"), "I?");
}

struct Shoppers final : Facts {
  std::string_view role(const journey::Journey& journey, UtcMicros) const override {
    return journey.size() > 3 ? "client" : "unknown";
  }
  std::string_view stage(const journey::Journey& journey, UtcMicros) const override {
    return journey.empty() ? "prospect" : "at_risk";
  }
};

TEST(RoleAndStage, AreAskedOfFactsUpToTheMoment) {
  const Shoppers facts;
  Story story = shop();
  EXPECT_EQ(story.ask("role = client", "2011-04-01", "ann bob"), "??") << "without facts";
  story.facts = &facts;
  EXPECT_EQ(story.ask("role = client", "2011-04-01", "ann bob"), "II");
  EXPECT_EQ(story.ask("role = client", "2011-01-05", "ann bob"), "??") << "only what was known then is shown to Facts";
  EXPECT_EQ(story.ask("role is missing", "2011-01-05"), "I");
  EXPECT_EQ(story.ask("stage in (prospect, at_risk)", "2011-04-01"), "I");
}

TEST(Sequences, CountTimeFromTheFirstStepAndLookForAnyStart) {
  const Story story{journey::build_journeys({
      {"ann", "A", "2011-01-01"},
      {"ann", "X", "2011-01-02"},
      {"ann", "A", "2011-01-10"},
      {"ann", "B", "2011-01-15"},
      {"bob", "B", "2011-01-01"},
      {"bob", "A", "2011-01-01"},
      {"cat", "A", "2011-01-01"},
      {"cat", "X", "2011-01-02"},
      {"cat", "B", "2011-01-03"},
  })};
  EXPECT_EQ(story.ask("sequence(A then B)", "2011-02-01", "ann bob cat"), "III")
      << "at one instant the order that helps is taken";
  EXPECT_EQ(story.ask("sequence(A then B within 5 days)", "2011-02-01", "ann bob cat"), "III");
  EXPECT_EQ(story.ask("sequence(A then B within 120 hours)", "2011-02-01", "ann bob cat"), "III") << "the end with it";
  EXPECT_EQ(story.ask("sequence(A then B within 119 hours)", "2011-02-01", "ann bob cat"), "OII");
  EXPECT_EQ(story.ask("sequence(A then B without X between)", "2011-02-01", "ann bob cat"), "IIO");
  EXPECT_EQ(story.ask("sequence(A then A)", "2011-02-01", "ann bob cat"), "IOO") << "one event is one step";
  EXPECT_EQ(story.ask("sequence(A then B) before 2011-01-10", "2011-02-01", "ann bob cat"), "OII");
  EXPECT_EQ(story.ask("sequence(A then A then B without X between)", "2011-02-01"), "O");
}

TEST(Sequences, ForgetNoLaterStartWhenOneMomentHoldsSeveralSteps) {
  const Story story{journey::build_journeys({{"ann", "A", "2011-01-01"},
                                             {"ann", "B", "2011-01-05 12:00"},
                                             {"ann", "A", "2011-01-05 12:00"},
                                             {"ann", "C", "2011-01-05 12:30"}})};
  EXPECT_EQ(story.ask("sequence(A then B then C within 1 hour)", "2011-02-01"), "I");
  EXPECT_EQ(story.ask("sequence(A then B then C within 29 minutes)", "2011-02-01"), "O");
}

TEST(Windows, AreCalendarDaysOfTheZoneThroughDaylightSaving) {
  // Paris went from +1 to +2 on Sunday 2011-03-27: that day has 23 hours.
  Story story{journey::build_journeys({{"ann", "A", "2011-03-26T22:59:59Z"},     // Saturday 23:59:59 in Paris.
                                       {"bob", "A", "2011-03-26T23:00:00Z"},     // Sunday 00:00.
                                       {"cat", "A", "2011-03-27T21:59:59Z"},     // Sunday 23:59:59, in summer time.
                                       {"dan", "A", "2011-03-27T22:00:00Z"}})};  // Monday 00:00.
  story.zone = *Zone::find("Europe/Paris");
  EXPECT_EQ(story.ask("did A in last 1 day", "2011-03-28 23:00", "ann bob cat dan"), "OOOI") << "today";
  EXPECT_EQ(story.ask("did A in last 2 days", "2011-03-28 00:30", "ann bob cat dan"), "OIII")
      << "today and yesterday, however short";
  EXPECT_EQ(story.ask("did A at least 1 day ago", "2011-03-28 23:00", "ann bob cat dan"), "IIIO")
      << "what `in last 1 day` leaves";
  EXPECT_EQ(story.ask("did A more than 1 day ago", "2011-03-28 23:00", "ann bob cat dan"), "IOOO");
  EXPECT_EQ(story.ask("did A between 1 and 2 days ago", "2011-03-28 23:00", "ann bob cat dan"), "IIIO");
  EXPECT_EQ(story.ask("did A between 2011-03-27 and 2011-03-27", "2011-04-28", "ann bob cat dan"), "OIIO");
  EXPECT_EQ(story.ask("did A before 2011-03-27", "2011-04-28", "ann bob cat dan"), "IOOO");
  EXPECT_EQ(story.ask("did A since 2011-03-28", "2011-04-28", "ann bob cat dan"), "OOOI");
  EXPECT_EQ(story.ask("did A in last 24 hours", "2011-03-28 01:00", "ann bob cat dan"), "OOII")
      << "24 hours are elapsed time";
  EXPECT_EQ(story.ask("did A in last 24 hours", "2011-03-28 00:59:59", "ann bob cat dan"), "OIII");
}

TEST(Windows, OfMonthsEndOnTheLastDayThatExists) {
  const Story story{journey::build_journeys({{"ann", "A", "2011-02-28"}, {"bob", "A", "2011-03-01"}})};
  EXPECT_EQ(story.ask("did A in last 1 month", "2011-03-31", "ann bob"), "OI")
      << "a month before 31 March is 28 February";
  EXPECT_EQ(story.ask("did A in last 1 year", "2012-02-28", "ann bob"), "OI");
  EXPECT_EQ(story.ask("did A at least 1 year ago", "2012-02-28", "ann bob"), "IO");
}

TEST(Windows, FromAnEventHoldThatEventToo) {
  const Story story{journey::build_journeys({
      {"ann", "Signed Up", "2011-01-01 20:00"},
      {"ann", "Buy", "2011-01-01 20:00"},
      {"ann", "Buy", "2011-01-08 23:00"},
      {"ann", "Buy", "2011-01-09 01:00"},
      {"bob", "Buy", "2011-01-01"},
  })};
  EXPECT_EQ(story.ask("count(Buy) = 2 within 7 days of first Signed Up", "2011-02-01"), "I")
      << "to the end of the seventh day";
  EXPECT_EQ(story.ask("count(Buy) = 3 since first Buy", "2011-02-01"), "I");
  EXPECT_EQ(story.ask("count(Buy) = 2 before last Buy", "2011-02-01"), "I");
  EXPECT_EQ(story.ask("did Buy since first Signed Up", "2011-02-01", "ann bob"), "IO")
      << "no such event, nothing in the window";
  EXPECT_EQ(story.ask("did Signed Up before first Buy", "2011-02-01"), "O") << "at the same moment is not before";
}

TEST(Windows, AtTheEndsOfTimeAreSafe) {
  const Story story = shop();
  for (const char* text : {"did Order Completed in last 200 years", "count(Order Completed) > 1 at least 1 month ago",
                           "sequence(Order Completed then Order Completed within 1 year)"}) {
    const Evaluator evaluator = story.bind(text);
    EXPECT_EQ(evaluator.evaluate(story.built.of("ann"), kBeginning), Verdict::Outside) << text;
    (void)evaluator.evaluate(story.built.of("ann"), kEnd);
  }
  EXPECT_EQ(letter(story.bind("count(Order Completed) = 3").evaluate(story.built.of("ann"), kEnd)), 'I');
}

TEST(Matching, AsksAboutOneEventOnly) {
  const Story story = shop();
  const auto matched = [&](std::string_view text) {
    const Evaluator evaluator = story.bind(text);
    std::string answers;
    for (const journey::Event& event : story.built.of("ann")) answers += evaluator.matches(event) ? 'x' : '.';
    return answers;
  };
  EXPECT_EQ(matched("event Order Completed where total > 15"), "..x..");
  EXPECT_EQ(matched("did Order Completed and not did (any event where total > 15)"), ".x..x");
  EXPECT_EQ(matched("everyone"), "xxxxx");
  EXPECT_EQ(matched("did not Order Completed"), "x..x.");
  EXPECT_EQ(matched("trait country = \"France\" or count(Order Completed) > 1"), ".....")
      << "of the person, not of the event";
}

TEST(Warnings, NameWhatNoDataHasYet) {
  const Story story = shop();
  const Evaluator evaluator = story.bind("did Order Complete where totl > 5 and trait country exists");
  EXPECT_THAT(evaluator.warnings(),
              testing::ElementsAre("no event is called 'Order Complete' yet: did you mean 'Order Completed'?",
                                   "no data has a property 'totl' yet: did you mean 'total'?"));
  EXPECT_EQ(letter(evaluator.evaluate(story.built.of("ann"), kEnd)), 'O');
}

TEST(Explanations, NameTheLeavesThatDecidedAndWhatWasFound) {
  const Story story = shop();
  const auto told = [&](std::string_view text, std::string_view who, std::string_view language = "en") {
    std::vector<std::string> lines;
    for (const auto& reason :
         story.bind(text).explain(story.built.of(who), *parse_moment("2011-04-01", Zone::utc()), language))
      lines.push_back(std::string(1, letter(reason.verdict)) + " " + reason.part + ": " + reason.found);
    return lines;
  };
  using testing::ElementsAre;
  EXPECT_THAT(told("trait country = \"Belgium\" and count(Order Completed) >= 1 in last 365 days", "ann"),
              ElementsAre("I trait country = \"Belgium\": country is Belgium",
                          "I did Order Completed in last 365 days: 3 “Order Completed” in the last 365 days"));
  EXPECT_THAT(told("trait country = \"Belgium\" and did Order Completed and trait age > 3", "bob"),
              ElementsAre("O did Order Completed: no “Order Completed”"))
      << "one part outside is enough";
  EXPECT_THAT(told("not (did Order Completed or trait age > 50)", "bob"),
              ElementsAre("? trait age > 50: age is forty"));
  EXPECT_THAT(
      told("sum(total of Order Completed) > 5 and last(Order Completed) more than 20 days ago", "ann"),
      ElementsAre("I sum(total of Order Completed) > 5: the sum of total over “Order Completed” is 30.3, of 3 events",
                  "I last(Order Completed) more than 20 days ago: the last “Order Completed” was on 5 March 2011, 27 "
                  "days ago"));
  EXPECT_THAT(
      told("did Order Completed in last 3 months", "ann", "fr"),
      ElementsAre(
          "I did Order Completed in last 3 months: 3 «\u202FOrder Completed\u202F» au cours des 3\u00A0derniers mois"));
}

}  // namespace
}  // namespace habitue::criteria
