#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/journey_builder.hpp"
#include "knowledge/customers.hpp"

namespace habitue::knowledge {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

UtcMicros at(std::string_view text) { return *parse_moment(text, Zone::utc()); }

std::string_view channel(const journey::BuiltJourneys& built, std::string_view who,
                         std::string_view as_of = "2030-01-01") {
  // Bound for the life of the test: the answer is a view.
  static std::vector<std::shared_ptr<const Customers>> kept;
  config::Business business;
  kept.push_back(*Customers::bind(built.snapshot, business));
  return kept.back()->channel_of(built.of(who), at(as_of));
}

TEST(Channel, IsTheFirstTouchOfTheFirstDay) {
  const auto built = journey::build_journeys({
      {"ann", "$page", "2024-01-01 10:00"},
      {"ann", "$page", "2024-01-01 10:05", "{}", "", R"({"campaign":{"source":" Newsletter "}})"},
      {"ann", "$page", "2024-01-01 10:06", R"({"utm_source":"google"})"},
      {"bob", "$page", "2024-01-01 10:00"},
      {"bob", "$page", "2024-01-03 10:00", R"({"utm_source":"google"})"},
      {"cat", "Signed Up", "2024-01-01", R"({"channel":"Salon","utm_source":"  "})"},
      {"dan", "Signed Up", "2024-01-01", R"({"utm_source":"a","channel":"b"})"},
  });
  EXPECT_EQ(channel(built, "ann"), "newsletter");
  EXPECT_EQ(channel(built, "ann", "2024-01-01 10:00"), "direct") << "as known then";
  EXPECT_EQ(channel(built, "bob"), "direct") << "why somebody came back is not why they came";
  EXPECT_EQ(channel(built, "cat"), "salon");
  EXPECT_EQ(channel(built, "dan"), "a") << "in the order of config";
}

TEST(Profile, GathersWhatIsKnownAtTheMoment) {
  const auto built = journey::build_journeys({
      {"ann", "$identify", "2024-01-01", R"({"country":"FR","age":30})"},
      {"ann", "$group", "2024-01-02", R"({"plan":"pro"})", "acme"},
      {"ann", "Order Completed", "2024-01-03", R"({"total":20,"country":"not a trait"})"},
      {"ann", "$identify", "2024-01-04", R"({"country":"BE"})"},
      {"ann", "$group", "2024-02-02", "{}", "other"},
  });
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.hypotheses.resize(1);
  business.hypotheses[0].version = "v1";
  business.hypotheses[0].audience = *criteria::parse(R"(trait country = "BE")");
  business.wanted_act.criterion = *criteria::parse("did Order Completed");
  const auto customers = *Customers::bind(built.snapshot, business);

  const Profile profile = customers->profile(built.of("ann"), at("2024-01-15"));
  ASSERT_EQ(profile.traits.size(), 2U);
  EXPECT_EQ(profile.traits[0].name, "age");
  EXPECT_EQ(profile.traits[0].provenance, "observed");
  EXPECT_EQ(profile.traits[1].value.text, "BE");
  EXPECT_EQ(profile.traits[1].seq, EventSeq{4});
  EXPECT_EQ(profile.account, "acme");
  EXPECT_EQ(profile.events, 4U);
  EXPECT_EQ(profile.last_seen_at, at("2024-01-04"));
  EXPECT_EQ(profile.stage.stage, Stage::New);
  ASSERT_EQ(profile.roles.size(), 1U);
  EXPECT_EQ(profile.roles[0].role, Role::Client);
  EXPECT_EQ(profile.audience, criteria::Verdict::Inside);
  EXPECT_EQ(profile.audience_reasons.size(), 1U);
  EXPECT_TRUE(profile.took_part);

  const Profile earlier = customers->profile(built.of("ann"), at("2024-01-02 12:00"));
  EXPECT_EQ(earlier.audience, criteria::Verdict::Outside);
  EXPECT_EQ(earlier.roles[0].role, Role::Prospect);
  EXPECT_FALSE(earlier.took_part);
  EXPECT_THAT(earlier.balances, IsEmpty());

  const Profile before = customers->profile(built.of("ann"), at("2023-01-01"));
  EXPECT_EQ(before.events, 0U);
  EXPECT_EQ(before.first_seen_at, std::nullopt);
  EXPECT_EQ(before.stage.stage, Stage::Prospect);
  EXPECT_EQ(before.audience, criteria::Verdict::Unknown) << "the country is not known yet";
}

TEST(Audience, OfAnotherHypothesisCanBeAskedByItsVersion) {
  const auto built = journey::build_journeys({{"ann", "$identify", "2024-01-01", R"({"country":"FR"})"}});
  config::Business business;
  business.hypotheses.resize(2);
  business.hypotheses[0].version = "v1";
  business.hypotheses[0].audience = *criteria::parse(R"(trait country = "FR")");
  business.hypotheses[1].version = "v2";
  business.hypotheses[1].audience = *criteria::parse(R"(trait country = "BE")");
  const auto customers = *Customers::bind(built.snapshot, business);
  const auto verdict = [&](std::string_view version) {
    return customers->audience_of(built.of("ann"), at("2024-06-01"),
                                  config::find_hypothesis(customers->business(), version));
  };
  EXPECT_EQ(verdict("v1"), criteria::Verdict::Inside);
  EXPECT_EQ(verdict("v2"), criteria::Verdict::Outside);
  EXPECT_EQ(customers->audience_of(built.of("ann"), at("2024-06-01"), nullptr), criteria::Verdict::Inside)
      << "no hypothesis: everyone";
}

}  // namespace
}  // namespace habitue::knowledge
