// Experiments of an invented shop: an effect on some alone is found and they are named, none is found where there is none, and what was no
// lot is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/event_matcher.hpp"
#include "insight/uplift/uplift.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const UtcMicros kStart = *parse_moment("2024-01-01T12:00:00Z", Zone::utc());
UtcMicros day(double number) {
  return kStart + std::chrono::microseconds(static_cast<std::int64_t>(number * 24 * 3600 * 1e6));
}
Said said(std::string who, std::string what, UtcMicros when, std::string properties = "{}") {
  return {std::move(who), std::move(what), format_moment(when), std::move(properties)};
}

// Half gets a mail, day by day. A quarter buys within the time anyway; the mail brings `lift` more of those whose plan is "l", and puts
// off half as many of the others.
std::vector<Said> invent(int people, unsigned seed, double lift) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int person = 0; person < people; ++person) {
    const std::string who = fmt::format("c{}", person);
    const bool large = uniform(random) < 0.5, mailed = uniform(random) < 0.5;
    const double at = 10 + person % 20;
    story.push_back(
        said(who, "$identify", day(0), fmt::format(R"({{"plan":"{}","size":{}}})", large ? "l" : "s", person % 9)));
    story.push_back(
        said(who, "Campaign Assigned", day(at), fmt::format(R"({{"arm":"{}"}})", mailed ? "mail" : "none")));
    if (uniform(random) < 0.25 + (!mailed ? 0 : large ? lift : -lift / 2))
      story.push_back(said(who, "Order Completed", day(at + 1 + 10 * uniform(random)), R"({"total":30})"));
    // What comes after must not be looked at: it tells the arm.
    if (mailed) story.push_back(said(who, "Mail Opened", day(at + 0.5)));
  }
  return story;
}

struct Shop {
  explicit Shop(const std::vector<Said>& story, double as_of = 60) : built(journey::build_journeys(story)) {
    config::Business business;
    business.currency = *Currency::parse("EUR");
    business.hypotheses.emplace_back();
    business.hypotheses.back().version = "v1";
    customers = *Customers::bind(built.snapshot, business);
    question.as_of = day(as_of);
  }
  Result<UpliftReport> ask(const UpliftSpec& spec) const { return ask_uplift(*customers, question, spec); }
  Result<std::vector<PersonId>> people(const UpliftSpec& spec, const UpliftCell& cell) const {
    return people_of_uplift(*customers, question, spec, cell);
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

UpliftSpec mail() {
  UpliftSpec spec;
  spec.treated = *parse_event_test(R"(Campaign Assigned where arm = "mail")");
  spec.control = *parse_event_test(R"(Campaign Assigned where arm = "none")");
  return spec;
}

TEST(Uplift, RecoversThePlantedEffectAndNamesWhomItMoves) {
  const Shop shop(invent(2'400, 3, 0.3));
  const auto report = shop.ask(mail());
  ASSERT_TRUE(report) << report.error().message;
  const UpliftEffect& effect = report->effect.all;
  EXPECT_LT(*effect.low, 0.075);
  EXPECT_GT(*effect.high, 0.075);
  EXPECT_LT(*effect.p_value, 1e-3);
  ASSERT_EQ(report->verdict, UpliftVerdict::ByScore) << report->sentence_en;
  EXPECT_GT(report->qini->low, 0);
  EXPECT_NEAR(*report->share_to_target, 0.5, 0.2);
  ASSERT_THAT(report->most_moved, testing::Not(IsEmpty()));
  EXPECT_THAT(report->most_moved.front().what_en, HasSubstr("plan"));
  EXPECT_GT(*report->tenths.front().effect.difference, 0.15);
  // The best half brings more than everybody.
  EXPECT_GT(report->gains[4].per_thousand, report->gains[9].per_thousand);
  EXPECT_THAT(report->sentence_en, HasSubstr("Choosing pays"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("Choisir paie"));

  // Behind the numbers, and counted from the story.
  using Who = UpliftCell::Who;
  EXPECT_THAT(*shop.people(mail(), {.who = Who::Treated}), SizeIs(effect.treated.people));
  EXPECT_THAT(*shop.people(mail(), {.who = Who::Control, .came = true}), SizeIs(effect.control.came));
  const UpliftArm &treated = report->tenths[0].effect.treated, &control = report->tenths[0].effect.control;
  EXPECT_THAT(*shop.people(mail(), {.tenth = 0}), SizeIs(treated.people + control.people));
  EXPECT_EQ(shop.people(mail(), {.tenth = 99}).error().kind, ErrorKind::NotFound);
  EXPECT_NEAR(*effect.difference, treated.people == 0 ? 0 : effect.treated.mean - effect.control.mean, 1e-12);
  EXPECT_NEAR(effect.treated.mean,
              static_cast<double>(effect.treated.came) / static_cast<double>(effect.treated.people), 1e-12);
}

TEST(Uplift, OfTwoArmsAlikeTellsNothing) {
  int wrong = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const Shop shop(invent(500, seed, 0));
    const auto report = shop.ask(mail());
    ASSERT_TRUE(report);
    wrong += report->verdict == UpliftVerdict::Nobody ? 0 : 1;
    EXPECT_TRUE(report->verdict == UpliftVerdict::Nobody || *report->effect.all.p_value < 0.1 || report->qini->low > 0);
  }
  EXPECT_LE(wrong, 1);
}

TEST(Uplift, IsTheSameOnAnyThreadsInAnyOrderAndSeesNothingLater) {
  std::vector<Said> story = invent(600, 8, 0.3);
  const Shop before(story, 35);
  story.erase(std::remove_if(story.begin(), story.end(),
                             [](const Said& one) { return *parse_moment(one.when, Zone::utc()) > day(35); }),
              story.end());
  std::reverse(story.begin(), story.end());
  Shop alone(story, 35);
  alone.question.threads = 3;
  const auto left = before.ask(mail()), right = alone.ask(mail());
  ASSERT_TRUE(left && right);
  EXPECT_GT(left->still_open, 0U);
  EXPECT_EQ(left->sentence_en, right->sentence_en);
  EXPECT_EQ(left->still_open, right->still_open);
  ASSERT_TRUE(left->qini && right->qini);
  EXPECT_EQ(left->qini->value, right->qini->value);
  EXPECT_EQ(left->qini->low, right->qini->low);
}

TEST(Uplift, SetsAsideAndRefusesWhatIsNoExperiment) {
  std::vector<Said> story = invent(300, 2, 0.3);
  // Two are sent to the other arm too, one of them on the same day; one is sent twice to the same.
  const auto arm_of = [&](const std::string& who) {
    for (const Said& one : story)
      if (one.who == who && one.what == "Campaign Assigned") return one.properties;
    return std::string();
  };
  const auto other = [&](const std::string& who) {
    return arm_of(who).find("mail") != std::string::npos ? R"({"arm":"none"})" : R"({"arm":"mail"})";
  };
  const Shop plain(story);
  const auto without = plain.ask(mail());
  story.push_back(said("c5", "Campaign Assigned", day(40), other("c5")));
  story.push_back(said("c6", "Campaign Assigned", day(16), other("c6")));
  story.push_back(said("c7", "Campaign Assigned", day(30), arm_of("c7")));
  story.push_back(said("late", "Campaign Assigned", day(50), R"({"arm":"mail"})"));
  const Shop shop(story);
  const auto report = shop.ask(mail());
  ASSERT_TRUE(report && without);
  EXPECT_EQ(report->to_both, 2U);
  EXPECT_EQ(report->still_open, 1U);
  EXPECT_EQ(report->assigned_treated + report->assigned_control, 299U);
  EXPECT_EQ(report->effect.all.treated.people + report->effect.all.control.people, 298U);
  EXPECT_THAT(*shop.people(mail(), {.who = UpliftCell::Who::ToBoth}),
              ElementsAre(shop.built.person("c5"), shop.built.person("c6")));
  EXPECT_THAT(*shop.people(mail(), {.who = UpliftCell::Who::StillOpen}), ElementsAre(shop.built.person("late")));

  // A hundred of one arm are lost: no lot makes such arms.
  std::vector<Said> lost;
  int taken = 0;
  for (const Said& one : invent(700, 5, 0.3))
    if (one.what != "Campaign Assigned" || one.properties.find("none") == std::string::npos || ++taken > 100)
      lost.push_back(one);
  const auto unequal = Shop(lost).ask(mail());
  ASSERT_TRUE(unequal);
  EXPECT_EQ(unequal->verdict, UpliftVerdict::NotPossible);
  EXPECT_THAT(unequal->reasons, ElementsAre(UpliftReason::UnequalArms));
  EXPECT_THAT(unequal->sentence_en, HasSubstr("no lot"));
  EXPECT_FALSE(unequal->qini);
  EXPECT_THAT(Shop(invent(150, 5, 0.3)).ask(mail())->reasons, Contains(UpliftReason::TooFewPeople));
  EXPECT_THAT(Shop({}).ask(mail())->reasons, ElementsAre(UpliftReason::NobodyAssigned));

  const auto why_not = [&](auto change) {
    UpliftSpec spec = mail();
    change(spec);
    const auto answer = plain.ask(spec);
    return answer ? std::string() : answer.error().message;
  };
  EXPECT_THAT(why_not([](UpliftSpec& spec) { spec.control.reset(); }), HasSubstr("both needed"));
  EXPECT_THAT(why_not([](UpliftSpec& spec) { spec.within_days = 0; }), HasSubstr("1 to 365"));
  EXPECT_THAT(why_not([](UpliftSpec& spec) { spec.treated_share = 1; }), HasSubstr("treated_share"));
  EXPECT_THAT(why_not([](UpliftSpec& spec) {
                spec.measure = UpliftMeasure::Money;
                spec.outcome = *parse_event_test("A");
              }),
              HasSubstr("money"));

  // In money: 30 for each who bought.
  UpliftSpec money = mail();
  money.measure = UpliftMeasure::Money;
  const auto brought = plain.ask(money);
  ASSERT_TRUE(brought);
  EXPECT_NEAR(*brought->effect.all.difference, 30 * *without->effect.all.difference, 1e-9);
  EXPECT_THAT(brought->sentence_en, HasSubstr("EUR"));
}

}  // namespace
}  // namespace habitue::insight
