// Contrasts at the age of the outcome: what they must see, and what they must not, on people who leave when the test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "insight/contrast/risk_sets.hpp"
#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

using testing::HasSubstr;

Happening did(const std::string& who, const char* what, UtcMicros when) {
  return {who, what, when, "", "", "", "", ""};
}
const UtcMicros kDay0 = at("2024-05-01 09:00");
UtcMicros day(double number) { return kDay0 + minutes{std::llround(number * 24 * 60)}; }
Question on(double number) {
  Question question;
  question.as_of = day(number);
  return question;
}
std::string name(int person) { return fmt::format("p{:04}", person); }

ContrastSpec at_leaving() {
  ContrastSpec spec;
  spec.at = ContrastAt::Outcome;
  spec.outcome = *parse_event_test("Left");
  spec.within = days{365};
  return spec;
}
const ContrastLine* line_of(const ContrastReport& report, const std::string& named) {
  for (const ContrastGroup& group : report.groups) {
    if (group.line.name_en == named) return &group.line;
    for (const ContrastAlike& alike : group.alike)
      if (alike.line.name_en == named) return &alike.line;
  }
  return nullptr;
}

// People who come one by one, do N1 to N3 without reason, and leave at a rate that is `ratio` times as high once Help is a week old.
std::vector<Happening> leavers(std::mt19937& random, int people, double ratio) {
  std::uniform_real_distribution<double> part;
  const auto wait = [&](double mean) { return -mean * std::log(1 - part(random)); };
  std::vector<Happening> story;
  for (int person = 0; person < people; ++person) {
    const double birth = 100 * part(random), usual = 1 / 90.0, help = wait(40), turns = help + 7;
    const double effort = wait(1);
    const double leaves = effort < usual * turns ? effort / usual : turns + (effort - usual * turns) / (ratio * usual);
    story.push_back(did(name(person), "Arrived", day(birth)));
    const auto add = [&](const char* what, double age) {
      if (age < leaves) story.push_back(did(name(person), what, day(birth + age)));
    };
    add("Help", help);
    for (const char* what : {"N1", "N2", "N3"}) add(what, wait(60));
    story.push_back(did(name(person), "Left", day(birth + leaves)));
  }
  return story;
}

// At most so often when something happens in a share of the times, but once in two hundred.
double at_most(double share, std::uint32_t times) {
  return share * times + 2.6 * std::sqrt(share * (1 - share) * times);
}

TEST(ContrastAtLeaving, TellsTheRatioOfRatesWithItsInterval) {
  std::mt19937 random(1978);
  const std::uint32_t worlds = scaled(16);
  double logs = 0, false_share = 0;
  std::uint32_t missed = 0, found = 0;
  std::uint64_t sets = 0, beside_left_later = 0;
  Compared compared;
  for (std::uint32_t world = 0; world < worlds; ++world) {
    const Small people = small_world(leavers(random, 300, 2.5));
    compared.add(300, 1);
    ContrastSpec spec = at_leaving();
    spec.controls = 2;
    const auto report = *ask_contrast(*people.customers, on(160), spec);
    const ContrastLine* help = line_of(report, "Help");
    ASSERT_TRUE(help != nullptr && help->odds);
    logs += std::log(help->odds->value);
    missed += help->odds->low > 2.5 || 2.5 > help->odds->high;
    found += help->finding;
    sets += report.people.all.first;
    EXPECT_EQ(report.people.all.not_over, 0U) << "who is still there when the data end is beside others until then";
    double wrong = 0;
    for (const ContrastGroup& group : report.groups)
      wrong += group.line.finding && group.line.feature.event.starts_with("N");
    if (report.findings > 0) false_share += wrong / static_cast<double>(report.findings);
    std::set<PersonId> leave;
    for (const Happening& one : people.happenings)
      if (one.what == "Left" && one.when < day(160)) leave.insert(people.built.person(one.who));
    const auto beside = *people_of_contrast(*people.customers, on(160), spec, {.who = ContrastCell::Who::Second});
    for (const PersonId person : beside) beside_left_later += leave.count(person);
  }
  RecordProperty("mean_ratio", fmt::format("{:.4f}", std::exp(logs / worlds)));
  RecordProperty("missed_found_false", fmt::format("{} {} {:.4f}", missed, found, false_share / worlds));
  EXPECT_NEAR(logs / worlds, std::log(2.5), 0.15 / std::sqrt(worlds / 16.0) + 0.03);
  EXPECT_LE(missed, at_most(0.05, worlds));
  EXPECT_GE(found, worlds / 2);
  EXPECT_LE(false_share, at_most(0.05, worlds));
  EXPECT_GT(sets, worlds * 45);
  EXPECT_GT(beside_left_later, worlds * 20) << "to leave them out would bias";
}

TEST(ContrastAtLeaving, FindsNothingWhereThereIsNothing) {
  std::mt19937 random(1996);
  const std::uint32_t worlds = scaled(16);
  std::uint32_t with_findings = 0;
  for (std::uint32_t world = 0; world < worlds; ++world) {
    const Small people = small_world(leavers(random, 250, 1));
    with_findings += ask_contrast(*people.customers, on(160), at_leaving())->findings > 0;
  }
  RecordProperty("with_findings", static_cast<int>(with_findings));
  EXPECT_LE(with_findings, at_most(0.05, worlds)) << "who stays longer has done more of everything; at one age not";
}

TEST(ContrastAtLeaving, DoesNotTakeLeavingForItsCauseNorSeeWhatComesLater) {
  std::vector<Happening> story;
  for (int person = 0; person < 200; ++person) {
    story.push_back(did(name(person), "Arrived", day(0)));
    const bool leaver = person % 4 == 0;
    const double leaves = 20 + person % 29;
    // The way out, an hour before the door; and what the others do at that age and later.
    if (leaver) story.push_back(did(name(person), "Farewell", day(leaves - 1 / 24.0)));
    if (leaver) story.push_back(did(name(person), "Left", day(leaves)));
    if (!leaver) story.push_back(did(name(person), "Party", day(leaves)));
    if (!leaver) story.push_back(did(name(person), "Feast", day(60)));
    if (leaver || person % 4 == 1) story.push_back(did(name(person), "Quarrel", day(5)));
  }
  const Small world = small_world(story);
  ContrastSpec spec = at_leaving();
  spec.support_min = 1;
  spec.lead = hours{2};
  auto report = *ask_contrast(*world.customers, on(100), spec);
  EXPECT_EQ(report.people.all.first, 34U) << "of 50 that leave, those who were drawn for another make no set";
  EXPECT_EQ(report.people.all.second, 102U);
  EXPECT_EQ(line_of(report, "Farewell"), nullptr) << "what comes within the lead is not seen";
  EXPECT_EQ(line_of(report, "Left"), nullptr);
  EXPECT_EQ(line_of(report, "Feast"), nullptr) << "nor is what comes after the last age of leaving";
  const ContrastLine* party = line_of(report, "Party");
  ASSERT_NE(party, nullptr);
  EXPECT_LT(party->shares.second.value, 0.8) << "only what was done by that age";
  const ContrastLine* quarrel = line_of(report, "Quarrel");
  ASSERT_NE(quarrel, nullptr);
  EXPECT_TRUE(quarrel->finding);
  EXPECT_EQ(quarrel->shares.first.value, 1);
  EXPECT_NEAR(quarrel->shares.second.value, 0.45, 0.1) << "half of all, fewer as they leave";
  EXPECT_THAT(quarrel->sentence_en, HasSubstr("Of 34 people who did “Left”, 100 % had “Quarrel” 2 hours before; of 102 "
                                              "others of the same age, still there, "));
  EXPECT_THAT(quarrel->sentence_fr, HasSubstr("Sur 34 personnes qui ont fait «\u00a0Left\u00a0», 100\u202f% avaient"));
  EXPECT_THAT(report.cautions_en[1], HasSubstr("compared with up to 3 who were still there at the same age"));
  // With a lead of half an hour the way out would be the surest cause of all.
  spec.lead = minutes{30};
  report = *ask_contrast(*world.customers, on(100), spec);
  EXPECT_EQ(report.groups.front().line.name_en, "Farewell");
  EXPECT_EQ(report.groups.front().line.shares.difference, 1);
  // A moment before the outcome is over is none.
  spec.lead = hours{1};
  report = *ask_contrast(*world.customers, on(100), spec);
  EXPECT_NE(line_of(report, "Farewell"), nullptr) << "the window's end is in it";
  spec.lead = hours{1} + microseconds{1};
  EXPECT_EQ(line_of(*ask_contrast(*world.customers, on(100), spec), "Farewell"), nullptr);
}

TEST(ContrastAtLeaving, FindsTheStepThatBlocksWheneverPeopleLeave) {
  std::mt19937 random(12);
  std::uniform_real_distribution<double> part;
  std::vector<Happening> story;
  for (int person = 0; person < 500; ++person) {
    story.push_back(did(name(person), "Arrived", day(0)));
    const bool profile = part(random) < 0.9, project = profile && part(random) < 0.6;
    if (profile) story.push_back(did(name(person), "Profile", day(1)));
    if (project) story.push_back(did(name(person), "Project", day(2)));
    if (project && part(random) < 0.7) story.push_back(did(name(person), "Invite", day(3)));
    const double leaves = 15 + -std::log(1 - part(random)) * (project ? 600 : 120);
    if (leaves < 200) story.push_back(did(name(person), "Left", day(leaves)));
  }
  const Small world = small_world(story);
  ContrastSpec spec = at_leaving();
  for (const char* step : {"Profile", "Project", "Invite"}) spec.steps.push_back(*parse_event_test(step));
  const auto report = *ask_contrast(*world.customers, on(210), spec);
  ASSERT_TRUE(report.blocked_step);
  EXPECT_EQ(*report.blocked_step, 1U);
  const ContrastStep& step = report.steps[1];
  EXPECT_EQ(step.reached_before, step.counts.all.first_with + step.counts.all.first_without +
                                     step.counts.all.second_with + step.counts.all.second_without);
  EXPECT_GT(step.odds->low, 1.5);
  EXPECT_LT(step.people_concerned, -10);
  EXPECT_NEAR(step.people_concerned, -static_cast<double>(step.counts.all.first_with) * (1 - 1 / step.odds->value),
              1e-9);
  EXPECT_FALSE(report.steps[2].finding);
  EXPECT_THAT(step.sentence_en, HasSubstr("people who did “Left”, and"));
  EXPECT_EQ(people_of_contrast(*world.customers, on(210), spec, {.who = ContrastCell::Who::First, .step = 1})->size(),
            step.counts.all.first_with);
}

TEST(ContrastAtLeaving, ComparesOnlyThoseConcernedAtThatAge) {
  std::vector<Happening> story;
  for (int person = 0; person < 120; ++person) {
    story.push_back(did(name(person), "Arrived", day(0)));
    // A third subscribes early, a third in the week before that age or after it, a third never.
    if (person % 3 == 0) story.push_back(did(name(person), "Subscribed", day(2)));
    if (person % 3 == 1) story.push_back(did(name(person), "Subscribed", day(person % 2 == 0 ? 25 : 40)));
    if (person < 30) story.push_back(did(name(person), "Left", day(30)));
  }
  const Small world = small_world(story);
  ContrastSpec spec = at_leaving();
  spec.among = rule("did Subscribed");
  spec.controls = 20;
  const auto report = *ask_contrast(*world.customers, on(100), spec);
  // All ten leave at the same moment of their life: each is beside nobody who leaves with them.
  EXPECT_EQ(report.people.all.not_among, 20U) << "a week before they left they had not subscribed";
  EXPECT_EQ(report.people.all.first + report.people.all.second, 32U) << "the first two sets take all thirty";
  EXPECT_EQ(report.people.all.first, 2U);
  EXPECT_EQ(report.sets->smaller, 1U);
  const auto beside = *people_of_contrast(*world.customers, on(100), spec, {.who = ContrastCell::Who::Second});
  for (const PersonId person : beside) {
    const auto journey = *world.built.snapshot->find(person);
    ASSERT_GT(journey.size(), 1U);
    EXPECT_EQ(journey[1].at, day(2)) << "those who subscribe later were not concerned at that age";
  }
  EXPECT_EQ(people_of_contrast(*world.customers, on(100), spec, {.who = ContrastCell::Who::NotAmong})->size(), 20U);
}

TEST(ContrastAtLeaving, HoldsStrataEqualWithinSets) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> part;
  std::vector<Happening> story;
  for (int person = 0; person < 600; ++person) {
    // Plan decides both: pros do A and leave; inside a plan nothing goes with A.
    const bool pro = person % 2 == 0;
    story.push_back({name(person), "$identify", day(0), "", "", "", pro ? "pro" : "free", ""});
    if (part(random) < (pro ? 0.8 : 0.2)) story.push_back(did(name(person), "A", day(1)));
    const double leaves = 15 - std::log(1 - part(random)) * (pro ? 100 : 800);
    if (leaves < 200) story.push_back(did(name(person), "Left", day(leaves)));
  }
  const Small world = small_world(story);
  ContrastSpec spec = at_leaving();
  spec.stratify = ContrastStratify{.of = ContrastStratify::Of::Trait, .name = "plan"};
  const auto report = *ask_contrast(*world.customers, on(210), spec);
  const ContrastLine* a = line_of(report, "A");
  ASSERT_NE(a, nullptr);
  EXPECT_TRUE(a->finding);
  ASSERT_TRUE(a->within && a->within->odds);
  EXPECT_TRUE(a->within->vanishes);
  EXPECT_EQ(a->within->strata, 2U);
  EXPECT_EQ(line_of(report, "plan: pro")->within->strata, 0U) << "what is held equal is the same inside each stratum";
}

TEST(ContrastAtLeaving, TakesFewerPlacesWhenThereAreTooMany) {
  std::mt19937 random(3);
  const Small world = small_world(leavers(random, 400, 1));
  ContrastSpec spec = at_leaving();
  spec.controls = 2;
  const Question question = on(160);
  const auto standings = *contrast::Standings::bind(*world.customers, question, spec);
  const auto sets = [&](std::size_t places_max) {
    return *contrast::RiskSets::of(*world.customers, question, spec, standings, places_max);
  };
  const auto all = sets(2'000'000), pairs = sets(500), few = sets(100);
  EXPECT_EQ(all.told.controls, 2U);
  EXPECT_EQ(pairs.told.controls, 1U);
  EXPECT_EQ(pairs.places.size(), 2 * pairs.people(ContrastCell::Who::First, AudienceSide::All).size());
  EXPECT_LE(few.places.size(), 130U);
  EXPECT_GE(few.places.size(), 40U);
  for (const auto& one : {all, pairs, few})
    EXPECT_EQ(one.places.size() + one.left_over.size(), all.places.size() + all.left_over.size());
}

TEST(ContrastAtLeaving, RefusesWhatCannotBeAsked) {
  std::mt19937 random(3);
  const Small world = small_world(leavers(random, 5, 1));
  const auto refused = [&](const auto& change) {
    ContrastSpec spec = at_leaving();
    change(spec);
    const auto report = ask_contrast(*world.customers, on(160), spec);
    return !report && report.error().kind == ErrorKind::InvalidInput;
  };
  EXPECT_TRUE(refused([](ContrastSpec& spec) { spec.lead = microseconds{0}; })) << "leaving would be its own cause";
  EXPECT_TRUE(refused([](ContrastSpec& spec) { spec.lead = spec.age + microseconds{1}; }));
  EXPECT_TRUE(refused([](ContrastSpec& spec) { spec.controls = 0; }));
  EXPECT_TRUE(refused([](ContrastSpec& spec) { spec.controls = 21; }));
  EXPECT_TRUE(refused([](ContrastSpec& spec) { spec.odds = ContrastOdds::Posthog; }));
  EXPECT_TRUE(refused([](ContrastSpec& spec) {
    spec.groups = ContrastGroups::People;
    spec.first = rule("did Help");
  }));
  EXPECT_FALSE(refused([](ContrastSpec&) {}));
  Cancellation cancellation;
  cancellation.cancel();
  Question question = on(160);
  question.cancellation = &cancellation;
  EXPECT_EQ(ask_contrast(*world.customers, question, at_leaving()).error().kind, ErrorKind::Conflict);
  const auto nobody = ask_contrast(*small_world({}).customers, on(160), at_leaving());
  ASSERT_TRUE(nobody) << nobody.error().message;
  EXPECT_TRUE(nobody->groups.empty() && nobody->sets && !nobody->sets->age_median);
}

}  // namespace
}  // namespace habitue::insight::reference
