// Contrasts against a naive reading of their definitions on random small journeys, and their promises on made-up tables.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "insight/contrast/assess.hpp"
#include "insight/contrast/contrast.hpp"
#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

const Condition kNothing{"nothing", [](const Happening&) { return false; }, [](const Happening&) { return false; }};
using Who = ContrastCell::Who;

struct Somebody {
  std::string who;
  criteria::Verdict audience;
  Who standing;
  std::vector<Happening> known, window;  // Up to the landmark; from birth on.
  UtcMicros birth;
  std::size_t steps = 0;
};

// How many steps can be given events of their own, in time, those of one instant in any order: by trying everything.
std::size_t most_steps(const std::vector<Happening>& events, const std::vector<const Condition*>& steps,
                       std::size_t step, UtcMicros from, std::vector<bool>& used) {
  if (step == steps.size()) return step;
  std::size_t best = step;
  for (std::size_t index = 0; index < events.size(); ++index) {
    if (used[index] || events[index].when < from || !steps[step]->met(events[index])) continue;
    used[index] = true;
    best = std::max(best, most_steps(events, steps, step + 1, events[index].when, used));
    used[index] = false;
  }
  return best;
}

struct Asked {
  ContrastSpec spec;
  const Condition* born_with = &kNothing;
  const Condition* outcome = &kNothing;
  std::vector<const Condition*> steps;
};

Asked random_spec(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const auto any = [&] { return &conditions()[static_cast<std::size_t>(draw(6))]; };
  Asked asked;
  ContrastSpec& spec = asked.spec;
  spec.birth = static_cast<ContrastBirth>(draw(3));
  if (spec.birth == ContrastBirth::FirstOf) {
    asked.born_with = any();
    spec.born_with = asked.born_with->test();
  }
  spec.age = draw(8) == 0 ? hours{0} : hours{draw(2) == 0 ? draw(24 * 5) : 24 * draw(5)};
  spec.groups = draw(3) == 0 ? ContrastGroups::People : ContrastGroups::Outcome;
  if (spec.groups == ContrastGroups::Outcome) {
    asked.outcome = any();
    spec.outcome = asked.outcome->test();
    spec.counted_from = static_cast<ContrastHorizon>(draw(2));
    spec.within = hours{draw(24 * 6)} + (spec.counted_from == ContrastHorizon::Birth ? spec.age + hours{1} : hours{0});
  } else {
    spec.first = rule("trait plan = \"pro\"");
    if (draw(2) == 0) spec.second = rule("trait target = \"no\"");
  }
  if (draw(4) == 0) spec.among = rule("trait plan = \"free\"");
  spec.properties = {"v"};
  spec.cuts = {2, 3};
  spec.support_min = static_cast<std::uint32_t>(draw(4));
  spec.adjustment = static_cast<FalseDiscovery>(draw(2));
  spec.side = draw(2) == 0 ? AudienceSide::All : static_cast<AudienceSide>(draw(4));
  spec.alike_from = draw(2) == 0 ? 0.5 : 2;
  spec.limit = 1000;
  if (draw(3) == 0) spec.stratify = ContrastStratify{.of = ContrastStratify::Of::Trait, .name = "plan"};
  for (int step = draw(4); step > 0; --step) {
    asked.steps.push_back(&conditions()[static_cast<std::size_t>(1 + draw(5))]);
    spec.steps.push_back(*asked.steps.back()->test());
  }
  return asked;
}

std::string last_told(const std::vector<Happening>& known, std::string Happening::*name) {
  std::string value;
  for (const Happening& one : known)
    if (one.what == "$identify" && !(one.*name).empty()) value = one.*name;
  return value;
}

std::vector<Somebody> everybody(const Small& world, const Question& question, const Asked& asked) {
  const ContrastSpec& spec = asked.spec;
  std::vector<Somebody> people;
  for (const std::string& who : world.people) {
    const Journey journey(world, who, question.as_of);
    if (!passes(question, journey)) continue;
    Somebody one{who, journey.audience(), Who::NeverBorn, {}, {}, {}};
    const std::vector<NaiveAct> acts = journey.acts(*asked.born_with, *asked.outcome);
    const NaiveAct* birth_act = nullptr;
    std::optional<UtcMicros> birth;
    if (spec.birth == ContrastBirth::FirstEvent) birth = journey.all().front().when;
    if (spec.birth == ContrastBirth::Creation)
      for (const Happening& happening : journey.all())
        if (!birth && happening.what == "$identify" && !happening.born.empty())
          birth = *parse_moment(happening.born, paris());
    if (spec.birth == ContrastBirth::FirstOf)
      for (const NaiveAct& act : acts)
        if (birth_act == nullptr && act.first) {
          birth_act = &act;
          birth = act.when;
        }
    if (!birth) {
      people.push_back(one);
      continue;
    }
    if (*birth < question.period.from || *birth >= question.period.to) continue;
    one.birth = *birth;
    const UtcMicros landmark = *birth + spec.age;
    for (const Happening& happening : journey.all())
      if (happening.when <= landmark) {
        one.known.push_back(happening);
        if (happening.when >= *birth) one.window.push_back(happening);
      }
    std::vector<bool> used(one.window.size());
    one.steps = most_steps(one.window, asked.steps, 0, *birth, used);
    const UtcMicros end = (spec.counted_from == ContrastHorizon::Landmark ? landmark : *birth) + spec.within;
    if (landmark > question.as_of) {
      one.standing = Who::TooYoung;
    } else if (spec.among && last_told(one.known, &Happening::plan) != "free") {
      one.standing = Who::NotAmong;
    } else if (spec.groups == ContrastGroups::Outcome) {
      bool before = false, after = false;
      for (const NaiveAct& act : acts) {
        if (&act == birth_act || !act.second) continue;
        before = before || act.when <= landmark;
        after = after || (act.when > landmark && act.when <= end);
      }
      one.standing = before ? Who::HadBefore : end > question.as_of ? Who::NotOver : after ? Who::First : Who::Second;
    } else {
      const auto is = [](const std::string& value, const char* wanted) {
        return value.empty() ? 2 : value == wanted ? 1 : 0;
      };
      const int first = is(journey.trait(&Happening::plan), "pro");
      const int second = spec.second ? is(journey.trait(&Happening::target), "no") : first == 2 ? 2 : 1 - first;
      one.standing = first == 2 || second == 2   ? Who::CannotTell
                     : first == 1 && second == 1 ? Who::InBoth
                     : first == 1                ? Who::First
                     : second == 1               ? Who::Second
                                                 : Who::InNeither;
    }
    people.push_back(std::move(one));
  }
  return people;
}

// Whether somebody has a fact; of numbers, which number, if it is known.
struct Naive {
  bool has = false;
  double number = 0;
};
Naive naive(const Somebody& one, const ContrastFeature& feature, const ContrastSpec& spec) {
  using Kind = ContrastFeature::Kind;
  const auto age_of = [&](const Happening& happening) {
    return static_cast<double>((happening.when - one.birth).count());
  };
  std::uint32_t times = 0;
  std::optional<double> first;
  bool with_value = false;
  for (const Happening& happening : one.window) {
    if (happening.what != feature.event) continue;
    ++times;
    with_value = with_value || happening.v == feature.value.text;
    const double part = std::floor(age_of(happening) / static_cast<double>(spec.age.count()) * 1024);
    if (!first) first = std::min(part, 1023.0);
  }
  switch (feature.kind) {
    case Kind::Did: return {times > 0};
    case Kind::AtLeast: return {times >= feature.times};
    case Kind::WithValue: return {with_value};
    case Kind::DaysToFirst: return {times > 0, first.value_or(0)};
    case Kind::Channel: return {feature.value.text == "direct"};
    case Kind::ActiveDays: {
      std::set<std::int64_t> seen;
      for (const Happening& happening : one.window) seen.insert((happening.when - one.birth) / hours{24});
      return {true, static_cast<double>(seen.size())};
    }
    case Kind::Trait: {
      std::string Happening::*const name = feature.property == "plan"     ? &Happening::plan
                                           : feature.property == "target" ? &Happening::target
                                           : feature.property == "v"      ? &Happening::v
                                                                          : &Happening::born;
      const std::string value = last_told(one.known, name);
      return {feature.value.kind == ShownValue::Kind::Missing ? value.empty() : value == feature.value.text};
    }
    case Kind::TraitNumber: break;
  }
  return {};
}

bool takes_part(const Somebody& one) { return one.standing == Who::First || one.standing == Who::Second; }
bool is_on(AudienceSide side, const Somebody& one) {
  return side == AudienceSide::All || one.audience == (side == AudienceSide::Inside    ? criteria::Verdict::Inside
                                                       : side == AudienceSide::Outside ? criteria::Verdict::Outside
                                                                                       : criteria::Verdict::Unknown);
}

std::string check_line(const ContrastLine& line, const std::vector<Somebody>& people, const ContrastSpec& spec) {
  const std::string where = line.name_en;
  for (const auto& [part, counts] : parts_of(line.counts)) {
    ContrastCounts expected;
    for (const Somebody& one : people) {
      if (!takes_part(one) || !counts_in(part, one.audience)) continue;
      const bool has = naive(one, line.feature, spec).has;
      ++(one.standing == Who::First ? (has ? expected.first_with : expected.first_without)
                                    : (has ? expected.second_with : expected.second_without));
    }
    HOLDS(counts->first_with, expected.first_with);
    HOLDS(counts->first_without, expected.first_without);
    HOLDS(counts->second_with, expected.second_with);
    HOLDS(counts->second_without, expected.second_without);
  }
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
      const Naive of_left = naive(left, line.feature, spec), of_right = naive(right, line.feature, spec);
      if (!of_left.has || !of_right.has) continue;
      ++pairs;
      wins += of_left.number > of_right.number ? 1 : of_left.number == of_right.number ? 0.5 : 0;
    }
  HOLDS(std::abs(line.number->superiority.value - wins / pairs) < 1e-9, true);
  return "";
}

// Facts that enough people have are there, and no others.
std::string check_facts(const std::vector<const ContrastLine*>& lines, const std::vector<Somebody>& people,
                        const ContrastSpec& spec) {
  using Kind = ContrastFeature::Kind;
  std::vector<ContrastFeature> possible;
  for (const char* event : {"A", "B", "Order Completed", "Order Refunded"}) {
    possible.push_back({.kind = Kind::Did, .event = event});
    for (const std::uint32_t times : {2U, 3U})
      possible.push_back({.kind = Kind::AtLeast, .event = event, .times = times});
    for (const char* value : {"x", "y", "z"})
      possible.push_back(
          {.kind = Kind::WithValue, .event = event, .property = "v", .value = {ShownValue::Kind::Value, value}});
  }
  for (const auto& [trait, value] : {std::pair{"plan", "pro"},
                                     {"plan", "free"},
                                     {"plan", ""},
                                     {"target", "yes"},
                                     {"target", ""},
                                     {"v", "x"},
                                     {"v", "z"}})
    possible.push_back({.kind = Kind::Trait,
                        .property = trait,
                        .value = {*value == 0 ? ShownValue::Kind::Missing : ShownValue::Kind::Value, value}});
  std::uint64_t below = 0;
  for (const ContrastFeature& feature : possible) {
    std::uint64_t all = 0, with = 0;
    for (const Somebody& one : people) {
      if (!takes_part(one) || !is_on(spec.side, one)) continue;
      ++all;
      with += naive(one, feature, spec).has;
    }
    const bool same_as_below = feature.kind == Kind::AtLeast && with == below;
    if (feature.kind == Kind::Did || feature.kind == Kind::AtLeast) below = with;
    const std::uint64_t least = std::max(spec.support_min, 1U);
    const bool left_out = spec.groups == ContrastGroups::People &&
                          (feature.property == "plan" || (spec.second && feature.property == "target"));
    // A trait of which nothing is known is none; that it is missing tells only beside somebody who has it.
    bool anybody = feature.value.kind != ShownValue::Kind::Missing;
    for (const Somebody& one : people)
      anybody = anybody || (takes_part(one) && is_on(spec.side, one) && !naive(one, feature, spec).has);
    const bool expected = with >= least && all - with >= least && !same_as_below && !left_out && anybody;
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const ContrastLine* line) { return line->feature == feature; });
    const std::string where = feature.event + feature.property + feature.value.text + std::to_string(feature.times);
    HOLDS(found != lines.end(), expected);
  }
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
    if (cell.feature && naive(one, *cell.feature, spec).has != cell.has) continue;
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
