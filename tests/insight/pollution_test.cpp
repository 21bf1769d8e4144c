// The pollution meter on cohorts made to measure: what it says, and which step it says to work on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/pollution_words.hpp"
#include "insight/random_world.hpp"

namespace habitue::insight {
namespace {

using testing::HasSubstr;

const std::vector<PlainStep> kFunnel{{"acquisition", {"Signed Up"}},
                                     {"activation", {"Project Created"}},
                                     {"retention", {"Came Back"}},
                                     {"revenue", {"Payment Succeeded"}}};

/// A group of people of one side: how many came, and how many of them got how far.
struct Group {
  std::string target;  // "yes", "no", or empty when it is not known.
  int acquired, activated, retained, paid;
};

World cohort(const std::vector<Group>& groups) {
  std::vector<Deed> deeds;
  int number = 0;
  for (const Group& group : groups)
    for (int i = 0; i < group.acquired; ++i) {
      const std::string who = "p" + std::to_string(++number);
      const UtcMicros day = at("2024-01-01") + std::chrono::hours{number % 500};
      deeds.push_back({who, "Signed Up", day, "", "", ""});
      if (!group.target.empty()) deeds.push_back({who, "$identify", day, "", "", group.target});
      if (i < group.activated) deeds.push_back({who, "Project Created", day + std::chrono::hours{1}, "", "", ""});
      if (i < group.retained) deeds.push_back({who, "Came Back", day + std::chrono::hours{200}, "", "", ""});
      if (i < group.paid)
        deeds.push_back(
            {who, "Payment Succeeded", day + std::chrono::hours{300}, "i" + std::to_string(number), "", "", 1000});
    }
  return world_of(std::move(deeds), business_of(kFunnel));
}

PollutionReport pollution_of(const std::vector<Group>& groups) {
  Question question;
  question.as_of = at("2024-12-31");
  auto report = ask_pollution(*cohort(groups).customers, question);
  EXPECT_TRUE(report);
  return *report;
}

// Inside: 80 % are activated, 38 % of these retained, 90 % of these pay. Outsiders come, look, and hardly ever start.
TEST(Pollution, FindsTheWeakStepThatOutsidersHide) {
  const PollutionReport report = pollution_of({{"yes", 590, 472, 179, 161}, {"no", 410, 41, 20, 10}});
  ASSERT_TRUE(report.weakest_overall && report.weakest_inside);
  EXPECT_EQ(report.steps[*report.weakest_inside].step, "retention");
  EXPECT_EQ(report.weakest_flips, *report.weakest_overall != *report.weakest_inside);
  EXPECT_NEAR(report.outsiders.value, 0.41, 1e-9);
  EXPECT_THAT(report.sentence_en,
              HasSubstr("Outsiders are 41 % of sign-ups; they hide that activation inside is 80 %, not 51 %."));
}

TEST(Pollution, SaysSoWhenTheWeakStepIsAnotherOneInside) {
  const PollutionReport report = pollution_of({{"yes", 400, 320, 122, 110}, {"no", 600, 30, 20, 15}});
  ASSERT_TRUE(report.weakest_flips);
  EXPECT_EQ(report.steps[*report.weakest_overall].step, "activation");
  EXPECT_EQ(report.steps[*report.weakest_inside].step, "retention");
  EXPECT_EQ(report.sentence_en,
            "Outsiders are 60 % of sign-ups; they hide that activation inside is 80 %, not 35 %."
            " You would work on activation; inside the audience the weak step is retention.");
  EXPECT_EQ(report.sentence_fr,
            "Les hors-cible sont 60\u202f% des inscriptions\u202f; ils cachent que l’activation dans la cible est de "
            "80\u202f%, et non de 35\u202f%."
            " Vous travailleriez sur l’activation\u202f; dans la cible, l’étape faible est la rétention.");
}

// Where all money comes at the end, a point of a rate is worth revenue x 0.01 / rate, other rates equal.
TEST(Pollution, AGainIsRevenueOverRateWhenMoneyComesLast) {
  const PollutionReport report = pollution_of({{"yes", 1000, 800, 400, 100}});
  const double revenue = 100 * 1000;
  ASSERT_TRUE(report.steps[1].gain_inside && report.steps[2].gain_inside && report.steps[3].gain_inside);
  EXPECT_EQ(report.steps[1].gain_inside->minor_units, std::llround(revenue * 0.01 / 0.8));
  EXPECT_EQ(report.steps[2].gain_inside->minor_units, std::llround(revenue * 0.01 / 0.5));
  EXPECT_EQ(report.steps[3].gain_inside->minor_units, std::llround(revenue * 0.01 / 0.25));
  EXPECT_EQ(report.steps[*report.weakest_inside].step, "revenue");
  EXPECT_FALSE(report.weakest_flips);
  EXPECT_FALSE(report.steps[0].gain_inside) << "acquisition has no rate before it";
}

// A step after the money: who stops there has paid already, and only the difference is to be won.
TEST(Pollution, AGainLeavesOutWhatThoseWhoStopBringAnyway) {
  const std::vector<PlainStep> steps{
      {"acquisition", {}}, {"revenue", {"Order Completed"}}, {"retention", {"Order Completed"}, 2}};
  std::vector<Deed> deeds;
  for (int person = 0; person < 1000; ++person) {
    const std::string who = "p" + std::to_string(person);
    const UtcMicros day = at("2024-01-01") + std::chrono::hours{person % 500};
    deeds.push_back({who, "$identify", day, "", "", "yes"});
    for (int order = 0; order < (person < 100 ? 2 : person < 400 ? 1 : 0); ++order)
      deeds.push_back({who, "Order Completed", day + std::chrono::hours{24 * (order + 1)},
                       who + "-" + std::to_string(order), "", "", 1000});
  }
  Question question;
  question.as_of = at("2024-12-31");
  const auto report = *ask_pollution(*world_of(std::move(deeds), business_of(steps)).customers, question);
  // Ten more buyers bring what a buyer brings (500 orders by 400 buyers); four more who return bring one order more.
  EXPECT_EQ(report.steps[1].gain_overall->minor_units, 10 * 1250);
  EXPECT_EQ(report.steps[2].gain_overall->minor_units, 4 * 1000);
  EXPECT_EQ(report.steps[*report.weakest_overall].step, "revenue")
      << "though retention has the lower rate: 25 % to 40 %";
}

TEST(Pollution, RanksNothingThatTooFewPeopleTell) {
  EXPECT_FALSE(pollution_of({{"yes", 29, 20, 10, 6}}).weakest_inside);
  EXPECT_FALSE(pollution_of({{"yes", 100, 4, 4, 4}}).weakest_inside) << "fewer than five got further";
  EXPECT_FALSE(pollution_of({{"yes", 100, 50, 40, 0}}).weakest_inside) << "no money, nothing to gain";
  const auto report = pollution_of({{"yes", 100, 100, 40, 20}});
  EXPECT_FALSE(report.steps[1].gain_inside) << "all got there: there is no point to win";
  EXPECT_TRUE(report.steps[2].gain_inside);
}

TEST(Pollution, SpeaksPlainlyInEveryCase) {
  EXPECT_EQ(pollution_of({{"yes", 12, 10, 4, 2}, {"no", 3, 1, 1, 1}}).sentence_en,
            "Only 15 sign-ups in this period: 30 are needed to tell what outsiders change.");
  EXPECT_EQ(
      pollution_of({{"", 50, 10, 4, 2}}).sentence_en,
      "Of none of the 50 sign-ups can it be told whether they are in the audience: a fact that it needs is missing.");
  EXPECT_EQ(pollution_of({{"yes", 50, 30, 20, 10}}).sentence_en,
            "No outsiders among the 50 sign-ups: the figures are those of your audience.");
  EXPECT_EQ(pollution_of({{"no", 50, 30, 20, 10}}).sentence_en,
            "None of the 50 sign-ups is known to be inside the audience.");
  EXPECT_EQ(pollution_of({{"no", 50, 30, 20, 10}, {"yes", 10, 5, 3, 1}}).sentence_en,
            "Outsiders are 83 % of sign-ups; the 10 inside are too few to compare: 30 are needed.");
  EXPECT_EQ(
      pollution_of({{"yes", 900, 450, 90, 45}, {"no", 100, 50, 10, 5}}).sentence_en,
      "Outsiders are 10 % of sign-ups and move no rate by a point beyond chance: the figures can be read as they are.");
  EXPECT_THAT(pollution_of({{"yes", 40, 20, 10, 5}, {"no", 10, 3, 2, 1}}).sentence_en, HasSubstr("beyond chance"))
      << "four points of difference among fifty people are none";
  EXPECT_THAT(pollution_of({{"yes", 300, 30, 15, 10}, {"no", 300, 270, 200, 150}}).sentence_en,
              HasSubstr("they flatter the figures: they hide that activation inside is 10 %, not 50 %."));
  EXPECT_THAT(pollution_of({{"yes", 300, 30, 15, 10}, {"no", 300, 270, 200, 150}}).sentence_fr,
              HasSubstr("ils embellissent les chiffres\u202f: en fait, l’activation dans la cible est de 10\u202f%, et "
                        "non de 50\u202f%."));
  EXPECT_THAT(pollution_of({{"yes", 1000, 60, 30, 21}, {"no", 1000, 10, 5, 3}}).sentence_fr,
              HasSubstr("est de 6,0\u202f%, et non de 3,5\u202f%."));
  EXPECT_THAT(pollution_of({{"yes", 400, 320, 122, 110}, {"no", 600, 30, 20, 15}, {"", 250, 20, 10, 5}}).sentence_en,
              HasSubstr(" For 20 % of sign-ups it cannot be told."));
}

TEST(Pollution, NamesTheAcquiredByWhatAcquisitionIs) {
  const auto noun = [](std::vector<std::string> events) {
    config::Step step;
    step.events = std::move(events);
    return acquired_noun(step);
  };
  EXPECT_EQ(noun({"Signed Up"}), Acquired::SignUps);
  EXPECT_EQ(noun({"Order Completed"}), Acquired::FirstBuyers);
  EXPECT_EQ(noun({}), Acquired::Newcomers);
}

}  // namespace
}  // namespace habitue::insight
