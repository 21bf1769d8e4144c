// Contrasts against a naive reading of their definitions on random small journeys, and their promises on made-up tables.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "insight/contrast/assess.hpp"
#include "insight/contrast_reference.hpp"

namespace habitue::insight::reference {
namespace {

std::string check_line(const ContrastLine& line, const std::vector<Somebody>& people, const ContrastSpec& spec) {
  const std::string where = line.name_en;
  if (std::string wrong = check_counts(line, people); !wrong.empty()) return wrong;
  const ContrastCounts& asked = line.counts.of(spec.side);
  HOLDS(line.shares.first.part, asked.first_with);
  HOLDS(line.shares.first.whole, asked.first_with + asked.first_without);
  HOLDS(line.shares.second.part, asked.second_with);
  HOLDS(line.first_if_with.whole, asked.first_with + asked.second_with);
  HOLDS(line.first_if_without.part, asked.first_without);
  if (!line.number) return "";
  double wins = 0, pairs = 0;
  for (const Somebody& left : people)
    for (const Somebody& right : people) {
      if (left.standing != Who::First || right.standing != Who::Second || !is_on(spec.side, left) ||
          !is_on(spec.side, right))
        continue;
      const Naive of_left = naive(left, line.feature), of_right = naive(right, line.feature);
      if (!of_left.has || !of_right.has) continue;
      ++pairs;
      wins += of_left.number > of_right.number ? 1 : of_left.number == of_right.number ? 0.5 : 0;
    }
  HOLDS(std::abs(line.number->superiority.value - wins / pairs) < 1e-9, true);
  return "";
}

// The people behind a number: as many as it says, and the right ones.
std::string check_people(const Small& world, const Question& question, const Asked& asked,
                         const std::vector<const ContrastLine*>& lines, const std::vector<Somebody>& people,
                         std::mt19937& random) {
  const auto draw = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const ContrastSpec& spec = asked.spec;
  ContrastCell cell{.who = static_cast<Who>(draw(3) != 0 ? draw(2) : draw(10)),
                    .has = draw(2) == 0,
                    .side = static_cast<AudienceSide>(draw(4))};
  const bool groups = cell.who == Who::First || cell.who == Who::Second;
  const ContrastLine* line = nullptr;
  if (groups && !lines.empty() && draw(4) != 0) {
    line = lines[draw(lines.size())];
    // Those of many events are few among the lines, and easily passed over.
    for (const ContrastLine* other : lines)
      if (other->feature.kind == ContrastFeature::Kind::AtLeast && draw(3) == 0) line = other;
    cell.feature = line->feature;
  } else if (groups && !spec.steps.empty() && draw(2) == 0) {
    cell.step = draw(spec.steps.size());
  }
  std::set<std::string> expected;
  for (const Somebody& one : people) {
    if (one.standing != cell.who || !is_on(cell.side, one)) continue;
    if (cell.feature && naive(one, *cell.feature).has != cell.has) continue;
    if (cell.step && (one.steps < *cell.step || (one.steps == *cell.step) != cell.has)) continue;
    expected.insert(one.who);
  }
  const auto found = people_of_contrast(*world.customers, question, spec, cell);
  if (!found) return found.error().message;
  const std::string where = "people";
  HOLDS(found->size(), expected.size());
  HOLDS((*found == sorted_ids(world, expected)), true);
  return "";
}

std::string check_contrast(const Small& world, std::mt19937& random) {
  Question question = random_question(random);
  // Mostly with enough time and births that both groups have people.
  question.as_of += hours{24 * 10};
  if (random() % 4 != 0) question.period = {};
  const Asked asked = random_spec(random);
  const ContrastSpec& spec = asked.spec;
  const auto report = ask_contrast(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const std::vector<Somebody> people = everybody(world, question, asked);

  std::string where;
  for (const auto& [part, standing] : parts_of(report->people)) {
    std::map<Who, std::uint64_t> expected;
    std::uint64_t born = 0;
    for (const Somebody& one : people)
      if (counts_in(part, one.audience)) {
        ++expected[one.standing];
        born += one.standing != Who::NeverBorn;
      }
    where = part;
    HOLDS(standing->born, born);
    HOLDS(standing->first, expected[Who::First]);
    HOLDS(standing->second, expected[Who::Second]);
    HOLDS(standing->too_young, expected[Who::TooYoung]);
    HOLDS(standing->not_among, expected[Who::NotAmong]);
    HOLDS(standing->had_before, expected[Who::HadBefore]);
    HOLDS(standing->not_over, expected[Who::NotOver]);
    HOLDS(standing->in_both, expected[Who::InBoth]);
    HOLDS(standing->in_neither, expected[Who::InNeither]);
    HOLDS(standing->cannot_tell, expected[Who::CannotTell]);
    HOLDS(standing->never_born, expected[Who::NeverBorn]);
  }
  std::vector<const ContrastLine*> lines;
  for (const ContrastGroup& group : report->groups) {
    lines.push_back(&group.line);
    for (const ContrastAlike& alike : group.alike) lines.push_back(&alike.line);
  }
  where = "lines";
  HOLDS(lines.size(), report->tested);
  const ContrastStanding& standing = report->people.of(spec.side);
  HOLDS(lines.empty() || (standing.first > 0 && standing.second > 0), true);
  if (standing.first > 0 && standing.second > 0)
    if (std::string wrong = check_facts(lines, people, spec); !wrong.empty()) return wrong;
  double factor = 1;
  if (spec.adjustment == FalseDiscovery::BenjaminiYekutieli)
    for (std::size_t rank = 2; rank <= lines.size(); ++rank) factor += 1.0 / static_cast<double>(rank);
  for (const ContrastLine* line : lines) {
    if (std::string wrong = check_line(*line, people, spec); !wrong.empty()) return wrong;
    double adjusted_p = 1;
    for (const ContrastLine* other : lines) {
      if (other->p_value < line->p_value) continue;
      std::size_t rank = 0;
      for (const ContrastLine* third : lines) rank += third->p_value <= other->p_value;
      adjusted_p =
          std::min(adjusted_p, other->p_value * static_cast<double>(lines.size()) * factor / static_cast<double>(rank));
    }
    where = line->name_en;
    HOLDS(std::abs(line->adjusted_p - adjusted_p) < 1e-9, true);
  }
  for (std::size_t step = 0; step < report->steps.size(); ++step) {
    const ContrastStep& one = report->steps[step];
    where = fmt::format("step {}", step);
    for (const auto& [part, counts] : parts_of(one.counts)) {
      std::array<std::uint64_t, 2> stuck{}, went_on{};
      for (const Somebody& somebody : people)
        if (takes_part(somebody) && counts_in(part, somebody.audience) && somebody.steps >= step)
          ++(somebody.steps == step ? stuck : went_on)[somebody.standing == Who::First ? 0 : 1];
      HOLDS(counts->first_with, stuck[0]);
      HOLDS(counts->second_with, stuck[1]);
      HOLDS(counts->first_without, went_on[0]);
      HOLDS(counts->second_without, went_on[1]);
    }
  }

  for (int times = 0; times < 5; ++times)
    if (std::string wrong = check_people(world, question, asked, lines, people, random); !wrong.empty()) return wrong;
  return "";
}

TEST(ContrastOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(8, 60, 40, check_contrast); }

TEST(ContrastOnRandomJourneys, DoesNotDependOnArrivalOrThreads) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    std::vector<Happening> happenings = random_happenings(random, 80);
    const auto said = [&](const std::vector<Happening>& in_order) {
      std::vector<journey::Said> story;
      for (const Happening& one : in_order) {
        std::string properties = R"({"v":")" + one.v + '"';
        if (!one.plan.empty()) properties += R"(,"plan":")" + one.plan + '"';
        if (!one.order.empty()) properties += R"(,"order_id":")" + one.order + '"';
        story.push_back({one.who, one.what, format_moment(one.when), properties + "}"});
      }
      return journey::build_journeys(story);
    };
    const auto signature = [&](const journey::BuiltJourneys& built, unsigned threads) {
      const auto customers = *knowledge::Customers::bind(built.snapshot, business_of(kSteps));
      Question question;
      question.as_of = at("2024-12-31");
      question.threads = threads;
      ContrastSpec spec;
      spec.age = hours{60};
      spec.outcome = *parse_event_test("B");
      spec.properties = {"v"};
      spec.support_min = 2;
      spec.alike_from = 0.4;
      spec.stratify = ContrastStratify{.of = ContrastStratify::Of::Trait, .name = "plan"};
      spec.steps = {*parse_event_test("A"), *parse_event_test("A")};
      const auto report = *ask_contrast(*customers, question, spec);
      std::string text;
      for (const ContrastGroup& group : report.groups) {
        text += fmt::format("{} {:a} {:a} {:a}\n", group.line.sentence_en, group.line.p_value,
                            group.line.within ? group.line.within->p_value : 1,
                            group.line.number ? group.line.number->superiority.low : 0);
        for (const ContrastAlike& alike : group.alike)
          text += fmt::format("  {} {:a}\n", alike.line.name_fr, alike.phi);
      }
      for (const ContrastStep& step : report.steps) text += step.sentence_en + "\n";
      return text;
    };
    const std::string expected = signature(said(happenings), 1);
    EXPECT_FALSE(expected.empty());
    std::shuffle(happenings.begin(), happenings.end(), random);
    EXPECT_EQ(signature(said(happenings), 3), expected) << seed;
  }
}

// --- Promises -------------------------------------------------------------------------------------------------------

// People with correlated facts, of which the first `planted` go with the group: a fact is had with the probabilities given.
contrast::Table table_of(std::mt19937& random, std::size_t people, std::size_t facts, std::size_t planted, double first,
                         double second) {
  std::uniform_real_distribution<double> chance;
  contrast::Table table;
  for (std::uint32_t fact = 0; fact < facts; ++fact)
    table.facts.push_back({.kind = ContrastFeature::Kind::Did, .event = fmt::format("K{:03}", fact)});
  contrast::NumberFact number{.feature = {.kind = ContrastFeature::Kind::ActiveDays}, .numbers = {}};
  table.strata = {""};
  for (std::size_t person = 0; person < people; ++person) {
    const std::uint8_t group = chance(random) < 0.4 ? 0 : 1;
    table.rows.push_back({.group = group, .verdict = 1, .stratum = 0, .steps = 0});
    // How busy somebody is moves all of their facts together.
    const double busy = 0.5 + chance(random);
    for (std::uint32_t fact = 0; fact < facts; ++fact) {
      const double usual = 0.05 + 0.5 * static_cast<double>(fact) / static_cast<double>(facts);
      const double share = fact < planted ? (group == 0 ? first : second) : usual * busy;
      if (chance(random) < share) table.has.push_back(fact);
    }
    table.ends.push_back(table.has.size());
    ++number.numbers[1][std::floor(6 * busy * chance(random))][group];
  }
  table.numbers.push_back(std::move(number));
  return table;
}

TEST(ContrastOfNothing, FindsSomethingInFewerThanOneInTwentyWorlds) {
  std::mt19937 random(1995);
  constexpr int kWorlds = 400;
  int found = 0;
  for (int world = 0; world < kWorlds; ++world) {
    ContrastReport report;
    ASSERT_TRUE(contrast::assess(table_of(random, 200, 40, 0, 0, 0), {}, nullptr, report));
    EXPECT_EQ(report.tested, 41U);
    found += report.findings > 0;
  }
  // Where nothing is true every finding is false: the rate is the share of worlds with a finding. Two standard errors are 0.022.
  EXPECT_LE(found / double{kWorlds}, 0.05 + 0.022);
}

TEST(ContrastOfPlantedEffects, FindsThemWithFewFalseOnesAndCoversTheTruth) {
  std::mt19937 random(33);
  constexpr int kWorlds = 120, kPlanted = 6;
  const double first = 0.55, second = 0.3;
  double false_share = 0;
  int found = 0, covered = 0, odds_covered = 0;
  for (int world = 0; world < kWorlds; ++world) {
    ContrastReport report;
    ASSERT_TRUE(contrast::assess(table_of(random, 400, 40, kPlanted, first, second), {}, nullptr, report));
    int wrong = 0;
    for (const ContrastGroup& group : report.groups) {
      const ContrastLine& line = group.line;
      const bool planted = !line.number && line.feature.event < fmt::format("K{:03}", kPlanted);
      wrong += line.finding && !planted;
      if (!planted) continue;
      found += line.finding;
      covered += line.shares.low <= first - second && first - second <= line.shares.high;
      const double odds = first / (1 - first) / (second / (1 - second));
      odds_covered += line.odds->low <= odds && odds <= line.odds->high;
    }
    false_share += report.findings == 0 ? 0 : wrong / static_cast<double>(report.findings);
  }
  constexpr double kAll = kWorlds * kPlanted;
  EXPECT_GT(found / kAll, 0.97);
  EXPECT_LE(false_share / kWorlds, 0.05 + 0.02);
  EXPECT_NEAR(covered / kAll, 0.95, 0.025);
  EXPECT_NEAR(odds_covered / kAll, 0.95, 0.025);
}

}  // namespace
}  // namespace habitue::insight::reference
