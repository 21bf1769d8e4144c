// What other definitions would change: against two plain readings of random companies, and who is behind each number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/criteria_counts.hpp"
#include "insight/definitions/preview.hpp"
#include "random_world.hpp"

namespace habitue::insight {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Question as_of(std::string_view moment) {
  Question question;
  question.as_of = at(moment);
  return question;
}

config::Business proposal() {
  config::Business business = business_of(kSteps);
  business.stages.at_risk_days = 40;
  business.stages.dormant_days = 120;
  business.hypotheses[0].audience = rule(R"(trait target = "no")");
  business.sides[0].supposed_to_pay = rule(R"(trait target = "yes")");
  return business;
}

std::shared_ptr<const knowledge::Customers> under(const World& world, config::Business business) {
  auto rules = knowledge::Customers::by_other_rules(world.customers, std::move(business));
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
  return *rules;
}

const PreviewMatrix& matrix_of(const PreviewReport& report, PreviewWhat what) {
  for (const PreviewMatrix& matrix : report.matrices)
    if (matrix.what == what) return matrix;
  ADD_FAILURE() << "there is no such matrix";
  return report.matrices.front();
}

std::uint64_t people_at(const PreviewMatrix& matrix, std::string_view from, std::string_view to) {
  for (const PreviewMove& move : matrix.moves)
    if (move.from == from && move.to == to) return move.people;
  return 0;
}

using Moves = std::map<std::pair<std::string, std::string>, std::uint64_t>;
Moves moves_of(const PreviewMatrix& matrix) {
  Moves moves;
  for (const PreviewMove& move : matrix.moves) moves[{move.from, move.to}] += move.people;
  return moves;
}

TEST(Preview, CountsWhoMovesAsTwoReportsWouldOnRandomCompanies) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    const World world = random_world(seed, 60, business_of(kSteps));
    const auto proposed = under(world, proposal());
    Question question = as_of("2023-06-15");
    const auto report = ask_preview(*world.customers, *proposed, question, {});
    ASSERT_TRUE(report) << report.error().message;

    Moves roles, stages, audience;
    std::uint64_t known = 0, changed = 0;
    for (const std::string& who : world.people) {
      const journey::Journey journey = world.built.of(who);
      const Naive naive(world, who, question.as_of);
      if (!naive.known()) continue;
      ++known;
      const auto role = [&](const knowledge::Customers& rules) {
        return std::string(name_of(rules.role_of(journey, question.as_of)));
      };
      const auto stage = [&](const knowledge::Customers& rules) {
        return std::string(name_of(rules.stage_of(journey, question.as_of).stage));
      };
      const std::string side = naive.audience() == criteria::Verdict::Inside    ? "inside"
                               : naive.audience() == criteria::Verdict::Outside ? "outside"
                                                                                : "unknown";
      const std::string other = side == "inside" ? "outside" : side == "outside" ? "inside" : "unknown";
      EXPECT_EQ(stage(*world.customers), naive.stage().first);
      ++roles[{role(*world.customers), role(*proposed)}];
      ++stages[{stage(*world.customers), stage(*proposed)}];
      ++audience[{side, other}];
      changed +=
          role(*world.customers) != role(*proposed) || stage(*world.customers) != stage(*proposed) || side != other;
    }
    EXPECT_EQ(report->people, known);
    EXPECT_EQ(report->changed, changed);
    EXPECT_EQ(moves_of(matrix_of(*report, PreviewWhat::Role)), roles) << "seed " << seed;
    EXPECT_EQ(moves_of(matrix_of(*report, PreviewWhat::Stage)), stages) << "seed " << seed;
    EXPECT_EQ(moves_of(matrix_of(*report, PreviewWhat::Audience)), audience) << "seed " << seed;
    EXPECT_THAT(report->sections, ElementsAre("sides", "stages", "hypotheses"));
  }
}

TEST(Preview, ListsAsManyPeopleAsEachNumberAndNobodyTwice) {
  const World world = random_world(11, 80, business_of(kSteps));
  const auto proposed = under(world, proposal());
  const Question question = as_of("2023-06-15");
  const auto report = ask_preview(*world.customers, *proposed, question, {});
  ASSERT_TRUE(report);
  const auto people = [&](const PreviewCell& cell) {
    const auto found = people_of_preview(*world.customers, *proposed, question, {}, cell);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? found->size() : 0;
  };
  EXPECT_EQ(people({}), report->changed);
  for (const PreviewMatrix& matrix : report->matrices) {
    EXPECT_EQ(people({matrix.what}), matrix.changed);
    std::map<std::string, std::uint64_t> before;
    for (const PreviewMove& move : matrix.moves) {
      EXPECT_EQ(people({matrix.what, matrix.business_side, move.from, move.to}), move.people);
      before[move.from] += move.people;
    }
    for (const auto& [from, count] : before) EXPECT_EQ(people({matrix.what, "", from}), count);
  }
  const auto refused = people_of_preview(*world.customers, *proposed, question, {}, {PreviewWhat::Stage, "", "sleepy"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("\"sleepy\" is none of prospect"));
}

TEST(Preview, IsTheSameForAnyNumberOfThreadsAndSeesNothingLater) {
  const World world = random_world(5, 4500, business_of(kSteps));
  const Question base = as_of("2023-02-01");
  World past = world_of(
      [&] {
        std::vector<Deed> deeds;
        for (const Deed& deed : world.deeds)
          if (deed.when <= base.as_of) deeds.push_back(deed);
        return deeds;
      }(),
      business_of(kSteps));
  std::optional<std::vector<Moves>> first;
  for (const World* asked : {static_cast<const World*>(&world), static_cast<const World*>(&past)})
    for (const unsigned threads : {1U, 3U}) {
      Question question = base;
      question.threads = threads;
      const auto report = ask_preview(*asked->customers, *under(*asked, proposal()), question, {});
      ASSERT_TRUE(report);
      std::vector<Moves> moves;
      for (const PreviewMatrix& matrix : report->matrices) moves.push_back(moves_of(matrix));
      if (!first) first = moves;
      EXPECT_EQ(moves, *first);
    }
}

TEST(Preview, ReadsThroughTheLensAndLeavesOutNobodyOfTheSide) {
  const World world = random_world(7, 120, business_of(kSteps));
  const auto proposed = under(world, proposal());
  const Question question = as_of("2023-06-15");
  std::uint64_t sum = 0;
  for (const AudienceSide side : {AudienceSide::Inside, AudienceSide::Outside, AudienceSide::Unknown}) {
    const auto report = ask_preview(*world.customers, *proposed, question, {"", side});
    ASSERT_TRUE(report);
    sum += report->people;
    if (side == AudienceSide::Inside) {
      EXPECT_EQ(people_at(matrix_of(*report, PreviewWhat::Audience), "inside", "outside"), report->people);
    }
  }
  const auto all = ask_preview(*world.customers, *proposed, question, {});
  ASSERT_TRUE(all);
  EXPECT_EQ(sum, all->people);
}

TEST(Preview, SaysThatNothingChangesAndWhatCannotBeCounted) {
  const World world = random_world(3, 40, business_of(kSteps));
  const Question question = as_of("2023-06-15");
  const auto same = ask_preview(*world.customers, *world.customers, question, {});
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->sections.empty());
  EXPECT_EQ(same->changed, 0U);
  EXPECT_THAT(same->sentence_en, HasSubstr("say what those in force say"));

  config::Business other = business_of(kSteps);
  other.identity.merge_on_email = false;
  other.money.payments.push_back("Ordre Completed");
  other.sides.emplace_back();
  other.sides.back().name = "sellers";
  other.sides.back().members = rule("did Nothing");
  Question named = question;
  named.hypothesis = "v2";
  other.hypotheses.pop_back();
  const auto report = ask_preview(*world.customers, *under(world, other), named, {});
  ASSERT_TRUE(report);
  std::vector<PreviewWarningOf> warned;
  for (const PreviewWarning& warning : report->warnings) warned.push_back(warning.of);
  EXPECT_THAT(warned,
              ElementsAre(PreviewWarningOf::Identity, PreviewWarningOf::Hypothesis, PreviewWarningOf::NeverSeen));
  EXPECT_THAT(report->warnings.back().sentence_fr, HasSubstr("« Ordre Completed »"));
  // Nobody is on the new side, so it has no numbers.
  EXPECT_EQ(report->matrices[1].business_side, "sellers");
  EXPECT_TRUE(report->matrices[1].moves.empty());
}

TEST(Preview, StopsWhenItIsCancelled) {
  const World world = random_world(3, 40, business_of(kSteps));
  Cancellation cancellation;
  cancellation.cancel();
  Question question = as_of("2023-06-15");
  question.cancellation = &cancellation;
  const auto report = ask_preview(*world.customers, *world.customers, question, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::Conflict);
}

TEST(CriteriaCounts, AreThoseOfEachPersonForAnyNumberOfThreads) {
  const World world = random_world(9, 3000, business_of(kSteps));
  const auto evaluator = world.customers->evaluator(rule(R"(trait target = "yes" and did Order Completed)"));
  ASSERT_TRUE(evaluator);
  for (const char* moment : {"2022-03-01", "2023-06-15"}) {
    Question question = as_of(moment);
    CriteriaCounts plain;
    for (const std::string& who : world.people) {
      const Naive naive(world, who, question.as_of);
      if (!naive.known()) continue;
      const bool ordered = naive.received() > 0 || !naive.purchases().empty();
      const auto side = naive.audience();
      ++(side == criteria::Verdict::Outside || !ordered ? plain.outside
         : side == criteria::Verdict::Inside            ? plain.inside
                                                        : plain.unknown);
    }
    for (const unsigned threads : {1U, 2U, 7U}) {
      question.threads = threads;
      const auto counts = count_criteria(*world.customers, question, *evaluator);
      ASSERT_TRUE(counts);
      EXPECT_EQ(counts->inside, plain.inside);
      EXPECT_EQ(counts->outside, plain.outside);
      EXPECT_EQ(counts->unknown, plain.unknown);
    }
  }
}

}  // namespace
}  // namespace habitue::insight
