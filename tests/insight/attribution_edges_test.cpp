// The rules of attribution as stories.
#include <gtest/gtest.h>

#include "insight/attribution/attribution.hpp"
#include "insight/event_matcher.hpp"
#include "insight/random_world.hpp"

namespace habitue::insight {
namespace {

using journey::Said;

Said visit(const char* who, const char* when, const char* channel) {
  return {who, "Visit", when, std::string(R"({"channel":")") + channel + R"("})"};
}
Said order(const char* who, const char* when, const char* id, const char* rest = "") {
  return {who, "Order Completed", when, std::string(R"({"order_id":")") + id + R"(","total":10)" + rest + "}"};
}

struct Story {
  explicit Story(const std::vector<Said>& said)
      : built(journey::build_journeys(said)),
        customers(*knowledge::Customers::bind(built.snapshot, business_of({}))),
        question{.as_of = at("2024-06-01"), .period = {}, .hypothesis = {}, .filter = {}} {}
  AttributionReport ask(const AttributionSpec& spec) const {
    auto report = ask_attribution(*customers, question, spec);
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    return report ? *report : AttributionReport{};
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
  Question question;
};

// Credits in millionths of the only model asked for.
std::map<std::string, std::int64_t> credits(const AttributionReport& report) {
  std::map<std::string, std::int64_t> by_channel;
  for (const AttributionChannel& channel : report.channels)
    if (const std::int64_t credit = channel.models.at(0).credit.all.credit_millionths; credit != 0)
      by_channel[channel.channel.text] = credit;
  return by_channel;
}
using Credits = std::map<std::string, std::int64_t>;

TEST(Attribution, LooksBackToTheInstantAndNoFurther) {
  const Story story({visit("ann", "2024-03-01 09:59:59", "early"), visit("ann", "2024-03-01 10:00", "mail"),
                     order("ann", "2024-03-31 10:00", "o1")});
  EXPECT_EQ(credits(story.ask({.models = {AttributionModel::First}})), (Credits{{"mail", kWholeCredit}}));
  const Story late({visit("ann", "2024-03-01 09:59:59", "early"), order("ann", "2024-03-31 10:00", "o1")});
  const AttributionReport report = late.ask({.models = {AttributionModel::First}});
  EXPECT_EQ(credits(report), (Credits{{"direct", kWholeCredit}}));
  EXPECT_EQ(report.total.all.without_touch, 1U);
}

TEST(Attribution, CountsTheTouchesBeforeThePeriodButNotItsConversions) {
  Story story({visit("ann", "2024-03-01", "mail"), order("ann", "2024-03-02", "o1"), order("ann", "2024-03-12", "o2")});
  story.question.period.from = at("2024-03-10");
  EXPECT_EQ(credits(story.ask({.models = {AttributionModel::Linear}})), (Credits{{"mail", kWholeCredit}}));
  AttributionSpec first_ever{.models = {AttributionModel::Linear}};
  first_ever.conversions = AttributionConversions::FirstEver;
  EXPECT_EQ(story.ask(first_ever).total.all.conversions, 0U) << "the first was before";
}

TEST(Attribution, TakesTheOwnEventForATouchUnlessToldNotTo) {
  const Story story({visit("ann", "2024-03-01", "mail"), order("ann", "2024-03-02", "o1", R"(,"channel":"ads")")});
  AttributionSpec spec{.models = {AttributionModel::Last}};
  EXPECT_EQ(credits(story.ask(spec)), (Credits{{"ads", kWholeCredit}}));
  spec.own_touch = AttributionOwnTouch::Ignored;
  EXPECT_EQ(credits(story.ask(spec)), (Credits{{"mail", kWholeCredit}}));
}

TEST(Attribution, SharesMoneyToTheCentAndLeavesOutAnotherCurrency) {
  const Story story({visit("ann", "2024-03-01", "a"), visit("ann", "2024-03-02", "b"), visit("ann", "2024-03-03", "c"),
                     order("ann", "2024-03-04", "o1"), order("bob", "2024-03-04", "o2", R"(,"currency":"USD")"),
                     Said{"eve", "Goal", "2024-03-04"}});
  const AttributionReport report = story.ask({.models = {AttributionModel::Linear}});
  std::map<std::string, std::int64_t> values;
  for (const AttributionChannel& channel : report.channels)
    values[channel.channel.text] = channel.models[0].credit.all.value_minor;
  EXPECT_EQ(values, (std::map<std::string, std::int64_t>{{"a", 334}, {"b", 333}, {"c", 333}, {"direct", 0}}));
  EXPECT_EQ(report.total.all.in_other_currency, 1U);
  EXPECT_EQ(report.total.all.conversions, 2U);
  const AttributionReport goals =
      story.ask({.conversion = *parse_event_test("Goal"), .models = {AttributionModel::Last}});
  EXPECT_EQ(goals.total.all.without_value, 1U);
}

TEST(Attribution, IsNotChangedByARefundedOrRepeatedPurchase) {
  const Story story({visit("ann", "2024-03-01", "mail"), order("ann", "2024-03-02", "o1"),
                     order("ann", "2024-03-03", "o1"), order("ann", "2024-03-04", "o2"),
                     Said{"ann", "Order Refunded", "2024-03-05", R"({"order_id":"o2"})"}});
  EXPECT_EQ(story.ask({.models = {AttributionModel::Last}}).total.all.conversions, 1U);
}

// The example of attribution_credit_test, through the whole of the question: P = 1/3, effects 2/3, 1 and 1.
TEST(Attribution, LearnsFromJourneysThatLedToNothing) {
  const Story story({visit("ann", "2024-03-01", "a"), visit("ann", "2024-03-02", "b"), visit("ann", "2024-03-03", "c"),
                     order("ann", "2024-03-04", "o1"), visit("bob", "2024-03-01", "a"), visit("bob", "2024-03-02", "b"),
                     visit("eve", "2024-03-01", "b"), visit("eve", "2024-03-02", "c")});
  const AttributionReport report = story.ask({.models = {AttributionModel::Markov}});
  ASSERT_TRUE(report.markov);
  EXPECT_NEAR(report.markov->conversion_probability, 1.0 / 3, 1e-12);
  EXPECT_EQ(report.markov->not_converted, 2U);
  EXPECT_EQ(report.total.all.open_journeys, 2U);
  EXPECT_TRUE(report.markov->too_few);
  std::map<std::string, double> effects;
  for (const RemovalEffect& effect : report.markov->channels) effects[effect.channel.text] = effect.effect;
  EXPECT_NEAR(effects["a"], 2.0 / 3, 1e-12);
  EXPECT_NEAR(effects["b"], 1, 1e-12);
  EXPECT_EQ(credits(report), (Credits{{"a", 250'000}, {"b", 375'000}, {"c", 375'000}}));
}

TEST(Attribution, PutsRareChannelsIntoOtherAndNeverDirect) {
  const Story story({visit("ann", "2024-03-01", "mail"), order("ann", "2024-03-02", "o1"),
                     visit("bob", "2024-03-01", "mail"), visit("bob", "2024-03-02", "tv"),
                     order("bob", "2024-03-03", "o2"), visit("eve", "2024-03-02", "ads"),
                     order("eve", "2024-03-03", "o3"), order("joe", "2024-03-03", "o4")});
  const AttributionReport report = story.ask({.models = {AttributionModel::Last}, .limit = 1});
  ASSERT_EQ(report.channels.size(), 3U);
  EXPECT_EQ(report.channels[0].channel.text, "mail");
  EXPECT_EQ(report.channels[1].channel.text, "direct");
  EXPECT_EQ(report.channels[2].channel.kind, ShownValue::Kind::Other);
  EXPECT_EQ(report.channels[2].channels, 2U);
  EXPECT_EQ(report.channels[2].models[0].credit.all.credit_millionths, 2 * kWholeCredit);
  EXPECT_EQ(people_of_attribution(*story.customers, story.question, {.limit = 1},
                                  {.channel = {.kind = ShownValue::Kind::Other}, .model = AttributionModel::Last})
                ->size(),
            2U);
}

TEST(Attribution, RefusesWhatIsOutOfBounds) {
  const Story story({visit("ann", "2024-03-01", "mail")});
  const auto kind = [&](const AttributionSpec& spec) {
    return ask_attribution(*story.customers, story.question, spec).error().kind;
  };
  EXPECT_EQ(kind({.position = {0, 0, 0}}), ErrorKind::InvalidInput);
  EXPECT_EQ(kind({.half_life = std::chrono::microseconds{0}}), ErrorKind::InvalidInput);
  EXPECT_EQ(kind({.limit = 201}), ErrorKind::InvalidInput);
  EXPECT_EQ(kind({.models = {AttributionModel::Last, AttributionModel::Last}}), ErrorKind::InvalidInput);
  EXPECT_EQ(kind({.channel = "chanel"}), ErrorKind::NotFound);
  const auto people =
      people_of_attribution(*story.customers, story.question, {}, {.channel = {ShownValue::Kind::Value, "tv"}});
  EXPECT_EQ(people.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace habitue::insight
