// docs/stages.md is the test: each row of its tables against the whole way from events to stage, and against the rule alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "journey/journey_builder.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/markdown_table.hpp"

namespace habitue::knowledge {
namespace {

using journey::Said;

const std::string kDocument = HABITUE_SOURCE_DIR "/docs/stages.md";
const Zone& paris() {
  static const Zone zone = *Zone::find("Europe/Paris");
  return zone;
}

std::string utc(std::string_view wall) { return format_moment(*parse_moment(wall, paris())); }

std::string stage_text(const StageVerdict& verdict) {
  return std::string(name_of(verdict.stage)) + (verdict.repeat ? ", repeat" : "");
}

config::Business business_in_paris(config::BusinessModel model) {
  config::Business business;
  business.model = model;
  business.zone = paris();
  business.currency = *Currency::parse("EUR");
  return business;
}

struct Purchase {
  std::string at;
  std::vector<std::string> notes;
};
std::vector<Purchase> read_purchases(const std::string& cell) {
  std::vector<Purchase> purchases;
  if (cell == "none") return purchases;
  for (const std::string& part : split(cell, ", ")) {
    const auto bracket = part.find(" (");
    Purchase purchase{part.substr(0, bracket), {}};
    if (bracket != std::string::npos)
      purchase.notes = split(std::string_view(part).substr(bracket + 2, part.size() - bracket - 3), "; ");
    purchases.push_back(std::move(purchase));
  }
  return purchases;
}

std::vector<Said> story_of(const std::vector<Purchase>& purchases) {
  std::vector<Said> story{{"ann", "$page", "2019-01-01"}};
  int number = 0;
  for (const Purchase& purchase : purchases) {
    const std::string id = std::to_string(++number);
    const bool gift = std::count(purchase.notes.begin(), purchase.notes.end(), "gift") > 0;
    const Said order{"ann", "Order Completed", utc(purchase.at),
                     R"({"order_id":")" + id + R"(","total":)" + (gift ? "0" : "19.90") + "}"};
    story.push_back(order);
    for (const std::string& note : purchase.notes) {
      const std::string day = note.substr(note.rfind(' ') + 1);
      if (note == "said twice")
        story.push_back(order);
      else if (note.starts_with("half refunded"))
        story.push_back({"ann", "Order Refunded", utc(day), R"({"order_id":")" + id + R"(","total":9.95})"});
      else if (note.starts_with("refunded"))
        story.push_back({"ann", "Order Refunded", utc(day), R"({"order_id":")" + id + R"("})"});
    }
  }
  return story;
}

class PurchaseStages : public testing::TestWithParam<Row> {};

TEST_P(PurchaseStages, AreThoseOfTheDocument) {
  const std::vector<Purchase> purchases = read_purchases(GetParam()[1]);
  const auto built = journey::build_journeys(story_of(purchases));
  const auto customers = *Customers::bind(built.snapshot, business_in_paris(config::BusinessModel::Purchases));
  const UtcMicros as_of = *parse_moment(GetParam()[2], paris());
  const StageVerdict verdict = customers->explain_stage(built.of("ann"), as_of);
  EXPECT_EQ(stage_text(verdict), GetParam()[3]) << GetParam()[0];
  EXPECT_FALSE(verdict.reason.empty());
  EXPECT_EQ(customers->stage(built.of("ann"), as_of), name_of(verdict.stage));

  // The rule alone, where the row has moments and nothing else.
  if (std::any_of(purchases.begin(), purchases.end(), [](const Purchase& purchase) { return !purchase.notes.empty(); }))
    return;
  std::vector<UtcMicros> moments;
  for (const Purchase& purchase : purchases) moments.push_back(*parse_moment(purchase.at, paris()));
  std::reverse(moments.begin(), moments.end());  // In whatever order.
  EXPECT_EQ(stage_text(stage_of_purchases(moments, as_of, {}, paris())), GetParam()[3]);
}

INSTANTIATE_TEST_SUITE_P(Document, PurchaseStages, testing::ValuesIn(read_table(kDocument, "## Edge cases")),
                         [](const auto& test) { return test_name(test.index + 1, test.param[0]); });

class SubscriptionStages : public testing::TestWithParam<Row> {};

TEST_P(SubscriptionStages, AreThoseOfTheDocument) {
  const std::map<std::string, std::string> names{{"trial", "Trial Started"},
                                                 {"started", "Subscription Started"},
                                                 {"renewed", "Subscription Renewed"},
                                                 {"failed", "Payment Failed"},
                                                 {"ended", "Subscription Cancelled"},
                                                 {"used", "Report Read"},
                                                 {"announced", "Subscription Cancellation Requested"}};
  std::vector<Said> story{{"ann", "$page", "2019-01-01"}};
  if (GetParam()[1] != "none")
    for (const std::string& part : split(GetParam()[1], ", ")) {
      const auto words = split(part, " ");
      story.push_back({"ann", names.at(words[0]), utc(words[1] + " 12:00")});
    }
  const bool with_use = GetParam()[3].ends_with(" with use");
  config::Business business = business_in_paris(config::BusinessModel::Subscription);
  if (with_use) business.subscription.value_events = {"Report Read"};
  if (with_use) business.subscription.value_minimum = 2;
  const auto built = journey::build_journeys(story);
  const auto customers = *Customers::bind(built.snapshot, business);
  const StageVerdict verdict = customers->explain_stage(built.of("ann"), *parse_moment(GetParam()[2], paris()));
  EXPECT_EQ(stage_text(verdict) + (with_use ? " with use" : ""), GetParam()[3]) << GetParam()[0];
  EXPECT_FALSE(verdict.reason.empty());
}

INSTANTIATE_TEST_SUITE_P(Document, SubscriptionStages,
                         testing::ValuesIn(read_table(kDocument, "### Edge cases of subscriptions")),
                         [](const auto& test) { return test_name(test.index + 1, test.param[0]); });

TEST(StagesDocument, ShowsEveryStageAtLeastTwice) {
  std::multiset<std::string> seen;
  for (const char* heading : {"## Edge cases", "### Edge cases of subscriptions"})
    for (const Row& row : read_table(kDocument, heading)) seen.insert(row[3].substr(0, row[3].find_first_of(", ")));
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    const std::string name(name_of(static_cast<Stage>(stage)));
    EXPECT_GE(seen.count(name), 2U) << name;
    EXPECT_EQ(parse_stage(name), static_cast<Stage>(stage));
  }
  EXPECT_EQ(parse_stage("asleep"), std::nullopt);
}

// Every rule, day by day, against the table of product.md read aloud: sums of days and no cleverness.
TEST(StageRule, HoldsOnEveryDayOfRandomLives) {
  std::uint32_t random = 12345;
  const auto draw = [&](std::uint32_t below) { return (random = random * 1664525U + 1013904223U) / 65536U % below; };
  const config::StageRules rules;
  const LocalDay origin = *parse_day("2015-01-01");
  for (int life = 0; life < 300; ++life) {
    std::vector<int> days;
    for (int day = static_cast<int>(draw(50)); day < 1500 && days.size() < 8;
         day += static_cast<int>(1 + draw(draw(2) == 0 ? 60 : 480)))
      days.push_back(day);
    std::vector<UtcMicros> moments;
    for (const int day : days)
      moments.push_back(paris().start_of(origin + std::chrono::days{day}) + std::chrono::hours{draw(23)});
    for (int today = 0; today < 1900; today += 7) {
      std::vector<int> past;
      for (const int day : days)
        if (day <= today) past.push_back(day);
      std::string expected = "prospect";
      if (!past.empty()) {
        const int last = today - past.back();
        const auto recent = std::count_if(past.begin(), past.end(), [&](int day) { return today - day < 365; });
        if (last >= 365)
          expected = "dormant";
        else if (last >= 90)
          expected = "at_risk";
        else if (past.size() > 1 && past.back() - past[past.size() - 2] >= 365)
          expected = "back";
        else if (today - past.front() < 90)
          expected = past.size() > 1 ? "new, repeat" : "new";
        else
          expected = recent >= 2 ? "active" : "occasional";
      }
      const UtcMicros as_of = paris().start_of(origin + std::chrono::days{today + 1}) - std::chrono::microseconds{1};
      ASSERT_EQ(stage_text(stage_of_purchases(moments, as_of, rules, paris())), expected)
          << "life " << life << ", day " << today;
    }
  }
}

TEST(StageReason, SaysTheRuleInTheLanguageOfTheBusiness) {
  const auto built = journey::build_journeys({{"ann", "Order Completed", "2024-06-01", R"({"total":10})"}});
  config::Business business = business_in_paris(config::BusinessModel::Purchases);
  const UtcMicros as_of = *parse_moment("2024-09-01 12:00", paris());
  EXPECT_EQ((*Customers::bind(built.snapshot, business))->explain_stage(built.of("ann"), as_of).reason,
            "At risk: last purchase 92 days ago, 90 or more.");
  business.language = "fr";
  EXPECT_EQ((*Customers::bind(built.snapshot, business))->explain_stage(built.of("ann"), as_of).reason,
            "À risque\u202f: dernier achat il y a 92 jours, au moins 90.");
}

}  // namespace
}  // namespace habitue::knowledge
