// Conditions on one event, in the words of the criteria language, and which of them an event meets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/breakdown.hpp"
#include "insight/event_matcher.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EventMatcherTest : public testing::Test {
 protected:
  journey::BuiltJourneys built_ = journey::build_journeys({
      {"ann", "$identify", "2024-01-01", R"({"country":"France","plan":"free"})"},
      {"ann", "Signed Up", "2024-01-02", R"({"source":"press"})"},
      {"ann", "Order Completed", "2024-01-03", R"({"total":30})"},
      {"ann", "$identify", "2024-01-04", R"({"plan":"pro"})"},
      {"ann", "Order Completed", "2024-01-05", R"({"total":80.5,"gift":true})"},
      {"bob", "Signed Up", "2024-01-05", R"({"source":12})"},
  });
  std::shared_ptr<const knowledge::Customers> customers_ =
      *knowledge::Customers::bind(built_.snapshot, config::Business{});

  std::vector<std::uint64_t> met_by(const std::vector<std::string>& texts) {
    std::vector<criteria::Expression> conditions;
    for (const std::string& text : texts) conditions.push_back(*parse_event_test(text));
    const auto matcher = *EventMatcher::bind(*customers_, conditions);
    std::vector<std::uint64_t> met;
    for (const journey::Event event : built_.of("ann")) met.push_back(matcher(event));
    return met;
  }
};

TEST_F(EventMatcherTest, TellsWhichConditionsAnEventMeets) {
  EXPECT_THAT(met_by({"Signed Up", "Order Completed", "Order Completed where total > 50"}), ElementsAre(0, 1, 2, 0, 6));
  EXPECT_THAT(met_by({"Signed Up or Order Completed", "any event", "any event where total exists"}),
              ElementsAre(2, 3, 7, 2, 7));
  EXPECT_THAT(met_by({"did Order Completed and not did (Order Completed where gift = true)", "not did Signed Up"}),
              ElementsAre(2, 0, 3, 2, 2));
}

TEST(EventTest, IsReadBackFromItsTextWhateverItsForm) {
  for (const char* text : {"Signed Up", "Order Completed where total > 50", "Signed Up or Order Completed", "any event",
                           "did Signed Up", "not did Signed Up", "did A or did (B where x = 1)", "$page", "everyone"}) {
    const auto condition = parse_event_test(text);
    ASSERT_TRUE(condition) << text << ": " << condition.error().message;
    const std::string written = event_test_text(*condition);
    const auto again = parse_event_test(written);
    ASSERT_TRUE(again) << written;
    EXPECT_TRUE(*again == *condition) << text << " became " << written;
  }
  EXPECT_EQ(event_test_text(*parse_event_test("did (Order Completed where total > 50)")),
            "Order Completed where total > 50");
  EXPECT_EQ(event_test_text(*parse_event_test("did Signed Up or did Order Completed")),
            "did Signed Up or did Order Completed");
}

TEST_F(EventMatcherTest, LooksAtNoEventOfAKindThatCanMeetNone) {
  const criteria::Expression one[] = {*parse_event_test("Order Completed where total > 50")};
  const auto matcher = *EventMatcher::bind(*customers_, one);
  EXPECT_TRUE(matcher.concerns(*built_.snapshot->find_kind("Order Completed")));
  EXPECT_FALSE(matcher.concerns(*built_.snapshot->find_kind("Signed Up")));
  std::vector<UtcMicros> seen;
  for_each_match(built_.of("ann"), matcher,
                 [&](const journey::Event& event, std::uint64_t) { seen.push_back(event.at); });
  EXPECT_THAT(seen, ElementsAre(*parse_moment("2024-01-05", Zone::utc())));
}

TEST_F(EventMatcherTest, RefusesWhatIsNoConditionOnOneEvent) {
  for (const char* text :
       {"count(Order Completed) >= 2", "trait country = \"France\"", "did Order Completed in last 3 days"}) {
    const auto condition = parse_event_test(text);
    ASSERT_TRUE(condition) << text;
    const auto refused = EventMatcher::bind(*customers_, {&*condition, 1});
    ASSERT_FALSE(refused) << text;
    EXPECT_THAT(refused.error().message, HasSubstr("no condition on one event"));
  }
  const auto wrong = parse_event_test("Order Completed where total >");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("total >"));
}

TEST_F(EventMatcherTest, SaysWhatNoDataHas) {
  const criteria::Expression one[] = {*parse_event_test("Order Complete")};
  EXPECT_THAT(EventMatcher::bind(*customers_, one)->warnings(), ElementsAre(HasSubstr("Order Completed")));
}

TEST_F(EventMatcherTest, ReadsValuesToTellPeopleAndEventsApart) {
  const auto plan = *ValueReader::bind(*customers_, {Breakdown::Of::Trait, "plan"});
  const auto as_of = [](const char* text) { return *parse_moment(text, Zone::utc()); };
  EXPECT_EQ(plan.text(plan.of(built_.of("ann"), as_of("2024-01-03"))), "free");
  EXPECT_EQ(plan.text(plan.of(built_.of("ann"), as_of("2024-02-03"))), "pro");
  EXPECT_EQ(plan.text(plan.of(built_.of("bob"), as_of("2024-02-03"))), std::nullopt);
  const auto texts_of = [&](const char* property, const char* who) {
    const auto reader = *ValueReader::bind(*customers_, {Breakdown::Of::Property, property});
    std::vector<std::string> texts;
    for (const journey::Event event : built_.of(who)) texts.push_back(reader.text(reader.at(event)).value_or("-"));
    return texts;
  };
  EXPECT_THAT(texts_of("total", "ann"), ElementsAre("-", "-", "30", "-", "80.5"));
  EXPECT_THAT(texts_of("gift", "ann"), ElementsAre("-", "-", "-", "-", "true"));
  EXPECT_THAT(texts_of("source", "bob"), ElementsAre("12"));
  const auto unknown = ValueReader::bind(*customers_, {Breakdown::Of::Property, "sourse"});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("source"));
}

}  // namespace
}  // namespace habitue::insight
