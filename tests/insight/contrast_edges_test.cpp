// The edges of contrasts, each shown on people who can be counted by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "insight/contrast/contrast.hpp"
#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Happening did(const std::string& who, const char* what, UtcMicros when, const char* v = "") {
  return {who, what, when, v, "", "", "", ""};
}
Happening told(const std::string& who, UtcMicros when, const char* plan, const char* target = "") {
  return {who, "$identify", when, "", "", target, plan, ""};
}
const UtcMicros kDay0 = at("2024-05-01 09:00");
UtcMicros day(int number) { return kDay0 + hours{24 * number}; }

// People who differ by their behaviour in the first week, and do the outcome B in the month after, or not.
struct Kind {
  int people;
  bool did_a, did_b;
  int times = 1;
};
std::vector<Happening> people_of(const std::vector<Kind>& kinds) {
  std::vector<Happening> story;
  int number = 0;
  for (const Kind& kind : kinds)
    for (int person = 0; person < kind.people; ++person) {
      const std::string who = fmt::format("p{:04}", number++);
      story.push_back(did(who, "Arrived", day(0), "y"));
      for (int times = 0; kind.did_a && times < kind.times; ++times)
        story.push_back(did(who, "A", day(1) + hours{times}));
      if (kind.did_b) story.push_back(did(who, "B", day(20)));
    }
  return story;
}

ContrastSpec week_then_month() {
  ContrastSpec spec;
  spec.age = days{7};
  spec.outcome = *parse_event_test("B");
  spec.within = days{30};
  return spec;
}
Question on(int number) {
  Question question;
  question.as_of = day(number);
  return question;
}
const ContrastLine* line_of(const ContrastReport& report, const std::string& name) {
  for (const ContrastGroup& group : report.groups) {
    if (group.line.name_en == name) return &group.line;
    for (const ContrastAlike& alike : group.alike)
      if (alike.line.name_en == name) return &alike.line;
  }
  return nullptr;
}

TEST(Contrast, TellsWhatSeparatesThoseWhoDidFromThoseWhoDidNot) {
  const Small world =
      small_world(people_of({{60, true, true}, {20, true, false}, {40, false, true}, {80, false, false}}));
  const auto report = *ask_contrast(*world.customers, on(60), week_then_month());
  EXPECT_EQ(report.people.all.born, 200U);
  EXPECT_EQ(report.people.all.first, 100U);
  EXPECT_EQ(report.people.all.second, 100U);
  const ContrastLine* a = line_of(report, "A");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->counts.all.first_with, 60U);
  EXPECT_EQ(a->counts.all.second_with, 20U);
  EXPECT_DOUBLE_EQ(a->shares.difference, 0.4);
  EXPECT_NEAR(a->odds->value, 60.5 * 80.5 / (40.5 * 20.5), 1e-9);
  EXPECT_DOUBLE_EQ(a->first_if_with.value, 0.75);
  EXPECT_DOUBLE_EQ(a->first_if_without.value, 40 / 120.0);
  EXPECT_TRUE(a->finding);
  EXPECT_FALSE(a->too_few);
  EXPECT_EQ(line_of(report, "Arrived"), nullptr) << "everybody has it: it is not tested";
  EXPECT_EQ(a->sentence_en,
            "Of the 80 people with “A” in their first 7 days, 75 % went on to do “B” within the next 30 days; of the "
            "120 others, 33 %.");
  EXPECT_THAT(a->sentence_fr, HasSubstr("Parmi les 80 personnes avec «\u00a0A\u00a0» dans leurs 7 premiers jours"));
  EXPECT_THAT(report.cautions_en.front(), HasSubstr("does not make them its causes"));
}

TEST(Contrast, SeesNothingAfterTheLandmark) {
  const std::vector<Happening> story =
      people_of({{60, true, true}, {20, true, false}, {40, false, true}, {80, false, false}});
  ContrastSpec spec = week_then_month();
  spec.properties = {"v"};
  const Small before = small_world(story);
  std::vector<Happening> more = story;
  for (int number = 0; number < 100; ++number) {
    const std::string who = fmt::format("p{:04}", number);
    more.push_back(did(who, "A", day(7) + microseconds{1}, "x"));
    more.push_back(did(who, "Later", day(8)));
    more.push_back(told(who, day(9), "pro"));
  }
  const Small after = small_world(more);
  spec.traits = std::vector<std::string>{};
  const auto of_before = *ask_contrast(*before.customers, on(60), spec);
  const auto of_after = *ask_contrast(*after.customers, on(60), spec);
  EXPECT_EQ(of_before.tested, of_after.tested);
  ASSERT_EQ(of_before.groups.size(), of_after.groups.size());
  for (std::size_t index = 0; index < of_before.groups.size(); ++index) {
    EXPECT_EQ(of_before.groups[index].line.sentence_en, of_after.groups[index].line.sentence_en);
    EXPECT_EQ(of_before.groups[index].line.p_value, of_after.groups[index].line.p_value);
  }
  EXPECT_EQ(line_of(of_after, "Later"), nullptr);
  spec.traits.reset();
  EXPECT_EQ(line_of(*ask_contrast(*after.customers, on(60), spec), "plan: pro"), nullptr);
}

TEST(Contrast, CountsAtBothEndsOfTheWindowAndOfTheHorizon) {
  std::vector<Happening> story = people_of({{40, false, false}});
  const auto person = [](int number) { return fmt::format("p{:04}", number); };
  for (int number = 0; number < 12; ++number) story.push_back(did(person(number), "A", day(7)));
  story.push_back(did(person(20), "B", day(7)));                     // At the landmark: before.
  story.push_back(did(person(21), "B", day(7) + microseconds{1}));   // After it.
  story.push_back(did(person(22), "B", day(37)));                    // At the horizon's end.
  story.push_back(did(person(23), "B", day(37) + microseconds{1}));  // Too late.
  const Small world = small_world(story);
  auto report = *ask_contrast(*world.customers, on(60), week_then_month());
  EXPECT_EQ(report.people.all.had_before, 1U);
  EXPECT_EQ(report.people.all.first, 2U);
  EXPECT_EQ(report.people.all.second, 37U);
  EXPECT_EQ(line_of(report, "A")->counts.all.second_with, 12U) << "what happens at the landmark is in the window";
  EXPECT_EQ(
      people_of_contrast(*world.customers, on(60), week_then_month(), {.who = ContrastCell::Who::HadBefore})->front(),
      world.built.person(person(20)));
  // The horizon is over at the very moment at which it ends.
  EXPECT_EQ(ask_contrast(*world.customers, on(37), week_then_month())->people.all.not_over, 0U);
  Question question = on(37);
  question.as_of -= microseconds{1};
  report = *ask_contrast(*world.customers, question, week_then_month());
  EXPECT_EQ(report.people.all.not_over, 39U) << "also the one who did it already";
  EXPECT_EQ(report.people.all.first + report.people.all.second, 0U);
  question.as_of = day(7) - microseconds{1};
  EXPECT_EQ(ask_contrast(*world.customers, question, week_then_month())->people.all.too_young, 40U);
}

TEST(Contrast, DoesNotFallForImmortalTime) {
  // Everybody does A once in ten days for as long as they are there, and leaves at random: A separates nothing.
  std::mt19937 random(5);
  std::vector<Happening> story;
  for (int person = 0; person < 300; ++person) {
    const std::string who = fmt::format("p{:04}", person);
    story.push_back(did(who, "Arrived", day(0)));
    const int leaves = 8 + static_cast<int>(random() % 52);
    for (int date = 0; date < 60 && date < leaves; ++date)
      if (random() % 10 == 0) story.push_back(did(who, "A", day(date) + hours{1}));
    if (leaves < 38) story.push_back(did(who, "B", day(leaves)));
  }
  const Small world = small_world(story);
  const auto report = *ask_contrast(*world.customers, on(70), week_then_month());
  EXPECT_GT(report.people.all.first, 100U);
  EXPECT_EQ(report.findings, 0U);
  // Over the whole journey those who stay have done it far more often.
  double leavers = 0, stayers = 0;
  for (const std::string& who : world.people) {
    double times = 0;
    bool left = false;
    for (const Happening& one : world.happenings) {
      times += one.who == who && one.what == "A";
      left = left || (one.who == who && one.what == "B");
    }
    (left ? leavers : stayers) += times;
  }
  EXPECT_GT(stayers / static_cast<double>(report.people.all.second),
            1.5 * leavers / static_cast<double>(report.people.all.first));
}

TEST(Contrast, TellsHabituesFromOneTimeBuyers) {
  std::vector<Happening> story;
  int order = 0;
  const auto buys = [&](const std::string& who, UtcMicros when) {
    Happening one = did(who, "Order Completed", when);
    one.order = fmt::format("o{}", ++order);
    story.push_back(one);
    return one.order;
  };
  for (int person = 0; person < 120; ++person) {
    const std::string who = fmt::format("p{:04}", person);
    story.push_back(did(who, "Visit", day(0) - hours{person}));
    buys(who, day(0));
    if (person % 2 == 0) story.push_back(did(who, "Help", day(2)));
    if (person % 2 == 0 && person % 12 != 0) buys(who, day(30));
    if (person == 1) {
      const std::string given_back = buys(who, day(31));
      story.push_back(did(who, "Order Refunded", day(35)));
      story.back().order = given_back;
    }
    if (person == 3) buys(who, day(5));
  }
  story.push_back(did("visitor", "Visit", day(0)));
  const Small world = small_world(story);
  ContrastSpec spec;
  spec.birth = ContrastBirth::FirstOf;
  spec.age = days{14};
  spec.within = days{60};
  const auto report = *ask_contrast(*world.customers, on(90), spec);
  EXPECT_EQ(report.people.all.born, 120U);
  EXPECT_EQ(report.people.all.never_born, 1U) << "the visitor never bought";
  EXPECT_EQ(report.people.all.had_before, 1U) << "who bought again within the fortnight";
  EXPECT_EQ(report.people.all.first, 50U);
  EXPECT_EQ(report.people.all.second, 69U) << "a purchase that was given back is none";
  const ContrastLine* help = line_of(report, "Help");
  ASSERT_NE(help, nullptr);
  EXPECT_TRUE(help->finding);
  EXPECT_THAT(help->sentence_en, HasSubstr("went on to buy within the next 60 days"));
  EXPECT_EQ(line_of(report, "Visit"), nullptr) << "what came before birth is in no window";
}

TEST(Contrast, LooksOnlyAtThoseWhomItConcernsWhenTheirWindowEnds) {
  std::vector<Happening> story = people_of({{40, true, true}, {40, false, false}});
  const auto person = [](int number) { return fmt::format("p{:04}", number); };
  for (int number = 0; number < 80; number += 2) story.push_back(did(person(number), "Subscribed", day(6)));
  story.push_back(did(person(1), "Subscribed", day(7) + microseconds{1}));  // Too late to be known.
  story.push_back({"p0002", "$page Pricing", day(1), "", "", "", "", ""});
  const Small world = small_world(story);
  auto spec = week_then_month();
  spec.among = rule("did Subscribed");
  spec.support_min = 1;
  const auto report = *ask_contrast(*world.customers, on(60), spec);
  EXPECT_EQ(report.people.all.not_among, 40U);
  EXPECT_EQ(report.people.all.first, 20U);
  EXPECT_EQ(report.people.all.second, 20U);
  EXPECT_EQ(people_of_contrast(*world.customers, on(60), spec, {.who = ContrastCell::Who::NotAmong})->size(), 40U);
  EXPECT_EQ(line_of(report, "Subscribed"), nullptr) << "all of them did";
  const ContrastLine* page = line_of(report, "page seen (Pricing)");
  ASSERT_NE(page, nullptr) << "pages are told by name";
  EXPECT_EQ(page->counts.all.first_with, 1U);
  EXPECT_EQ(people_of_contrast(*world.customers, on(60), spec, {.feature = page->feature})->size(), 1U);
}

TEST(Contrast, OfPeopleComparesThemByCriteriaAndLeavesOutWhatDefinesThem) {
  std::vector<Happening> story = people_of({{40, true, false}, {40, false, false}});
  for (int number = 0; number < 80; ++number) {
    const char* plan = number < 30 ? "pro" : number < 36 ? "" : "free";
    story.push_back(told(fmt::format("p{:04}", number), day(1), plan, "yes"));
  }
  const Small world = small_world(story);
  ContrastSpec spec;
  spec.groups = ContrastGroups::People;
  spec.age = days{7};
  spec.first = rule("trait plan = \"pro\"");
  auto report = *ask_contrast(*world.customers, on(20), spec);
  EXPECT_EQ(report.people.all.first, 30U);
  EXPECT_EQ(report.people.all.second, 44U);
  EXPECT_EQ(report.people.all.cannot_tell, 6U);
  EXPECT_THAT(report.left_out, ElementsAre("plan"));
  EXPECT_EQ(line_of(report, "plan: pro"), nullptr);
  EXPECT_EQ(line_of(report, "A")->counts.all.first_with, 30U);
  EXPECT_THAT(line_of(report, "A")->sentence_en, HasSubstr("are in the first group"));
  spec.second = rule("did A");
  report = *ask_contrast(*world.customers, on(20), spec);
  EXPECT_EQ(report.people.all.in_both, 30U);
  EXPECT_EQ(report.people.all.second, 4U) << "A and surely not pro";
  EXPECT_EQ(report.people.all.in_neither, 40U);
  EXPECT_THAT(report.left_out, ElementsAre("A", "plan"));
}

TEST(Contrast, PutsWhatSaysTheSameTogether) {
  std::vector<Happening> story =
      people_of({{50, true, true, 3}, {10, true, false}, {10, false, true}, {60, false, false}});
  for (std::size_t index = 0, count = story.size(); index < count; ++index)
    if (story[index].what == "A" && (story[index].when - day(1)) == hours{0})
      story.push_back(did(story[index].who, "Twin of A", story[index].when + minutes{5}));
  const Small world = small_world(story);
  auto spec = week_then_month();
  auto report = *ask_contrast(*world.customers, on(60), spec);
  const ContrastGroup& group = report.groups.front();
  EXPECT_EQ(group.line.name_en, "A 2 times or more") << "only those who did B did it thrice";
  std::vector<std::string> alike;
  for (const ContrastAlike& one : group.alike) alike.push_back(one.line.name_en);
  EXPECT_THAT(alike, ElementsAre("A", "Twin of A"));
  EXPECT_NEAR(group.alike[0].jaccard, 50 / 60.0, 1e-9);
  EXPECT_EQ(line_of(report, "A 3 times or more"), nullptr) << "the same people as twice: not tested again";
  spec.alike_from = 1.01;
  report = *ask_contrast(*world.customers, on(60), spec);
  for (const ContrastGroup& one : report.groups) EXPECT_TRUE(one.alike.empty());
}

TEST(Contrast, MarksADifferenceThatVanishesInsideStrata) {
  // Plan decides both: pros do A and B, the others neither; inside a plan A and B are independent.
  std::vector<Happening> story;
  int number = 0;
  const auto add = [&](const char* plan, int a_and_b, int a_alone, int b_alone, int neither) {
    for (const auto& [people, a, b] : {std::tuple{a_and_b, true, true}, std::tuple{a_alone, true, false},
                                       std::tuple{b_alone, false, true}, std::tuple{neither, false, false}})
      for (int person = 0; person < people; ++person) {
        const std::string who = fmt::format("p{:04}", number++);
        story.push_back(told(who, day(0), plan));
        if (a) story.push_back(did(who, "A", day(1)));
        if (b) story.push_back(did(who, "B", day(20)));
      }
  };
  add("pro", 64, 16, 16, 4);
  add("free", 4, 16, 16, 64);
  const Small world = small_world(story);
  auto spec = week_then_month();
  spec.stratify = ContrastStratify{.of = ContrastStratify::Of::Trait, .name = "plan"};
  const auto report = *ask_contrast(*world.customers, on(60), spec);
  const ContrastLine* a = line_of(report, "A");
  ASSERT_NE(a, nullptr);
  EXPECT_TRUE(a->finding);
  ASSERT_TRUE(a->within && a->within->odds);
  EXPECT_NEAR(a->within->odds->value, 1, 1e-9);
  EXPECT_TRUE(a->within->vanishes);
  EXPECT_FALSE(a->within->strata_differ);
  EXPECT_THAT(a->sentence_en, HasSubstr("With “plan” held equal the difference is gone"));
  const ContrastLine* plan = line_of(report, "plan: pro");
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(plan->within->strata, 0U) << "what is held equal is the same inside each stratum";
}

TEST(Contrast, FindsThePlantedBlockedStep) {
  // Everybody signs up and most fill in a profile; those stuck before the first project leave, whatever else they did.
  std::mt19937 random(11);
  const auto chance = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
  std::vector<Happening> story;
  for (int person = 0; person < 600; ++person) {
    const std::string who = fmt::format("p{:04}", person);
    story.push_back(did(who, "Arrived", day(0)));
    bool project = false;
    if (chance(90)) {
      story.push_back(did(who, "Profile", day(1)));
      if (chance(60)) {
        project = true;
        story.push_back(did(who, "Project", day(2)));
        if (chance(70)) story.push_back(did(who, "Invite", day(3)));
      }
    }
    if (chance(project ? 10 : 45)) story.push_back(did(who, "B", day(20)));
  }
  const Small world = small_world(story);
  auto spec = week_then_month();
  for (const char* step : {"Profile", "Project", "Invite"}) spec.steps.push_back(*parse_event_test(step));
  const auto report = *ask_contrast(*world.customers, on(60), spec);
  ASSERT_EQ(report.steps.size(), 3U);
  EXPECT_EQ(report.steps[0].reached_before, 600U);
  EXPECT_EQ(report.steps[1].reached_before, 600U - report.steps[0].stuck);
  ASSERT_TRUE(report.blocked_step);
  EXPECT_EQ(*report.blocked_step, 1U);
  EXPECT_EQ(report.steps[1].step, "Project");
  EXPECT_GT(report.steps[1].outcome.low, 0.2);
  EXPECT_LT(report.steps[1].people_concerned, -50) << "so many fewer would leave, were they as those who went on";
  EXPECT_FALSE(report.steps[2].finding) << "no invitation: nothing to do with leaving";
  EXPECT_THAT(report.steps[1].sentence_en, HasSubstr("stop before “Project”"));
  EXPECT_THAT(report.cautions_en.back(), HasSubstr("differs from who goes on in more than that step"));
}

TEST(Contrast, TakesStepsOfOneInstantInTheOrderThatHelps) {
  std::vector<Happening> story = people_of({{3, false, false}});
  story.push_back(did("p0000", "Two", day(1)));
  story.push_back(did("p0000", "One", day(1)));
  story.push_back(did("p0001", "Two", day(1)));
  story.push_back(did("p0001", "One", day(2)));
  story.push_back(did("p0002", "One", day(1)));
  story.push_back(did("p0002", "Two", day(7) + microseconds{1}));
  const Small world = small_world(story);
  auto spec = week_then_month();
  spec.steps = {*parse_event_test("One"), *parse_event_test("Two")};
  const auto report = *ask_contrast(*world.customers, on(60), spec);
  EXPECT_EQ(report.steps[0].stuck, 0U);
  EXPECT_EQ(report.steps[1].stuck, 2U);
  const auto stuck = *people_of_contrast(*world.customers, on(60), spec, {.who = ContrastCell::Who::Second, .step = 1});
  EXPECT_THAT(stuck, ElementsAre(world.built.person("p0001"), world.built.person("p0002")));
}

TEST(Contrast, GivesEachStepOfAnInstantAnEventWheneverThatCanBe) {
  // Both events may be the first step; the one that comes first is the only one that may be the second. Whichever is taken first.
  for (const bool other_way : {false, true}) {
    std::vector<Happening> story = people_of({{2, false, false}});
    story.push_back(did("p0000", other_way ? "Two" : "One", day(1)));
    story.push_back(did("p0000", other_way ? "One" : "Two", day(1)));
    const Small world = small_world(story);
    auto spec = week_then_month();
    spec.steps = {*parse_event_test("One or Two"), *parse_event_test("Two"), *parse_event_test("One")};
    const auto report = *ask_contrast(*world.customers, on(60), spec);
    EXPECT_EQ(report.steps[1].stuck, 0U);
    EXPECT_EQ(report.steps[2].stuck, 1U);
    spec.steps = {*parse_event_test("One or Two"), *parse_event_test("One"), *parse_event_test("Two")};
    EXPECT_EQ(ask_contrast(*world.customers, on(60), spec)->steps[1].stuck, 0U);
  }
}

TEST(Contrast, HasPostHogsRuleAsASwitch) {
  const Small world =
      small_world(people_of({{30, true, true}, {10, true, false}, {10, false, true}, {950, false, false}}));
  auto spec = week_then_month();
  spec.support_min = 500;
  EXPECT_EQ(line_of(*ask_contrast(*world.customers, on(60), spec), "A"), nullptr);
  spec.odds = ContrastOdds::Posthog;
  const auto report = *ask_contrast(*world.customers, on(60), spec);
  const ContrastLine* a = line_of(report, "A");
  ASSERT_NE(a, nullptr) << "40 people are at least min(25, 2 % of 1,000)";
  EXPECT_NEAR(a->odds->value, 31.0 * 951 / (11.0 * 11.0), 1e-9);
  EXPECT_TRUE(a->skewed) << "960 to 40 differ by more than 10 to 1";
  EXPECT_NE(line_of(report, "Arrived"), nullptr) << "their rule has no upper bound";
}

TEST(Contrast, RefusesWhatCannotBeAsked) {
  const Small world = small_world(people_of({{2, true, false}}));
  const auto refused = [&](const ContrastSpec& spec) {
    return ask_contrast(*world.customers, on(60), spec).error().kind;
  };
  auto spec = week_then_month();
  spec.groups = ContrastGroups::People;
  EXPECT_EQ(refused(spec), ErrorKind::InvalidInput) << "no first group";
  spec = week_then_month();
  spec.counted_from = ContrastHorizon::Birth;
  spec.within = days{7};
  EXPECT_EQ(refused(spec), ErrorKind::InvalidInput) << "the horizon ends with the window";
  spec = week_then_month();
  spec.cuts = {1};
  EXPECT_EQ(refused(spec), ErrorKind::InvalidInput);
  spec = week_then_month();
  spec.traits = std::vector<std::string>{"plam"};
  EXPECT_EQ(refused(spec), ErrorKind::NotFound);
  spec = week_then_month();
  spec.outcome = rule("count(B) >= 2");
  EXPECT_EQ(refused(spec), ErrorKind::InvalidInput) << "no condition on one event";
  spec = week_then_month();
  const auto people = [&](const ContrastCell& cell) {
    return people_of_contrast(*world.customers, on(60), spec, cell).error().kind;
  };
  EXPECT_EQ(people({.who = ContrastCell::Who::First, .step = 3}), ErrorKind::NotFound);
  EXPECT_EQ(people({.who = ContrastCell::Who::TooYoung, .feature = ContrastFeature{.event = "A"}}),
            ErrorKind::InvalidInput);
  EXPECT_EQ(people({.feature = ContrastFeature{.event = "Z"}}), ErrorKind::NotFound);
  Cancellation cancellation;
  cancellation.cancel();
  Question question = on(60);
  question.cancellation = &cancellation;
  EXPECT_EQ(ask_contrast(*world.customers, question, spec).error().kind, ErrorKind::Conflict);
  const Small empty = small_world({});
  const auto report = ask_contrast(*empty.customers, on(60), spec);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->groups.empty());
}

}  // namespace
}  // namespace habitue::insight::reference
